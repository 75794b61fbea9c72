"""Stopping mail from the letter itself: one press, no sign-in, and back again."""

import re

import pytest
from sqlalchemy import select, update

from app.accounts.models import Tie
from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import Thread
from app.notifications import service
from app.notifications.models import Channel, Level, Notification, Preference, Sort, Stop, Watch
from app.notifications.service.stopping import STOPPED
from app.notifications.tasks import hand_over_mail
from tests.conftest import actor_named, new_thread, reply


@pytest.fixture
def letter(thread, bram, outbox, clock):
    """To Anna, about an answer in her thread."""
    reply(bram, thread)
    clock.forward(minutes=10)
    hand_over_mail()
    return outbox()[-1]


def link_of(letter):
    return re.search(r"<https?://[^/]+(/[^>]+)>", letter["List-Unsubscribe"])[1]


def level(key, place):
    return db.session.scalar(select(Watch.level).where(Watch.person_id == actor_named(key).id, Watch.place == place))


def test_a_mail_program_stops_it_with_one_post_without_any_cookie(letter, thread, visitor, bram, outbox, clock):
    """NTF-20: RFC 8058, 200 and no redirect."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = visitor.post(link_of(letter), data={"List-Unsubscribe": "One-Click"}, headers={"X-No-Token": "1"})
    assert answer.status_code == 200
    assert level("anna", thread.room) is Level.SILENT
    before = len(outbox())
    reply(bram, thread, "Nog iets.")
    clock.forward(minutes=60)
    hand_over_mail()
    assert len(outbox()) == before


def test_looking_changes_nothing(letter, thread, visitor):
    """NTF-20: mail programs fetch what they find in a letter."""
    before = level("anna", thread.room)
    for look in (visitor.get, visitor.head, visitor.options):
        assert look(link_of(letter)).status_code == 200
    assert level("anna", thread.room) is before
    page = visitor.get(link_of(letter)).text
    assert page.count("<button") >= 1
    assert "Stop deze mail" in page
    assert "Restwarmte in Emmen" in page


def test_what_was_stopped_can_be_had_again_as_it_was(letter, thread, visitor):
    """NTF-20: the next page offers it."""
    page = visitor.post(link_of(letter)).text
    assert "Gedaan. Toch weer aan?" in page
    assert visitor.post(f"{link_of(letter)}/undo").status_code == 303
    assert level("anna", thread.room) is Level.ALL_MAIL
    assert "Stop deze mail" in visitor.get(link_of(letter)).text


def test_taking_it_back_leaves_what_was_chosen_since(letter, thread, visitor, anna):
    visitor.post(link_of(letter))
    service.choose_level(anna, thread.room, Level.OVERVIEW)
    visitor.post(f"{link_of(letter)}/undo")
    assert level("anna", thread.room) is Level.OVERVIEW


def test_whoever_switches_it_on_again_reads_that_it_is(letter, thread, visitor, anna):
    """NTF-20: and not where they chose something themselves meanwhile."""
    url, said = link_of(letter), "U krijgt deze mail weer"
    visitor.post(url)
    assert said in visitor.post(f"{url}/undo", follow_redirects=True).text
    assert said not in visitor.get(url).text
    visitor.post(url)
    service.choose_level(anna, thread.room, Level.OVERVIEW)
    assert said not in visitor.post(f"{url}/undo", follow_redirects=True).text
    assert level("anna", thread.room) is Level.OVERVIEW


def test_who_chose_it_again_in_their_settings_can_stop_it_again_by_the_same_link(letter, thread, visitor, anna):
    """NTF-20: the page shows how it is, not how it was."""
    visitor.post(link_of(letter))
    service.choose_level(anna, thread.room, Level.ALL_MAIL)
    page = visitor.get(link_of(letter)).text
    assert "Stop deze mail" in page
    assert "Gedaan" not in page
    assert "Gedaan. Toch weer aan?" in visitor.post(link_of(letter)).text
    assert level("anna", thread.room) is not Level.ALL_MAIL


def test_pressed_twice_it_is_stopped_once(letter, visitor):
    for _ in range(2):
        assert visitor.post(link_of(letter)).status_code == 200
    assert len(db.session.scalars(select(Stop)).all()) == 1


def test_the_bell_offers_it_back_and_is_read_there(letter, visitor, anna, sign_in):
    """NTF-20"""
    visitor.post(link_of(letter))
    line = db.session.scalars(select(Notification).where(Notification.kind == STOPPED)).one()
    assert line.person_id == anna.id
    url = service.shown_as(STOPPED, [line.item])[line.item].url
    browser = sign_in(anna)
    assert url in browser.get("/notifications").text
    assert "Toch weer aan?" in browser.get(url).text
    db.session.refresh(line)
    assert line.read_at is not None


def test_a_link_that_was_cut_or_made_up_does_nothing(letter, thread, visitor, bram):
    """NTF-20: what A was sent never touches B."""
    link, before = link_of(letter), level("bram", thread.room)
    stop = "/notifications/stop/"
    for wrong in (link[:-1], f"{link}x", link.replace(".", "", 1), f"{stop}x", f"{stop}W10.x"):
        for call in (visitor.get, visitor.post):
            assert call(wrong).status_code == 404
    assert visitor.post(f"{link[:-1]}/undo", data={}).status_code in (400, 404)
    visitor.post(link)
    assert level("bram", thread.room) is before


def test_of_a_confidential_group_the_page_says_no_title(secret_thread, visitor):
    """NTF-21: who has the letter need not be who it was for."""
    page = service.stop_address(actor_named("emma").id, Sort.POST, secret_thread.room)
    shown = visitor.get(page.partition("localhost")[2].lstrip(":0123456789")).text
    assert secret_thread.title not in shown
    assert secret_thread.group.name not in shown


def test_who_left_their_company_learns_no_new_title_by_an_old_link(letter, thread, visitor, anna):
    """trust 3: the letter said the old one, and leads to no more."""
    db.session.execute(update(Thread).where(Thread.id == thread.id).values(title="Stoom uit Emmen"))
    db.session.commit()
    assert "Stoom uit Emmen" in visitor.get(link_of(letter)).text
    db.session.execute(update(Tie).where(Tie.person_id == anna.id).values(ended_at=now()))
    db.session.commit()
    page = visitor.get(link_of(letter))
    assert page.status_code == 200
    assert "Stoom uit Emmen" not in page.text


@pytest.mark.parametrize("sort", [Sort.NAMED, Sort.TASK])
def test_a_sort_that_has_no_place_is_stopped_by_its_box(sort, visitor, anna):
    """NTF-20"""
    path = service.stop_path(anna.id, sort, "talk:5")
    assert visitor.post(path).status_code == 200
    assert db.session.get(Preference, (anna.id, sort, Channel.MAIL)).is_on is False
    visitor.post(f"{path}/undo")
    assert db.session.get(Preference, (anna.id, sort, Channel.MAIL), populate_existing=True).is_on is True


def test_new_threads_are_stopped_for_their_group(energie, anna, bram, visitor, outbox, clock):
    """NTF-20: where the letter was about a new thread."""
    service.choose_level(bram, energie.scope, Level.NEW_THREADS)
    new_thread(anna, energie)
    clock.forward(minutes=10)
    hand_over_mail()
    visitor.post(link_of(outbox()[-1]))
    assert level("bram", energie.scope) is Level.OVERVIEW


def test_what_cannot_be_refused_has_no_link(anna, bram, outbox, monkeypatch):
    """NTF-20, section 2"""
    monkeypatch.setitem(service.bell._sorts, "tried", Sort.CALL)
    monkeypatch.setitem(service.bell._loaders, "tried", lambda items: dict.fromkeys(items, service.Shown("Iets", "/x")))
    service.notify([anna.id], kind="tried", item=1, actor_id=bram.id, actor_tie_id=bram.tie_id, scope="public")
    assert outbox()[-1]["List-Unsubscribe"] is None
    assert "wat u ook koos" in outbox()[-1].get_body(("plain",)).get_content()
