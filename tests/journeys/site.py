"""The whole program in a process of its own, on a copy of the demo, for browsers to visit.

`python -m tests.journeys.site seed FILE` fills a database, `... serve FILE PORT` serves one. Mail and jobs lie
beside the database, so that no other server of this checkout takes them.
"""

import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path

from itsdangerous import URLSafeSerializer

from tests.demo.filled import files_beside, filled_file
from tests.servers import HOST, Unavailable, find_browser, free_port, locked, wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-journeys-only-0123456789"
PASSWORD = "brink-demo-2026"
START_SECONDS = 60
STOP_SECONDS = 15
CAST = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs")
IN_ENGLISH, UP_TO_DATE, WITHOUT_TIE = "otto", "henk", "ronald"
CHAIR, CORRECTED = "yvonne", "gert"  # who handles a report, and about whose text one was
LEADS_ON_REQUEST, WAITS, DECLINED = "wietske", "sander", "nel"  # of those who ask to take part
NEWCOMER, SKIPPER = "nieuw", "later"  # who accepted an invitation; who then skipped how often they want mail
BEFORE_STEP, BY_MAIL = "bert", "roelof"  # of the confidential group, before the second step; the latter has no app
SETS_UP, ASLEEP = "suze", "lammert"  # who has no second step; of whom the office asks one
BY_POST, DELETED_POST = "Onze droogstraat", "De kaart hang ik hier"  # how two posts of Bram begin
BOUNCED = "terug@nieuw.example"  # an address that the mail server does not know
OPEN_LINK, USED_LINK = "open" * 10, "used" * 10
UNDER_WAY = "Meetplan voor de winter"
HIDDEN_MEETING, HIDDEN_FOLDER = "Overleg innovatie: wat niet lukte", "Proeven"
HIDDEN_COMPANY = "aardappelzetmeel-gasselternijveen"  # of which Emma is the contact
CLOSED = "Persluchtlekkagedetectieapparatuurverhuurovereenkomst"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
FULL_OF_BRINK = multiprocessing.get_context("forkserver")
FULL_OF_BRINK.set_forkserver_preload(["tests.journeys.loaded"])
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


def browser_path():
    """The browser, or Unavailable."""
    if path := find_browser():
        return path
    raise Unavailable("There is no Chromium here; `make test` installs one where it can.")


