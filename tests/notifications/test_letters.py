"""News by mail: once, a while after it happened, to who may read it then, with a reason and a way to stop it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Person, Sanction, SanctionKind, Tie
from app.accounts.service import end_tie
from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import ThreadKind
from app.discussions.service import NewThread, delete_post, edit_post, mark_seen, rename_thread
from app.discussions.service.reading import REPLY
from app.groups import service as groups
from app.groups.models import Visibility, WorkingGroup
from app.jobs.service import hold_off
from app.mail.models import Letter, LetterState
from app.mail.tasks import POST, send_waiting_letters
from app.notifications import service
from app.notifications.models import Channel, Delivery, DeliveryState, Level, Notification, Preference, Sort
from app.notifications.policy import SORTS
from app.notifications.service import ledger, letters
from app.notifications.tasks import hand_over_mail, tell_all_followers
from tests.conftest import actor_named, new_thread, person_named, reply, written


@pytest.fixture
def mailed(outbox, clock):
    """What the work of this minute sends, to whom: after so many minutes."""

    def sent(minutes=10):
        clock.forward(minutes=minutes)
        before = len(outbox())
        hand_over_mail()
        return outbox()[before:]

    return sent


def follow(key, place, level=Level.ALL_MAIL):
    service.choose_level(actor_named(key), place, level)


def to(letters_sent):
    return sorted(str(letter["To"]).split("@")[0] for letter in letters_sent)


def states_of(model):
    db.session.rollback()
    return db.session.scalars(select(model.state).order_by(model.id)).all()


def suspend(person):
    db.session.add(Sanction(person_id=person.id, kind=SanctionKind.SUSPEND, rule=3, reason="Schelden",
                            until=now() + timedelta(days=3), created_by=person.tie_id))  # fmt: skip
    db.session.commit()


def parts(letter):
    return [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_who_follows_a_thread_gets_the_answer_by_mail_ten_minutes_later(thread, anna, bram, mailed):
    """NTF-1, NTF-16"""
    reply(bram, thread, "Wij hebben stoom over.")
    assert mailed(minutes=9) == []
    [letter] = mailed(minutes=1)
    assert to([letter]) == ["anna"]
    assert all("Wij hebben stoom over." in part for part in parts(letter))
    assert mailed(minutes=60) == []


def test_nobody_gets_their_own_words_by_mail(thread, anna, bram, mailed):
    """NTF-2"""
    follow("bram", thread.room)
    reply(bram, thread)
    reply(anna, thread)
    assert to(mailed()) == ["anna", "bram"]


def test_a_letter_says_who_wrote_in_which_group_and_comes_from_our_own_address(thread, bram, mailed):
    """NTF-17"""
    reply(bram, thread, "Wij hebben stoom over.")
    [letter] = mailed()
    assert letter["Subject"] == "[Energie] Restwarmte in Emmen"
    [sender] = letter["From"].addresses
    assert sender.display_name == "Bram Boelens (Vezelwerk Emmen) via Samenwerkende Bedrijven Drenthe"
    assert sender.addr_spec == mail_from()
    plain, html = parts(letter)
    for said in ("Bram Boelens", "Wij hebben stoom over.", "omdat u dit onderwerp begon", "Stil voor dit onderwerp"):
        assert said in plain
        assert said in words(html)


def test_all_letters_of_a_thread_stand_under_one_root_also_under_a_new_title(thread, anna, bram, mailed):
    """NTF-18: what Outlook goes by, from twelve letters."""
    sent = []
    for number in range(12):
        if number == 6:
            rename_thread(anna, thread, NewThread(title="Restwarmte, nu met stoom", kind=thread.kind), version=1)
        reply(bram, thread, f"Bericht {number}.")
        sent += mailed(minutes=30)
    assert len(sent) == 12
    assert len({letter["Message-ID"] for letter in sent}) == 12
    assert len({(letter["In-Reply-To"], letter["References"], letter["List-Id"]) for letter in sent}) == 1
    assert {letter["Subject"] for letter in sent} == {"[Energie] Restwarmte in Emmen"}
    assert "Restwarmte, nu met stoom" in parts(sent[-1])[0]
    assert "nu met stoom" not in parts(sent[0])[0]
    assert {letter["Auto-Submitted"] for letter in sent} == {"auto-generated"}
    assert {letter["X-Auto-Response-Suppress"] for letter in sent} == {"All"}


def test_a_correction_is_what_goes_out(thread, bram, mailed):
    """NTF-16"""
    post = reply(bram, thread, "Wij hebben stroom over.")
    edit_post(bram, post, written("Wij hebben stoom over."), version=1)
    [letter] = mailed()
    assert "stoom over" in parts(letter)[0]
    assert "stroom" not in str(letter)


def test_a_correction_after_the_letter_sends_no_second(thread, anna, bram, mailed):
    """NTF-3: also where it names somebody whom the letter told."""
    post = reply(bram, thread)
    assert to(mailed()) == ["anna"]
    edit_post(bram, post, written("@Anna Assink, dank.", mentions=[anna.id]), version=1)
    assert mailed(minutes=60) == []


def test_who_is_named_in_a_thread_they_follow_gets_one_letter(thread, anna, bram, mailed):
    """NTF-3: not by two rules."""
    follow("anna", thread.room)
    reply(bram, thread, "@Anna Assink, weet u het?", mentions=[anna.id])
    [letter] = mailed()
    assert "omdat Bram Boelens u noemde" in parts(letter)[0]


def test_what_is_deleted_or_read_meanwhile_is_not_sent(thread, anna, bram, carla, mailed):
    """NTF-16"""
    follow("dirk", thread.room)
    delete_post(bram, reply(bram, thread, "Te snel."))
    reply(bram, thread, "Nu goed.")
    mark_seen(anna, thread, 3)
    [letter] = mailed()
    assert to([letter]) == ["dirk"]
    assert "Te snel" not in str(letter)


def test_more_of_the_same_thread_goes_along_but_the_first_waits_no_longer_than_twenty_minutes(thread, bram, mailed):
    """NTF-16"""
    reply(bram, thread, "Eerste.")
    assert mailed(minutes=9) == []
    reply(bram, thread, "Tweede.")
    assert mailed(minutes=9) == []
    reply(bram, thread, "Derde.")
    assert mailed(minutes=1) == []
    [letter] = mailed(minutes=1)
    plain = parts(letter)[0]
    assert plain.index("Eerste.") < plain.index("Tweede.") < plain.index("Derde.")
    assert mailed(minutes=60) == []


def test_who_lost_the_right_meanwhile_hears_nothing(thread, anna, bram, dirk, mailed):
    """NTF-4"""
    reply(bram, thread)
    end_tie(dirk, db.session.get_one(Tie, anna.tie_id))
    assert "anna" not in to(mailed())
    ended = select(Delivery.state).where(Delivery.person_id == anna.id)
    assert db.session.scalars(ended).all() == [DeliveryState.CANCELLED]


def test_who_left_the_group_or_made_the_thread_silent_meanwhile_hears_nothing(energie, anna, bram, mailed):
    """Section 6, NTF-7"""
    thread = new_thread(anna, energie)
    mailed(minutes=60)
    follow("bram", thread.room)
    reply(actor_named("otto"), thread)
    follow("anna", thread.room, Level.SILENT)
    groups.leave_group(bram, energie)
    assert mailed() == []


def test_a_new_thread_reaches_those_who_chose_new_threads(energie, anna, bram, carla, mailed):
    """NTF-6"""
    follow("bram", energie.scope, Level.NEW_THREADS)
    thread = new_thread(anna, energie, title="Stoom", body="Wie heeft stoom over?")
    [letter] = mailed()
    assert to([letter]) == ["bram"]
    assert letter["Subject"] == "[Energie] Stoom"
    assert "omdat u dat koos voor deze werkgroep" in parts(letter)[0]
    reply(actor_named("otto"), thread)
    assert to(mailed()) == ["anna"]


def test_those_who_get_a_letter_are_those_that_the_form_counted(thread, bram, mailed, energie):
    """NTF-15"""
    for key in ("anna", "dirk", "otto"):
        follow(key, thread.room)
    from app.groups.queries import readership

    counted = readership(energie, bram.id, thread.room).mailed
    reply(bram, thread)
    assert len(mailed()) == counted == 3


def test_mail_about_a_confidential_group_says_that_there_is_something_and_no_more(secret_thread, emma, mailed):
    """NTF-21: the marker stands in title, group, text and name."""
    other = "otto"
    groups.add_member(emma, secret_thread.group, person_named(other))
    follow(other, secret_thread.room)
    post = reply(emma, secret_thread, "Geheimwoord.")
    [letter] = mailed()
    said = letter.as_string() + "".join(parts(letter))
    assert to([letter]) == [other]
    for word in ("Geheimwoord", secret_thread.title, secret_thread.group.name, secret_thread.group.slug, emma.name,
                 str(post.id)):  # fmt: skip
        assert word not in said
    assert "Er is iets nieuws in een besloten werkgroep" in parts(letter)[0]
    assert letter["Reply-To"] is None
    assert letter["List-Id"] is None


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
def test_every_sort_makes_one_letter_or_none(sort, is_on, anna, bram, mailed, monkeypatch):
    """Section 8.1: the mail half of the table, box ticked and unticked."""
    monkeypatch.setitem(service.bell._sorts, "tried", sort)
    monkeypatch.setitem(service.bell._loaders, "tried", lambda items: dict.fromkeys(items, service.Shown("Iets", "/")))
    if not is_on:
        db.session.add(Preference(person_id=anna.id, sort=sort, channel=Channel.MAIL, is_on=False))
        db.session.commit()
    service.notify([anna.id], kind="tried", item=1, actor_id=bram.id, actor_tie_id=bram.tie_id, scope="public")
    service.notify([anna.id], kind="tried", item=1, actor_id=bram.id, actor_tie_id=bram.tie_id, scope="public")
    mailed(minutes=60)
    can_be_off = Channel.MAIL in SORTS[sort].chosen
    assert sum(states().values()) == (1 if SORTS[sort].mails and (is_on or not can_be_off) else 0)
    assert set(states()) <= {DeliveryState.HANDED}


def test_two_workers_make_one_letter(thread, anna, bram, clock, outbox):
    """NTF-3: the second finds that the first was quicker."""
    reply(bram, thread)
    clock.forward(minutes=10)
    first, second = (letters.make_letter(actor_named("anna"), anna.id, thread.room) for _ in range(2))
    db.session.rollback()
    for made in (first, second):
        letters.settle([made])
    assert len(outbox()) == 1
    assert db.session.scalar(select(func.count(Letter.id)).where(Letter.kind == "notifications/posts")) == 1


def test_an_answer_whose_job_was_lost_is_told_by_the_next_minute(thread, anna, bram, hold_jobs):
    """NTF-5: the row is the truth."""
    with hold_jobs():
        reply(bram, thread)
    assert lines_of(anna) == 0
    tell_all_followers()
    tell_all_followers()
    assert lines_of(anna) == 1


def test_what_cannot_be_told_holds_up_nothing_that_came_after_it(thread, anna, bram, hold_jobs, monkeypatch, caplog):
    """NTF-5"""
    told = ledger._tellers[REPLY]

    def fail_at_first(post_id):
        monkeypatch.setitem(ledger._tellers, REPLY, told)
        raise RuntimeError("this one cannot be told")

    other = new_thread(anna, thread.group)
    with hold_jobs():
        reply(bram, thread)
        reply(bram, other)
    monkeypatch.setitem(ledger._tellers, REPLY, fail_at_first)
    tell_all_followers()
    assert lines_of(anna) == 1
    assert "this one cannot be told" in caplog.text
    tell_all_followers()
    assert lines_of(anna) == 2


def lines_of(actor):
    return db.session.scalar(select(func.count(Notification.id)).where(Notification.person_id == actor.id))


def states():
    return dict(db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all())


def test_who_answers_before_the_others_were_told_hears_nothing_of_what_stood_above(thread, bram, hold_jobs, clock,
                                                                                      mailed):  # fmt: skip
    """NTF-8: of the post that they answered, they have been told by reading it."""
    with hold_jobs() as held:
        reply(bram, thread, "Wij hebben stoom over.")
        clock.forward(seconds=2)
        reply(actor_named("otto"), thread, "Wij ook.")
    for run in held:
        run()
    assert lines_of(actor_named("otto")) == 0
    assert lines_of(bram) == 1
    assert to(mailed()) == ["anna", "bram"]


def test_a_question_and_a_quote_are_answers_to_their_writers(energie, anna, bram, mailed):
    """Section 2: for them it counts as being spoken to, also where they chose the overview."""
    from app.discussions.service import start_thread

    asked = start_thread(anna, energie, NewThread(title="Vraag", kind=ThreadKind.QUESTION), written("Wie weet het?"))
    follow("anna", asked.room, Level.OVERVIEW)
    said = reply(bram, asked, "Ik niet.")
    follow("bram", asked.room, Level.OVERVIEW)
    reply(actor_named("otto"), asked, f"> Ik niet.\n> [Bram](/posts/{said.id})\n\nIk wel.")
    sent = mailed()
    assert to(sent) == ["anna", "bram"]
    assert all("omdat het antwoordt op wat u schreef" in parts(letter)[0] for letter in sent)


def test_a_name_cannot_break_out_of_a_header(thread, bram, mailed):
    """Bad input: names are written by people."""
    from app.accounts.models import Person

    name = 'Bram" <x@evil.example>,\\ Bö (van de Coöperatie tot Aan- en Verkoop)'
    db.session.get_one(Person, bram.id).name = name
    db.session.commit()
    reply(actor_named("bram"), thread)
    [letter] = mailed()
    [sender] = letter["From"].addresses
    assert sender.addr_spec == mail_from()
    assert sender.display_name.replace(" ", "").startswith(name.replace(" ", ""))


def mail_from():
    from email.utils import parseaddr

    from flask import current_app

    return parseaddr(current_app.config["MAIL_FROM"])[1]


def test_a_long_text_is_read_on_its_page(thread, bram, mailed):
    """NTF-23: no letter is larger than 100 kB, nothing in it is fetched from elsewhere."""
    for _ in range(4):
        reply(bram, thread, "Stoom is warm. " * 2500)
    [letter] = mailed()
    assert len(letter.as_bytes()) < 100_000
    assert "Lees hem hier" in parts(letter)[0]
    assert not re.search(r"<img|<script|<link|@import|url\(", parts(letter)[1])


@pytest.fixture
def held_up(clock, outbox):
    """The mail server is away for an hour while this letter waits; meanwhile something happens; then it is back."""

    def sent_after(meanwhile, make=hand_over_mail):
        clock.forward(minutes=10)
        hold_off(POST, timedelta(minutes=5))
        make()
        assert db.session.scalar(select(func.count()).where(Letter.state == LetterState.WAITING)) > 0
        before = len(outbox())
        meanwhile()
        clock.forward(minutes=70)
        send_waiting_letters()
        hand_over_mail()
        return outbox()[before:]

    return sent_after


def test_what_waited_for_the_mail_server_goes_as_it_was_made(thread, bram, held_up):
    reply(bram, thread)
    [letter] = held_up(lambda: None)
    assert to([letter]) == ["anna"]
    assert states_of(Letter) == [LetterState.SENT]


def test_who_leaves_the_group_while_the_mail_server_is_away_hears_nothing(energie, anna, bram, held_up, mailed):
    """Section 6"""
    thread = new_thread(anna, energie)
    mailed(minutes=60)
    follow("bram", thread.room)
    follow("anna", thread.room, Level.SILENT)
    reply(actor_named("otto"), thread)
    assert held_up(lambda: groups.leave_group(bram, energie)) == []


@pytest.mark.parametrize("change", ["deleted", "read", "silent", "suspended"])
def test_who_lost_the_right_while_the_mail_server_was_away_hears_nothing(change, thread, anna, bram, held_up):
    """NTF-4, NTF-16: the letter was made before, and lies in our own queue."""
    post = reply(bram, thread)
    meanwhile = {
        "deleted": lambda: delete_post(bram, post),
        "read": lambda: mark_seen(anna, thread, post.position),
        "silent": lambda: follow("anna", thread.room, Level.SILENT),
        "suspended": lambda: suspend(anna),
    }[change]
    assert held_up(meanwhile) == []
    db.session.rollback()
    assert states_of(Letter) == [LetterState.DROPPED]
    assert states_of(Delivery) == [DeliveryState.CANCELLED]


def test_who_has_another_address_by_now_gets_it_there(thread, anna, bram, held_up):
    """Nothing lies any more in a mailbox that they left."""
    def move():
        db.session.execute(update(Person).where(Person.id == anna.id).values(email="anna@elders.example"))
        db.session.commit()

    reply(bram, thread)
    assert [letter["To"] for letter in held_up(move)] == ["anna@elders.example"]


def test_what_is_left_of_a_letter_that_waited_goes_alone(thread, anna, bram, held_up):
    """NTF-16"""
    post = reply(bram, thread, "Dit was een vergissing.")
    reply(bram, thread, "Zestig graden.")
    [letter] = held_up(lambda: delete_post(bram, post))
    assert all("Zestig graden." in part and "vergissing" not in part for part in parts(letter))


def test_a_letter_that_waited_says_nothing_of_a_group_that_became_confidential(thread, energie, bram, held_up):
    """NTF-21"""
    def close():
        db.session.execute(
            update(WorkingGroup).where(WorkingGroup.id == energie.id).values(visibility=Visibility.CONFIDENTIAL))
        db.session.commit()

    reply(bram, thread, "Zestig graden.")
    [letter] = held_up(close)
    assert "Zestig" not in letter.as_string()
    assert "Restwarmte" not in str(letter["Subject"])
