"""Everything that happens is written down, sealed to what came before, and names nobody (decisions 3, trust 10)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts import service as accounts
from app.audit.models import FIRST, AuditEntry
from app.audit.queries import first_broken_entry
from app.core.errors import Forbidden
from app.core.events import Event, Signal
from app.core.extensions import db
from app.discussions.models import Thread
from app.discussions.service import close_thread
from tests.conftest import actor_named, group_called, new_thread, reply, take_the_database_in_hand


def entries():
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()


def kinds(of=Event):
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_what_a_person_does_is_written_with_who_and_which(app, anna, bram, thread):
    post = reply(bram, thread)
    last = entries()[-1]
    assert (last.event, last.actor_id) == ("PostCreated", bram.id)
    assert last.details == {"thread_id": thread.id, "post_id": post.id}


def test_a_refused_deed_leaves_nothing(app, thread, bram):
    before = len(entries())
    with pytest.raises(Forbidden):
        close_thread(bram, thread)
    assert len(entries()) == before


def test_the_numbers_have_no_gap_and_each_seal_follows_from_the_one_before(app, anna, thread):
    reply(anna, thread)
    seal = FIRST
    for number, entry in enumerate(entries(), start=1):
        assert entry.number == number
        assert entry.seal == entry.sealed_after(seal)
        seal = entry.seal
    assert first_broken_entry() is None


@pytest.mark.parametrize("change", [
    {"event": "Nothing"}, {"actor_id": 1}, {"details": {"thread_id": 1}}, {"seal": "0" * 64}])  # fmt: skip
def test_a_changed_entry_is_found(change, app, anna, thread):
    reply(anna, thread)
    number = len(entries()) - 1
    take_the_database_in_hand()
    db.session.execute(update(AuditEntry).where(AuditEntry.number == number).values(**change))
    db.session.commit()
    assert first_broken_entry() == number


def test_a_removed_entry_is_found(app, anna, thread):
    reply(anna, thread)
    number = len(entries()) - 1
    take_the_database_in_hand()
    db.session.execute(delete(AuditEntry).where(AuditEntry.number == number))
    db.session.commit()
    assert first_broken_entry() == number


COPY = "number, event, actor_id, details, recorded_at, seal, repeats"
DAMAGE = [
    "UPDATE audit_entries SET actor_id = 1", "UPDATE audit_entries SET details = '{}' WHERE number = 2",
    "UPDATE audit_entries SET seal = 'x', repeats = 1", "UPDATE audit_entries SET number = number + 1000",
    "DELETE FROM audit_entries", "DELETE FROM audit_entries WHERE number = 2",
]  # fmt: skip
DAMAGE_OF_ONE = {
    "sqlite": [f"INSERT OR REPLACE INTO audit_entries ({COPY}) SELECT {COPY} FROM audit_entries WHERE number = 2"],
    "postgresql": ["TRUNCATE audit_entries", "TRUNCATE audit_entries CASCADE"],
}


def test_the_database_refuses_to_change_or_remove_what_is_written(app, thread):
    """MOD-29, tests that matter 2"""
    before = [(entry.number, entry.seal) for entry in entries()]
    db.session.rollback()
    for damage in [*DAMAGE, *DAMAGE_OF_ONE[db.engine.dialect.name]]:
        with pytest.raises(DBAPIError, match="what is written down stays"):
            db.session.execute(text(damage))
        db.session.rollback()
    assert [(entry.number, entry.seal) for entry in entries()] == before


def test_writers_at_the_same_time_make_one_chain(app, energie, thread):
    """In two groups, so that no other lock puts them in line."""
    other = new_thread(actor_named("yvonne"), group_called("innovatie"), "Proefopstelling").id
    thread_id = thread.id
    before = len(entries())
    db.session.rollback()

    def write(number):
        with app.app_context():
            try:
                place = thread_id if number % 2 else other
                reply(actor_named("bram"), db.session.get_one(Thread, place), f"Bericht {number}")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    assert len(entries()) == before + 24
    assert first_broken_entry() is None


def test_the_same_failed_sign_in_within_a_minute_is_one_entry_with_a_count(app, clock, visitor):
    """decisions 3: a guesser cannot fill the log."""
    for _try in range(5):
        accounts.sign_in_with_password("anna@brink.example", "fout", network="10.0.0.1")
    accounts.sign_in_with_password("anna@brink.example", "fout", network="10.0.0.2")
    failed = [entry for entry in entries() if entry.event == "SignInFailed"]
    assert [entry.repeats for entry in failed] == [4, 0]
    clock.forward(seconds=61)
    accounts.sign_in_with_password("anna@brink.example", "fout", network="10.0.0.1")
    assert len([entry for entry in entries() if entry.event == "SignInFailed"]) == 3
    assert first_broken_entry() is None


def test_no_code_password_address_or_text_is_written_down(app, visitor, anna, thread, outbox):
    """decisions 3: ids only."""
    visitor.post("/login/code/send", data={"email": "anna@brink.example"})
    code = next(word for word in outbox()[-1].get_body(("plain",)).get_content().split() if word.isdecimal())
    visitor.post("/login", data={"email": "anna@brink.example", "password": "geheim-wachtwoord"})
    visitor.post("/login/code", data={"code": code})
    reply(anna, thread, "Een zin die nergens staat")
    written = " ".join(f"{entry.event} {entry.details}" for entry in entries())
    assert not [word for word in (code, "@", "geheim", "Een zin", "127.0.0.1", "Anna") if word in written]


def test_every_kind_of_event_carries_ids_and_words_of_ours_only(app):
    """Whole numbers, lists of them, yes and no, states, days and places such as thread:12; `pair` is a keyed hash."""
    allowed = {int, int | None, bool, tuple[int, ...]}
    words = {"state", "visibility", "role", "pair", "kind", "label", "setting", "change", "last_day", "place", "level",
             "sort", "channel", "what", "verdict", "occasion"}  # fmt: skip
    wrong = [
        f"{kind.__name__}.{name}" for kind in kinds()
        if kind.__module__.startswith("app.") and not issubclass(kind, Signal)
        for name, of in kind.__annotations__.items() if of not in allowed and name not in words
    ]  # fmt: skip
    assert wrong == []