def seeded(folder):
    """The database of the demo in this folder, filled by whoever comes first."""
    database = folder / "demo.db"
    with locked(folder / "demo.lock"):
        if not database.exists():
            subprocess.run([sys.executable, "-m", "tests.journeys.site", "seed", str(database)], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
    return database


class Site:
    """One server on its own copy of a seeded database."""

    def __init__(self, seed, folder):
        self.seed, self.folder = seed, folder
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._process = None
        self._copied_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def __enter__(self):
        shutil.copy(self.seed, self.folder / "brink.db")
        shutil.copy(cookies_beside(self.seed), self.folder / "cookies.json")
        shutil.copytree(files_beside(self.seed.with_name("filled.db")), self.folder / "files")
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def kill(self):
        """At once: what it would still do before it ends is not asked about."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()

    def start(self):
        log = self.folder / "log"
        log.touch()
        self._process = FULL_OF_BRINK.Process(
            target=serve_alone, args=(self.folder / "brink.db", self.port, log), daemon=True
        )
        self._process.start()
        wait_until(lambda: not self._process.is_alive() or self._answers(), START_SECONDS)
        if not self._answers():
            raise RuntimeError((self.folder / "log").read_text()[-3000:])

    def stop(self):
        if self._process and self._process.is_alive():
            self._process.terminate()
            self._process.join(STOP_SECONDS)
            if self._process.is_alive():
                self.kill()

    def cookie_of(self, key):
        """What the browser of someone keeps who signed in before."""
        value = json.loads((self.folder / "cookies.json").read_text())[key]
        return {"name": "brink", "value": value, "url": self.url}

    def rows(self, statement, *values):
        with sqlite3.connect(self.folder / "brink.db", timeout=15) as connection:
            return connection.execute(statement, values).fetchall()

    def change(self, statement, *values):
        """As another process would, which tells nobody."""
        with sqlite3.connect(self.folder / "brink.db", timeout=15) as connection:
            connection.execute(statement, values)

    def leave_signal(self, room, name, **payload):
        """What a command leaves for the server, which looks every two seconds."""
        made_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        self.change("INSERT INTO signals (room, name, payload, made_at) VALUES (?, ?, ?, ?)",
                    room, name, json.dumps(payload), made_at)  # fmt: skip

    def forget_reading(self):
        """Whatever was read here since the demo was made is unread again."""
        with sqlite3.connect(self.folder / "brink.db", timeout=15) as connection:
            connection.execute("DELETE FROM read_positions WHERE changed_at > ?", (self._copied_at,))

    def thread_like(self, words):
        """The address of the thread whose title begins so."""
        return f"/threads/{self.thread_id(words)}"

    def thread_id(self, words):
        return self.rows("SELECT id FROM threads WHERE title LIKE ?", f"{words}%")[0][0]

    def document_like(self, words):
        """The address of the document whose title begins so."""
        from app.documents.models import document_link  # not above: each server's parent would load the program too

        number, title = self.rows("SELECT id, title FROM documents WHERE title LIKE ?", f"{words}%")[0]
        return document_link(number, title)

    def meeting_like(self, words, state):
        """The address of the meeting in this state whose title begins so."""
        found = self.rows("SELECT id FROM meetings WHERE title LIKE ? AND state = ?", f"{words}%", state)
        return f"/meetings/{found[0][0]}"

    def item_like(self, words):
        """The address of the item of an agenda whose title begins so."""
        found = self.rows("SELECT meeting_id, id FROM agenda_items WHERE title LIKE ?", f"{words}%")
        return "/meetings/{}/items/{}".format(*found[0])

    def item_file_like(self, words):
        """The address of the file on an agenda whose name begins so."""
        found = self.rows("SELECT meeting_id, f.id FROM agenda_item_files f JOIN agenda_items i ON i.id = item_id"
                          " WHERE name LIKE ?", f"{words}%")  # fmt: skip
        return "/meetings/{}/files/{}".format(*found[0])

    def folder_called(self, name):
        return self.rows("SELECT id FROM folders WHERE name = ?", name)[0][0]

    def of_company(self, table, slug):
        """The number of the first row of this company."""
        found = self.rows(f"SELECT {table}.id FROM {table} JOIN companies ON companies.id = company_id WHERE slug = ?"
                          f" ORDER BY {table}.id", slug)  # fmt: skip
        return found[0][0]

    def company_called(self, slug):
        return self.rows("SELECT id FROM companies WHERE slug = ?", slug)[0][0]

    def person_page(self, key):
        return f"/people/{self.rows('SELECT id FROM people WHERE email = ?', f'{key}@brink.example')[0][0]}"

    def stop_page(self, key, what, place):
        """Behind the link of a letter to this person."""
        number = int(self.person_page(key).rpartition("/")[2])
        return f"/notifications/stop/{URLSafeSerializer(SECRET, salt='stop mail').dumps([number, what, place])}"

    def staff_page(self, key, slug):
        """The address under which somebody is looked after by their company."""
        found = self.rows("SELECT t.id FROM ties t JOIN people p ON p.id = t.person_id WHERE p.email = ?",
                          f"{key}@brink.example")  # fmt: skip
        return f"/companies/{slug}/staff/{found[0][0]}"

    def listing_like(self, words):
        """The address of the listing whose title begins so."""
        from app.marketplace.models import listing_link

        number, title = self.rows("SELECT id, title FROM listings WHERE title LIKE ?", f"{words}%")[0]
        return listing_link(number, title)

    def talk_about(self, words, slug):
        """The address of the talk of this company about the listing whose title begins so."""
        found = self.rows("SELECT talks.id FROM talks JOIN listings ON listings.id = talks.listing_id JOIN companies"
                          " ON companies.id = talks.company_id WHERE title LIKE ? AND slug = ?", f"{words}%", slug)
        return f"/talks/{found[0][0]}"

    def case_about(self, words):
        """The address of the case about the text that begins so."""
        return f"/moderation/{self.rows('SELECT id FROM cases WHERE text LIKE ?', f'{words}%')[0][0]}"

    def action_of_kind(self, kind):
        """For whose text it was about."""
        return f"/account/actions/{self.rows('SELECT id FROM moderation_actions WHERE kind = ?', kind)[0][0]}"

    def list_read_in(self, key):
        """The address of the list that this person read in."""
        found = self.rows("SELECT r.id FROM import_runs r JOIN ties t ON t.id = r.created_by"
                          " JOIN people p ON p.id = t.person_id WHERE p.email = ?", f"{key}@brink.example")  # fmt: skip
        return f"/invitations/import/{found[0][0]}"

    def announcement_like(self, words):
        """The address of the announcement whose title begins so."""
        return f"/announcements/{self.rows('SELECT id FROM announcements WHERE title LIKE ?', f'{words}%')[0][0]}"

    def post_like(self, words):
        return self.rows("SELECT id FROM posts WHERE body_md LIKE ?", f"{words}%")[0][0]

    def letters(self):
        """The letters sent so far, oldest first."""
        folder = self.folder / "outbox"
        files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []
        return [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in files]

    def complaints(self):
        """What the server logged as its own fault, with all that followed."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        first = next((number for number, line in enumerate(lines) if " ERROR " in line or "Traceback" in line), None)
        return [] if first is None else ["\n".join(lines[first : first + 60])]

    def _answers(self):
        try:
            # Its database is open by then, so that a test may write into it beside the server.
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False


def cookies_beside(database):
    return database.with_suffix(".cookies.json")


def settings_for(database, port):
    from config import Settings

    folder = database.parent
    return Settings(
        secret_key=SECRET, base_url=f"http://{HOST}:{port}", host=HOST, port=port,
        database_url=f"sqlite:///{database}", outbox=folder / "outbox", jobs_file=folder / "jobs.db",
        storage_url=f"file://{folder}/files",
        mail_in_address="post@brink.example", log_level="WARNING",
    )  # fmt: skip


def serve(database, port):
    """As `python -m app` does, with settings of our own in place of those in the environment."""
    from app.__main__ import Embedded

    Embedded(settings_for(database, port)).run()


def serve_alone(database, port, log):
    """In a group of its own, which is killed as one; what it says goes into this file."""
    os.setsid()
    os.umask(0o077)
    with log.open("ab") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    serve(database, port)


def fill(database):
    """The demo, some states it does not show by itself, and a session for everyone."""
    from app import create_app
    from app.core.extensions import db

    unfinished = database.with_suffix(".part")
    shutil.copy(filled_file(database.parent), unfinished)
    app = create_app(settings_for(unfinished, 1), at_once=True)
    with app.app_context():
        make_states()
        hide_some()
        hold_a_meeting()
        invite_some()
        leave_letters()
        mail_some()
        announce_some()
        seal_anew(app)
        cookies_beside(database).write_text(json.dumps(start_sessions(app)))
        db.session.remove()
        db.engine.dispose()
    with sqlite3.connect(unfinished) as connection:  # one file, to be copied
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    unfinished.rename(database)


def make_states():
    from sqlalchemy import select

    from app.accounts import service as accounts
    from app.accounts.models import Office, Tie
    from app.accounts.queries import second_factor_of
    from app.core.extensions import db
    from app.discussions import service as writing
    from app.discussions.models import GroupTally, Thread
    from app.discussions.service import GroupSeen
    from app.documents import service as documents
    from app.notifications.models import Sort
    from app.notifications.service import Stopping, stop
    from tests.conftest import actor_named, group_called, person_named

    accounts.change_profile(actor_named(IN_ENGLISH), person_named(IN_ENGLISH), name="Otto Oosting", phone=None,
                            locale="en", text_size=18)  # fmt: skip
    tallies = db.session.scalars(select(GroupTally)).all()
    seen = [GroupSeen(tally.group_id, tally.last_seq) for tally in tallies]
    writing.mark_groups_seen(actor_named(UP_TO_DATE), seen)
    tie = db.session.scalars(select(Tie).where(Tie.person_id == person_named(WITHOUT_TIE).id)).one()
    accounts.end_tie(actor_named("dirk"), tie)
    closed = db.session.scalars(select(Thread).where(Thread.title.startswith(CLOSED))).one()
    writing.close_thread(actor_named("anna"), closed)
    text = "Wij hebben het vorige week ook gemeten:\n\n- lijn 2"
    for words in ("Spanningsdip", "Biogas"):
        thread = db.session.scalars(select(Thread).where(Thread.title.startswith(words))).one()
        writing.save_draft(actor_named("bram"), thread.place, body=text)
    db.session.delete(second_factor_of(person_named(BY_MAIL).id))
    person_named(ASLEEP).office = Office.DEPUTY_COORDINATOR
    db.session.commit()
    stop(Stopping(person_named(WITHOUT_TIE).id, Sort.NAMED.value, "talk:1"))
    stop(Stopping(person_named(LEADS_ON_REQUEST).id, Sort.NAMED.value, closed.room))
    stop(Stopping(person_named(LEADS_ON_REQUEST).id, Sort.TASK.value, group_called("externe-veiligheid").scope))
    documents.add_folder(actor_named("anna"), group_called("energie"), None, "Nog leeg")
    accounts.create_company(None, name="Nieuwkomer Coevorden")
    writing.save_draft(actor_named("bram"), f"group:{group_called('innovatie').id}", title="Proef met zetmeelfolie",
                       kind="question", body="")  # fmt: skip


def leave_letters():
    """Which went, which wait until long after the tests, and which did not go: nothing is left to send."""
    from datetime import timedelta

    from app.core.clock import now
    from app.core.extensions import db
    from app.mail.models import Letter, LetterState, Trouble

    states = (LetterState.SENT, None), (LetterState.FAILED, Trouble.RECEIVER_REFUSED), (
        LetterState.UNCERTAIN, Trouble.NO_ANSWER), (LetterState.WAITING, Trouble.PUT_OFF)  # fmt: skip
    for kind in ("accounts/sign_in", "invitations/invitation", "notifications/lines"):
        for state, trouble in states:
            code = {Trouble.RECEIVER_REFUSED: 550, Trouble.PUT_OFF: 451}.get(trouble)
            to = BOUNCED if state is LetterState.FAILED else "nobody@brink.example"
            db.session.add(Letter(
                kind=kind, to=to, subject="", message_id=f"<{kind}-{state}@brink.example>",
                state=state, trouble=trouble, reply_code=code, tries=2, not_before=now() + timedelta(days=2)))
    db.session.commit()


def hide_some():
    """A page of a company, what Emma says of herself, a meeting, an item, a text of minutes, and a folder's name."""
    from sqlalchemy import select

    from app.core.extensions import db
    from app.documents.models import Folder
    from app.guard import service as guard
    from app.guard.models import ActsAs
    from app.meetings.models import AgendaItem, Meeting, Minutes, MinutesBlock
    from tests.conftest import actor_named, company_called, person_named

    item = db.session.scalars(
        select(AgendaItem.id).join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Meeting.title.startswith("Werkmiddag")).order_by(AgendaItem.position).limit(1)).one()
    block = db.session.scalars(
        select(MinutesBlock.id).join(Minutes, Minutes.id == MinutesBlock.minutes_id)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .where(Meeting.title.startswith("Overleg energie: restwarmte"), MinutesBlock.body_md != "",
               ~MinutesBlock.body_md.contains("kaart")).order_by(MinutesBlock.position.desc()).limit(1)).one()
    meeting = db.session.scalars(select(Meeting.id).where(Meeting.title == HIDDEN_MEETING)).one()
    folder = db.session.scalars(select(Folder.id).where(Folder.name == HIDDEN_FOLDER)).one()
    for kind, number in (("company", company_called(HIDDEN_COMPANY).id), ("person", person_named("emma").id),
                         ("agenda_item", item), ("minutes_block", block), ("meeting", meeting),
                         ("folder", folder)):  # fmt: skip
        guard.hide(actor_named("dirk"), kind, number, rule=5, role=ActsAs.COORDINATOR)


