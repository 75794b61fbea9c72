"""One service call is one transaction, and what happened is told in its place (style; decisions 2 and 26)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Company, Person, Tie, TieEnd
from app.accounts.service import credentials, end_tie, hash_password
from app.audit.models import AuditEntry
from app.core import events, markup
from app.core.db import new_id
from app.core.errors import NotFound, Refusal
from app.core.events import Event, Signal, after_commit, before_commit, on, publish
from app.core.extensions import db
from app.core.transaction import atomic, is_writing
from app.discussions.models import Draft
from tests.conftest import actor_named, person_named, reply


@dataclass(frozen=True, kw_only=True)
class NameGiven(Event):
    """Something that happens only in these tests."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class NameTold(Signal):
    person_id: int


@atomic
def give_name(person, name, *, fails=False):
    person.name = name
    publish(NameGiven(actor_id=person.id, person_id=person.id))
    if fails:
        raise RuntimeError("on purpose")


@pytest.fixture(autouse=True)
def listeners():
    """Whoever listens during a test is forgotten after it."""
    registries = (events._inside, events._afterwards)
    kept = [{kind: list(found) for kind, found in registry.items()} for registry in registries]
    last = list(events._last)
    yield
    for registry, before in zip(registries, kept, strict=True):
        registry.clear()
        registry.update(before)
    events._last[:] = last


def name_of(key):
    db.session.rollback()
    return person_named(key).name


def entries(name):
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEntry.event == name))


def fails(_event):
    raise RuntimeError("a listener fails")


def test_a_service_that_fails_undoes_everything_and_tells_no_one(app):
    heard = []
    on(NameGiven)(heard.append)
    after_commit(NameGiven)(heard.append)
    with pytest.raises(RuntimeError):
        give_name(person_named("anna"), "Een andere naam", fails=True)
    assert (name_of("anna"), heard, entries("NameGiven")) == ("Anna Assink", [], 0)


@pytest.mark.parametrize("touch", [
    lambda draft: draft.place, lambda draft: db.session.refresh(draft, with_for_update=True)])  # fmt: skip
def test_what_someone_removed_meanwhile_is_not_found(touch, app, anna):
    """The page found it; then it was removed, and then this person's turn to write came."""
    draft = Draft(person_id=anna.id, place="thread:1", body="Nog niet af.")
    db.session.add(draft)
    db.session.commit()
    db.session.refresh(draft)  # the page reads it
    remove_elsewhere(draft.id)
    with pytest.raises(NotFound):
        atomic(touch)(draft)
    assert not is_writing()


def remove_elsewhere(draft_id):
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(delete(Draft).where(Draft.id == draft_id))


def test_a_failing_listener_inside_undoes_everything(app):
    heard = []
    after_commit(NameGiven)(heard.append)
    on(NameGiven)(fails)
    with pytest.raises(RuntimeError):
        give_name(person_named("anna"), "Een andere naam")
    assert (name_of("anna"), heard, entries("NameGiven")) == ("Anna Assink", [], 0)


def test_a_failing_last_step_undoes_everything(app):
    before_commit(lambda _all: fails(None))
    with pytest.raises(RuntimeError):
        give_name(person_named("anna"), "Een andere naam")
    assert (name_of("anna"), entries("NameGiven")) == ("Anna Assink", 0)


def test_a_failing_listener_after_the_commit_undoes_nothing_and_stops_no_other(app, caplog):
    heard = []
    after_commit(NameGiven)(fails)
    after_commit(NameGiven)(heard.append)
    give_name(person_named("anna"), "Een andere naam")
    assert (name_of("anna"), len(heard), entries("NameGiven")) == ("Een andere naam", 1, 1)
    assert "after-commit listener fails failed" in caplog.text


def test_what_a_failed_service_published_is_not_told_with_the_next_one(app):
    heard = []
    on(NameGiven)(lambda event: heard.append(event.person_id))
    with pytest.raises(RuntimeError):
        give_name(person_named("anna"), "Een andere naam", fails=True)
    give_name(person_named("bram"), "Bram B.")
    assert heard == [person_named("bram").id]


def test_the_outside_world_hears_only_what_stands(app):
    """Nobody is told before the commit: another connection sees the change at that moment."""
    seen = []

    def look(_event):
        with db.engine.connect() as other:
            seen.append(other.scalar(select(Person.name).where(Person.email == "anna@brink.example")))

    after_commit(NameGiven)(look)
    give_name(person_named("anna"), "Een andere naam")
    assert seen == ["Een andere naam"]


def test_what_a_listener_publishes_is_told_too_and_a_signal_is_not_written_down(app):
    heard = []
    on(NameGiven)(lambda event: publish(NameTold(actor_id=None, person_id=event.person_id)))
    on(NameTold)(heard.append)
    give_name(person_named("anna"), "Een andere naam")
    assert len(heard) == 1
    assert (entries("NameGiven"), entries("NameTold")) == (1, 0)


