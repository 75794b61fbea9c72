"""The table of rights: each route and each message with an example, and who gets what (trust 1, GRP-1 to 4).

Written down by hand. The tests fail when a route or a message has no line here.
"""

from typing import NamedTuple

from sqlalchemy import select

from app.core.db import is_sqlite
from app.core.extensions import db
from app.core.settings import Setting
from app.discussions.models import Thread
from app.documents.models import Document, DocumentVersion
from app.marketplace.models import Listing
from app.marketplace.service import MODERATION
from app.notifications.service import stop_path
from tests.conftest import PASSWORD, actor_named, group_called
from tests.marketplace.conftest import fields as listing_fields
from tests.marketplace.conftest import in_days
from tests.meetings.conftest import at, typed
from tests.trust.conftest import ROLES, WRITE_IN

STAFF = {"anna", "bram", "carla", "dirk", "emma", "paul", "bert", "femke"}
GUEST = {"gijs"}
LIVE = STAFF | GUEST
WITHOUT_RIGHT = {"former", "suspended"}
SIGNED_IN = LIVE | WITHOUT_RIGHT
EVERYONE = SIGNED_IN | {"visitor"}
ENERGIE, INNOVATIE = STAFF, LIVE  # who reads the open groups; Gijs is a guest in the second
ON_REQUEST, SECRET = {"dirk"}, {"emma", "paul", "bert"}
OFFICE = {"dirk", "femke"}
WITH_STEP = OFFICE | SECRET  # who has a second step
WRONG_CODE = {"code": "000000"}


class Case(NamedTuple):
    """One address, what is sent to it, and who gets what; everyone else gets 404, a visitor is asked to sign in."""

    address: object  # a string, or a function of the world and the role
    expected: dict
    sent: object = None  # fields, or a function of the world and the role; None for a GET


def answers(*groups, **single):
    """answers((STAFF, 200), gijs=403): by role; who comes later in the line wins."""
    expected = {role: status for roles, status in groups for role in sorted(roles)}
    return {**expected, **single}


def own(role, expected):
    """Of its own for who uses it up; one for all who are refused."""
    return role if expected.get(role, 404) not in (403, 404) else ""


def on_thread(action, status, *, sent=None, more=None):
    """The four threads: in an open group, another, one on request, and the confidential one."""
    more = more or {}
    readers = {"open": ENERGIE, "elsewhere": INNOVATIE, "on_request": ON_REQUEST, "secret": SECRET}
    return [
        Case(lambda world, _role, name=name: f"/threads/{getattr(world, name + '_id')}{action}",
             answers((who, status), **more.get(name, {})), sent)
        for name, who in readers.items()
    ]  # fmt: skip


def with_thread(address, status):
    """A form that names one of the four threads, from a page that is everyone's own."""
    readers = {"open": ENERGIE, "elsewhere": INNOVATIE, "on_request": ON_REQUEST, "secret": SECRET}
    return [
        Case(address, answers((who, status)), lambda world, _role, name=name: {"thread": getattr(world, f"{name}_id")})
        for name, who in readers.items()
    ]


def in_group(action, status, *, sent=None, more=None):
    more = more or {}
    readers = {"energie": ENERGIE, "innovatie": INNOVATIE, "personeelsmobiliteit": ON_REQUEST,
               "externe-veiligheid": SECRET}  # fmt: skip
    return [
        Case(f"/groups/{slug}{action}", answers((who, status), **more.get(slug, {})), sent)
        for slug, who in readers.items()
    ]


def own_post(action, status, *, sent=None, state="shown"):
    """Of their own for everyone who writes; of another, and of a group that they do not read."""
    return [
        Case(lambda world, role: f"/posts/{world.post_by(role, state)}{action}",
             answers((set(WRITE_IN), status)), sent),
        Case(lambda world, _role: f"/posts/{world.first_post_of['elsewhere']}{action}",
             answers((INNOVATIE, 403)), sent),
        Case(lambda world, _role: f"/posts/{world.first_post_of['secret']}{action}",
             answers((SECRET, 403), emma=200 if sent is None else 303), sent),
    ]  # fmt: skip


def own_folded(action):
    """Of the mail behind their own post; of another's, and where nothing was cut."""
    _own, of_another, _secret = own_post(action, 303, sent={})
    return [
        Case(lambda world, role: f"/posts/{world.post_by(role, 'folded')}{action}", answers((set(WRITE_IN), 303)), {}),
        of_another,
        Case(lambda world, _role: f"/posts/{world.first_post_of['secret']}{action}",
             answers((SECRET, 403), emma=404), {}),
    ]  # fmt: skip


def everywhere(address, status, *, who=EVERYONE, sent=None, **more):
    return [Case(address, answers((who, status), **more), sent)]


def but(roles, status):
    return dict.fromkeys(sorted(roles), status)


def place_of(name):
    return lambda world, _role: {"place": f"thread:{getattr(world, name + '_id')}", "body": "Een gedachte."}


def place_around(name):
    """The group of that thread, whatever it is called by now."""
    return lambda world, _role: {"place": f"group:{group_of(world, name)}", "body": "Een gedachte."}


def group_of(world, name):
    return db.session.get_one(Thread, getattr(world, f"{name}_id")).group_id


def in_every_place(address, status):
    """Preview and draft: by the place that the form names, where the person may write."""
    threads = {"open": ENERGIE, "closed": ENERGIE, "elsewhere": INNOVATIE, "on_request": ON_REQUEST, "secret": SECRET}
    lines = [(place_of(name), who) for name, who in threads.items()]
    lines += [(place_around(name), who) for name, who in threads.items() if name != "closed"]
    return [Case(address, answers((who, status)), sent) for sent, who in lines]


def names_in_every_place():
    """Whom one can mention, where one may write: of the place that the address names."""
    return [
        Case(lambda world, role, sent=case.sent: f"/names?q=a&place={sent(world, role)['place']}", case.expected)
        for case in in_every_place("/names", 200)
    ]


def group_settings(slug):
    return lambda _world, _role: {
        "purpose": "Samen proeven doen en ervan leren.", "theme": "innovation", "rules_md": "Aardig blijven.",
        "visibility": group_called(slug).visibility.value,
        "version": group_called(slug).version,
    }  # fmt: skip


def new_group(_world, _role):
    return {"name": "Circulaire stromen", "code": "CS", "purpose": "Reststromen bij elkaar brengen.",
            "theme": "materials", "visibility": "open", "lead": str(actor_named("anna").id)}  # fmt: skip


def new_address(_world, role):
    """Of each its own: after five codes an hour an address gets no more."""
    return {"email": f"{role}-nieuw@brink.example", "current": PASSWORD}


def lost_second_step(_world, role):
    """Of each another: who lost it once has none to lose a second time."""
    who = {"femke": "roelof", "dirk": "albert"}.get(role, "joke")
    return {"email": f"{who}@brink.example", "reason": "Telefoon verloren, teruggebeld."}


def own_draft(world, role):
    number = world.draft_of(ROLES[role]) if ROLES[role] else 1
    return f"/account/drafts/{number}/discard"


def draft_of_another(world, role):
    return f"/account/drafts/{world.draft_of('bram' if role != 'bram' else 'anna', 'group:1')}/discard"