def hold_a_meeting():
    """One that is under way, with lines, a hand, and nobody at the other end."""
    from datetime import timedelta

    from app.core.clock import now
    from app.demo.service.papers import paper
    from app.meetings import service
    from app.meetings.models import Purpose, SpeakKind, Via
    from app.meetings.service import ItemPlan, Plan, Times
    from tests.conftest import actor_named, group_called

    anna, bram, henk, otto, dirk = (actor_named(key) for key in ("anna", "bram", "henk", "otto", "dirk"))
    begins = now() + timedelta(minutes=1)
    plan = Plan(title=UNDER_WAY, chair_id=anna.tie_id, note_taker_id=bram.tie_id)
    meeting = service.plan_meeting(dirk, group_called("energie"), plan, Times(begins, begins + timedelta(hours=11)))
    form = paper("Meetformulier voor de winter", {"kind": "pdf", "lines": ["Meetpunt:", "Temperatuur:"]})
    for title in ("Wat meten we?", "Warmtepompen vergelijken bij een halve graad verschil"):
        item = service.add_item(dirk, meeting, ItemPlan(title=title, purpose=Purpose.DISCUSS, planned_min=240))
        service.add_files(dirk, meeting, item.id, [form])
    service.publish_agenda(dirk, meeting, reason="Om de ruimte te zien.")
    for person, via in ((anna, Via.HALL), (henk, Via.ONLINE), (otto, Via.HALL), (bram, Via.ONLINE)):
        service.confirm_statement(person, meeting, version=1, via=via)
        service.come_in(person, meeting)
    service.open_meeting(anna, meeting)
    service.next_item(anna, meeting)
    asked = service.say(bram, meeting, "Wie heeft vorige winter gemeten?")
    answered = service.say(henk, meeting, "Wij, elke tien minuten. De reeks staat bij de documenten.", reply_to=asked)
    service.change_line(henk, meeting, answered, "Wij, elk kwartier. De reeks staat bij de documenten.")
    service.remove_line(otto, meeting, service.say(otto, meeting, "Verkeerde groep."))
    service.raise_hand(henk, meeting, SpeakKind.WORD)
    service.raise_hand(otto, meeting, SpeakKind.ORDER)


