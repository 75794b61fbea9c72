"""Words whose forms no rule brings together, and words that a rule would take for others.

Each line is one word with its forms, the first being what they have in common.
"""

FORMS = """
stad steden stedelijk stedelijke
schip schepen scheepje
lid leden ledental
weg wegen
dag dagen
blad bladen bladeren
gat gaten
glas glazen
pad paden
slot sloten
slag slagen
vat vaten
spel spelen
bedrag bedragen
verdrag verdragen
verslag verslagen
gebrek gebreken
gesprek gesprekken
gebed gebeden
oorlog oorlogen
hof hoven
lot loten
god goden
smid smeden
rad raderen
ei eieren
kind kinderen
lied liederen
rund runderen
goed goederen
kalf kalveren
lam lammeren
hoen hoenderen
gemoed gemoederen
been benen beenderen
mogelijkheid mogelijkheden
veiligheid veiligheden
werkzaamheid werkzaamheden
bijzonderheid bijzonderheden
bevoegdheid bevoegdheden
hoeveelheid hoeveelheden
overheid overheden
moeilijkheid moeilijkheden
omstandigheid omstandigheden
aangelegenheid aangelegenheden
gelegenheid gelegenheden
eenheid eenheden
onzekerheid onzekerheden
onregelmatigheid onregelmatigheden
verantwoordelijkheid verantwoordelijkheden
vaardigheid vaardigheden
kans kansen
kan kun kunt kon konden kunnen
dan
dans dansen
les lessen
wens wensen
grens grenzen
lens lenzen
gans ganzen
prijs prijzen
bons bonzen
bon bonnen
ton tonnen
pers persen
per
koers koersen
cursus cursussen
virus virussen
bus bussen
campus campussen
fabriek fabrieken
notitie notities notitietje
actie acties
functie functies
functionaris functionarissen
installatie installaties
organisatie organisaties
locatie locaties
productie producties
reactie reacties
instantie instanties
innovatie innovaties
vacature vacatures
procedure procedures
machine machines
analyse analyses
college colleges
percentage percentages
stage stages
garage garages
route routes
lever levert levering leveringen leveren leverde leverden geleverd geleverde
leverancier leveranciers
maak maakt maken maakte maakten gemaakt gemaakte
vraag vraagt vragen vroeg vroegen gevraagd gevraagde
zoek zoekt zoeken zocht zochten gezocht gezochte
bied biedt bieden bood boden geboden
koop koopt kopen kocht kochten gekocht gekochte
verkoop verkoopt verkopen verkocht verkochten verkochte
werk werkt werken werkte werkten gewerkt
meld meldt melden meldde meldden gemeld gemelde
deel deelt delen deelde deelden gedeeld gedeelde
stel stelt stellen stelde stelden gesteld gestelde
meet meten gemeten metingen meting
geef geeft geven gaf gaven gegeven
neem neemt nemen nam namen genomen
overneem overnemen overgenomen overname overnames
deelneem deelnemen deelgenomen deelname deelnemer deelnemers
afneem afnemen afgenomen afname afnemer afnemers
opneem opnemen opgenomen opname opnames
doe doet doen deed deden gedaan
ga gaat gaan ging gingen gegaan
kom komt komen kwam kwamen gekomen
zie ziet zien zag zagen gezien
schrijf schrijft schrijven schreef schreven geschreven
lees leest lezen las lazen gelezen
spreek spreekt spreken sprak spraken gesproken
bespreek bespreekt bespreken besprak bespraken besproken bespreking besprekingen
afspraak afspraken afgesproken
besluit besluiten besloot
beslis beslist beslissen besliste beslissing beslissingen
sluit sluiten sloot gesloten
houd houdt houden hield hielden gehouden
onderhoud onderhoudt onderhouden onderhield
loop loopt lopen liep liepen gelopen
breng brengt brengen bracht brachten gebracht
denk denkt denken dacht dachten gedacht
weet weten wist wisten geweten
staat staan stond stonden gestaan
lig ligt liggen lag lagen gelegen
zet zetten gezet
leg legt leggen legde legden gelegd
huur huurt huren huurde gehuurd
verhuur verhuurt verhuren verhuurde verhuurd
gebruik gebruikt gebruiken gebruikte gebruikten gebruikte
verbruik verbruikt verbruiken verbruikte
bouw bouwt bouwen bouwde gebouwd
gebouw gebouwen
plaats plaatst plaatsen plaatste geplaatst geplaatste plaatsing plaatsingen
plan plannen gepland geplande
plant planten
start starten startte gestart
test testen testte getest geteste
keur keurt keuren keurde gekeurd keuring keuringen
goedkeur goedkeuren goedgekeurd goedkeuring goedkeuringen
afkeur afkeuren afgekeurd afkeuring afkeuringen
stuur stuurt sturen stuurde gestuurd
besteed besteedt besteden besteedde besteed besteding bestedingen
aanbesteed aanbesteden aanbesteding aanbestedingen
aanbied aanbieden aangeboden aanbieding aanbiedingen
aanvraag aanvragen aangevraagd aanvragers aanvrager
aansluit aansluiten aangesloten aansluiting aansluitingen
uitnodig uitnodigen uitgenodigd uitnodiging uitnodigingen
opleid opleiden opgeleid opleiding opleidingen
oplos oplossen opgelost oplossing oplossingen
oplever opleveren opgeleverd oplevering opleveringen
vaststel vaststellen vastgesteld vaststelling
voorstel voorstellen voorgesteld
samenwerk samenwerken samengewerkt samenwerking samenwerkingen
hergebruik hergebruiken hergebruikt hergebruikte
herstel herstelt herstellen hersteld
bespaar bespaart besparen bespaard besparing besparingen
vervoer vervoert vervoeren vervoerd vervoerder vervoerders
verwerk verwerkt verwerken verwerkt verwerking verwerkingen
verwarm verwarmt verwarmen verwarmd verwarming
vergader vergadert vergaderen vergaderd vergadering vergaderingen
vergun vergunt vergunnen vergund vergunning vergunningen
verander verandert veranderen veranderd verandering veranderingen
verbeter verbetert verbeteren verbeterd verbetering verbeteringen
verleng verlengt verlengen verlengd verlenging verlengingen
betaal betaalt betalen betaald betaling betalingen
beheer beheert beheren beheerd beheerder beheerders
opslag opslagen opslaat opslaan opgeslagen
bijdrage bijdragen bijgedragen
bijlage bijlagen bijlages
vraagstuk vraagstukken
monteur monteurs
ingenieur ingenieurs
operator operators
manager managers
team teams
project projecten
contract contracten
product producten
object objecten
collega collegas collegae
agenda agendas
foto fotos
auto autos
idee ideeen
categorie categorieen
industrie industrieen industrieel industriele
technologie technologieen
strategie strategieen
energie energieen
zee zeeen
knie knieen
museum musea
criterium criteria
medium media
datum data datums
technicus technici
politicus politici
crisis crises
chemie chemisch chemische
techniek technieken technisch technische
elektriciteit elektrisch elektrische
water waters
waterstof waterstoffen
warmte
restwarmte
ruimte ruimtes ruimten
hoogte hoogtes hoogten
breedte breedtes breedten
gemeente gemeenten gemeentes gemeentelijk gemeentelijke
provincie provincies provinciaal provinciale
boete boetes boeten
groep groepen
kar karren
man mannen
maan manen
toon tonen
boon bonen
poot poten
baal balen
rook roken
zoon zonen
staal stalen
beek beken
veen venen
roos rozen
pool polen
hoop hopen
baan banen
laan lanen
kraan kranen
schaal schalen
spoor sporen
steen stenen
bom bommen
boom bomen
kom kommen
bos bossen
boos boze
week weken
wekelijks wekelijkse
maand maanden maandelijks maandelijkse
jaar jaren jaarlijks jaarlijkse
oven ovens
tank tanks
pomp pompen
buis buizen
klep kleppen
filter filters
ketel ketels
motor motoren motors
sensor sensoren sensors
adviseur adviseurs
advies adviezen adviseer adviseert adviseren
reis reizen
huis huizen
brief brieven
bedrijf bedrijven
proef proeven
schijf schijven
staaf staven
raaf raven
verf verven
werf werven
nieuw nieuwe
nieuws
eis eisen
kruis kruizen
hoes hoezen
laars laarzen
keus keuze keuzes
oorzaak oorzaken
zaak zaken
taak taken
straat straten
maat maten
maatregel maatregelen
regel regels regeling regelingen
risico risicos
medewerker medewerkers
werknemer werknemers
werkgever werkgevers
"""

EXCEPTIONS = {
    form: line.split()[0]
    for line in reversed(FORMS.strip().splitlines())  # a form that stands twice belongs to the first
    for form in line.split()
}