EDITS = {
    "energie": {**but(STAFF, 403), "anna": 200, "dirk": 200}, "innovatie": {**but(LIVE, 403), "dirk": 200},
    "externe-veiligheid": {"emma": 200, "paul": 200, "bert": 403},
}  # fmt: skip
SAVES = {slug: {role: {200: 303}.get(status, status) for role, status in line.items()} for slug, line in EDITS.items()}
ADDS = {slug: {role: {200: 422}.get(status, status) for role, status in line.items()} for slug, line in EDITS.items()}
CLOSES = {
    "open": {**but(STAFF, 403), "anna": 303, "dirk": 303}, "elsewhere": {**but(LIVE, 403), "dirk": 303},
    "secret": {"emma": 303, "paul": 303, "bert": 403},
}  # fmt: skip
RENAMES = {
    name: {role: {303: 200}.get(status, status) for role, status in line.items()} for name, line in CLOSES.items()
}
JOINS = {"personeelsmobiliteit": but(STAFF, 403)}
LEAVES = {
    "energie": {**but(STAFF, 403), "anna": 303, "bram": 303},
    "innovatie": {**but(LIVE, 403), "bram": 303, "carla": 303}, "personeelsmobiliteit": {"dirk": 403},
}  # fmt: skip
ASKS_FORM = {"energie": but(STAFF, 403), "innovatie": but(LIVE, 403), "personeelsmobiliteit": but(STAFF, 200),
             "externe-veiligheid": but(SECRET, 403)}  # fmt: skip
ADDERS = {"open": {"anna", "bram", "dirk"}, "elsewhere": {"bram", "carla", "dirk"}, "on_request": {"dirk"},
          "secret": SECRET}  # fmt: skip
KEEPERS = {"open": {"anna", "dirk"}, "elsewhere": {"dirk"}, "on_request": {"dirk"}, "secret": {"emma", "paul"}}
READERS = {"open": ENERGIE, "elsewhere": INNOVATIE, "on_request": ON_REQUEST, "secret": SECRET}
SLUGS = {"open": "energie", "elsewhere": "innovatie", "on_request": "personeelsmobiliteit",
         "secret": "externe-veiligheid"}  # fmt: skip


def in_groups(address, status, *, who, others, sent):
    """In each of the four groups: `who` gets the status, whoever else reads there gets `others`.

    The address is one of the world, a group, and whoever gets something of their own.
    """

    def case(name, expected):
        return Case(lambda world, role: address(world, name, own(role, expected)), expected, sent)

    return [case(name, answers((readers, others), (who[name], status))) for name, readers in READERS.items()]


def on_document(path, status, *, kind="page", who=READERS, others=403, sent=None, is_used_up=False):
    def address(world, name, role):
        return path.format(world.document(name, kind, role if is_used_up else ""))

    return in_groups(address, status, who=who, others=others, sent=sent)


def in_documents(action, status, *, who=READERS, sent=None):
    def address(_world, name, _role):
        return f"/groups/{SLUGS[name]}{action}"

    return in_groups(address, status, who=who, others=403, sent=sent)


def folder_of_own(_world, role):
    return {"name": f"Notulen van {role}", "parent": "0"}


def on_request_to_join(action, *, sent):
    """Dirk answers for the group, as its lead does; under the name of another group it is not there."""

    def address(slug, world, role):
        return f"/groups/{slug}/requests/{world.request_to_join(role if role == 'dirk' else '')}/{action}"

    return [
        Case(lambda world, role: address("personeelsmobiliteit", world, role), answers(dirk=303), sent),
        Case(lambda world, role: address("energie", world, role), answers((STAFF, 403), anna=404, dirk=404), sent),
    ]  # fmt: skip


def on_meeting(path, status, *, kind="announced", who=READERS, others=403, sent=None, is_used_up=False):
    def address(world, name, role):
        return f"/meetings/{path}".format(**world.meeting(name, kind, role if is_used_up else ""))

    return in_groups(address, status, who=who, others=others, sent=sent)


def in_room(verb, status, *, who, others=403, then=None, **fields):
    """A verb of the room, in each of the four groups. `then`: for the deputy, who comes after the chair did it."""

    def sent(world, name):
        numbers = world.meeting(name, "room")
        return {field: value.format(**numbers) for field, value in fields.items()}

    later = {"paul": then} if then else {}
    return [
        Case(lambda world, _role, name=name: f"/meetings/{world.meeting(name, 'room')['meeting']}/{verb}",
             answers((readers, others), (who[name], status), **(later if name == "secret" else {})),
             lambda world, _role, name=name: sent(world, name))
        for name, readers in READERS.items()
    ]  # fmt: skip


def in_two_weeks(hour=9, **more):
    """The times of a meeting, as a browser sends them."""
    return {"starts_at": typed(at(15, hour)), "ends_at": typed(at(15, hour + 2)), **more}


def at_another_hour(_world, role):
    """For each another one: to the time that it has nobody moves a meeting."""
    return in_two_weeks(list(ROLES).index(role), **BECAUSE)


VEZELWERK = "vezelwerk-emmen"
WHY = {"reason": "Op verzoek van de contactpersoon."}


def on_company(path, status, *, sent=None):
    """The page of Vezelwerk: Anna is its contact, Dirk coordinates and says why."""
    return [Case(f"/companies/{VEZELWERK}{path}", answers((STAFF, 403), anna=status, dirk=status),
                 None if sent is None else {**sent, **WHY})]  # fmt: skip


def on_staff(action, status, *, sent=None):
    """Of Wietske, who acts for Vezelwerk; whoever acts for another company is not there."""
    def address(key):
        return lambda _world, _role: f"/companies/{VEZELWERK}/staff/{actor_named(key).tie_id}/{action}"

    return [Case(address("wietske"), answers((STAFF, 403), anna=status, dirk=status), sent),
            Case(address("wim"), answers((STAFF, 403), anna=404, dirk=404), sent)]  # fmt: skip


def on_own(path, status, kind, *, sent=None, is_used_up=False):
    """A site or a claim of Vezelwerk exists for those only who may change it."""
    expected = answers(anna=status, dirk=status)
    return [Case(lambda world, role: path.format(world.of_vezelwerk(kind, own(role, expected) if is_used_up else "")),
                 expected, None if sent is None else {**sent, **WHY})]  # fmt: skip


def on_listing(path, status, *, kind="offer", who=STAFF, others=404, readers=STAFF, sent=None, is_used_up=False,
               **more):  # fmt: skip
    """`who` gets the status, whoever else reads it gets `others`; for the rest there is none."""
    expected = answers((readers, others), (who, status), **more)
    return [Case(lambda world, role: path.format(world.listing(kind, own(role, expected) if is_used_up else "")),
                 expected, sent)]  # fmt: skip


def in_talk(path, status, *, who=None, others=404, sent=None, is_used_up=True):
    expected = answers((TALKERS, others), (TALKERS if who is None else who, status))
    return [Case(lambda world, role: path.format(*world.talk(own(role, expected) if is_used_up else "")),
                 expected, sent)]  # fmt: skip


def colleague(_world, role):
    key = {"carla": "wim"}.get(role, "roelof")
    return {"tie": str(actor_named(key).tie_id)}


def moderation(_world, _role):
    chosen = db.session.get(Setting, MODERATION)
    return {"moderation": "risk", "version": str(chosen.version if chosen else 0)}


def of_version(**more):
    def sent(world, role):
        return {"version": str(db.session.get_one(Listing, world.listing("waiting", at_desk(role))).version), **more}

    return sent


ANNOUNCERS = {"anna", "dirk", "emma", "paul"}  # who leads a group, and the coordinator
READ_LISTS = {"anna", "carla", "emma", "dirk", "femke"}  # contacts, and who has an office


def on_invitations(status, path="", sent=None):
    """Of Vezelwerk: its contact, the coordinator and the administrator."""
    return [Case(f"/companies/{VEZELWERK}/invitations{path}",
                 answers((STAFF, 403), anna=status, dirk=status, femke=status), sent)]  # fmt: skip


def new_person(_world, role):
    return {"name": "Rosa Reitsma", "email": f"rosa-{role}@nieuw.example", "function": "monteur"}


def behind_link(path, expected, sent=None):
    """Whoever accepts uses it up."""
    def address(world, role):
        return f"/invitations/{world.invitation(role if sent else '')[1]}{path}"

    return [Case(address, expected, sent)]


def behind_answer(status, sent=None):
    """Whoever holds the letter with the link."""
    return [Case(lambda world, _role: f"/mail/undo/{world.mailed()}", answers((EVERYONE, status)), sent)]