def invite_some():
    """Links of which we know the words, two who came, a list, and an address that is in use elsewhere."""
    from app.accounts.models import Company
    from app.accounts.service.sessions import token_hash
    from app.core.extensions import db
    from app.invitations import service
    from tests.conftest import actor_named, group_called

    anna = actor_named("anna")
    company = db.session.get_one(Company, anna.company_id)
    for link, key in ((OPEN_LINK, "uitgenodigd"), (USED_LINK, NEWCOMER), ("skip" * 10, SKIPPER)):
        plan = service.Plan(email=f"{key}@brink.example", name="Nienke Nieuwland", function="procestechnoloog",
                            group_ids=[group_called("energie").id])  # fmt: skip
        invitation, _token = service.note_invitation(anna, company, plan)
        invitation.token_hash = token_hash(link)
        db.session.commit()
        if link != OPEN_LINK:
            service.accept_invitation(link, "Nienke Nieuwland")
    service.skip_rhythm(actor_named(SKIPPER))
    service.invite_person(anna, company, service.Plan(email="carla@brink.example", name="Carla Cazemier"))
    service.invite_person(anna, company, service.Plan(email=BOUNCED, name="Tessa Terpstra", function="monteur"))
    lines = ["naam;e-mail;bedrijf;functie;werkgroepen;rol", "Kees Kamp;kees@nieuw.example;;monteur;Energie;",
             "Zonder Adres;geen;Vezelwerk Emmen;;Bestaat niet;baas", "Bram Boelens;bram@brink.example;;;;"]  # fmt: skip
    service.try_import(anna, "nieuwe collega's.csv", "\n".join(lines).encode())
    otto = actor_named(IN_ENGLISH)
    own = db.session.get_one(Company, otto.company_id)
    service.invite_person(otto, own, service.Plan(email="kim@nieuw.example", name="Kim", function="operator"))
    lines = ["name;email;company;function;groups;role", "=Kim;kim;Nowhere;;Nothing;boss", "Kim;kim@nieuw.example;;;;"]
    service.try_import(otto, "colleagues.csv", "\n".join(lines).encode())


