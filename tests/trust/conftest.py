"""People of every kind, and a world in which each has something of their own."""

import io
from contextlib import suppress
from copy import deepcopy
from datetime import timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, CompanyState, Session, Tie
from app.accounts.service.sessions import start_session, token_hash
from app.announcements import service as announcements
from app.announcements.models import Audience, Kind
from app.announcements.models import Reason as WhyAll
from app.announcements.models import State as AnnouncementState
from app.audit.models import AuditEntry
from app.core import clock
from app.core.errors import Conflict, Forbidden
from app.core.extensions import Model, db, limiter
from app.demo.service import STARTED
from app.directory import service as directory
from app.directory.models import CapabilityKind, Claim
from app.directory.service import SitePlan
from app.discussions import service as discussions
from app.discussions.models import Attachment, Draft, Post, PostFold, Thread
from app.discussions.queries import first_post
from app.documents import service as documents
from app.documents.service import WrittenPage
from app.files import service as files
from app.groups import service as groups
from app.groups.models import Role
from app.groups.queries import members_of
from app.groups.service import add_member
from app.invitations import service as invitations
from app.invitations.models import FirstVisit, Invitation
from app.mailin.models import InboundMail, MailState
from app.mailin.service.undoing import undo_token
from app.marketplace import service as marketplace
from app.marketplace.models import FileRole, Listing, ListingFile
from app.marketplace.service import Typed
from app.marketplace.service import Upload as ListingUpload
from app.meetings import service as meetings
from app.meetings.queries import files_on, items_of
from app.meetings.service import Times
from app.moderation import service as moderation
from app.moderation.models import Action, Case, Objection, Reason
from tests.conftest import actor_named, files_folder, group_called, new_thread, person_named, reply, written
from tests.marketplace.conftest import draft as listing_draft
from tests.marketplace.conftest import place_draft, with_setting
from tests.meetings.conftest import item_plan, plan_draft, plan_published, text_on, upload
from tests.realtime.conftest import serving, socket_of  # noqa: F401 (fixtures)

# Who is who in the matrix; the world below makes the last three what they are.
ROLES = {
    "visitor": None,
    "anna": "anna",  # lead of an open group
    "bram": "bram",  # member of two open groups, of company A
    "carla": "carla",  # of a competing company B, in another open group
    "dirk": "dirk",  # coordinator
    "emma": "emma",  # lead of the confidential group
    "paul": "paul",  # deputy there, of another company
    "bert": "bert",  # plain member there
    "femke": "femke",  # administrator
    "gijs": "gijs",  # guest in innovatie
    "former": "corrie",  # employee until yesterday
    "suspended": "annemiek",  # of a company whose membership is suspended
}
OUTSIDERS = ("visitor", "anna", "carla", "dirk", "femke", "gijs")


