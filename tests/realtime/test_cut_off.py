"""In one process: when a right ends, the sockets that stood on it hear it and are cut."""

import pytest
from sqlalchemy import select

from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.models import CompanyState, Session
from app.core.clock import now, today
from app.core.extensions import db
from app.groups import service as groups
from app.groups.models import Theme, Visibility
from app.groups.service import GroupSettings
from app.realtime.models import LiveSignal
from app.realtime.service import connections, pass_on_signals, sweep
from tests.conftest import PASSWORD, actor_named, company_of, group_called, person_named, reply
from tests.realtime.conftest import Socket


def is_cut(socket):
    return socket.names_heard()[-1:] == ["session:ended"] and not socket.is_open()


def tie_of(key):
    return people.open_tie_of(person_named(key).id)


def test_signing_out_cuts_the_pages_of_that_session_only(bram, socket_of):
    """GRP-38, GRP-53"""
    phone, laptop = socket_of(bram), socket_of(bram)
    phone.browser.post("/logout")
    assert is_cut(phone)
    assert laptop.is_open()
    assert laptop.names_heard() == []


def test_signing_out_everywhere_cuts_all_others(anna, bram, socket_of):
    """GRP-53"""
    phone, laptop, another = socket_of(bram), socket_of(bram), socket_of(anna)
    laptop.browser.post("/account/sessions/end")
    assert is_cut(phone)
    assert laptop.is_open()
    assert another.is_open()


def test_a_new_password_cuts_all_others(bram, socket_of):
    """GRP-53"""
    phone, laptop = socket_of(bram), socket_of(bram)
    changed = laptop.browser.post("/account/security", data={"current": PASSWORD, "password": "drie losse woorden"})
    assert changed.status_code == 303
    assert is_cut(phone)
    assert laptop.is_open()


def test_a_new_address_cuts_all_others(bram, socket_of, outbox):
    """GRP-53"""
    import re

    phone, laptop = socket_of(bram), socket_of(bram)
    laptop.browser.post("/account/email", data={"email": "bram.nieuw@brink.example", "current": PASSWORD})
    code = re.search(r"(?<!\d)\d{6}(?!\d)", outbox()[-1].get_body(("plain",)).get_content()).group()
    assert phone.is_open()
    laptop.browser.post("/account/email/code", data={"code": code})
    assert is_cut(phone)
    assert laptop.is_open()


def test_the_end_of_a_tie_cuts_all_pages_of_that_person(anna, bram, dirk, socket_of):
    """GRP-38, groups.md 7.4"""
    phone, laptop, another = socket_of(bram), socket_of(bram), socket_of(anna)
    accounts.end_tie(dirk, tie_of("bram"))
    assert is_cut(phone)
    assert is_cut(laptop)
    assert another.is_open()


def test_after_the_end_of_a_tie_no_page_opens_again(bram, dirk, socket_of):
    """groups.md 7.4: rejoin refused."""
    socket = socket_of(bram)
    accounts.end_tie(dirk, tie_of("bram"))
    assert not socket_of(bram, socket.browser).is_open()
    assert not socket_of(actor_named("bram")).is_open()  # also with a new session


def test_after_the_end_of_a_tie_nothing_more_arrives(anna, bram, dirk, thread, socket_of):
    """groups.md 7.4: session:ended, then nothing."""
    socket = socket_of(bram)
    assert socket.send("thread:watch", {"thread_id": thread.id})["ok"]
    accounts.end_tie(dirk, tie_of("bram"))
    socket.names_heard()
    reply(anna, thread, "Dit hoort hij niet meer.")
    assert socket.names_heard() == []


@pytest.mark.parametrize("state", [CompanyState.SUSPENDED, CompanyState.LEAVING])
def test_a_company_that_changes_cuts_the_pages_of_all_its_people(bram, anna, dirk, socket_of, state):
    """GRP-24, GRP-38: whose right stands comes back by itself."""
    mine, hers, elsewhere = socket_of(bram), socket_of(anna), socket_of(actor_named("otto"))
    assert anna.company_id == bram.company_id
    accounts.change_company_state(dirk, company_of("bram"), state, ends_on=today())
    assert is_cut(mine)
    assert is_cut(hers)
    assert elsewhere.is_open()
    assert socket_of(bram, mine.browser).is_open() == (state is CompanyState.LEAVING)


def test_leaving_a_group_cuts_ones_pages_and_its_threads_stay_shut(secret_thread, socket_of):
    """decisions 14: MemberLeft"""
    bert = actor_named("bert")
    socket = socket_of(bert)
    assert socket.send("thread:watch", {"thread_id": secret_thread.id})["ok"]
    groups.leave_group(bert, group_called("externe-veiligheid"))
    assert is_cut(socket)
    again = socket_of(bert, socket.browser)
    assert again.is_open()
    assert not again.send("thread:watch", {"thread_id": secret_thread.id})["ok"]


def test_a_page_is_told_whether_its_person_may_return(anna, bram, dirk, socket_of, energie):
    """GRP-38, interface: the right to a room ended, or to the site."""
    his, hers = socket_of(bram), socket_of(anna)
    groups.leave_group(bram, energie)
    assert his.heard() == [("session:ended", {"may_return": True})]
    accounts.end_tie(dirk, tie_of("anna"))
    assert hers.heard()[-1] == ("session:ended", {"may_return": False})


def test_a_group_made_stricter_puts_out_who_only_read_along(anna, carla, thread, socket_of):
    """GRP-6"""
    reader = socket_of(carla)
    assert reader.send("thread:watch", {"thread_id": thread.id})["ok"]
    stricter = GroupSettings(purpose="Eén antwoord op het volle net, samen.", theme=Theme.ENERGY,
                             visibility=Visibility.ON_REQUEST)  # fmt: skip
    groups.edit_group(anna, group_called("energie"), stricter, version=1)
    assert is_cut(reader)
    again = socket_of(carla, reader.browser)
    assert not again.send("thread:watch", {"thread_id": thread.id})["ok"]