def behind_letter(path, status, sent=None):
    """Whoever holds a letter with the link that stops such mail."""
    def address(_world, _role):
        return f"{stop_path(actor_named('otto').id, 'named', 'talk:1')}{path}"

    return [Case(address, answers((EVERYONE, status)), sent)]


def on_import(path, status, sent=None):
    """Of Anna; of Dirk, who is sent his own. A form uses it up."""
    def address(world, role):
        key = role if role in ("anna", "dirk") else "anna"
        return f"/invitations/import/{world.import_of(key, key if sent is not None and role == key else '')}{path}"

    return [Case(address, {"anna": status, "dirk": status}, sent)]


def on_announcement(path, expected, state="sent", sent=None, **more):
    """Of the board, by Dirk; a form has one of its own."""
    def address(world, role):
        number = world.announcement(state, own(role, expected) if sent is not None else "", **more)
        return f"/announcements/{number}{path}"

    return Case(address, expected, sent)


def news(_world, role):
    slug = "externe-veiligheid" if role in ("emma", "paul") else "energie"
    return {"kind": "news", "audience": "groups", "groups": str(group_called(slug).id), "title": "Open dag in mei",
            "body": "Kom allen kijken."}  # fmt: skip


def as_newcomer(path, status, sent=None):
    def address(world, role):
        world.newcomer(role)
        return f"/welcome{path}"

    return [Case(address, answers((LIVE, status)), sent)]


OWNERS_OF_OFFER, TALKERS = {"anna", "bram"}, {"anna", "bram", "carla"}
LISTING = listing_fields("material")
PROPOSAL = {"body": "Tien ton?", "quantity_min": "10", "unit": "t", "valid_until": in_days(9)}


def at_desk(role):
    return role if role == "dirk" else ""


def on_case(action, status, *, state="in_hand", sent=None):
    """A case at Dirk's desk; of each role its own where it is sent a form. Nobody else finds it."""
    is_used_up = sent is not None
    return [Case(lambda world, role: f"/moderation/{world.case(state, at_desk(role) if is_used_up else '')}{action}",
                 {"dirk": status}, sent)]  # fmt: skip


def objected(world, _role):
    number = world.objection_in("")
    return f"/moderation/{world.case('objected')}/objections/{number}"


def lifted(world, role):
    role = at_desk(role)
    sanction = world.sanction_in(role)
    return f"/moderation/{world.case('silenced', role)}/sanctions/{sanction}/lift"


def reported(name):
    return lambda world, _role: f"/reports/new?kind=post&id={world.first_post_of[name]}"


def report_of(name):
    return lambda world, _role: {"kind": "post", "id": str(world.first_post_of[name]), "reason": "conduct"}


def on_report(address, status):
    """A post in each of the groups: its own writer gets 403, and who reads the confidential group too."""
    writers = {"open": {"anna": 403}, "closed": {"anna": 403}, "elsewhere": {}, "on_request": {}}
    lines = [(name, answers((READERS[WHERE[name]], status), **own)) for name, own in writers.items()]
    lines.append(("secret", answers((SECRET, 403))))
    posts = [
        Case(reported(name) if address is None else address, who, None if address is None else report_of(name))
        for name, who in lines
    ]  # fmt: skip
    return [*posts, on_report_of_bram(address, status)]


def on_report_of_bram(address, status):
    """His profile: all staff see it, and Gijs, who takes part in a group with him; he himself gets 403."""
    def named(_world, _role):
        return {"kind": "person", "id": str(actor_named("bram").id), "reason": "conduct"}

    seeing = answers((LIVE, status), bram=403)
    if address is None:
        return Case(lambda _world, _role: f"/reports/new?kind=person&id={actor_named('bram').id}", seeing)
    return Case(address, seeing, named)


GROUND = {"rule": "1", "reason": "Over prijzen spreken wij niet."}
WHERE = {"open": "open", "closed": "open", "elsewhere": "elsewhere", "on_request": "on_request"}
DESKS = {"anna", "dirk", "emma", "paul"}  # who leads a group, and the coordinator
REPLY = {"body": "Dank, daar hebben we iets aan."}
THREAD = {"title": "Een nieuw onderwerp", "body": "Wie heeft hier ervaring mee?"}
EMAIL = {"email": "anna@brink.example"}
TAKERS = {**ADDERS, "elsewhere": {"bram", "carla", "dirk", "gijs"}}
WRITERS = {"open": {"anna"}, "elsewhere": set(), "on_request": set(), "secret": {"emma"}}
CHAIRS = {**WRITERS, "secret": {"emma", "paul"}}
BECAUSE = {"reason": "De zaal is bezet."}
ITEM = {"title": "Warmtenet", "purpose": "discuss", "planned_min": "20", "presenter": "0", "body": "", **BECAUSE}
PLAN = {"title": "Overleg", "place": "Emmen", "online_link": "", "chair": "0", "note_taker": "0",
        "quorum_rule": "none", "quorum": ""}  # fmt: skip