class World:
    """One thread in each group, with a reply; a closed one; a draft of everybody; a line under some bells."""

    def __init__(self):
        self._documents, self._meetings, self._listings, self._talks, self._cases = {}, {}, {}, {}, {}
        self._posts, self._invitations, self._attachments = {}, {}, {}
        anna, bram, emma, bert = (actor_named(key) for key in ("anna", "bram", "emma", "bert"))
        self.open = new_thread(anna, group_called("energie"), "Restwarmte in Emmen")
        self.open_post = reply(bram, self.open, "Wij hebben zestig graden over.")
        in_full = "Wie kan 60 graden gebruiken? Ook in de zomer."
        discussions.edit_post(anna, first_post(self.open), written(in_full), version=1)
        self.closed = new_thread(anna, group_called("energie"), "Afgesloten onderwerp")
        discussions.close_thread(anna, self.closed)
        self.on_request = new_thread(actor_named("wietske"), group_called("personeelsmobiliteit"), "Uitlenen")
        self.elsewhere = new_thread(actor_named("yvonne"), group_called("innovatie"), "Proefopstelling")
        self.secret = new_thread(emma, group_called("externe-veiligheid"), "Bijna-ongeval bij het lossen")
        self.secret_post = reply(bert, self.secret, "Bij ons ook.")
        self._remember_numbers()

    def _remember_numbers(self):
        """Plain numbers: the rows behind them are loaded again and again by other requests."""
        for name in ("open", "closed", "on_request", "elsewhere", "secret", "open_post", "secret_post"):
            setattr(self, f"{name}_id", getattr(self, name).id)
        self.first_post_of = {
            name: db.session.scalar(select(Post.id).where(Post.thread_id == getattr(self, f"{name}_id"),
                                                          Post.position == 1))
            for name in ("open", "closed", "on_request", "elsewhere", "secret")
        }  # fmt: skip

    @property
    def numbers(self):
        """What of this world outlasts the session in which it was made."""
        return deepcopy({name: value for name, value in vars(self).items() if not isinstance(value, Model)})

    @classmethod
    def again(cls, numbers):
        world = cls.__new__(cls)
        vars(world).update(deepcopy(numbers))
        return world

    def fill(self):
        """What hangs on no role: most tests ask for it."""
        for name in OWNERS:
            for kind in ("page", "file", "folder", "trashed"):
                self.document(name, kind)
            for kind in ("announced", "draft", "doors", "room"):
                self.meeting(name, kind)
        for name in self.first_post_of:
            self.attachment(name)
        for kind in ("offer", "draft", "secret", "waiting", "purchase"):
            self.listing(kind)
        for state in ("open", "in_hand", "hidden", "objected"):  # a silenced author writes no more
            self.case(state)
        for kind in ("site", "claim"):
            self.of_vezelwerk(kind)
        self.invitation()
        self.mailed()
        for key in ("anna", "dirk"):
            self.import_of(key)
        for state in ("sent", "draft", "waiting"):
            self.announcement(state)
        self.announcement("sent", by="emma", group="externe-veiligheid")
        self.talk()
        self.request_to_join()

    def invitation(self, role=""):
        """(number, token) of one that Anna sent for Vezelwerk; with a role one that nobody else gets."""
        if role not in self._invitations:
            anna = actor_named("anna")
            plan = invitations.Plan(email=f"nieuw{role}@nieuw.example", name=f"Nieuw {role}")
            made, token = invitations.note_invitation(anna, db.session.get_one(Company, anna.company_id), plan)
            self._invitations[role] = (made.id, token)
        return self._invitations[role]

    def mailed(self):
        """The token by which a post of Bram's that came by mail is taken back."""
        if "mailed" not in self._posts:
            post = reply(actor_named("bram"), db.session.get_one(Thread, self.open_id), "Van onderweg.")
            mail = InboundMail(message_id="<1@a.example>", key="", sender="bram@brink.example", size=1,
                               post_id=post.id, state=MailState.POSTED)  # fmt: skip
            db.session.add(mail)
            db.session.commit()
            self._posts["mailed"] = undo_token(mail.id)
        return self._posts["mailed"]

    def import_of(self, key, role=""):
        """A list of one line that this person read in."""
        name = ("import", key, role)
        if name not in self._invitations:
            content = f"naam;e-mail;bedrijf\nKees;kees{role}@nieuw.example;Vezelwerk Emmen".encode()
            self._invitations[name] = invitations.try_import(actor_named(key), "lijst.csv", content).id
        return self._invitations[name]

    def announcement(self, state="sent", role="", by="dirk", group="energie"):
        """Of the board by Dirk, or news by a lead; with a role one that nobody else gets."""
        name = ("announcement", state, role, by)
        if name not in self._invitations:
            is_board = by == "dirk"
            plan = announcements.Plan(
                kind=Kind.BOARD if is_board else Kind.NEWS, audience=Audience.ALL if is_board else Audience.GROUPS,
                title=f"Ledenvergadering {role}", body_md="Kom allen.", body_html="<p>Kom allen.</p>",
                reason=WhyAll.SAFETY if is_board else None,
                group_ids=() if is_board else (group_called(group).id,))  # fmt: skip
            made = announcements.write_announcement(actor_named(by), plan)
            made.state = AnnouncementState(state)
            made.send_at = clock.now() + timedelta(minutes=10) if state == "waiting" else None
            made.sent_at = clock.now() if state == "sent" else None
            db.session.commit()
            self._invitations[name] = made.id
        return self._invitations[name]

    def newcomer(self, role):
        """Whoever this is has the first three pages before them still."""
        person_id = person_named(ROLES[role]).id if ROLES[role] else None
        if person_id and db.session.get(FirstVisit, person_id) is None:
            came_by = db.session.get_one(Invitation, self.invitation("newcomer")[0])
            came_by.accepted_at = clock.now()
            db.session.add(FirstVisit(person_id=person_id, invitation_id=came_by.id, step=1))
            db.session.commit()

    def listing(self, kind="offer", role=""):
        """An offer of Vezelwerk by Bram, a draft of his, one that waits, one of the confidential group, or a purchase.

        With a role one that nobody else gets: for what can be done to it once only.
        """
        made = self._listings.get((kind, role))
        if made is None:
            with_setting("all" if kind == "waiting" else "off")
            by = {"secret": "emma", "purchase": "dirk"}.get(kind, "bram")
            category = "joint_purchase" if kind == "purchase" else "material"
            more = {}
            if kind == "secret":
                more = {"audience": "group", "group": str(group_called("externe-veiligheid").id)}
            listing = listing_draft(actor_named(by), category, **more)
            stored = files.store(io.BytesIO(f"Bijlage van {kind}".encode()), most=1000)
            typed = Typed(kind=listing.kind, category=listing.category, fields=listing.typed,
                          uploads=[ListingUpload(stored, f"bijlage van {kind}.txt", FileRole.FILE)])  # fmt: skip
            marketplace.save_listing(actor_named(by), listing, typed)
            if kind != "draft":
                place_draft(actor_named(by), listing)
            made = self._listings[kind, role] = listing.id
        return made

    def file_of_listing(self, kind):
        listing_id = self.listing(kind)
        return db.session.scalar(select(ListingFile.id).where(ListingFile.listing_id == listing_id))

    def request_to_join(self, role=""):
        """Of someone who takes no part in the group on request; with a role one that nobody else gets."""
        key = ("request", role)
        if key not in self._documents:
            asker = actor_named(AUTHORS[list(ROLES).index(role)] if role else "otto")
            asked = groups.ask_to_join(asker, group_called("personeelsmobiliteit"), "Wij zoeken lassers.")
            self._documents[key] = asked.id
        return self._documents[key]

    def page_asked(self, role):
        """Where this person takes back what they asked, if they may ask."""
        key = ("asked", role)
        if key not in self._documents and ROLES[role]:
            with suppress(Forbidden, Conflict):  # or asked it by that form already
                groups.ask_to_join(actor_named(ROLES[role]), group_called("personeelsmobiliteit"), "Ik doe graag mee.")
            self._documents[key] = role
        return "/groups/personeelsmobiliteit/request/withdraw"

    def talk(self, role=""):
        """Of Carla, about the offer, with Bram and therefore with Anna, his contact. She has proposed something."""
        if role not in self._talks:
            carla, listing = actor_named("carla"), db.session.get_one(Listing, self.listing("offer", f"talk {role}"))
            talk = marketplace.open_talk(carla, listing, "Hoeveel is er?")
            until = clock.today() + timedelta(days=9)
            proposal = marketplace.make_proposal(carla, talk, body="Tien ton?", values={}, valid_until=until)
            self._talks[role] = (talk.id, proposal.id)
        return self._talks[role]

    def draft_of(self, key, place=None):
        """A draft of this person; of someone without rights a row laid by hand, from when they had them."""
        place = place or f"thread:{self.open_id}"
        draft = db.session.scalar(select(Draft).where(Draft.person_id == person_named(key).id, Draft.place == place))
        if draft is None:
            draft = Draft(person_id=person_named(key).id, place=place, body="Nog niet af.")
            db.session.add(draft)
            db.session.commit()
        return draft.id

    def attachment(self, name, draft_of=None):
        """A file of the first post there; or one that waits in the draft of this person."""
        key = (name, draft_of)
        if key not in self._attachments:
            stored = upload("meting.txt", f"Gemeten in {name}".encode()).stored
            made = Attachment(sha256=stored.sha256, name="meting.txt", created_by=actor_named("emma").tie_id)
            if draft_of:
                made.draft_id = self.draft_of(draft_of, f"thread:{getattr(self, f'{name}_id')}")
            else:
                made.post_id = self.first_post_of[name]
                db.session.get_one(Post, made.post_id).file_count = 1
            db.session.add(made)
            db.session.commit()
            self._attachments[key] = made.id
        return self._attachments[key]

    def of_vezelwerk(self, kind, role=""):
        """A site or a claim of Vezelwerk; with a role one that nobody else gets."""
        key = ("vezelwerk", kind, role)
        if key not in self._documents:
            anna = actor_named("anna")
            company = db.session.get_one(Company, anna.company_id)
            if kind == "site" and role:  # the last one cannot be removed
                self.of_vezelwerk("site")
            if kind == "site":
                made = directory.add_site(anna, company, SitePlan(name=f"Loods {role}", place="Emmen"))
            else:
                made = directory.add_claim(anna, company, f"kunstje {role}", CapabilityKind.PROCESS)
            self._documents[key] = made.id
        return self._documents[key]

    def proposed(self, role):
        """A term that waits for the coordinator."""
        claim = self.of_vezelwerk("claim", f"voorstel {role}")
        return db.session.get_one(Claim, claim).capability_id

    def document(self, name, kind="page", role=""):
        """A page, a file, a folder, or what lies in the trash, of the group that holds the thread of this name.

        With a role one that nobody else gets: for what can be done to it once only.
        """
        made = self._documents.get((name, kind, role))
        if made is not None:
            return made
        key, slug = OWNERS[name]
        actor, group = actor_named(key), group_called(slug)
        if kind == "folder":
            made = documents.add_folder(actor, group, None, f"Map van {slug} {role}").id
        elif kind == "file":
            stored = files.store(io.BytesIO(f"Verslag van {slug}".encode()), most=1000)
            made = documents.add_files(actor, group, None, [files.Upload(stored, f"verslag van {slug}.txt")])[0].id
        else:
            text = WrittenPage(f"Plan van {slug}.", Markup(f"<p>Plan van {slug}.</p>"))
            page = documents.add_page(actor, group, None, f"Jaarplan van {slug}", text)
            made = page.id
            if kind == "trashed":
                documents.trash_document(actor, page)
        self._documents[name, kind, role] = made
        return made

    def meeting(self, name, kind="announced", role=""):
        """Numbers of a meeting, its first item, and a file and the minutes' text on that, in the group of that thread.

        Kinds: a draft, announced, one whose doors are open since it begins in half an hour, and a room: open, with its
        first item running, a line of its chair, and the statement confirmed by everyone who may take part.
        """
        made = self._meetings.get((name, kind, role))
        if made is None:
            key, slug = OWNERS[name]
            actor, group = actor_named(key), group_called(slug)
            brought = [upload(f"brief van {slug}.txt", f"Brief van {slug}".encode())]
            if kind == "draft":
                meeting = plan_draft(actor, group)
                meetings.add_files(actor, meeting, meetings.add_item(actor, meeting, item_plan()).id, brought)
            else:
                meeting = plan_published(actor, group, brought=brought)
            if kind in ("doors", "room"):
                soon = clock.now() + timedelta(minutes=30)
                meeting.notice_days = 0
                db.session.commit()
                meetings.move_meeting(actor, meeting, Times(soon, soon + timedelta(hours=2)), reason="Dat komt uit.")
            line = hold_room(actor, meeting) if kind == "room" else None
            item = items_of(meeting)[0]
            block = None if kind == "draft" else text_on(meeting, item.title).id
            made = self._meetings[name, kind, role] = {"meeting": meeting.id, "item": item.id, "block": block,
                                                         "line": line, "file": files_on(item)[0].id}  # fmt: skip
        return made

    def case(self, state, role=""):
        """About a post in energie that Mark reported for competition, so that it lies with Dirk.

        `state`: open, in_hand (Dirk's), hidden, silenced, objected; with a role one that nobody else gets.
        """
        made = self._cases.get((state, role))
        if made is not None:
            return made
        authors = SILENCED if state == "silenced" else AUTHORS
        author = actor_named(authors[list(ROLES).index(role)] if role else "otto")
        dirk = actor_named("dirk")
        post = reply(author, db.session.get_one(Thread, self.open_id), f"Onzin {state} {role}.")
        moderation.file_report(actor_named("mark"), "post", post.id, reason=Reason.COMPETITION)
        case = db.session.scalars(select(Case).where(Case.item == post.id)).one()
        self._cases[state, role] = case.id
        if state != "open":
            moderation.claim_case(dirk, case)
        ground = moderation.Ground(1, "Over prijzen spreken wij niet.")
        if state == "hidden":
            moderation.hide_subject(dirk, case, ground)
        if state == "silenced":
            moderation.silence_author(dirk, case, ground, 1)
        if state == "objected":
            moderation.send_message(dirk, case, ground)
        return self._cases[state, role]

    def post_by(self, role, state="shown"):
        """A post of this person's where they write, shown or deleted; of Bert's for who writes nowhere."""
        role = role if role in WRITE_IN else "bert"
        if (role, state) not in self._posts:
            actor = actor_named(role)
            post = reply(actor, db.session.get_one(Thread, getattr(self, f"{WRITE_IN[role]}_id")), "Nog iets.")
            if state == "deleted":
                discussions.delete_post(actor, post)
            if state == "folded":
                db.session.add(PostFold(post_id=post.id, body="> Van wie was dit?"))
                db.session.commit()
            self._posts[role, state] = post.id
        return self._posts[role, state]

    def action_on(self, role):
        """What was done about a post of this person's, by Dirk; about one of Otto's for Dirk and who writes nothing."""
        key = ROLES[role] if role in LIVE_WRITERS else "otto"
        made = self._cases.get(("action", key))
        if made is None:
            slug = "innovatie" if key == "gijs" else "energie"
            thread_id = self.elsewhere_id if slug == "innovatie" else self.open_id
            post = reply(actor_named(key), db.session.get_one(Thread, thread_id), f"Een grap van {key}.")
            moderation.file_report(actor_named("mark"), "post", post.id, reason=Reason.COMPETITION)
            case = db.session.scalars(select(Case).where(Case.item == post.id)).one()
            moderation.claim_case(actor_named("dirk"), case)
            ground = moderation.Ground(4, "Niet op de persoon spelen.")
            made = self._cases["action", key] = moderation.send_message(actor_named("dirk"), case, ground).id
        return made

    def sanction_in(self, role):
        case_id = self.case("silenced", role)
        return db.session.scalar(select(Action.sanction_id).where(Action.case_id == case_id))

    def objection_in(self, role):
        """At the board's desk, where nobody sits."""
        case_id = self.case("objected", role)
        action = db.session.scalars(select(Action).where(Action.case_id == case_id)).one()
        found = db.session.scalar(select(Objection.id).where(Objection.action_id == action.id))
        if found is None:
            author = Actor.of_person(action.person_id)
            found = moderation.file_objection(author, action, "Het ging niet over prijzen.").id
        return found