def test_a_message_after_the_end_is_refused_and_ends_the_line(bram, thread, socket_of):
    """GRP-18: the right is asked at each message, also when the end was never told here."""
    socket, thread_id = socket_of(bram), thread.id
    db.session.execute(Session.__table__.delete())
    db.session.commit()
    answer = socket.send("thread:watch", {"thread_id": thread_id})
    assert answer["ok"] is False
    assert is_cut(socket)


def test_a_message_after_the_last_day_is_refused(bram, thread, clock, socket_of):
    """GRP-18, GRP-38"""
    tie_of("bram").last_day = today()
    db.session.commit()
    socket, thread_id = socket_of(bram), thread.id
    assert socket.send("thread:watch", {"thread_id": thread_id})["ok"]
    clock.forward(days=1)
    assert not socket.send("thread:watch", {"thread_id": thread_id})["ok"]


def test_an_end_by_date_cuts_at_the_next_sweep(anna, bram, clock, socket_of):
    """GRP-38: within 60 seconds; the sweep comes every 30."""
    from app.realtime.service import SWEEP_EVERY

    tie_of("bram").last_day = today()
    db.session.commit()
    his, hers = socket_of(bram), socket_of(anna)
    sweep()
    assert his.is_open()
    clock.forward(days=1)
    sweep()
    assert is_cut(his)
    assert hers.is_open()
    assert SWEEP_EVERY <= 60


def test_a_session_unused_for_sixty_days_is_cut_at_the_sweep(bram, clock, socket_of):
    """GRP-53"""
    socket = socket_of(bram)
    clock.forward(days=60, seconds=1)
    sweep()
    assert is_cut(socket)


def test_each_end_leaves_a_signal_for_other_processes_in_its_own_transaction(bram, dirk, app):
    """GRP-38, decisions 24: there when the end is, and not there when it is undone."""
    accounts.end_tie(dirk, tie_of("bram"))
    rooms = {signal.room for signal in db.session.scalars(select(LiveSignal).where(LiveSignal.name == "cut"))}
    assert f"person:{bram.id}" in rooms


def test_a_signal_is_passed_on_once_also_when_a_lower_number_comes_later(bram, socket_of):
    """decisions 24: a transaction may commit after one that began later."""
    socket = socket_of(bram)
    passed = pass_on_signals({})
    add_signal(1_000_002, f"person:{bram.id}", "thread:changed")
    passed = pass_on_signals(passed)
    assert socket.names_heard() == ["thread:changed"]
    add_signal(1_000_001, f"person:{bram.id}", "thread:post")
    passed = pass_on_signals(passed)
    assert socket.names_heard() == ["thread:post"]
    pass_on_signals(passed)
    assert socket.names_heard() == []


def add_signal(number, room, name):
    db.session.add(LiveSignal(id=number, room=room, name=name, payload={}, made_at=now()))
    db.session.commit()


def test_old_signals_are_forgotten(app, clock):
    add_signal(1, "person:1", "thread:post")
    clock.forward(hours=1, minutes=1)
    sweep()
    assert db.session.scalars(select(LiveSignal)).all() == []


def test_a_closed_page_is_no_longer_counted(bram, socket_of):
    socket = socket_of(bram)
    assert len(connections) == 1
    socket.close()
    assert len(connections) == 0


@pytest.mark.parametrize("who", ["carla", "dirk", "femke", "gijs", "anna"])
def test_outsiders_cannot_watch_a_confidential_thread(who, secret_thread, emma, socket_of):
    """GRP-4: the same answer as for a thread that is not there, and nothing arrives."""
    socket, number = socket_of(actor_named(who)), secret_thread.id
    refused = socket.send("thread:watch", {"thread_id": number})
    missing = socket.send("thread:watch", {"thread_id": number + 1})
    assert refused == missing
    assert refused["ok"] is False
    reply(emma, secret_thread, "Alleen voor leden.")
    assert socket.names_heard() == []


def test_members_of_a_confidential_group_hear_of_new_posts(secret_thread, emma, socket_of):
    """The check above can fail."""
    socket = socket_of(actor_named("bert"))
    socket.send("thread:watch", {"thread_id": secret_thread.id})
    post = reply(emma, secret_thread, "Alleen voor leden.")
    assert socket.heard() == [("thread:post", {"thread_id": secret_thread.id, "post_id": post.id})]


def test_who_no_longer_watches_a_thread_hears_nothing_of_it(anna, bram, thread, socket_of):
    socket = socket_of(bram)
    socket.send("thread:watch", {"thread_id": thread.id})
    assert socket.send("thread:leave", {"thread_id": thread.id}) == {"ok": True, "result": None}
    reply(anna, thread)
    assert "thread:post" not in socket.names_heard()


def test_a_push_carries_ids_only(anna, bram, thread, socket_of):
    """architecture: the browser fetches the text through the page that asks the right."""
    socket = socket_of(bram)
    socket.send("thread:watch", {"thread_id": thread.id})
    reply(anna, thread, "Geheimwoord")
    assert "Geheimwoord" not in str(socket.heard())


def test_a_visitor_opens_no_socket(app, serving, visitor):
    assert not Socket(app, visitor).is_open()


def test_someone_without_a_tie_opens_no_socket(dirk, bram, socket_of):
    """GRP-41"""
    accounts.end_tie(dirk, tie_of("bram"))
    assert not socket_of(actor_named("bram")).is_open()
