"""One history of migrations for both databases, which says what the models say and loses no row."""

import io
import shutil
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, MetaData, func, inspect, select
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Company, Person, Tie
from app.accounts.service import send_code, start_session
from app.announcements import service as announcements
from app.core.clock import now, today
from app.core.extensions import db
from app.core.settings import change_setting, declare
from app.directory import service as directory
from app.directory.models import Audience, CapabilityKind
from app.directory.service import SitePlan
from app.discussions.models import PostFold, ReactionKind, ThreadKind
from app.discussions.service import (
    Files,
    GroupSeen,
    NewThread,
    SummaryText,
    edit_post,
    keep_files,
    mark_groups_seen,
    mark_thread_seen,
    react_to_post,
    rename_thread,
    save_draft,
    settle_thread,
    summarize_thread,
)
from app.documents import service as documents
from app.files import service as files
from app.groups.service import ask_to_join
from app.home.models import VisitMark
from app.invitations import service as invitations
from app.invitations.models import InvitationClash
from app.jobs.models import Round
from app.mailin.models import THE_MAILBOX, InboundMail, MailboxReading
from app.marketplace import service as market
from app.marketplace.models import Audience as ListingAudience
from app.marketplace.models import FileRole, ListingNotice, NoticeKind, Participation
from app.marketplace.service import Typed
from app.marketplace.service import Upload as ListingUpload
from app.meetings.models import (
    AgendaAmendment,
    AgendaItem,
    AgendaItemFile,
    AmendmentKind,
    Attendance,
    BlockKind,
    Meeting,
    MeetingInvitation,
    Minutes,
    MinutesBlock,
    Purpose,
    SpeakRequest,
    StatementAck,
    Via,
)
from app.moderation import service as moderation
from app.moderation.models import Case, Reason
from app.notifications.models import (
    Channel,
    Delivery,
    DigestRun,
    Level,
    Preference,
    ReplyAddress,
    Rhythm,
    Sort,
    Stop,
    Telling,
)
from app.notifications.service import Stopping, choose_digest, choose_level, stop
from app.realtime.service import append, leave_signal
from app.search.models import is_index
from tests.architecture.source import ROOT
from tests.conftest import actor_named, group_called, new_thread, reply, settings_for, written
from tests.marketplace.conftest import placed

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
BROUGHT = "legal_texts"  # whose first versions the migrations bring themselves
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]  # oldest first