AUTHORS = ("harm", "marieke", "rik", "evert", "freek", "mirjam", "ineke", "gert", "erwin", "lammert", "vincent",
           "jeroen")  # fmt: skip
SILENCED = ("geesje", "desiree", "aaltje", "nel", "johan", "theo", "bas", "silvia", "wim", "elly", "nynke",
            "trijntje")  # fmt: skip
WRITE_IN = {"anna": "open", "bram": "open", "carla": "elsewhere", "dirk": "on_request", "emma": "secret",
            "paul": "secret", "bert": "secret", "gijs": "elsewhere"}  # fmt: skip
LIVE_WRITERS = {"anna", "bram", "carla", "emma", "gijs"}


def hold_room(chair, meeting):
    """Opened by its chair, who stays; the seq of what they said."""
    for person_id in [*(line.person_id for line in members_of(meeting.group_id)), actor_named("dirk").id]:
        with suppress(Forbidden):  # the coordinator reads no confidential group
            meetings.confirm_statement(Actor.of_person(person_id), meeting, version=1)
    meetings.come_in(chair, meeting)
    meetings.open_meeting(chair, meeting)
    meetings.next_item(chair, meeting)
    return meetings.say(chair, meeting, "Welkom.")


# Who keeps the documents of the world, by the name of its thread in the same group.
OWNERS = {
    "open": ("anna", "energie"), "elsewhere": ("yvonne", "innovatie"),
    "on_request": ("wietske", "personeelsmobiliteit"), "secret": ("emma", "externe-veiligheid"),
}  # fmt: skip


