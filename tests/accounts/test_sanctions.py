"""A pause in writing and a suspension: over by the clock, to the second, and told to whom they are for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Actor, Sanction, SanctionKind, Session
from app.accounts.service import Measure
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions import queries as discussions
from app.discussions.models import Draft, Post
from app.realtime.models import LiveSignal
from tests.conftest import actor_named, new_thread, reply

REASON = "Drie keer op de persoon gespeeld."


def give(key, kind=SanctionKind.SILENCE, days=3, group_id=None):
    measure = Measure(kind=kind, days=days, rule=4, reason=REASON, group_id=group_id)
    return accounts.sanction(actor_named("dirk"), actor_named(key).id, measure)


def posts():
    return db.session.scalar(select(func.count()).select_from(Post))


@pytest.mark.parametrize("start", [
    datetime(2036, 5, 12, 10, tzinfo=UTC),
    datetime(2036, 3, 29, 12, tzinfo=UTC),  # the clock goes forward that night
    datetime(2036, 10, 25, 12, tzinfo=UTC),  # and back that night
])  # fmt: skip
def test_a_silence_ends_at_its_second_and_no_job_is_needed(start, thread, clock):
    """MOD-10, tests that matter 9: days of 24 hours, clock-change days included."""
    clock.set(start)
    give("bram", days=1)
    clock.forward(seconds=24 * 3600 - 1)
    with pytest.raises(Forbidden):
        reply(actor_named("bram"), thread)
    clock.forward(seconds=1)
    reply(actor_named("bram"), thread)


def test_someone_who_was_loaded_before_it_ended_writes_after_it(thread, clock):
    """MOD-10: to the second within one request too"""
    give("bram", days=1)
    bram = actor_named("bram")
    assert bram.silence_in(thread.group_id)
    clock.forward(days=1)
    assert bram.silence_in(thread.group_id) is None


def test_a_silence_stops_writing_and_leaves_reading(thread, bram, sign_in, energie):
    """MOD-9"""
    give("bram")
    browser = sign_in(bram)
    page = browser.get(thread.link)
    assert page.status_code == 200
    assert REASON in page.text
    assert "Wie kan 60 graden gebruiken?" in page.text
    assert 'name="body"' not in page.text
    before = posts()
    for address, fields in (
        (f"/threads/{thread.id}/posts", {"body": "Toch wat."}),
        ("/groups/energie/threads", {"title": "Een nieuw onderwerp", "body": "Toch wat."}),
        ("/groups/energie/pages", {"title": "Een plan", "body": "Toch wat.", "folder": "0"}),
    ):
        answer = browser.post(address, data=fields)
        assert answer.status_code == 403, address
        assert REASON in answer.text
        assert "regel 4" in answer.text
        assert "Toch wat." in answer.text
    assert posts() == before


@pytest.mark.parametrize("is_reply", [True, False])
def test_who_is_silenced_while_composing_finds_the_text_as_a_draft(is_reply, thread, bram, energie, sign_in):
    """Section 6: with the reason and the end"""
    browser = sign_in(bram)
    give("bram")
    address = f"/threads/{thread.id}/posts" if is_reply else "/groups/energie/threads"
    answer = browser.post(address, data={"title": "Een nieuw onderwerp", "body": "Een lang verhaal."})
    assert answer.status_code == 403
    assert "Uw tekst is bewaard als concept." in answer.text
    draft = db.session.scalars(select(Draft)).one()
    place = f"thread:{thread.id}" if is_reply else f"group:{energie.id}"
    assert (draft.body, draft.place) == ("Een lang verhaal.", place)


def test_a_silence_of_a_chair_holds_in_that_group_only(thread, bram, energie, innovatie):
    """Section 1"""
    give("bram", group_id=energie.id)
    with pytest.raises(Forbidden):
        reply(actor_named("bram"), thread)
    new_thread(actor_named("bram"), innovatie, "Proefopstelling")


@pytest.mark.parametrize("kind", SanctionKind)
def test_the_account_says_what_why_and_until_when(kind, bram, clock, sign_in):
    """MOD-10"""
    clock.set(datetime(2026, 5, 12, 10, tzinfo=UTC))
    give("bram", kind)
    page = sign_in(bram).get("/account").text
    for words in ("vrijdag 15 mei, 12:00", "regel 4", REASON, "/account/actions"):
        assert words in page


def test_a_suspension_signs_out_everywhere_and_leaves_account_and_own_data(thread, bram, sign_in):
    """MOD-9"""
    browser = sign_in(bram)
    give("bram", SanctionKind.SUSPEND)
    assert db.session.scalars(select(Session).where(Session.person_id == bram.id)).all() == []
    assert "cut" in db.session.scalars(select(LiveSignal.name)).all()
    assert browser.get("/groups").status_code == 303
    again = sign_in(bram)
    for address, status in (("/account", 200), ("/account/data", 200), ("/account/actions", 200), ("/groups", 404),
                            (thread.link, 404), ("/notifications", 404), ("/", 303)):  # fmt: skip
        assert again.get(address).status_code == status, address
    assert again.post("/account/data").status_code == 200


def test_a_suspension_ends_at_its_second(bram, clock, sign_in):
    """MOD-10"""
    give("bram", SanctionKind.SUSPEND, days=1)
    clock.forward(days=1, seconds=-1)
    assert not actor_named("bram").has_live_tie
    clock.forward(seconds=1)
    assert actor_named("bram").has_live_tie


def test_one_that_is_lifted_is_over_at_once_and_only_once(bram):
    """MOD-10"""
    running = give("bram")
    assert accounts.lift(actor_named("dirk"), running)
    assert actor_named("bram").silence_in() is None
    assert not accounts.lift(actor_named("dirk"), db.session.get_one(Sanction, running.id))


def test_asking_who_is_silenced_takes_no_statement(thread, bram, sign_in, count_statements):
    """Speed: it comes along with the person; of two sanctions too."""
    give("bram")
    give("bram", days=7)
    with count_statements() as seen:
        actor = Actor.of_person(bram.id)
        assert len(actor.silences) == 2
        assert actor.silence_in(1)
        assert not actor.suspension
    assert len(seen) == 1
    assert actor.refreshed().name == bram.name


def test_who_is_suspended_keeps_their_place_in_the_group(bram, anna, sign_in):
    """Lists name them still: colleagues learn nothing of it."""
    give("bram", SanctionKind.SUSPEND)
    assert "Bram Boelens" in sign_in(anna).get("/groups/energie/members").text
    assert discussions.drafts_of(bram) == []
