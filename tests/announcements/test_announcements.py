"""Announcements: written, held for ten minutes, sent once to each, whatever they chose to hear (NTF-40, NTF-5)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person, Tie
from app.announcements import queries, service
from app.announcements.models import Announcement, Audience, Kind, Reason, State
from app.announcements.policy import may_announce
from app.announcements.service import BOARD, NEWS, Plan
from app.announcements.tasks import send_due_announcements
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.core.markup import render
from app.core.transaction import atomic
from app.groups.models import Visibility, WorkingGroup
from app.groups.service import leave_group
from app.jobs.service import hold_off
from app.mail.models import Letter, LetterState
from app.mail.tasks import POST, send_waiting_letters
from app.notifications.models import Channel, Delivery, DeliveryState, Level, Notification
from app.notifications.service import choose_level
from tests.conftest import actor_named, person_named, together, words_of

TEXT = "Wij roepen alle leden op.\n\nTot dan."


def plan(kind=Kind.BOARD, audience=Audience.ALL, groups=(), title="Ledenvergadering op 3 maart", body=TEXT):
    return Plan(kind=kind, audience=audience, title=title, body_md=body, body_html=f"<p>{body}</p>",
                reason=Reason.CONVOCATION if kind is Kind.BOARD else None,
                group_ids=tuple(group.id for group in groups))  # fmt: skip


def rendered(body):
    return replace(plan(body=body), body_html=str(render(body, person_id=None)))


@atomic
def write(statement):
    db.session.execute(statement)


@atomic
def close_to_outsiders(group):
    db.session.get_one(WorkingGroup, group.id).visibility = Visibility.CONFIDENTIAL


@pytest.fixture
def board(dirk):
    return service.write_announcement(dirk, plan())


@pytest.fixture
def out(clock):
    """The ten minutes are over."""
    def wait(announcement, actor):
        service.send_announcement(actor, announcement)
        clock.forward(minutes=10)
        send_due_announcements()
        db.session.rollback()
    return wait


def mailed_to(announcement):
    return db.session.scalars(select(Person.email).join(Delivery, Delivery.person_id == Person.id)
                              .where(Delivery.item == announcement.id, Delivery.channel == Channel.MAIL,
                                     Delivery.letter_id.is_not(None))).all()  # fmt: skip


def letters():
    db.session.rollback()
    return db.session.scalars(select(Letter).where(Letter.kind == "announcements/announcement")
                              .order_by(Letter.id)).all()  # fmt: skip


def lines_of(kind):
    db.session.rollback()
    return db.session.scalars(select(Notification.person_id).where(Notification.kind == kind)).all()


def test_a_board_announcement_reaches_everyone_whatever_they_chose(board, dirk, bram, carla, energie, out, outbox):
    """NTF-40"""
    choose_level(bram, energie.scope, Level.SILENT)
    out(board, dirk)
    everyone = set(queries.people_reached(Audience.ALL, ())) - {dirk.id}
    sent = [mail["To"] for mail in outbox()]
    assert sorted(sent) == sorted(mailed_to(board))
    assert {person_named("bram").email, person_named("carla").email} <= set(sent)
    assert len(sent) == len(everyone) > 20
    assert set(lines_of(BOARD)) == everyone
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "AnnouncementSent")).all()
    assert [(entry.actor_id, entry.details["occasion"]) for entry in entries] == [(dirk.id, "convocation")]


def test_guests_and_the_sender_get_none(board, dirk, gijs, out):
    """NTF-2; a guest is no member."""
    out(board, dirk)
    assert not {dirk.email, gijs.email} & set(mailed_to(board))


def test_the_letter_says_why_it_came_and_the_same_words_twice(board, dirk, out, outbox):
    """NTF-19, NTF-23"""
    out(board, dirk)
    mail = next(mail for mail in outbox() if mail["To"] == "bram@brink.example")
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "Bestuur: Ledenvergadering op 3 maart"
    assert "U krijgt dit, wat u ook koos: het is een oproep voor een ledenvergadering." in text
    in_text = " ".join(word for word in text.split() if word != "--" and not word.startswith("http"))
    assert words_of(html) == in_text
    assert all(link.startswith("http://localhost/") for link in re.findall('href="([^"]*)"', html))
    assert "<img" not in html


def test_the_letter_shows_the_text_as_its_page_does(dirk, out, outbox):
    """NTF-17: whoever reads in Outlook sees no signs of Markdown, and a link of ours leads from there too."""
    body = "De weg is **dicht**.\n\n- Rijd om\n- Lees [de kaart](/groups)"
    out(service.write_announcement(dirk, rendered(body)), dirk)
    html = next(mail for mail in outbox() if mail["To"] == "bram@brink.example").get_body(("html",)).get_content()
    assert "<strong>dicht</strong>" in html
    assert "<li>Rijd om</li>" in html
    assert 'href="http://localhost/groups"' in html
    assert not any(sign in html for sign in ("**", "](", "- Rijd"))


@pytest.mark.parametrize("body", ["& " * 3_900, '" ' * 3_900, "- a\n" * 1_900, "é*é* " * 1_500])
def test_a_text_that_grows_as_html_does_not_make_the_letter_large(dirk, out, outbox, body):
    """NTF-23: 100 kB at most."""
    out(service.write_announcement(dirk, rendered(body)), dirk)
    assert all(len(mail.as_bytes()) < 100_000 for mail in outbox())


def test_a_long_text_is_cut_in_the_letter(dirk, out, outbox):
    """NTF-23: 100 kB at most."""
    long = service.write_announcement(dirk, plan(body="éé " * 6_666))
    out(long, dirk)
    mail = next(mail for mail in outbox() if mail["To"] == "bram@brink.example")
    assert len(mail.as_bytes()) < 100_000
    assert "Lees verder" in mail.get_body(("plain",)).get_content()


def test_for_ten_minutes_it_can_be_taken_back(board, dirk, clock, outbox):
    """NTF-41"""
    service.send_announcement(dirk, board)
    clock.forward(minutes=9, seconds=59)
    send_due_announcements()
    assert (outbox(), lines_of(BOARD)) == ([], [])
    service.withdraw_announcement(dirk, board)
    clock.forward(minutes=10)
    send_due_announcements()
    assert outbox() == []
    assert db.session.get_one(Announcement, board.id).state is State.DRAFT


def test_what_is_out_cannot_be_taken_back(board, dirk, out):
    out(board, dirk)
    with pytest.raises(Conflict):
        service.withdraw_announcement(dirk, board)


def test_sent_twice_it_goes_once_and_no_later(board, dirk, clock, outbox):
    service.send_announcement(dirk, board)
    clock.forward(minutes=5)
    service.send_announcement(dirk, board)
    clock.forward(minutes=5)
    for _minute in range(3):
        send_due_announcements()
    sent = [mail["To"] for mail in outbox()]
    assert len(sent) == len(set(sent)) > 20


def test_two_workers_send_it_once(app, board, dirk, clock, outbox):
    """NTF-3, NTF test 4"""
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    board_id = board.id
    assert together(app, *[lambda: service.send_if_due(board_id)] * 3) == [None] * 3
    assert together(app, *[send_due_announcements] * 3) == [None] * 3
    noted = select(AuditEntry).where(AuditEntry.event == "AnnouncementSent")
    assert len(db.session.scalars(noted).all()) == 1
    sent = [mail["To"] for mail in outbox()]
    assert len(sent) == len(set(sent)) == len(mailed_to(board)) > 20


def test_a_worker_that_is_stopped_goes_on_with_nobody_twice(board, dirk, clock, outbox, monkeypatch):
    """NTF-5"""
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    real, calls = service.write_letter_of, []

    def stopped(delivery_id):
        calls.append(delivery_id)
        if len(calls) == 4:
            raise KeyboardInterrupt
        real(delivery_id)

    monkeypatch.setattr(service, "write_letter_of", stopped)
    with pytest.raises(KeyboardInterrupt):
        send_due_announcements()
    assert len(outbox()) == 3
    monkeypatch.undo()
    send_due_announcements()
    sent = [mail["To"] for mail in outbox()]
    assert len(sent) == len(set(sent)) == len(mailed_to(board)) > 20


def test_who_lost_the_right_within_the_ten_minutes_sends_nothing(board, dirk, clock, outbox):
    service.send_announcement(dirk, board)
    write(update(Person).where(Person.id == dirk.id).values(office="none"))
    clock.forward(minutes=10)
    send_due_announcements()
    assert outbox() == []
    assert db.session.get_one(Announcement, board.id).state is State.DRAFT


def test_who_left_before_the_letter_was_made_gets_none(board, dirk, bram, clock, outbox, monkeypatch):
    """NTF-4"""
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    service.send_if_due(board.id)
    write(update(Tie).where(Tie.person_id == bram.id).values(ended_at=now()))
    service.write_letters()
    assert bram.email not in mailed_to(board)
    db.session.rollback()
    states = db.session.scalars(select(Delivery.state).where(Delivery.person_id == bram.id)).all()
    assert states == [DeliveryState.CANCELLED]


@pytest.mark.parametrize("change", ["left", "confidential"])
def test_who_may_not_read_it_any_more_gets_none_from_our_own_queue(change, dirk, bram, energie, clock, outbox):
    """NTF-4, NTF-21: the mail server was away."""
    board = service.write_announcement(dirk, plan(audience=Audience.GROUPS, groups=(energie,)))
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    hold_off(POST, timedelta(minutes=5))
    send_due_announcements()
    if change == "left":
        leave_group(bram, energie)
    else:
        close_to_outsiders(energie)
    clock.forward(minutes=10)
    send_waiting_letters()
    reached = {mail["To"] for mail in outbox()}
    assert bram.email not in reached
    assert ("anna@brink.example" in reached) == (change == "left")


def test_who_has_another_address_by_now_gets_it_there(board, dirk, bram, clock, outbox):
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    hold_off(POST, timedelta(minutes=5))
    send_due_announcements()
    write(update(Person).where(Person.id == bram.id).values(email="bram@elders.example"))
    clock.forward(minutes=10)
    for _minute in range(2):
        send_waiting_letters()
        send_due_announcements()
    assert sorted(mail["To"] for mail in outbox() if mail["To"].startswith("bram@")) == ["bram@elders.example"]


def test_the_sender_sees_whom_it_did_not_reach_and_sends_it_again(board, dirk, bram, out, sign_in):
    """NTF-5"""
    out(board, dirk)
    write(update(Letter).where(Letter.to == bram.email).values(state=LetterState.UNCERTAIN))
    write(update(Letter).where(Letter.to == "anna@brink.example").values(state=LetterState.FAILED))
    browser = sign_in(dirk)
    page = words_of(browser.get(board.link).text)
    assert "Wie het niet per mail bereikte Anna Assink Vezelwerk Emmen · De mail is geweigerd" in page
    assert "Bram Boelens Vezelwerk Emmen · Misschien niet aangekomen" in page
    before = len(letters())
    for status in (303, 422):  # pressed twice it goes once
        again = browser.post(f"{board.link}/send-again", data={"person": str(bram.id)})
        assert again.status_code == status
    assert [letter.to for letter in letters()[before:]] == [bram.email]
    assert "Bram Boelens" not in words_of(browser.get(board.link).text).split("Wie het niet per mail")[1]


def test_news_makes_no_mail_but_a_line_under_the_bell(dirk, bram, out, outbox):
    """NTF-40: news obeys preferences."""
    news = service.write_announcement(dirk, plan(Kind.NEWS))
    out(news, dirk)
    assert outbox() == []
    assert bram.id in lines_of(NEWS)


def test_a_lead_writes_news_to_the_own_group_only(anna, bram, carla, energie, innovatie, out):
    """Section 4."""
    beyond = [((innovatie,), Kind.NEWS, Audience.GROUPS), ((energie,), Kind.BOARD, Audience.GROUPS),
              ((), Kind.NEWS, Audience.ALL), ((), Kind.NEWS, Audience.GROUPS)]  # fmt: skip
    for groups, kind, audience in beyond:
        with pytest.raises(Forbidden):
            service.write_announcement(anna, plan(kind, audience, groups))
    news = service.write_announcement(anna, plan(Kind.NEWS, Audience.GROUPS, (energie,)))
    out(news, anna)
    told = lines_of(NEWS)
    assert bram.id in told
    assert carla.id not in told


@pytest.mark.parametrize("who", ["bram", "carla", "femke", "gijs"])
def test_others_announce_nothing(who, app, energie):
    actor = actor_named(who)
    for kind in Kind:
        for audience in Audience:
            assert not may_announce(actor, kind, audience, [energie.id])


def test_of_a_confidential_group_nothing_goes_by_mail(emma, dirk, externe_veiligheid, out, outbox):
    """NTF-21"""
    with pytest.raises(Forbidden):
        service.write_announcement(dirk, plan(Kind.NEWS, Audience.GROUPS, (externe_veiligheid,)))
    news = service.write_announcement(emma, plan(Kind.NEWS, Audience.GROUPS, (externe_veiligheid,)))
    with pytest.raises(Conflict):
        service.try_announcement(emma, news)
    out(news, emma)
    assert outbox() == []


def test_a_group_that_became_confidential_meanwhile_gets_no_letter(dirk, bram, energie, clock, outbox):
    """NTF-21: between sending and the letter."""
    board = service.write_announcement(dirk, plan(audience=Audience.GROUPS, groups=(energie,)))
    service.send_announcement(dirk, board)
    clock.forward(minutes=10)
    service.send_if_due(board.id)
    close_to_outsiders(energie)
    service.write_letters()
    assert outbox() == []


def test_nor_is_it_sent_once_more_there(dirk, bram, energie, out, outbox, sign_in):
    """NTF-21: who was not reached when the group was open."""
    board = service.write_announcement(dirk, plan(audience=Audience.GROUPS, groups=(energie,)))
    out(board, dirk)
    write(update(Letter).where(Letter.to == bram.email).values(state=LetterState.FAILED))
    before = len(letters())
    close_to_outsiders(energie)
    assert not service.send_again(actor_named("dirk"), board, bram.id)
    assert len(letters()) == before


def test_a_trial_goes_to_the_writer_alone(board, dirk, outbox):
    """NTF-41"""
    service.try_announcement(dirk, board)
    assert [mail["To"] for mail in outbox()] == [dirk.email]
    assert mailed_to(board) == []


def test_an_announcement_from_form_to_reader(dirk, bram, sign_in, clock):
    """Section 5: text, audience, how many it reaches, the ten minutes, and the page for everyone."""
    browser = sign_in(dirk)
    typed = {"kind": "board", "audience": "all", "title": "Afsluiting A37", "body": "De weg is **dicht**.",
             "reason": ""}  # fmt: skip
    refused = browser.post("/announcements/new", data=typed)
    assert refused.status_code == 422
    assert "Zeg waarom iedereen dit moet hebben." in refused.text
    assert "De weg is **dicht**." in refused.text
    made = browser.post("/announcements/new", data={**typed, "reason": "safety"})
    assert made.status_code == 303
    page = browser.get(made.location).text
    reach = queries.reach(Audience.ALL, ())
    assert f"{reach.people} mensen van {reach.companies} bedrijven" in words_of(page)
    assert "<strong>dicht</strong>" in page
    assert sign_in(bram).get(made.location).status_code == 404
    changed = {**typed, "reason": "safety", "title": "Afsluiting N37"}
    assert browser.post(f"{made.location}/edit", data=changed).status_code == 303
    assert browser.post(f"{made.location}/send").status_code == 303
    assert "Intrekken" in browser.get(made.location).text
    assert browser.post(f"{made.location}/edit", data=changed).status_code == 403
    clock.forward(minutes=10)
    send_due_announcements()
    reader = sign_in(bram)
    assert "Bestuursbericht: “Afsluiting N37”" in reader.get("/notifications").text
    shown = reader.get(made.location).text
    assert "(Veiligheid)" in words_of(shown)
    assert "Dirk" in shown
    assert lines_read(bram) == [True]
    assert "Afsluiting N37" in reader.get("/announcements").text
    assert "Afsluiting N37" in words_of(reader.get("/search?q=afsluiting").text)


def lines_read(actor):
    db.session.rollback()
    return [read_at is not None for read_at in db.session.scalars(
        select(Notification.read_at).where(Notification.person_id == actor.id, Notification.kind == BOARD)
    )]  # fmt: skip


def test_a_draft_is_thrown_away(board, dirk, anna, sign_in):
    assert sign_in(anna).post(f"{board.link}/discard").status_code == 404
    assert sign_in(dirk).post(f"{board.link}/discard").status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Announcement)).all() == []