def make_a_former_employee(key):
    tie = db.session.get_one(Tie, actor_named(key).tie_id)
    accounts.end_tie(actor_named("dirk"), tie)


def suspend_the_company_of(key):
    company = db.session.get_one(Company, actor_named(key).company_id)
    others = set(ROLES.values()) - {key, None}
    others_there = {person_named(other).id for other in others} & set(_people_of(company.id))
    assert not others_there, "others would lose their rights"
    accounts.change_company_state(actor_named("dirk"), company, CompanyState.SUSPENDED)


def _people_of(company_id):
    return db.session.scalars(select(Tie.person_id).where(Tie.company_id == company_id)).all()


@pytest.fixture
def world(app, store):
    """Made once and kept, for as long as the store keeps it; who wrote something before it gets one of their own."""
    if store.state in store.notes:
        return World.again(store.notes[store.state]["world"])
    is_first = db.session.scalar(select(func.max(AuditEntry.recorded_at))) < clock.now() - STARTED + timedelta(days=1)
    made = World()
    if is_first:
        made.tokens = {role: token_of(role) for role, key in ROLES.items() if key}
        made.fill()
        keep(app, store, "world", world=made.numbers)
    return made


def keep(app, store, name, **notes):
    """Of this state, with all that is in it, the next test that names it begins."""
    db.session.remove()
    store.keep(name, db.engine, files_folder(app), notes)
    store.state = name


