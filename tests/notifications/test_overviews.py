"""The overview by mail: at one's own hour, once, of what is unread and was told by no other mail (NTF-24 to 28)."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import delete, func, select, update

from app.accounts.models import Actor, Person, Tie
from app.core.clock import from_local, local, now
from app.core.db import upsert
from app.core.extensions import db
from app.core.transaction import atomic
from app.discussions.models import Post, ReadPosition
from app.discussions.service import delete_post, mark_seen
from app.documents import service as documents
from app.groups import service as groups
from app.groups.models import GroupMembership, Visibility, WorkingGroup
from app.jobs.service import hold_off
from app.mail.models import Letter, LetterState
from app.mail.tasks import POST, send_waiting_letters
from app.notifications import service
from app.notifications import tasks as turn
from app.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    DigestRun,
    DigestSetting,
    Level,
    Notification,
    Preference,
    Rhythm,
    Sort,
    Telling,
)
from app.notifications.service import begins_at, people_due, slot_at
from app.notifications.tasks import make_due_overviews
from tests.conftest import actor_named, new_thread, person_named, reply, together
from tests.documents.conftest import text
from tests.marketplace.conftest import placed
from tests.meetings.conftest import plan_published

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
THE_LINE = "Er is iets nieuws in een besloten werkgroep"
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


@atomic
def choose(actor, rhythm=Rhythm.DAILY, days=(2,), hour=8, set_at=LONG_AGO, paused_until=None):
    values = {"person_id": actor.id, "rhythm": rhythm, "days": list(days), "hour": hour, "set_at": set_at,
              "paused_until": paused_until}  # fmt: skip
    upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "days", "hour", "set_at", "paused_until"))
    for sort in (Sort.NAMED, Sort.TASK):  # what is theirs comes by the overview, not by a mail at once
        upsert(Preference, {"person_id": actor.id, "sort": sort, "channel": Channel.MAIL, "is_on": False,
                            "set_at": set_at}, key=("person_id", "sort", "channel"), change=("is_on",))  # fmt: skip


@atomic
def write(statement):
    db.session.execute(statement)


def at(day, hour, minute=0):
    return from_local(datetime(day.year, day.month, day.day, hour, minute))


def eight(days=0):
    """The next eight in the morning, or so many days after it."""
    return at(local(now() - timedelta(hours=8)).date() + timedelta(days=1 + days), 8)


@pytest.fixture
def at_eight(clock):
    """It is eight in the morning of a coming day; whoever chose so gets their overview."""
    def come(days=0):
        clock.set(eight())
        clock.forward(days=days)
        make_due_overviews()
        db.session.rollback()
    return come


def letters_to(actor):
    return db.session.scalars(select(Letter).where(Letter.to == actor.email, Letter.kind == "notifications/overview")
                              .order_by(Letter.id)).all()  # fmt: skip


def mails_to(actor, outbox):
    """Overviews; a convocation goes at once besides, whatever one chose."""
    return [mail for mail in outbox()
            if mail["To"] == actor.email and mail["Subject"].startswith(("Uw overzicht", "Your overview"))]  # fmt: skip


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def told(actor):
    return db.session.scalars(select(Delivery).where(Delivery.person_id == actor.id,
                                                     Delivery.channel == Channel.DIGEST)).all()  # fmt: skip


@atomic
def mailed(actor, item, state=LetterState.SENT, delivery=DeliveryState.HANDED, kind="reply"):
    """As the mail at once leaves it."""
    letter = Letter(kind="notifications/post", to=actor.email, subject="", message_id=f"<{item}-{actor.id}@x>",
                    state=state)  # fmt: skip
    db.session.add(letter)
    db.session.flush()
    db.session.add(Delivery(person_id=actor.id, kind=kind, item=item, channel=Channel.MAIL, place="thread:1",
                            scope="group:1", reason="level", state=delivery, letter_id=letter.id))


@pytest.fixture
def held_up(clock, at_eight, outbox):
    """The mail server is away for some hours when the overview is due; meanwhile something happens; then it is back."""

    def sent_after(meanwhile, hours=3):
        hold_off(POST, eight() + timedelta(minutes=5) - now())
        at_eight()
        before = len(outbox())
        meanwhile()
        clock.forward(hours=hours)
        send_waiting_letters()
        make_due_overviews()
        db.session.rollback()
        return outbox()[before:]

    return sent_after


# When


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_both_nights_of_the_clock_each_hour_comes_once(day, hour):
    """NTF-26: an hour that the clock skips is the next one, of an hour that it shows twice the first."""
    chosen = DigestSetting(rhythm=Rhythm.DAILY, days=[2], hour=hour, set_at=LONG_AGO)
    first = at(day, 0)
    minutes = [first + timedelta(minutes=n) for n in range(26 * 60)]
    of_the_day = [moment for moment in minutes if slot_at(chosen, moment) == day]
    came = local(of_the_day[0])
    skipped = day == date(2026, 3, 29) and hour == 2
    assert (came.date(), came.hour, came.minute) == (day, hour + skipped, 0)
    assert of_the_day == [moment for moment in minutes if moment >= of_the_day[0]][:len(of_the_day)]  # without a gap
    assert begins_at(day, hour) == of_the_day[0]
    assert came.fold == 0


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_over_the_night_of_the_clock_there_is_one_letter_a_day(day, thread, bram, clock):
    """NTF-26: asked every half hour of three days, at half past two too."""
    choose(bram, hour=2, set_at=at(day - timedelta(days=1), 0))
    made = []
    clock.set(at(day - timedelta(days=1), 0))
    while now() < at(day + timedelta(days=2), 0):
        for person_id, slot in people_due(now()):
            service.make_overview(person_id, slot)
            made.append(slot)
        clock.forward(minutes=30)
    assert made == [day - timedelta(days=1), day, day + timedelta(days=1)]


@pytest.mark.parametrize(("rhythm", "days", "expected"), [
    (Rhythm.NEVER, EVERY_DAY, []),
    (Rhythm.DAILY, [2], list(range(1, 31))),
    (Rhythm.WEEKLY, [2], [2, 9, 16, 23, 30]),
    (Rhythm.WEEKLY, [1, 5], [1, 5, 8, 12, 15, 19, 22, 26, 29]),
    (Rhythm.MONTHLY, [2], [2]),
    (Rhythm.MONTHLY, [1, 5], [1]),
    (Rhythm.MONTHLY, [7], [7]),
])  # fmt: skip
def test_it_comes_on_the_days_that_one_chose(rhythm, days, expected, thread, bram):
    """NTF-26. June 2026 begins on a Monday. The database leaves out only whom the rule leaves out."""
    choose(bram, rhythm, days)
    came = [day for day in range(1, 31) if people_due(at(date(2026, 6, day), 8))]
    assert came == expected
    assert not people_due(at(date(2026, 6, 1), 7, 59)) or rhythm is Rhythm.DAILY


def test_what_a_server_missed_comes_once_and_no_more_than_a_day_late(thread, bram, clock):
    choose(bram, Rhythm.WEEKLY, [2])
    tuesday = date(2026, 6, 9)
    assert people_due(at(tuesday, 23)) == people_due(at(tuesday + timedelta(days=1), 7, 59)) == [(bram.id, tuesday)]
    assert people_due(at(tuesday + timedelta(days=1), 8)) == []
    choose(bram)  # daily, down for three days
    assert people_due(at(tuesday + timedelta(days=3), 7)) == [(bram.id, tuesday + timedelta(days=2))]


def test_who_chooses_after_the_hour_begins_the_next_time(bram):
    day = date(2026, 6, 9)
    choose(bram, set_at=at(day, 10))
    assert people_due(at(day, 10, 1)) == []
    assert people_due(at(day + timedelta(days=1), 8)) == [(bram.id, day + timedelta(days=1))]


def test_a_pause_ends_on_its_day(bram):
    day = date(2026, 6, 9)
    choose(bram, paused_until=day)
    assert people_due(at(day, 7, 59)) == []
    assert people_due(at(day, 8)) == [(bram.id, day)]


def test_who_chose_nothing_gets_nothing(thread, bram, at_eight):
    """GRP-56"""
    at_eight()
    assert db.session.scalars(select(DigestRun)).all() == []


def test_who_has_no_place_any_more_gets_none(thread, anna, bram, carla, at_eight):
    for actor in (anna, bram, carla):
        choose(actor)
    write(update(Tie).where(Tie.person_id == anna.id).values(last_day=eight(-1).date()))
    write(update(Person).where(Person.id == bram.id).values(erased_at=now()))
    at_eight()
    assert [run.person_id for run in db.session.scalars(select(DigestRun))] == [carla.id]


def test_who_is_suspended_gets_none(thread, bram, at_eight, monkeypatch):
    choose(bram)
    monkeypatch.setattr(Actor, "suspension", property(lambda _self: object()))
    at_eight()
    assert letters_to(bram) == []


def test_what_waited_for_the_mail_server_comes_once_and_says_what_is_true_by_then(thread, anna, bram, energie, held_up):
    """NTF-4, NTF-24: nothing of what was read meanwhile."""
    gone = new_thread(anna, energie, title="Een vergissing")
    choose(bram)
    [letter] = held_up(lambda: mark_seen(bram, gone, 1))
    assert "Restwarmte in Emmen" in text_of(letter)
    assert "Een vergissing" not in letter.as_string()


@pytest.mark.parametrize("change", ["stopped", "suspended", "confidential"])
def test_an_overview_that_waited_tells_nobody_who_may_not_hear_it_any_more(change, thread, energie, bram, held_up,
                                                                          monkeypatch):  # fmt: skip
    choose(bram)
    letters_of_bram = held_up({
        "stopped": lambda: choose(bram, Rhythm.NEVER),
        "suspended": lambda: monkeypatch.setattr(Actor, "suspension", property(lambda _self: object())),
        "confidential": lambda: write(update(WorkingGroup).where(WorkingGroup.id == energie.id)
                                      .values(visibility=Visibility.CONFIDENTIAL)),
    }[change])  # fmt: skip
    assert all("Restwarmte" not in letter.as_string() for letter in letters_of_bram)
    assert len(letters_of_bram) == (change == "confidential")


def test_an_overview_that_waited_goes_to_the_address_of_now(thread, bram, held_up):
    choose(bram)
    move = update(Person).where(Person.id == bram.id).values(email="bram@elders.example")
    assert [letter["To"] for letter in held_up(lambda: write(move), hours=0.5)] == ["bram@elders.example"]


def test_an_overview_that_waited_for_more_than_a_day_is_in_the_next(thread, bram, held_up, at_eight, outbox):
    """NTF-24"""
    choose(bram)
    assert held_up(lambda: None, hours=24 + 23) != []
    assert [text_of(mail).count("Restwarmte in Emmen") for mail in mails_to(bram, outbox)] == [1]


def test_of_two_schedulers_one_makes_it(app, thread, bram, clock):
    """NTF test 5"""
    choose(bram)
    clock.set(eight())
    slot = local(now()).date()
    made = together(app, *[lambda: service.make_overview(bram.id, slot)] * 4)
    assert sorted(made) == [False, False, False, True]
    assert len(letters_to(bram)) == 1


def test_a_day_has_one_overview_whatever_came_in_between(thread, anna, bram, clock):
    choose(bram)
    clock.set(eight())
    slot = local(now()).date()
    assert service.make_overview(bram.id, slot)
    reply(anna, thread, "En nog iets.")
    assert not service.make_overview(bram.id, slot)
    assert len(letters_to(bram)) == 1


def test_a_turn_ends_and_the_next_minute_goes_on(thread, anna, bram, carla, clock, monkeypatch):
    for actor in (anna, bram, carla):
        choose(actor)
    clock.set(eight())
    monkeypatch.setattr(turn, "TURN", -1)
    make_due_overviews()
    assert len(people_due(now())) == 3
    monkeypatch.undo()
    make_due_overviews()
    assert people_due(now()) == []


def test_one_who_fails_holds_up_nobody_else(thread, anna, bram, clock, monkeypatch):
    for actor in (anna, bram):
        choose(actor)
    first, _second = sorted((anna.id, bram.id))
    real = turn.make_overview
    monkeypatch.setattr(turn, "make_overview", lambda who, slot: 1 / 0 if who == first else real(who, slot))
    clock.set(eight())
    make_due_overviews()
    assert [person_id for person_id, _slot in people_due(now())] == [first]


# What


def test_a_thread_is_one_line_with_how_many_and_of_whom(thread, anna, bram, at_eight, outbox):
    """NTF-24"""
    choose(bram)
    reply(anna, thread, "En nog iets.")
    at_eight()
    [mail] = mails_to(bram, outbox)
    assert "Nieuw onderwerp “Restwarmte in Emmen” met 2 berichten, van Anna Assink" in text_of(mail)
    assert f"{thread.link}\n" in text_of(mail)
    assert "60 graden" not in mail.as_string()


def test_later_posts_of_a_thread_that_was_told_are_told_again(thread, anna, bram, at_eight, outbox):
    choose(bram)
    at_eight()
    reply(anna, thread, "En nog iets.")
    at_eight(1)
    _first, second = mails_to(bram, outbox)
    assert "“Restwarmte in Emmen”: 1 nieuw bericht, van Anna Assink" in text_of(second)


def test_without_news_there_is_no_mail_but_it_is_noted(thread, bram, at_eight):
    """NTF-25"""
    choose(bram)
    at_eight()
    at_eight(1)
    runs = db.session.scalars(select(DigestRun).order_by(DigestRun.slot)).all()
    assert [bool(run.letter_id) for run in runs] == [True, False]
    assert len(letters_to(bram)) == 1


def test_what_was_read_is_not_told(thread, bram, at_eight):
    choose(bram)
    mark_seen(bram, thread, 1)
    at_eight()
    assert letters_to(bram) == []


def test_nobody_hears_of_what_they_wrote(thread, anna, at_eight):
    """NTF-2"""
    choose(anna)
    at_eight()
    assert letters_to(anna) == []


def test_who_may_not_read_the_group_hears_nothing(thread, carla, at_eight):
    choose(carla)
    at_eight()
    assert letters_to(carla) == []


def test_who_left_meanwhile_hears_nothing(thread, bram, energie, at_eight):
    """NTF-4: asked when it is made."""
    choose(bram)
    groups.leave_group(bram, energie)
    at_eight()
    assert letters_to(bram) == []


@pytest.mark.parametrize("silent", ["group", "thread"])
def test_a_silent_place_says_nothing(silent, thread, bram, energie, at_eight):
    """NTF-7"""
    choose(bram)
    service.choose_level(bram, energie.scope if silent == "group" else thread.room, Level.SILENT)
    at_eight()
    assert letters_to(bram) == []


def test_a_thread_that_one_follows_speaks_in_a_silent_group(thread, bram, energie, at_eight):
    """NTF-6: thread goes before group."""
    choose(bram)
    service.choose_level(bram, energie.scope, Level.SILENT)
    service.choose_level(bram, thread.room, Level.OVERVIEW)
    at_eight()
    assert len(letters_to(bram)) == 1


def test_being_named_in_a_silent_group_is_told(thread, anna, bram, energie, at_eight, outbox):
    """NTF-7"""
    choose(bram)
    service.choose_level(bram, energie.scope, Level.SILENT)
    reply(anna, thread, "Wat zegt Bram?", mentions=[bram.id])
    at_eight()
    [mail] = mails_to(bram, outbox)
    assert "Anna Assink noemde u in “Restwarmte in Emmen”" in text_of(mail)
    assert "nieuwe berichten" not in text_of(mail)


def test_a_post_that_names_one_is_not_told_twice(thread, anna, bram, at_eight, outbox):
    choose(bram)
    mark_seen(bram, thread, 1)
    reply(anna, thread, "Wat zegt Bram?", mentions=[bram.id])
    at_eight()
    [mail] = mails_to(bram, outbox)
    assert text_of(mail).count("Restwarmte in Emmen") == 1
    at_eight(1)
    assert len(letters_to(bram)) == 1


@pytest.mark.parametrize(("letter", "delivery", "is_told"), [
    (LetterState.SENT, DeliveryState.HANDED, False),
    (LetterState.WAITING, DeliveryState.HANDED, False),
    (LetterState.FAILED, DeliveryState.HANDED, True),
    (LetterState.UNCERTAIN, DeliveryState.HANDED, True),
    (LetterState.DROPPED, DeliveryState.HANDED, True),
    (LetterState.SENT, DeliveryState.CANCELLED, True),
])  # fmt: skip
def test_what_a_mail_told_already_is_left_out(letter, delivery, is_told, thread, bram, at_eight):
    """NTF-3, NTF-5: one that may never have come told nothing."""
    choose(bram)
    mailed(bram, db.session.scalar(select(Post.id)), letter, delivery)
    at_eight()
    assert bool(letters_to(bram)) is is_told
    at_eight(1)
    assert len(letters_to(bram)) == is_told


def test_what_is_about_to_be_mailed_is_left_out(thread, anna, bram, at_eight):
    """NTF-3: while those who follow it are still being told, and while the mail waits its ten minutes."""
    choose(bram)
    write(Telling.__table__.insert().values(id=1, kind="post", item=db.session.scalar(select(Post.id)),
                                            created_at=now()))
    at_eight()
    assert letters_to(bram) == []
    write(delete(Telling))
    at_eight(1)
    assert len(letters_to(bram)) == 1


def test_a_mail_that_never_came_is_told_after_a_later_post_was(thread, anna, bram, at_eight, outbox):
    """NTF-5: the overview told the thread up to a later post; the earlier one comes the next time, once."""
    choose(bram)
    first = db.session.scalar(select(Post.id))
    mailed(bram, first, LetterState.WAITING)
    reply(anna, thread, "En nog iets.")
    at_eight()
    write(update(Letter).where(Letter.kind == "notifications/post").values(state=LetterState.UNCERTAIN))
    at_eight(1)
    at_eight(2)
    assert len(mails_to(bram, outbox)) == 2
    assert "van Anna Assink" in text_of(mails_to(bram, outbox)[1])


def test_what_stood_in_an_overview_that_failed_is_told_again(thread, bram, at_eight):
    """NTF-5"""
    choose(bram)
    at_eight()
    write(update(Letter).values(state=LetterState.UNCERTAIN))
    at_eight(1)
    at_eight(2)
    assert len(letters_to(bram)) == 2
    assert {row.letter_id for row in told(bram)} == {letters_to(bram)[1].id}


def test_a_deleted_post_is_not_told(thread, anna, bram, at_eight):
    choose(bram)
    mark_seen(bram, thread, 1)
    delete_post(anna, reply(anna, thread, "Vergissing."))
    at_eight()
    assert letters_to(bram) == []


def test_tasks_come_first_and_then_the_groups(thread, anna, bram, energie, at_eight, outbox):
    """NTF-24; the convocation went by mail at once, and is not told twice (NTF-3)."""
    choose(bram)
    plan_published(anna, energie)
    reply(anna, thread, "Bram?", mentions=[bram.id])
    reply(bram, new_thread(anna, energie, "Stoom"))
    documents.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    placed(actor_named("carla"), title="Vaten over")
    at_eight()
    words = text_of(mails_to(bram, outbox)[0])
    assert "Overleg energie" not in words
    order = ["Voor u", "Anna Assink noemde u in", "Energie", "Restwarmte in Emmen", "Nieuw document “Jaarplan”",
             "Voor iedereen", "“Vaten over” (Polymeer Coevorden)"]  # fmt: skip
    places = [words.find(each) for each in order]
    assert -1 not in places, words
    assert places[:3] == sorted(places[:3])
    assert places[5:] == sorted(places[5:])
    assert max(places[:5]) < places[5]


def test_own_documents_and_listings_are_no_news(anna, bram, energie, at_eight):
    """NTF-2"""
    choose(bram)
    documents.add_page(bram, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    placed(bram)
    at_eight()
    assert letters_to(bram) == []


def test_a_document_is_told_again_when_it_has_a_new_version(anna, bram, energie, at_eight, outbox):
    choose(bram)
    page = documents.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    at_eight()
    at_eight(1)
    documents.edit_page(anna, page, text("Wij delen meer."), base_version=page.last_number)
    at_eight(2)
    assert ["Nieuw document" in text_of(mail) for mail in mails_to(bram, outbox)] == [True, False]
    assert "Er is een nieuwe versie van “Jaarplan”" in text_of(mails_to(bram, outbox)[1])


def test_who_chose_an_overview_today_hears_of_no_document_of_last_year(anna, bram, energie, clock, at_eight):
    documents.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    clock.forward(days=3)
    choose(bram)
    at_eight()
    assert letters_to(bram) == []


def test_what_nobody_looked_at_for_two_months_is_no_news(thread, bram, clock, at_eight):
    choose(bram)
    at_eight(62)
    assert letters_to(bram) == []


def test_of_more_than_twenty_the_rest_is_a_number_and_comes_the_next_time(anna, bram, energie, at_eight, outbox):
    """NTF-24"""
    choose(bram)
    for number in range(57):
        new_thread(anna, energie, f"Onderwerp {number:02}")
    at_eight()
    at_eight(1)
    at_eight(2)
    at_eight(3)
    mails = [text_of(mail) for mail in mails_to(bram, outbox)]
    assert [mail.count("Nieuw onderwerp") for mail in mails] == [20, 20, 17]
    assert ["en nog 37" in mails[0], "en nog 17" in mails[1], "en nog" in mails[2]] == [True, True, False]
    assert all("\nEnergie\n" in mail for mail in mails)


def test_of_a_confidential_group_there_is_one_line_and_no_word(secret_thread, emma, externe_veiligheid, at_eight,
                                                              outbox, app):  # fmt: skip
    """NTF-21, NTF test 9: absent from subject, headers and both parts."""
    other = member_of(externe_veiligheid, emma)
    choose(other)
    new_thread(emma, externe_veiligheid, "MARKERTITEL", "MARKERTEKST")
    documents.add_page(emma, externe_veiligheid, None, "MARKERBLAD", text("MARKERTEKST"))
    plan_published(emma, externe_veiligheid, title="MARKERVERGADERING")
    reply(emma, secret_thread, "MARKERTEKST", mentions=[other.id])
    at_eight()
    [mail] = mails_to(other, outbox)
    whole = mail.as_string() + text_of(mail) + html_of(mail)
    for word in ("MARKER", "Bijna-ongeval", "bijna-ongeval", "Externe", "externe-veiligheid", "Emma", "/threads/"):
        assert word not in whole, word
    assert (text_of(mail).count(THE_LINE), html_of(mail).count(THE_LINE)) == (1, 1)
    at_eight(1)
    assert len(letters_to(other)) == 1


def member_of(group, lead):
    """Another than the lead."""
    people = db.session.scalars(select(Tie.person_id).join(GroupMembership, GroupMembership.tie_id == Tie.id)
                                .where(GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None),
                                       Tie.person_id != lead.id)).all()  # fmt: skip
    if people:
        return Actor.of_person(people[0])
    groups.add_member(lead, group, db.session.scalars(
        select(Tie).where(Tie.person_id == person_named("bram").id, Tie.ended_at.is_(None))).one())  # fmt: skip
    return actor_named("bram")


def test_it_is_in_the_language_of_whom_it_is_for(thread, bram, at_eight, outbox):
    choose(bram)
    write(update(Person).where(Person.id == bram.id).values(locale="en"))
    at_eight()
    [mail] = mails_to(bram, outbox)
    assert mail["Subject"].startswith("Your overview of ")
    assert "New thread “Restwarmte in Emmen” by Anna Assink" in text_of(mail)


def test_text_and_html_say_the_same_words(thread, anna, bram, energie, at_eight, outbox):
    """NTF-17 and 23: no remote image, no pixel, no address but our own; it says why it came (NTF-19)."""
    choose(bram)
    new_thread(anna, energie, "<b>Stoom</b> & warmte")
    plan_published(anna, energie)
    at_eight()
    [mail] = mails_to(bram, outbox)
    html = html_of(mail)
    hrefs = re.findall(r'href="([^"]*)"', html)
    in_html = unescape(re.sub(r"<[^>]+>", " ", html)).split()
    in_text = [word for word in text_of(mail).split() if not word.startswith("http") and word not in ("-", "--")]
    assert in_html == in_text
    assert sorted(set(hrefs)) == sorted({word for word in text_of(mail).split() if word.startswith("http")})
    assert all(href.startswith("http://localhost/") for href in hrefs)
    assert "<b>Stoom" not in html
    style = f'<body style="{current_app.jinja_env.get_template("_letter_style.txt").render()}">'
    assert html.count(style) == 1
    assert not re.search("<img|src=|style=|<link|<script", html.replace(style, "<body>"))
    assert "U krijgt dit overzicht elke dag, omdat u dat koos." in text_of(mail)
    assert "http://localhost/account/notifications" in hrefs


def test_a_full_letter_stays_small(anna, bram, energie, at_eight, outbox):
    """NTF-23: 100 kB at most, with 50 tasks and 20 threads of the longest titles."""
    choose(bram)
    threads = [new_thread(anna, energie, f"{number:03}" + "é" * 147) for number in range(60)]
    for each in threads:
        reply(anna, each, "Bram?", mentions=[bram.id])
    at_eight()
    [mail] = mails_to(bram, outbox)
    assert text_of(mail).count("noemde u in") == 50
    assert len(mail.as_bytes()) < 100_000


def test_the_letter_as_it_is(thread, anna, bram, energie, at_eight, outbox):
    """Beside the test, for whoever changes its templates."""
    choose(bram, Rhythm.WEEKLY, EVERY_DAY)
    new_thread(anna, energie, "Stoom & warmte")
    reply(anna, thread, "Bram?", mentions=[bram.id])
    at_eight()
    [mail] = mails_to(bram, outbox)
    for part, said in (("txt", text_of(mail)), ("html", html_of(mail).replace("\r\n", "\n"))):
        golden = Path(__file__).parent / f"overview.{part}"
        plain = re.sub(r"(?<=/stop/)[\w.-]+", "T", re.sub(r"\d{10,}", "N", said))
        assert plain == golden.read_text(), f"another {golden.name}"


def test_a_letter_marks_nothing_as_read(thread, anna, bram, at_eight):
    """NTF-28"""
    choose(bram)
    reply(anna, thread, "Bram?", mentions=[bram.id])
    at_eight()
    assert db.session.scalar(select(func.count(Notification.id)).where(Notification.read_at.is_not(None))) == 0
    assert db.session.scalars(select(ReadPosition).where(ReadPosition.person_id == bram.id)).all() == []


def test_the_statements_for_a_person_do_not_grow_with_what_there_is(anna, bram, energie, clock, count_statements):
    def many(number):
        for each in range(number):
            thread = new_thread(anna, energie, f"Onderwerp {each}")
            reply(anna, thread, "Bram?", mentions=[bram.id])
            documents.add_page(anna, energie, None, f"Blad {each}", text("Tekst."))

    choose(bram)
    counts = []
    for number in (1, 12):
        many(number)
        clock.set(eight())
        slot = local(now()).date()
        with count_statements() as seen:
            service.make_overview(bram.id, slot)
        counts.append(len([each for each in seen if "letters SET" not in each]))
    assert counts[0] == counts[1] <= 30, counts