def mail_some():
    """Two posts of Bram that came by mail: one with what was cut from it, and one that he deleted."""
    from sqlalchemy import select

    from app.core.extensions import db
    from app.discussions.models import Post, PostFold, PostSource
    from app.mailin.models import InboundMail, MailState

    for number, words in enumerate((BY_POST, DELETED_POST), start=1):
        post = db.session.scalars(select(Post).where(Post.body_md.startswith(words))).one()
        post.source = PostSource.MAIL
        db.session.add(PostFold(post_id=post.id, body="Op 3 maart schreef Anna Assink:\n> Wie heeft er warmte over?"))
        db.session.add(InboundMail(id=number, message_id=f"<{number}@a.example>", key="", size=1, post_id=post.id,
                                   sender="bram@brink.example", state=MailState.POSTED))  # fmt: skip
    db.session.commit()


def undo_link(number):
    """What the answer to that mail leads to."""
    return f"/mail/undo/{URLSafeSerializer(SECRET, salt='mailin undo').dumps(number)}"


def announce_some():
    """A board announcement of which one letter failed, and one may not have come."""
    from sqlalchemy import select

    from app.announcements import service
    from app.announcements.models import Audience, Kind, Reason
    from app.core.clock import now
    from app.core.extensions import db
    from app.mail.models import Letter, LetterState
    from tests.conftest import actor_named, group_called

    dirk = actor_named("dirk")
    plan = service.Plan(kind=Kind.BOARD, audience=Audience.GROUPS, title="Stroomstoring: controleer uw noodvoeding",
                        body_md="De netbeheerder meldt storingen.", body_html="<p>De netbeheerder meldt storingen.</p>",
                        reason=Reason.SAFETY, group_ids=(group_called("personeelsmobiliteit").id,))  # fmt: skip
    made = service.write_announcement(dirk, plan)
    service.send_announcement(dirk, made)
    made.send_at = now()
    db.session.commit()
    service.send_if_due(made.id)
    service.write_letters()
    letters = db.session.scalars(
        select(Letter).where(Letter.kind == "announcements/announcement").order_by(Letter.id)).all()
    for letter, state in zip(letters, (LetterState.FAILED, LetterState.UNCERTAIN), strict=False):
        letter.state = state
    db.session.commit()