TABLE = {
    # one's own account: for everyone who can sign in
    "accounts.account": everywhere("/account", 200, who=SIGNED_IN),
    "accounts.change_email": everywhere("/account/email", 303, who=SIGNED_IN, sent=new_address),
    "accounts.change_password": everywhere(
        "/account/security", 303, who=SIGNED_IN, sent={"current": PASSWORD, "password": "een zin van genoeg tekens"}),
    "accounts.change_profile": everywhere(
        "/account", 303, who=SIGNED_IN, sent={"name": "Andere Naam", "locale": "nl", "text_size": "18"}),
    "accounts.confirm_email_page": everywhere("/account/email/code", 303, who=SIGNED_IN),
    "accounts.confirm_email": everywhere("/account/email/code", 422, who=SIGNED_IN, sent={"code": "000000"}),
    "accounts.own_data": everywhere("/account/data", 200, who=SIGNED_IN),
    "accounts.take_out_own_data": everywhere("/account/data", 200, who=SIGNED_IN, sent={}),
    "accounts.security": everywhere("/account/security", 200, who=SIGNED_IN),
    "accounts.sign_out_everywhere": everywhere("/account/sessions/end", 303, who=SIGNED_IN, sent={}),
    "accounts.logout": everywhere("/logout", 303, who=SIGNED_IN, sent={}),
    "accounts.own_second_step": everywhere("/account/security/step", 200, who=SIGNED_IN),
    "accounts.begin_second_step": everywhere(
        "/account/security/step", 303, who=SIGNED_IN, sent={"current": PASSWORD}, **but(WITH_STEP, 409)),
    "accounts.confirm_second_step": everywhere("/account/security/step/confirm", 303, who=SIGNED_IN, sent=WRONG_CODE),
    "accounts.renew_recovery_codes": everywhere("/account/security/step/codes", 422, who=WITH_STEP, sent=WRONG_CODE),
    "accounts.remove_second_step": everywhere("/account/security/step/remove", 422, who=WITH_STEP, sent=WRONG_CODE),
    # before the door
    "accounts.second_step": everywhere("/login/step", 303),
    "accounts.take_second_step": everywhere("/login/step", 422, sent=WRONG_CODE),
    "accounts.send_step_code": everywhere("/login/step/send", 303, sent={}, visitor=422, **but(OFFICE, 404)),
    "accounts.login": everywhere("/login", 303, visitor=200),
    "accounts.sign_in": everywhere("/login", 422, sent={**EMAIL, "password": "dit is het niet"}),
    "accounts.code": everywhere("/login/code", 303),
    "accounts.send_code": everywhere("/login/code/send", 303, sent=new_address),
    "accounts.sign_in_with_code": everywhere("/login/code", 422, sent={"code": "000000"}),
    "accounts.reset": everywhere("/password/reset", 200),
    "accounts.send_reset_code": everywhere("/password/reset", 303, sent=new_address),
    "home.about": everywhere("/about", 200),
    "home.index": everywhere("/", 200, former=303, suspended=303),
    "home.search": everywhere("/search?q=restwarmte", 200),
    "home.preferences": everywhere("/preferences", 303, sent={"theme": "dark"}),
    "admin.health": everywhere("/healthz", 200),
    "admin.readiness": everywhere("/readyz", 200),
    "static": everywhere("/static/css/layers.css", 200),
    # for those with an office
    "admin.index": everywhere("/admin", 200, who=OFFICE),
    "admin.second_step": everywhere("/admin/second-step", 200, who=OFFICE),
    "admin.reset_second_step": everywhere("/admin/second-step", 303, who=OFFICE, sent=lost_second_step),
    "admin.parts": everywhere("/admin/parts", 200, who=OFFICE),
    "admin.rules": everywhere("/admin/rules", 200, who=OFFICE),
    "admin.mail": everywhere("/admin/mail", 200, who=OFFICE),
    # groups
    "home.groups": everywhere("/groups", 200, who=LIVE),
    "home.group": in_group("", 200, more={"personeelsmobiliteit": but(STAFF, 200)}),
    "groups.about": in_group("/about", 200),
    "groups.watch_page": in_group("/watch", 200),
    "groups.watch": in_group("/watch", 303, sent={"level": "silent"}),
    "groups.members": in_group("/members", 200),
    "groups.add_member": in_group("/members", 422, sent={"person": "0"}, more=ADDS),  # it is nobody
    "groups.new": everywhere("/groups/new", 403, who=LIVE, dirk=200),
    "groups.create": everywhere("/groups", 403, who=LIVE, dirk=303, sent=new_group),
    "groups.edit": in_group("/edit", 200, more=EDITS),
    "groups.update": [
        case._replace(sent=group_settings(case.address.split("/")[2])) for case in in_group("/edit", 303, more=SAVES)
    ],
    "groups.join": in_group("/join", 303, sent={}, more=JOINS),
    "groups.leave": in_group("/leave", 303, sent={}, more=LEAVES),
    "groups.request_form": [
        Case(f"/groups/{slug}/request", ASKS_FORM[slug]) for slug in ASKS_FORM],
    "groups.ask_to_join": [
        Case(f"/groups/{slug}/request", {role: {200: 303}.get(status, status) for role, status in line.items()},
             {"answer": "Wij zoeken lassers in de zomer."})
        for slug, line in ASKS_FORM.items()],
    "groups.withdraw_request": [
        Case(lambda world, role: world.page_asked(role), answers((STAFF, 303)), {}),
        *(Case(f"/groups/{slug}/request/withdraw", {}, {}) for slug in ("energie", "externe-veiligheid"))],
    "groups.approve_request": on_request_to_join("approve", sent={}),
    "groups.decline_request": on_request_to_join("decline", sent={"reason": "Wij zijn met genoeg."}),
    # threads
    "discussions.threads": in_group("/threads", 200),
    "discussions.new": in_group("/threads/new", 200),
    "discussions.start": in_group("/threads", 303, sent=THREAD),
    "discussions.thread": [
        *on_thread("", 302), *on_thread("-andere-woorden", 302), *on_thread("-andere-woorden?page=1", 302),
        *(case._replace(address=lambda world, role, case=case: canonical(case.address(world, role)))
          for case in on_thread("", 200)),
    ],
    "discussions.post": [
        Case(lambda world, _role, name=name: f"/posts/{world.first_post_of[name]}", answers((who, 302)))
        for name, who in (("open", ENERGIE), ("closed", ENERGIE), ("elsewhere", INNOVATIE),
                          ("on_request", ON_REQUEST), ("secret", SECRET))
    ],
    "discussions.edit_post": own_post("/edit", 200),
    "discussions.save_post": own_post("/edit", 303, sent={"body": "Nog iets, en beter.", "version": "1"}),
    "discussions.delete_post": own_post("/delete", 303, sent={}, state="deleted"),
    "discussions.restore_post": own_post("/restore", 303, sent={}, state="deleted"),
    "discussions.unfold_post": own_folded("/unfold"),
    "discussions.fold_post": own_folded("/fold"),
    "discussions.post_history": [
        Case(lambda world, _role, name=name: f"/posts/{world.first_post_of[name]}/history", answers((who, 200)))
        for name, who in READERS.items()
    ],
    "discussions.react_to_post": [
        Case(lambda world, _role, name=name: f"/posts/{world.first_post_of[name]}/react", answers((who, 303)),
             {"kind": "agree"})
        for name, who in {**READERS, "closed": ENERGIE}.items()
    ],
    "discussions.quote_post": [
        Case(lambda world, _role, name=name: f"/posts/{world.first_post_of[name]}/quote", answers((who, status)))
        for name, who, status in (*((name, who, 200) for name, who in READERS.items()), ("closed", ENERGIE, 403))
    ],
    "discussions.reactions": [
        Case(lambda world, _role, name=name: f"/posts/{world.first_post_of[name]}/reactions", answers((who, 200)))
        for name, who in READERS.items()
    ],
    "discussions.edit_thread": on_thread("/edit", 200, more=RENAMES),
    "discussions.rename_thread": on_thread(
        "/edit", 303, sent={"title": "Anders genoemd", "kind": "question", "version": "1"}, more=CLOSES),
    "discussions.thread_history": on_thread("/history", 200),
    "discussions.reply_page": [
        *on_thread("/reply", 200),
        Case(lambda world, _role: f"/threads/{world.closed_id}/reply", answers((ENERGIE, 403))),
    ],
    "discussions.post_reply": [
        *on_thread("/posts", 303, sent=REPLY),
        Case(lambda world, _role: f"/threads/{world.closed_id}/posts", answers((ENERGIE, 409)), REPLY),
    ],
    "discussions.close_thread": on_thread("/close", 303, sent={}, more=CLOSES),
    "discussions.reopen_thread": on_thread("/reopen", 303, sent={}, more=CLOSES),
    "discussions.watch_page": on_thread("/watch", 200),
    "discussions.watch": on_thread("/watch", 303, sent={"level": "all_mail"}),
    "discussions.watch_overview": on_thread("/watch/overview", 303, sent={}),
    "discussions.summary_page": on_thread("/summary", 200, more=RENAMES),
    "discussions.summarize_thread": on_thread(
        "/summary", 303, sent={"body": "Er is warmte over.", "position": "1", "version": "0"}, more=CLOSES),
    "discussions.summary_history": on_thread("/summary/history", 200),
    "discussions.settle_page": on_thread("/settle", 200, more=RENAMES),
    "discussions.settle_thread": on_thread("/settle", 303, sent={"body": "Wij meten voortaan zelf."}, more=CLOSES),
    "discussions.resume_thread": on_thread("/resume", 303, sent={}, more=CLOSES),
    "discussions.take_up_thread": on_thread("/take-up", 303, sent={}, more=CLOSES),
    "discussions.set_thread_aside": on_thread("/set-aside", 303, sent={}, more=CLOSES),
    "discussions.mark_seen": [
        *on_thread("/seen", 204, sent={"position": "1"}), *on_thread("/seen", 303, sent={"all": "1"})],
    "discussions.mark_group_seen": in_group("/seen", 303, sent={"until": "1"}),
    "discussions.mark_all_seen": everywhere("/seen", 303, who=LIVE, sent={"until": ""}),
    "discussions.undo_seen": everywhere("/seen/undo", 303, who=LIVE, sent={}),
    "discussions.names": names_in_every_place(),
    "discussions.preview": in_every_place("/preview", 200),
    "discussions.drafts": everywhere("/account/drafts", 200, who=LIVE),
    "discussions.save_draft": in_every_place("/account/drafts", 303),
    "discussions.add_draft_file": in_every_place("/account/drafts/files", 422),
    "discussions.attachment": [
        *(Case(lambda world, _role, name=name, more=more: f"/attachments/{world.attachment(name)}{more}",
               answers((who, 200))) for name, who in READERS.items() for more in ("", "?inline")),
        Case(lambda world, _role: f"/attachments/{world.attachment('open', 'emma')}", answers(({"emma"}, 200))),
    ],
    "discussions.attachment_thumbnail": [  # of a text there is none
        Case(lambda world, _role, name=name: f"/attachments/{world.attachment(name)}/thumbnail", answers((who, 404)))
        for name, who in READERS.items()
    ],
    "discussions.discard_draft": [
        Case(own_draft, answers((LIVE, 303)), {}), Case(draft_of_another, answers(), {})],
    # documents
    "documents.documents": in_documents("/documents", 200),
    "documents.upload": in_documents("/documents", 422, who=ADDERS, sent={"folder": "0"}),
    "documents.trash": in_documents("/documents/trash", 200),
    "documents.new_page": in_documents("/pages/new", 200, who=ADDERS),
    "documents.add_page": in_documents(
        "/pages", 303, who=ADDERS, sent={"title": "Jaarplan", "body": "Wij delen warmte.", "folder": "0"}),
    "documents.new_folder": in_documents("/folders/new", 200, who=ADDERS),
    "documents.add_folder": in_documents("/folders", 303, who=ADDERS, sent=folder_of_own),
    "documents.folder": on_document("/folders/{}", 200, kind="folder", who=ADDERS),
    "documents.change_folder": on_document(
        "/folders/{}", 303, kind="folder", who=ADDERS, sent={"name": "Verslagen", "parent": "0", "position": "1"}),
    "documents.remove_folder": on_document("/folders/{}/remove", 303, kind="folder", who=ADDERS, sent={},
                                           is_used_up=True),
    "documents.document": [
        *on_document("/documents/{}", 302), *on_document("/documents/{}-andere-woorden", 302),
        *(case._replace(address=lambda world, role, case=case: link_of(case.address(world, role)))
          for case in (*on_document("/documents/{}", 200), *on_document("/documents/{}", 200, kind="file"))),
        *on_document("/documents/{}", 404, kind="trashed", others=404),
    ],
    "documents.history": on_document("/documents/{}/history", 200),
    "documents.edit": [
        *on_document("/documents/{}/edit", 200, who=ADDERS),
        *on_document("/documents/{}/edit", 303, kind="file", who=ADDERS),
    ],
    "documents.save": on_document(
        "/documents/{}/edit", 303, who=ADDERS, sent={"body": "Wij delen ook stoom.", "base_version": "1"}),
    "documents.settings": on_document("/documents/{}/settings", 200, who=ADDERS),
    "documents.change": on_document(
        "/documents/{}/settings", 303, who=ADDERS, sent={"title": "Plan", "folder": "0", "label": "group"}),
    "documents.add_version": on_document(
        "/documents/{}/versions", 422, kind="file", who=ADDERS, sent={"base_version": "1", "remark": "Nieuw."}),
    "documents.ask_restore": on_document("/documents/{}/versions/1/restore", 200, who=ADDERS),
    "documents.restore_version": on_document("/documents/{}/versions/1/restore", 303, who=ADDERS, sent={}),
    "documents.move": on_document("/documents/{}/move", 303, who=ADDERS, sent={"direction": "down"}),
    "documents.trash_document": on_document("/documents/{}/trash", 303, who=KEEPERS, sent={}, is_used_up=True),
    "documents.restore_document": on_document(
        "/documents/{}/restore", 303, kind="trashed", who=KEEPERS, others=404, sent={}, is_used_up=True),
    "documents.file": on_document("/documents/{}/file", 200, kind="file"),
    "documents.version_file": [
        Case(lambda world, _role, name=name: f"/versions/{first_version(world.document(name, 'file'))}/file",
             answers((readers, 200)))
        for name, readers in READERS.items()
    ],
    "documents.thumbnail": on_document("/documents/{}/thumbnail", 404, kind="file", others=404),
    # meetings
    "meetings.all_meetings": everywhere("/agenda", 200, who=LIVE),
    "meetings.meetings": in_documents("/meetings", 200),
    "meetings.new_meeting": in_documents("/meetings/new", 200, who=KEEPERS),
    "meetings.plan_meeting": in_documents("/meetings", 303, who=KEEPERS, sent=lambda *_: in_two_weeks(**PLAN)),
    "meetings.meeting": [
        *on_meeting("{meeting}", 200), *on_meeting("{meeting}", 200, kind="draft", who=KEEPERS, others=404)],
    "meetings.edit_meeting": on_meeting("{meeting}/edit", 200, who=KEEPERS),
    "meetings.change_meeting": on_meeting(
        "{meeting}/edit", 303, kind="draft", who=KEEPERS, others=404, is_used_up=True,
        sent=lambda *_: in_two_weeks(**PLAN, version="1")),
    "meetings.amend_meeting": on_meeting(
        "{meeting}/amend", 409, who=KEEPERS, sent={**PLAN, **BECAUSE, "version": "9"}),
    "meetings.ask_publish": on_meeting("{meeting}/publish", 200, kind="draft", who=KEEPERS, others=404),
    "meetings.publish_agenda": on_meeting(
        "{meeting}/publish", 303, kind="draft", who=KEEPERS, others=404, sent={}, is_used_up=True),
    "meetings.ask_move": on_meeting("{meeting}/move", 200, who=KEEPERS),
    "meetings.move_meeting": on_meeting(
        "{meeting}/move", 303, who=KEEPERS, sent=at_another_hour),
    "meetings.ask_cancel": on_meeting("{meeting}/cancel", 200, who=KEEPERS),
    "meetings.cancel_meeting": on_meeting("{meeting}/cancel", 303, who=KEEPERS, sent=BECAUSE),
    "meetings.agenda": on_meeting("{meeting}/agenda", 200, who=KEEPERS),
    "meetings.add_item": on_meeting("{meeting}/items", 303, who=KEEPERS, sent=ITEM),
    "meetings.edit_item": on_meeting("{meeting}/items/{item}", 200, who=KEEPERS),
    "meetings.change_item": on_meeting("{meeting}/items/{item}", 409, who=KEEPERS, sent={**ITEM, "version": "9"}),
    "meetings.ask_move_item": on_meeting("{meeting}/items/{item}/move/down", 200, who=KEEPERS),
    "meetings.move_item": on_meeting("{meeting}/items/{item}/move", 303, who=KEEPERS, sent={**BECAUSE, "steps": "1"}),
    "meetings.ask_remove_item": on_meeting("{meeting}/items/{item}/remove", 200, who=KEEPERS),
    "meetings.remove_item": on_meeting(
        "{meeting}/items/{item}/remove", 303, who=KEEPERS, sent=BECAUSE, is_used_up=True),
    "meetings.file": [
        *on_meeting("{meeting}/files/{file}", 200),
        *on_meeting("{meeting}/files/{file}?inline", 200, kind="draft", who=KEEPERS, others=404)],
    "meetings.add_files": on_meeting("{meeting}/items/{item}/files", 422, who=KEEPERS, sent=BECAUSE),
    "meetings.ask_remove_file": on_meeting("{meeting}/files/{file}/remove", 200, who=KEEPERS),
    "meetings.remove_file": on_meeting(
        "{meeting}/files/{file}/remove", 303, who=KEEPERS, sent=BECAUSE, is_used_up=True),
    "meetings.answer_invitation": on_meeting(
        "{meeting}/answer", 303, who=TAKERS, sent={"answer": "yes", "via": "hall", "remark": ""}),
    "meetings.statement": on_meeting("{meeting}/statement", 200, who=TAKERS),
    "meetings.confirm_statement": on_meeting(
        "{meeting}/confirm", 303, kind="doors", who=TAKERS, sent={"version": "1", "via": "online"}),
    "meetings.closing": on_meeting("{meeting}/closing", 200, who=KEEPERS),
    "meetings.minutes": on_meeting("{meeting}/minutes", 200),
    "meetings.start_writing": on_meeting("{meeting}/minutes/{block}/write", 303, who=KEEPERS, sent={}),
    "meetings.stop_writing": on_meeting("{meeting}/minutes/{block}/stop", 303, who=KEEPERS, sent={}),
    "meetings.write": on_meeting("{meeting}/minutes/{block}", 200, who=KEEPERS),
    "meetings.save_block": on_meeting(
        "{meeting}/minutes/{block}", 303, who=KEEPERS, sent={"body": "Besproken.", "base_version": "1"}),
    "meetings.transcript": on_meeting("{meeting}/transcript", 200, who=TAKERS),
    # the live room, where each verb is a POST too
    "meetings.live": on_meeting("{meeting}/live", 200, kind="room", who=TAKERS),
    "meetings.events": on_meeting("{meeting}/events", 200, kind="room", who=TAKERS),
    "meetings.join": in_room("join", 303, who=TAKERS),
    "meetings.beat": in_room("beat", 303, who=TAKERS),
    "meetings.say": in_room("say", 303, who=TAKERS, body="Wij doen mee."),
    "meetings.change": in_room("change", 303, who=WRITERS, seq="{line}", body="Welkom allemaal."),
    "meetings.remove": in_room("remove", 303, who=CHAIRS, then=409, seq="{line}"),
    "meetings.hand": in_room("hand", 303, who=TAKERS, kind="order"),
    "meetings.unhand": in_room("unhand", 409, who=TAKERS),
    "meetings.word": in_room("word", 409, who=CHAIRS, seq="{line}"),
    "meetings.word_end": in_room("word_end", 409, who=CHAIRS, seq="{line}"),
    "meetings.chair": in_room("chair", 403, who=TAKERS),  # the chair is there
    "meetings.open": in_room("open", 409, who=CHAIRS),
    "meetings.close": in_room("close", 409, who=CHAIRS),
    "meetings.suspend": in_room("suspend", 303, who=CHAIRS, then=409, reason="Koffie"),
    "meetings.resume": in_room("resume", 409, who=CHAIRS),
    "meetings.next": in_room("next", 303, who=CHAIRS, item_id="{item}"),
    "meetings.end": in_room("end", 303, who=CHAIRS, then=409, item_id="{item}"),
    "meetings.pause": in_room("pause", 303, who=CHAIRS, then=409),
    "meetings.postpone": in_room("postpone", 303, who=CHAIRS, then=409, item_id="{item}"),
    "meetings.extend": in_room("extend", 303, who=CHAIRS, minutes="5"),
    # the directory
    "directory.companies": everywhere("/companies", 200, who=STAFF),
    "directory.company": [
        *everywhere(f"/companies/{VEZELWERK}", 200, who=STAFF),
        *everywhere("/companies/kenniskring-noord", 200, who=STAFF), Case("/companies/geen-bedrijf", answers())],
    "directory.logo": everywhere(f"/companies/{VEZELWERK}/logo", 404, who=STAFF),
    "directory.edit": on_company("/edit", 200),
    "directory.describe": on_company("/edit", 409, sent={"summary": "Wij spinnen.", "size": "", "version": "9"}),
    "directory.products": on_company("/products", 200),
    "directory.change_products": on_company("/products", 409, sent={"makes": "garen", "version": "9"}),
    "directory.change_logo": on_company("/logo", 422, sent={}),
    "directory.remove_logo": on_company("/logo/remove", 303, sent={}),
    "directory.staff": on_company("/staff", 200),
    "directory.edit_staff": on_staff("edit", 200),
    "directory.change_staff": on_staff("edit", 303, sent={"function": "monteur"}),
    "directory.ask_end": on_staff("end", 200),
    "directory.end_staff": on_staff("end", 303, sent={"when": "later", "last_day": in_days(300)}),
    "directory.keep_staff": on_staff("keep", 303, sent={}),
    "directory.claims": on_company("/capabilities", 200),
    "directory.add_claim": on_company("/capabilities", 422, sent={"term": "x", "kind": "process"}),
    "directory.change_certificates": on_company("/certificates", 409, sent={"certificates": "VCA", "version": "9"}),
    "directory.claim": on_own("/claims/{}", 200, "claim"),
    "directory.change_claim": on_own("/claims/{}", 409, "claim", sent={"remark": "Ook klein.", "version": "9"}),
    "directory.remove_claim": on_own("/claims/{}/remove", 303, "claim", sent={}, is_used_up=True),
    "directory.sites": on_company("/sites", 200),
    "directory.add_site": on_company("/sites", 422, sent={"name": "Loods", "place": "Atlantis"}),
    "directory.site": on_own("/sites/{}", 200, "site"),
    "directory.change_site": on_own(
        "/sites/{}", 409, "site", sent={"name": "Loods", "place": "Emmen", "version": "9"}),
    "directory.remove_site": on_own("/sites/{}/remove", 303, "site", sent={}, is_used_up=True),
    "directory.capabilities": everywhere("/capabilities", 200, who=STAFF),
    "directory.accept_capability": [
        Case(lambda world, role: f"/capabilities/{world.proposed(role)}/accept", answers(dirk=303), {})],
    "directory.decline_capability": [
        Case(lambda world, role: f"/capabilities/{world.proposed(role)}/decline", answers(dirk=303),
             {"reason": "Dit woord staat er al."})],
    "directory.person": [
        Case(lambda _world, _role: f"/people/{actor_named('yvonne').id}", answers((LIVE, 200))),
        Case(lambda _world, _role: f"/people/{actor_named('jan').id}", answers((STAFF, 200))),
        Case(lambda _world, _role: f"/people/{actor_named('gijs').id}", answers((LIVE, 200))),
        Case(lambda _world, _role: "/people/1", answers()),
    ],
    "directory.card": everywhere("/account/card", 200, who=LIVE),
    "directory.change_card": everywhere(
        "/account/card", 303, who=LIVE, sent={"about": "Hoi", "phone_shown": "nobody", "email_shown": "group"}),
    # the market
    "marketplace.index": everywhere("/market", 200, who=STAFF),
    "marketplace.mine": everywhere("/market/mine", 200, who=STAFF),
    "marketplace.new": everywhere("/market/new?kind=offer&category=material", 200, who=STAFF),
    "marketplace.save": everywhere("/market", 303, who=STAFF, sent=LISTING),
    "marketplace.publish": everywhere("/market/publish", 303, who=STAFF, sent=LISTING),
    "marketplace.listing": [
        *on_listing("/listings/{}", 302), *on_listing("/listings/{}-andere-woorden", 302),
        *on_listing("/listings/{}", 302, kind="draft", who=OWNERS_OF_OFFER),
        *on_listing("/listings/{}", 302, kind="secret", who=SECRET),
        Case(lambda world, _role: db.session.get_one(Listing, world.listing()).link, answers((STAFF, 200))),
        Case(lambda world, _role: db.session.get_one(Listing, world.listing("secret")).link, answers((SECRET, 200))),
    ],
    "marketplace.file": [
        Case(lambda world, _role, kind=kind: f"/listings/{world.listing(kind)}/files/{world.file_of_listing(kind)}",
             answers((who, 200)))
        for kind, who in (("offer", STAFF), ("draft", OWNERS_OF_OFFER), ("secret", SECRET),
                          ("waiting", {*OWNERS_OF_OFFER, "dirk"}))
    ],
    "marketplace.thumbnail": [
        Case(lambda world, _role: f"/listings/{world.listing()}/files/{world.file_of_listing('offer')}/small",
             answers((STAFF, 404)))],
    "marketplace.edit": [
        *on_listing("/listings/{}/edit", 200, who=OWNERS_OF_OFFER),
        *on_listing("/listings/{}/edit", 200, kind="draft", who=OWNERS_OF_OFFER),
        *on_listing("/listings/{}/edit", 200, kind="secret", who={"emma"}),
    ],
    "marketplace.save_listing": on_listing("/listings/{}", 303, who=OWNERS_OF_OFFER, sent=LISTING),
    "marketplace.publish_listing": on_listing("/listings/{}/publish", 303, who=OWNERS_OF_OFFER, sent=LISTING),
    "marketplace.preview": on_listing("/listings/{}/preview", 200, kind="draft", who=OWNERS_OF_OFFER),
    "marketplace.discard": on_listing("/listings/{}/discard", 303, kind="draft", who=OWNERS_OF_OFFER, sent={},
                                      is_used_up=True),
    "marketplace.renew": on_listing("/listings/{}/renew", 303, who=OWNERS_OF_OFFER, others=403, sent={}),
    "marketplace.pause": on_listing("/listings/{}/pause", 303, who=OWNERS_OF_OFFER, others=403, sent={},
                                    is_used_up=True),
    "marketplace.resume": on_listing("/listings/{}/resume", 303, who=OWNERS_OF_OFFER, others=403, sent={}),
    "marketplace.ask_close": on_listing("/listings/{}/close", 200, who=OWNERS_OF_OFFER, others=403),
    "marketplace.close": on_listing("/listings/{}/close", 303, who=OWNERS_OF_OFFER, others=403,
                                    sent={"reason": "elsewhere"}, is_used_up=True),
    "marketplace.take_part": on_listing("/listings/{}/take-part", 303, kind="purchase", who={"anna", "carla", "emma"},
                                        others=403, sent={}),
    "marketplace.stop_taking_part": on_listing("/listings/{}/stop-taking-part", 303, kind="purchase",
                                               who={"anna", "carla", "emma"}, others=403, sent={}),
    "marketplace.queue": everywhere("/market/review", 403, who=STAFF, dirk=200, emma=200, paul=200),
    "marketplace.choose_moderation": everywhere("/market/moderation", 403, who=STAFF, dirk=303, sent=moderation),
    "marketplace.review": on_listing("/listings/{}/review", 200, kind="waiting", who={"dirk"}),
    "marketplace.approve": on_listing("/listings/{}/approve", 303, kind="waiting", who={"dirk"}, sent=of_version(),
                                      is_used_up=True),
    "marketplace.decline": on_listing("/listings/{}/decline", 303, kind="waiting", who={"dirk"}, is_used_up=True,
                                      sent=of_version(reason="unclear", body="Wat is het?")),
    "marketplace.react": on_listing("/listings/{}/talks", 303, sent={"body": "Hoeveel is er?"}, is_used_up=True,
                                    anna=409, bram=409, dirk=403),
    "marketplace.talks": everywhere("/talks", 200, who=STAFF),
    "marketplace.talk": in_talk("/talks/{}", 200, is_used_up=False),
    "marketplace.events": in_talk("/talks/{}/events?after=0", 200, is_used_up=False),
    "marketplace.say_something": in_talk("/talks/{}/messages", 303, sent={"body": "En hoe zwaar?"}),
    "marketplace.add_colleague": in_talk("/talks/{}/people", 303, sent=colleague),
    "marketplace.propose": in_talk("/talks/{}/proposals", 409, sent=PROPOSAL),
    "marketplace.accept_proposal": in_talk("/talks/{}/proposals/{}/accept", 303, who=OWNERS_OF_OFFER, others=403,
                                           sent={}),
    "marketplace.decline_proposal": in_talk("/talks/{}/proposals/{}/decline", 303, who=OWNERS_OF_OFFER, others=403,
                                            sent={}),
    "marketplace.withdraw_proposal": in_talk("/talks/{}/proposals/{}/withdraw", 303, who={"carla"}, others=403,
                                             sent={}),
    # moderation
    "moderation.reports": everywhere("/reports", 200, who=LIVE),
    "moderation.new_report": on_report(None, 200),
    "moderation.file_report": on_report("/reports", 303),
    "moderation.rules": everywhere("/house-rules", 200, who=LIVE),
    "moderation.own_actions": everywhere("/account/actions", 200, who=SIGNED_IN),
    "moderation.show_own_action": [
        Case(lambda world, role: f"/account/actions/{world.action_on(role)}",
             answers((("anna", "bram", "carla", "emma", "gijs"), 200))),
    ],
    "moderation.file_objection": [
        Case(lambda world, role: f"/account/actions/{world.action_on(role)}/objection",
             answers((("anna", "bram", "carla", "emma", "gijs"), 303)),
             {"text": "Het was een grap onder vrienden."}),
    ],
    "moderation.queue": [
        *everywhere("/moderation", 200, who=DESKS), *everywhere("/moderation?filter=closed", 200, who=DESKS)],
    "moderation.show_case": [*on_case("", 200), *on_case("", 200, state="open"), *on_case("", 200, state="hidden")],
    "moderation.claim_case": on_case("/claim", 303, state="open", sent={}),
    "moderation.give_back_case": on_case("/give-back", 303, sent={}),
    "moderation.add_note": on_case("/notes", 303, sent={"body": "Eerst bellen."}),
    "moderation.send_message": [*on_case("/message", 303, sent=GROUND), *on_case("/message", 422, sent={"rule": "1"}),
                                *on_case("/message", 403, state="open", sent=GROUND)],
    "moderation.hide_subject": on_case("/hide", 303, sent=GROUND),
    "moderation.unhide_subject": on_case("/unhide", 303, state="hidden", sent=GROUND),
    "moderation.silence_author": on_case("/silence", 303, sent={**GROUND, "days": "1"}),
    "moderation.suspend_author": on_case("/suspend", 422, sent={**GROUND, "days": "0"}),
    "moderation.lift_sanction": [Case(lifted, {"dirk": 303}, GROUND)],
    "moderation.settle_case": on_case("/settle", 303, sent={"outcome": "De tekst is verborgen."}),
    "moderation.reject_case": on_case("/reject", 303, sent={"outcome": "Er was niets mis mee."}),
    "moderation.decide_objection": [Case(objected, {}, {"decision": "upheld", "reason": "Het was een grap."})],
    "moderation.log": everywhere("/moderation/log", 200, who=LIVE),
    "moderation.export_log": everywhere("/moderation/log/export", 200, who=LIVE),
    # bringing people in
    "invitations.index": on_invitations(200),
    "invitations.invite": on_invitations(303, sent=new_person),
    "invitations.resend": on_invitations(303, "/resend", sent={"invitation": "1"}),
    "invitations.revoke": on_invitations(303, "/revoke", sent={"invitation": "1"}),
    "invitations.invitation": [*behind_link("", answers((EVERYONE, 200))), Case("/invitations/onbekend", {
        role: 404 for role in EVERYONE})],
    # for the account that is signed in: whoever acts for a company leaves it first
    "invitations.accept": behind_link("", answers((EVERYONE, 409), visitor=303, former=303), sent={"name": "Rosa"}),
    "invitations.ask": behind_link("/ask", answers((EVERYONE, 303)), sent={"a": "1"}),
    "mailin.undo": [*behind_answer(200), Case("/mail/undo/onbekend", dict.fromkeys(EVERYONE, 404))],
    "mailin.take_back": behind_answer(303, sent={}),
    "notifications.stop_page": [
        *behind_letter("", 200), Case("/notifications/stop/onbekend", dict.fromkeys(EVERYONE, 404))],
    "notifications.stop": behind_letter("", 200, sent={}),
    "notifications.take_back_stop": behind_letter("/undo", 303, sent={}),
    "invitations.new_import": everywhere("/invitations/import", 403, who=LIVE, **but(READ_LISTS, 200)),
    "invitations.try_import": everywhere(
        "/invitations/import", 403, who=LIVE, **but(READ_LISTS, 422), sent={"file": ""}),
    "invitations.show_import": on_import("", 200),
    "invitations.import_errors": on_import("/errors.csv", 200),
    "invitations.send_import": on_import("/send", 303, sent={}),
    "invitations.discard_import": on_import("/discard", 303, sent={}),
    "invitations.welcome": as_newcomer("", 303),
    "invitations.name": as_newcomer("/name", 200),
    "invitations.save_name": as_newcomer("/name", 303, sent={"name": "Rosa Reitsma", "function": "monteur"}),
    "invitations.groups": as_newcomer("/groups", 200),
    "invitations.save_groups": as_newcomer("/groups", 303, sent={}),
    "invitations.mail": as_newcomer("/mail", 200),
    "invitations.save_mail": as_newcomer("/mail", 303, sent={"rhythm": "weekly"}),
    "invitations.skip_mail": as_newcomer("/mail/skip", 303, sent={}),
    # telling many at once
    "announcements.index": everywhere("/announcements", 200, who=LIVE),
    "announcements.new": everywhere("/announcements/new", 403, who=LIVE, **but(ANNOUNCERS, 200)),
    "announcements.write": everywhere("/announcements/new", 403, who=LIVE, **but(ANNOUNCERS, 303), sent=news),
    "announcements.show": [
        on_announcement("", answers((STAFF, 200))), on_announcement("", {"dirk": 200}, "draft"),
        on_announcement("", {"dirk": 200}, "waiting"),
        on_announcement("", answers((SECRET, 200)), by="emma", group="externe-veiligheid")],
    "announcements.edit": [on_announcement("/edit", {"dirk": 200}, "draft"),
                           on_announcement("/edit", answers((STAFF, 403)))],
    "announcements.save": [on_announcement("/edit", {"dirk": 303}, "draft", sent=news),
                           on_announcement("/edit", answers((STAFF, 403)), sent=news)],
    "announcements.send": [on_announcement("/send", {"dirk": 303}, "draft", sent={}),
                           on_announcement("/send", answers((STAFF, 403)), sent={})],
    "announcements.withdraw": [on_announcement("/withdraw", {"dirk": 303}, "waiting", sent={}),
                               on_announcement("/withdraw", answers((STAFF, 409)), sent={})],
    "announcements.try_out": [on_announcement("/try", {"dirk": 303}, "draft", sent={}),
                              on_announcement("/try", answers((STAFF, 403)), sent={})],
    "announcements.discard": [on_announcement("/discard", {"dirk": 303}, "draft", sent={}),
                              on_announcement("/discard", answers((STAFF, 403)), sent={})],
    "announcements.send_again": [on_announcement("/send-again", answers((STAFF, 403), dirk=422), sent={"person": "1"})],
    "notifications.index": everywhere("/notifications", 200, who=LIVE),
    "home.mail_settings": everywhere("/account/notifications", 200, who=LIVE),
    "home.choose_overview": everywhere(
        "/account/notifications/overview", 303, who=LIVE, sent={"rhythm": "weekly", "days": "2", "hour": "8"}),
    "home.choose_group_levels": everywhere("/account/notifications/groups", 303, who=LIVE, sent={}),
    "home.leave_thread_to_group": with_thread("/account/notifications/threads", 303),
    "home.take_back_stop": everywhere("/account/notifications/stops", 404, who=LIVE, sent={"stop": "1"}),
    "home.choose_boxes": everywhere(
        "/account/notifications/boxes", 303, who=LIVE, sent={"shown": "reaction:bell", "on": "reaction:bell"}),
    "home.send_sample": everywhere("/account/notifications/sample", 303, who=LIVE, sent={}),
    "notifications.read": everywhere("/notifications/read", 303, who=LIVE, sent={"all": "1"}),
}  # fmt: skip