@pytest.fixture
def empty_url(database, request, tmp_path):
    """A database in which nothing was ever made."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def empty_app(empty_url, tmp_path):
    app = create_app(settings_for(empty_url, tmp_path), at_once=True)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def is_another_default(_context, _there, column, there, _wanted, wanted):
    """None leaves it to Alembic, which asks PostgreSQL whether the two are equal; JSON knows no equality."""
    return (there or "").partition("::")[0] != (wanted or "") if isinstance(column.type, JSON) else None


def differences():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": is_another_default,
                              "include_name": lambda name, kind, _parents: kind != "table" or not is_index(name)})
        return compare_metadata(context, db.metadata)


def row_counts():
    tables = MetaData()
    with db.engine.connect() as connection:
        tables.reflect(connection)
        return {name: connection.scalar(select(func.count()).select_from(table))
                for name, table in tables.tables.items()
                if name != "alembic_version" and not is_index(name)}  # fmt: skip


def fill_every_table():
    """At least one row in each, as people make them; the rest as plain rows."""
    anna, bram, energie = actor_named("anna"), actor_named("bram"), group_called("energie")
    thread = new_thread(anna, energie)
    post = reply(bram, thread)
    reply(anna, thread, "@Bram Boelens, hoeveel?", mentions=[bram.id])
    edit_post(bram, post, written("Bij nader inzien minder."), version=1)
    rename_thread(anna, thread, NewThread(title="Warmte over", kind=ThreadKind.QUESTION), version=1)
    react_to_post(anna, post, ReactionKind.AGREE)
    summary = SummaryText(body_md="Zestig graden.", body_html="<p>Zestig.</p>", up_to=2)
    summarize_thread(anna, thread, summary, version=0)
    settle_thread(anna, thread, "Wij meten voortaan zelf.")
    mark_thread_seen(anna, thread, 2)
    mark_groups_seen(bram, [GroupSeen(energie.id, 2)])
    leave_signal("person:1", "notification", {})
    append("talk:1", "line", {"body": "Goedemorgen."}, tie_id=anna.tie_id)
    change_setting(anna.id, declare("tests.choice", default=False), True, version=0)
    start_session(db.session.get_one(Person, anna.id), browser="tests", by_code=False)
    save_draft(anna, "group:1", body="Nog niet af.")
    brought = files.Upload(files.store(io.BytesIO(b"Meting"), most=100), "meting.txt")
    keep_files(anna, "group:1", Files(uploads=[brought]))
    ask_to_join(actor_named("carla"), group_called("personeelsmobiliteit"), "Wij zoeken lassers.")
    folder = documents.add_folder(anna, energie, None, "Notulen")
    stored = files.store(io.BytesIO(b"Verslag"), most=1000)
    documents.add_files(anna, energie, folder, [files.Upload(stored, "verslag.txt")])
    fill_directory(anna)
    offer = placed(anna, audience=ListingAudience.NAMED, company_ids=[actor_named("carla").company_id])
    typed = Typed(kind=offer.kind, category=offer.category, fields=offer.typed,
                  uploads=[ListingUpload(stored, "verslag.txt", FileRole.FILE)])  # fmt: skip
    market.save_listing(anna, offer, typed)
    talk = market.open_talk(actor_named("carla"), offer, "Hoeveel is er?")
    market.make_proposal(anna, talk, body="Tien ton.", values={}, valid_until=today())
    choose_level(anna, "group:1", Level.SILENT)
    choose_digest(anna, Rhythm.WEEKLY)
    invite_and_accept(anna, energie)
    confirm_second_step(bram)
    plan_an_end(anna, bram)
    report_and_object(actor_named("dirk"), bram, thread)
    send_code("anna@brink.example", browser="tests", network="127.0.0.1", locale="nl")
    stop(Stopping(anna.id, Sort.NAMED.value, "talk:5"))
    moment = now()
    db.session.add(ListingNotice(listing_id=offer.id, kind=NoticeKind.ENDED))
    db.session.add(Participation(listing_id=offer.id, company_id=bram.company_id, created_by=bram.tie_id))
    db.session.add(VisitMark(person_id=anna.id, began_at=moment, last_at=moment))
    db.session.add(Preference(person_id=anna.id, sort=Sort.TASK, channel=Channel.MAIL, is_on=False))
    db.session.add(Telling(kind="reply", item=1))
    db.session.add(Delivery(person_id=anna.id, kind="reply", item=1, channel=Channel.MAIL, place=thread.room,
                            scope=energie.scope, reason="thread"))  # fmt: skip
    db.session.add(ReplyAddress(key="a" * 32, person_id=anna.id, place=thread.room))
    db.session.add(DigestRun(person_id=anna.id, slot=today()))
    db.session.add(Round(name="app.somewhere.tasks.something", due_at=moment))
    db.session.add(PostFold(post_id=post.id, body="> Hoeveel?"))
    db.session.add(InboundMail(message_id="<1@a.example>", key="a" * 32, sender="anna@brink.example", size=1))
    db.session.add(MailboxReading(id=THE_MAILBOX, held_until=moment))
    news = announcements.Plan(kind=announcements.Kind.NEWS, audience=announcements.Audience.GROUPS, title="Open dag",
                              body_md="Kom.", body_html="<p>Kom.</p>", group_ids=(energie.id,))  # fmt: skip
    db.session.commit()
    announcements.write_announcement(anna, news)
    fill_tables_of_meetings(anna, energie, stored)
    assert all(row_counts().values()), row_counts()


def invite_and_accept(anna, energie):
    """One who came, a list that was tried, and an address that is in use elsewhere."""
    company = db.session.get_one(Company, anna.company_id)
    plan = invitations.Plan(email="rosa@nieuw.example", name="Rosa Reitsma", group_ids=[energie.id])
    _invitation, token = invitations.note_invitation(anna, company, plan)
    invitations.accept_invitation(token, "Rosa Reitsma")
    invitations.try_import(anna, "lijst.csv", b"naam;e-mail\nKees;kees@nieuw.example")
    db.session.add(InvitationClash(email="carla@brink.example", company_id=company.id, created_by=anna.tie_id))
    db.session.commit()


def plan_an_end(anna, bram):
    """Bram leaves tomorrow, and Anna goes on with his documents."""
    tie = db.session.get_one(Tie, bram.tie_id)
    accounts.plan_end(anna, tie, today() + timedelta(days=1), receivers={"documents": anna.tie_id})


def confirm_second_step(bram):
    person = db.session.get_one(Person, bram.id)
    factor = accounts.begin_second_step(bram, person)
    assert accounts.confirm_second_step(bram, person, factor, accounts.present_code(factor))


def fill_tables_of_meetings(anna, energie, stored):
    by = {"created_by": anna.tie_id}
    meeting = Meeting(group_id=energie.id, title="Overleg", starts_at=now(), ends_at=now(), **by)
    db.session.add(meeting)
    db.session.flush()
    here = {"meeting_id": meeting.id}
    item = AgendaItem(**here, position=1, title="Opening", purpose=Purpose.INFORM, planned_min=5, **by)
    minutes = Minutes(**here)
    db.session.add_all([
        item, minutes, MeetingInvitation(**here, person_id=anna.id, tie_id=anna.tie_id),
        AgendaAmendment(**here, number=1, kind=AmendmentKind.ITEM_ADDED, before={}, after={}, reason="Vergeten", **by),
        StatementAck(**here, tie_id=anna.tie_id, version=1, **by),
        Attendance(**here, tie_id=anna.tie_id, via=Via.HALL), SpeakRequest(**here, tie_id=anna.tie_id, seq=1),
    ])  # fmt: skip
    db.session.flush()
    db.session.add(AgendaItemFile(item_id=item.id, position=1, sha256=stored.sha256, name="verslag.txt", **by))
    db.session.add(MinutesBlock(minutes_id=minutes.id, item_id=item.id, position=1, kind=BlockKind.TEXT))
    db.session.commit()


def fill_directory(anna):
    company = db.session.get_one(Company, anna.company_id)
    directory.add_site(anna, company, SitePlan(name="Fabriek", place="Emmen"))
    directory.add_claim(anna, company, "extruderen", CapabilityKind.PROCESS)
    directory.change_card(anna, db.session.get_one(Person, anna.id), about="", knows=["malen"],
                          phone_shown=Audience.NOBODY, email_shown=Audience.GROUP)  # fmt: skip


def report_and_object(dirk, bram, thread):
    """Of moderation: a case with a note, a hidden post, a silence, and an objection to it."""
    post = reply(actor_named("otto"), thread, "Wat een onzin.")
    moderation.file_report(bram, "post", post.id, reason=Reason.COMPETITION)
    case = db.session.scalars(select(Case)).one()
    moderation.claim_case(dirk, case)
    moderation.add_note(dirk, case, "Eerst bellen.")
    moderation.hide_subject(dirk, case, moderation.Ground(1, "Over prijzen spreken wij niet."))
    silence = moderation.silence_author(dirk, case, moderation.Ground(1, "Voor de tweede keer."), 3)
    moderation.file_objection(actor_named("otto"), silence, "Het ging niet over prijzen.")


def test_the_history_is_one_line():
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_the_migrations_make_what_the_models_say(app):
    """Else somebody changed a model and forgot the migration."""
    assert differences() == []


@pytest.mark.slow
def test_an_empty_database_goes_up_and_down_and_up_again(empty_app):
    """style.md: migrations both ways."""
    upgrade()
    assert differences() == []
    downgrade(revision="base")
    assert [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"] == []
    upgrade()
    assert differences() == []


@pytest.mark.slow
def test_no_step_down_and_up_loses_a_row(app):
    """Each step after the first state; the first has nothing to lose. Tables and texts that a step makes go with it."""
    fill_every_table()
    before = row_counts()
    shipped = {BROUGHT: before.pop(BROUGHT)}
    db.session.remove()
    for revision in REVISIONS[:0:-1]:
        downgrade(revision=SCRIPTS.get_revision(revision).down_revision)
        older = row_counts()
        older.pop(BROUGHT, None)
        assert older == {name: before[name] for name in older}, revision
        upgrade()
        assert row_counts() == {name: older.get(name, 0) for name in before} | shipped, revision


STEP = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "next", "{head}", None, None


def upgrade():
    {up}


def downgrade():
    {down}
"""


