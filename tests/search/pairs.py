"""Dutch words, each with texts in which it must be found, and with texts in which it must not (search.md, tests 1).

A line is a word, then a text; `!` before a text says that the word is not in it.
"""

PAIRS = """
vergunning | De vergunningen zijn binnen.
vergunning | Onze omgevingsvergunning loopt af.
vergunning | De vergunningaanvraag ligt bij de provincie.
vergunning | Vergunningverlening duurt een half jaar.
vergunningen | Er is een vergunning nodig.
vergunningen | De vergunde hoeveelheid is 40 ton.
bedrijven | Een bedrijf in Emmen.
bedrijven | Op het bedrijventerrein.
bedrijf | Twaalf bedrijven doen mee.
bedrijf | De bedrijfsbrandweer oefent.
bedrijf | Het lidbedrijf betaalt zelf.
coordinator | De coördinator belt terug.
coördinator | Vraag het de coordinator.
coördinatoren | De coördinator weet het.
fiets | Twee fietsen in de loods.
fietsen | Een fiets van de zaak.
fietsen | De fietsenstalling is vol.
stad | Alle steden in het noorden.
steden | De stad Assen.
schip | De schepen liggen in de haven.
schepen | Het schip is gelost.
lid | De leden stemmen.
leden | Elk lid heeft een stem.
leden | De ledenvergadering is in mei.
notitie | Drie notities over stoom.
notities | De notitie van Anna.
levert | Er is te laat geleverd.
geleverd | Wie levert stikstof?
geleverd | Zij leveren aan huis.
leveren | De levering is morgen.
leverancier | Alle leveranciers zijn gevraagd.
leveranciers | Onze leverancier van lijm.
kans | De kansen voor waterstof.
kansen | Een kans uit duizend.
huis | De huizen langs het kanaal.
huizen | Het huis naast de fabriek.
brief | De brieven zijn weg.
brieven | Een brief van de gemeente.
reis | Reizen met de trein.
reizen | De reis naar Delfzijl.
maan | De manen van Jupiter.
gebied | Gebieden met veel wind.
gebieden | Het gebied rond Emmen.
gebied | Het industriegebied groeit.
vergadering | De notulen van de vergaderingen.
vergadering | Wij vergaderen op dinsdag.
vergaderen | De vergadering begint om negen uur.
werkgroep | De werkgroepen komen bijeen.
werkgroepen | Een werkgroep voor energie.
fabriek | De fabrieken langs de A37.
fabrieken | De zetmeelfabriek draait.
machine | Alle machines staan stil.
machines | Eén machine per hal.
ketel | De stoomketel lekt.
ketels | De ketel wordt gekeurd.
stoomketels | Een stoomketel van tien ton.
keuring | De ketel is gekeurd.
gekeurd | Keuring in maart.
gekeurd | De keuringen zijn klaar.
afvalstof | Gevaarlijke afvalstoffen.
afvalstoffen | Is dit een afvalstof?
stof | De stoffen op de lijst.
reststroom | Onze reststromen zijn schoon.
reststromen | Een reststroom van vezels.
warmte | Restwarmte uit de droger.
warmte | De warmtewisselaar is verstopt.
restwarmte | Er is restwarmte over.
restwarmte | Een restwarmtenet in de wijk.
wisselaar | Een platenwarmtewisselaar te leen.
droger | De drogers draaien.
pomp | Twee pompen in reserve.
pomp | De warmtepomp bromt.
pompen | De pomp is stuk.
buis | Buizen van staal.
buizen | Een buis van tien meter.
leiding | De leidingen zijn geïsoleerd.
leidingen | Een persleiding onder de weg.
veiligheid | Externe veiligheid.
veiligheid | De veiligheidsschoenen zijn er.
veilig | Veiligheid gaat voor.
ongeval | Drie ongevallen dit jaar.
ongeval | Een bijna-ongeval bij het lossen.
ongevallen | Een ongeval met een heftruck.
oefening | De oefeningen van de brandweer.
brand | De brandweer komt.
brandweer | De bedrijfsbrandweer.
storing | Storingen in de nacht.
storingen | Een storing aan lijn twee.
monteur | Wij zoeken monteurs.
monteurs | Een monteur voor een dag.
operator | De operators werken in ploegen.
ploeg | Een vijfploegendienst.
ploegen | De ploeg van zes uur.
dienst | De nachtdienst is zwaar.
diensten | Dienst op zondag.
personeel | Personeelsmobiliteit tussen bedrijven.
mobiliteit | De werkgroep personeelsmobiliteit.
opleiding | Opleidingen voor operators.
opleidingen | Een opleiding van twee jaar.
opgeleid | De opleiding is begonnen.
student | Studenten uit Emmen.
school | De scholen zijn dicht.
scholen | Een school in Meppel.
subsidie | Subsidies voor warmte.
subsidies | De subsidie is op.
subsidie | De subsidieregeling sluit.
regeling | De regelingen van het rijk.
energie | De energiekosten stijgen.
energie | De energierekening.
stroom | De stroomstoring duurde een uur.
elektriciteit | Elektrische ketels.
elektrische | Een elektrische heftruck.
waterstof | Een waterstofnet.
water | Het afvalwater wordt gezuiverd.
water | De waterzuivering staat stil.
zuivering | De waterzuivering staat stil.
zetmeel | Het aardappelzetmeel.
aardappel | Aardappelen uit de Veenkoloniën.
aardappelen | Een aardappel.
vezel | Vezels van polyester.
vezels | Een vezelbedrijf.
kunststof | Kunststoffen en folie.
kunststoffen | Een kunststof buis.
folie | De folies van Meppel.
poeder | Zuivelpoeder in zakken.
zak | De zakken zijn op.
zakken | Een zak van 25 kilo.
pallet | Pallets gezocht.
vrachtwagen | De vrachtwagens wachten.
chauffeur | Twee chauffeurs.
inkoop | Gezamenlijke inkoop van gas.
inkopen | Samen inkoop regelen.
gezamenlijk | Gezamenlijke beurs.
besluit | De besluiten van de vergadering.
besluiten | Het besluit is genomen.
besluitenlijst | De besluitenlijst van mei.
afspraak | De afspraken staan in de notulen.
afspraken | Een afspraak om tien uur.
document | De documenten staan klaar.
verslag | De verslagen van de werkgroep.
jaarverslag | Het jaarverslag over 2025.
plan | De plannen zijn klaar.
plannen | Een plan voor de haven.
jaarplan | Jaarplannen van alle groepen.
aanvraag | De aanvragen zijn ingediend.
aanvraag | De subsidieaanvraag is klaar.
aanvragen | Een aanvraag bij de provincie.
gemeente | De gemeenten betalen mee.
gemeente | Het gemeentehuis van Emmen.
provincie | Provinciale wegen.
project | Drie projecten.
risico | De risico's zijn bekend.
idee | Ideeën voor de beurs.
ideeën | Een idee van Bram.
foto | Foto's van de open dag.
proef | De proeven zijn gelukt.
proeven | Een proef met lijm.
proef | Een proefopstelling.
verf | Een verfspuiterij.
werf | De werven in de haven.
klep | De kleppen lekken.
filter | Filters voor water.
tank | De opslagtanks.
opslag | Opslagtanks voor loog.
EN-2026-07 | Besluit EN-2026-07 is genomen.
EN 2026 07 | Besluit EN-2026-07 is genomen.
EN202607 | Besluit EN-2026-07 is genomen.
070213 | Eural-code 07 02 13.
07 02 13 | Eural-code 070213.
07.02.13 | Eural-code 07 02 13.
PA6 | Korrels van PA 6.
PA 6 | Korrels van PA6.
7732-18-5 | CAS 7732185 is water.
12345678 | KVK 12 34 56 78.
H2 | Een H₂-leiding.
kans | ! Dat kan niet.
kan | ! De regel is oud.
verbieden | ! Het gebied is groot.
kade | ! Een koude winter.
gebieden | ! Wij bieden water.
dans | ! Hij komt dan.
les | ! Het ligt er.
boom | ! De bommen uit de oorlog.
bom | ! De boom is omgewaaid.
man | ! De maan schijnt.
maan | ! Een man uit Emmen.
kar | ! De kaarten liggen op tafel.
kop | ! De koop gaat door.
bos | ! Hij is boos op ons.
week | ! Een wekker op zes uur.
pen | ! De pannen staan klaar.
ton | ! De toon van de brief.
bus | ! De buis is lek.
weg | ! De wagen rijdt.
wens | ! De wenkbrauw.
grens | ! De grond is vuil.
prijs | ! Het papier is op.
vat | ! De vaart is dicht.
stof | ! Een stop in de leiding.
steen | ! De stem telt mee.
lijm | ! De lijn staat stil.
pomp | ! Een klomp ijs.
ketel | ! Een kegel van staal.
gas | ! De gans is ontsnapt.
huur | ! De hoorn klinkt.
mais | ! De muis is weg.
rente | ! De renner valt.
loon | ! De loods is leeg.
zuur | ! Een zee van tijd.
klacht | ! De kracht van de wind.
plank | ! De plant bloeit.
brug | ! De burger betaalt.
haven | ! De hamer ligt hier.
zaal | ! Wij zagen hout.
dak | ! De dagen korten.
vlak | ! De vlag hangt uit.
meting | ! De mening van Bram.
licht | ! De lucht is schoon.
lading | ! De landing van het vliegtuig.
folie | ! De foto hangt scheef.
poort | ! De post is bezorgd.
stroom | ! De storm komt.
rest | ! De rust is terug.
ploeg | ! De vloer is nat.
kraan | ! De krant schreef erover.
lager | ! De leger is groot.
staal | ! De stoel is kapot.
PA6 | ! Korrels van PA 66.
2026 | ! In 2025 en 2027.
H2 | ! De H van haven.
"""


def cases():
    """(word, text, whether it must be found)"""
    for line in PAIRS.strip().splitlines():
        word, _bar, text = (part.strip() for part in line.partition("|"))
        yield word, text.removeprefix("!").strip(), not text.startswith("!")