def token_of(role):
    """A session of this role; who lost their rights signs in after that."""
    if role == "former" and actor_named(ROLES[role]).tie_id is not None:
        make_a_former_employee(ROLES[role])
    if role == "suspended" and actor_named(ROLES[role]).company_state is not CompanyState.SUSPENDED:
        suspend_the_company_of(ROLES[role])
    return start_session(person_named(ROLES[role]), browser="tests", by_code=False, stepped_up=True)


@pytest.fixture
def browser_as(app, store, browser_with, visitor):
    """A browser in which the role is signed in: in the session that the world has for it, for as long as it lasts."""

    def browser(role):
        limiter.reset()
        if ROLES[role] is None:
            visitor.actor_key = None
            return visitor
        kept = store.notes[store.state]["world"]["tokens"][role] if store.state in store.notes else ""
        lasts = db.session.scalar(select(Session.id).where(Session.token_hash == token_hash(kept)))
        opened = browser_with(kept if lasts else token_of(role))
        opened.actor_key = ROLES[role]
        return opened

    return browser


@pytest.fixture
def make_guest_of_the_secret_group(app):
    """A partner's person whose name stands nowhere but among the members of the confidential group."""

    def make(name, company_name, function):
        dirk = actor_named("dirk")
        company = accounts.create_company(None, name=company_name, state=CompanyState.PARTNER)
        guest = accounts.create_person(None, email="alleen-daar@brink.example", name=name)
        accounts.start_tie(None, guest, company, function=function, last_day=clock.today() + timedelta(days=30))
        add_member(actor_named("emma"), group_called("externe-veiligheid"), guest, Role.GUEST)
        assert dirk.is_coordinator
        return guest

    return make