def said(verb, who, **fields):
    """A verb of the room by socket, in each of the four groups, and of a meeting that is not there."""

    def payload(world, name):
        numbers = world.meeting(name, "room")
        return {"meeting_id": numbers["meeting"],
                **{field: numbers.get(value, value) for field, value in fields.items()}}  # fmt: skip

    return {
        f"meeting:{verb}": [
            *((lambda world, name=name: payload(world, name), who[name]) for name in READERS),
            (lambda _world: {"meeting_id": 1, **fields}, set()), (lambda _world: {}, set()),
        ]
    }  # fmt: skip


NOBODY = dict.fromkeys(READERS, ())
# message → payload of the world, and who gets an answer; others get a refusal, and who has no right no connection
MESSAGES = {
    "thread:watch": [
        (lambda world: {"thread_id": world.open_id}, ENERGIE),
        (lambda world: {"thread_id": world.elsewhere_id}, INNOVATIE),
        (lambda world: {"thread_id": world.on_request_id}, ON_REQUEST),
        (lambda world: {"thread_id": world.secret_id}, SECRET),
        (lambda _world: {"thread_id": 1}, set()),
        (lambda _world: {}, set()),
    ],
    "talk:join": [
        (lambda world: {"talk_id": world.talk()[0], "after": 0}, TALKERS),
        (lambda _world: {"talk_id": 1, "after": 0}, set()),
        (lambda _world: {}, set()),
    ],
    "talk:say": [
        (lambda world: {"talk_id": world.talk()[0], "body": "En hoe zwaar?"}, TALKERS),
        (lambda world: {"talk_id": world.talk()[0], "body": " "}, set()),
        (lambda _world: {"talk_id": 1, "body": "Hoi"}, set()),
    ],
    # leaving a room says nothing of it: the answer is the same whether it exists or not
    "thread:leave": [
        (lambda world: {"thread_id": world.secret_id}, LIVE),
        (lambda _world: {"thread_id": 1}, LIVE),
    ],
    **said("confirm", TAKERS, version=1), **said("join", TAKERS, after=0), **said("beat", TAKERS),
    **said("say", TAKERS, body="Wij doen mee."), **said("hand", TAKERS, kind="word"), **said("unhand", NOBODY),
    **said("change", WRITERS, seq="line", body="Welkom."), **said("remove", WRITERS, seq="line"),
    **said("word", NOBODY, seq="line"), **said("word_end", NOBODY, seq="line"), **said("chair", NOBODY),
    **said("open", NOBODY), **said("close", NOBODY), **said("resume", NOBODY), **said("suspend", WRITERS),
    **said("next", CHAIRS, item_id="item"), **said("extend", CHAIRS, minutes=5),
    # the first who may takes it for all: who may come after is refused for that
    **said("pause", WRITERS), **said("postpone", WRITERS, item_id="item"), **said("end", WRITERS, item_id="item"),
}