@pytest.fixture
def next_step(tmp_path):
    """Our migrations with one more behind them, in a folder of their own."""

    def folder_with(up, down="pass"):
        folder = shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
        step = STEP.format(head=SCRIPTS.get_current_head(), up=up, down=down)
        (folder / "versions" / "next.py").write_text(step)
        return str(folder)

    return folder_with


REBUILD = """with op.batch_alter_table("{table}", recreate="auto") as batch:
        batch.alter_column("{column}", existing_type=sa.String(80), type_=sa.String({length}))"""


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), [("people", "name"), ("groups", "name"), ("ties", "function")])
def test_a_table_that_is_rebuilt_keeps_the_rows_that_hang_on_it(app, next_step, table, column):
    """The trap of SQLite: batch mode drops the old table, and with foreign keys on that would reach its children."""
    fill_every_table()
    before = row_counts()
    db.session.remove()
    change = (REBUILD.format(table=table, column=column, length=length) for length in (90, 80))
    folder = next_step(*change)

    upgrade(directory=folder)
    assert row_counts() == before
    downgrade(directory=folder)
    assert row_counts() == before


@pytest.mark.slow
def test_a_migration_that_breaks_a_foreign_key_is_undone(app, next_step):
    """Positive control: rows without their parent are seen, and nothing of the step stays."""
    fill_every_table()
    before = row_counts()
    db.session.remove()

    with pytest.raises((SystemExit, IntegrityError)):  # flask-migrate exits where env.py refuses
        upgrade(directory=next_step('op.execute("DELETE FROM companies")'))

    assert row_counts() == before


def test_foreign_keys_hold_again_after_a_migration(app, next_step, database):
    if database != "sqlite":
        pytest.skip("only SQLite switches them off")
    upgrade(directory=next_step("pass"))
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.slow
def test_mail_that_was_stopped_everywhere_stays_so_and_what_was_ticked_again_stays_on(app, bram, carla):
    """NTF-20: stops of mail about being named were of everywhere, though they name a place (0031)."""
    for person_id, is_on in ((bram.id, False), (carla.id, True)):
        db.session.add(Preference(person_id=person_id, sort=Sort.NAMED, channel=Channel.MAIL, is_on=is_on))
        db.session.add(Stop(person_id=person_id, what="named", place="thread:1", before={}))
    db.session.add(Stop(person_id=bram.id, what="level", place="thread:1", before={}))
    db.session.commit()
    db.session.remove()
    downgrade(revision="0030")
    upgrade()
    found = {(stop.person_id, stop.what): (stop.place, stop.undone_at is None) for stop in db.session.scalars(
        select(Stop))}  # fmt: skip
    assert found == {(bram.id, "named"): ("", True), (carla.id, "named"): ("thread:1", False),
                     (bram.id, "level"): ("thread:1", True)}  # fmt: skip