def seal_anew(app):
    """The demo was filled with another SECRET_KEY, and each seals the secrets of second steps for itself."""
    from app.accounts.models import SecondFactor
    from app.accounts.service.second_steps import SEALED_FOR
    from app.core.extensions import db
    from app.core.sealing import seal
    from app.demo.service import STEP_SECRET

    for factor in db.session.query(SecondFactor):
        factor.secret = seal(STEP_SECRET, key=app.config["SECRET_KEY"], purpose=SEALED_FOR)
    db.session.commit()


def start_sessions(app):
    from app.accounts.service.sessions import start_session
    from tests.conftest import person_named

    sign = app.session_interface.get_signing_serializer(app).dumps
    return {
        key: sign({"_user_id": start_session(person_named(key), browser="tests", by_code=False,
                                             stepped_up=key not in (BEFORE_STEP, BY_MAIL)),
                   "_fresh": True, "_permanent": True})
        for key in (*CAST, IN_ENGLISH, UP_TO_DATE, WITHOUT_TIE, CHAIR, CORRECTED, LEADS_ON_REQUEST, WAITS, DECLINED,
                    NEWCOMER, SKIPPER, BEFORE_STEP, BY_MAIL, SETS_UP, ASLEEP)
    }  # fmt: skip


if __name__ == "__main__":
    os.umask(0o077)
    if sys.argv[1] == "seed":
        fill(Path(sys.argv[2]))
    else:
        serve(Path(sys.argv[2]), int(sys.argv[3]))