def canonical(address):
    """The address with the words of the title, which does not redirect."""
    return db.session.get_one(Thread, int(address.split("/")[2])).link


def link_of(address):
    """The address with the words of the title, which does not redirect."""
    return db.session.get_one(Document, int(address.split("/")[2])).link


def first_version(document_id):
    return db.session.scalar(select(DocumentVersion.id).where(DocumentVersion.document_id == document_id))


def expected_of(case, role):
    if role in case.expected:
        return case.expected[role]
    if role == "visitor":
        return 303 if case.sent is None else 401
    return 404


def of_this_moment(value, world, role):
    return value(world, role) if callable(value) else value


def status_of(browser, case, world, role):
    address = of_this_moment(case.address, world, role)
    if case.sent is None:
        return browser.get(address).status_code
    return browser.post(address, data=of_this_moment(case.sent, world, role)).status_code


# Packages whose forms came later, when the suite had no time left for each word alone in each of their fields.
LATER = ("meetings.", "marketplace.", "directory.", "moderation.", "invitations.", "home.search",
         "announcements.")


def table_here():
    """The lines for a sweep in which the database has no part (headers, hosts, origins, bodies that are no forms,
    names of columns): all of them on SQLite; on PostgreSQL a page and a form of each package.
    """
    if is_sqlite():
        return TABLE
    firsts = {}
    for endpoint, cases in TABLE.items():
        firsts.setdefault((endpoint.partition(".")[0], cases[0].sent is None), endpoint)
    return {endpoint: TABLE[endpoint] for endpoint in firsts.values()}