def test_a_service_called_by_another_joins_its_transaction(app):
    @atomic
    def give_two(one, two):
        give_name(one, "Eerste")
        assert is_writing()
        give_name(two, "Tweede", fails=True)

    with pytest.raises(RuntimeError):
        give_two(person_named("anna"), person_named("bram"))
    assert (name_of("anna"), name_of("bram")) == ("Anna Assink", "Bram Boelens")
    assert not is_writing()


def test_the_right_is_that_of_the_moment_of_writing(app, thread):
    """The actor of the page is read anew inside: a tie that ended meanwhile gives no right any more."""
    bram = actor_named("bram")
    end_tie(actor_named("anna"), db.session.get_one(Tie, bram.tie_id), TieEnd.LEFT)
    assert bram.has_live_tie  # as the page knew it
    with pytest.raises(Refusal):
        reply(bram, thread)


def found_a_company(drawn, *, slug="nieuw"):
    """A service that draws its id as all do; the answer tells how often it ran."""
    runs = []

    @atomic
    def found():
        runs.append(1)
        db.session.add(Company(id=next(drawn, None) or new_id(), name="Nieuw", slug=slug))
        db.session.flush()

    found()
    return len(runs)


def test_an_id_that_another_drew_in_the_same_moment_is_drawn_again(app):
    """decisions 6: a collision is retried."""
    taken = actor_named("anna").company_id
    assert found_a_company(iter([taken, taken])) == 3
    assert db.session.scalars(select(Company.name).where(Company.slug == "nieuw")).all() == ["Nieuw"]


def test_a_name_that_is_taken_is_no_matter_of_drawing_again(app):
    with pytest.raises(IntegrityError):
        found_a_company(iter([]), slug="vezelwerk-emmen")


def test_two_writers_lose_no_update(app):
    """Twenty threads add one to the same number, each in its own transaction: none is lost."""
    company_id = actor_named("anna").company_id
    db.session.rollback()

    @atomic
    def add_one():
        company = db.session.get_one(Company, company_id, with_for_update=True)
        db.session.execute(update(Company).where(Company.id == company.id).values(vote_weight=company.vote_weight + 1))

    def in_a_thread(_number):
        with app.app_context():
            try:
                add_one()
            finally:
                db.session.remove()

    before = db.session.get_one(Company, company_id).vote_weight
    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(in_a_thread, range(40)))
    assert db.session.get_one(Company, company_id).vote_weight == before + 40


def test_sessions_keep_their_transactions_apart(app):
    """Two threads at once: what one publishes and fails with is not the other's."""

    def one(number):
        with app.app_context():
            try:
                person = person_named("anna" if number % 2 else "bram")
                give_name(person, f"Naam {number}", fails=number % 4 == 0)
            except RuntimeError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, range(16)))
    assert entries("NameGiven") == sum(done) == 12


SLOW = {
    "replying": lambda b, t: b.post(f"/threads/{t}/posts", data={"body": "**Dank**"}),
    "starting a thread": lambda b, t: b.post("/groups/energie/threads", data={"title": "Een titel", "body": "Tekst"}),
    "previewing": lambda b, t: b.post("/preview", data={"place": f"thread:{t}", "body": "Tekst"}),
    "editing a group": lambda b, t: b.post("/groups/energie/edit", data={
        "purpose": "Samen proeven doen en leren.", "theme": "energy", "visibility": "open", "rules_md": "- a",
        "version": "1"}),
    "a new password": lambda b, t: b.post("/account/security", data={
        "current": "brink-demo-2026", "password": "een lange zin zonder zin"}),
    "signing in": lambda b, t: b.post("/login", data={"email": "bram@brink.example", "password": "brink-demo-2026"}),
}  # fmt: skip


@pytest.mark.parametrize("doing", SLOW)
def test_nothing_slow_runs_inside_a_write_transaction(doing, app, thread, anna, sign_in, visitor, monkeypatch):
    """decisions 26: Markdown and argon2 are done before it. The real ones run; they are only watched."""
    moments = []

    def watched(real):
        return lambda *args, **kwargs: (moments.append(is_writing()), real(*args, **kwargs))[1]

    monkeypatch.setattr(markup, "render", watched(markup.render))
    for name in ("hash", "verify"):
        monkeypatch.setattr(type(credentials._hasher), name, watched(getattr(type(credentials._hasher), name)))
    answer = SLOW[doing](visitor if doing == "signing in" else sign_in(anna), thread.id)
    assert answer.status_code in (200, 303)
    assert moments
    assert not any(moments)


def test_the_watch_over_slow_work_sees_it_inside(app, monkeypatch):
    """Positive control."""
    moments = []

    @atomic
    def hash_inside():
        moments.append(is_writing())
        return hash_password("een lange zin zonder zin")

    assert hash_inside().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert moments == [True]
