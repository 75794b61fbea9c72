"""The room as browsers have it: by socket, by plain POST, and by asking every few seconds."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.accounts import service as accounts
from app.accounts.queries import open_tie_of
from app.core.clock import now
from app.core.extensions import db, limiter
from app.core.i18n import day
from app.groups import service as groups
from app.guard import service as guard
from app.guard.models import ActsAs
from app.meetings import service
from app.meetings.queries import find_line, items_of, present_in
from app.meetings.queries import room as rooms
from tests.conftest import actor_named, group_called, person_named
from tests.meetings.conftest import end_items, item_plan, plan_published
from tests.meetings.room import again, bodies_in, enter, last_of, log_of, types_in

JSON = {"Accept": "application/json"}


def events_heard(socket):
    return [payload for name, payload in socket.heard() if name == "meeting:event"]


@pytest.fixture
def in_room(open_meeting, socket_of):
    """Open a socket for someone who confirms the statement and joins."""

    def opened(actor):
        socket = socket_of(actor)
        there = {"meeting_id": open_meeting.id}
        assert socket.send("meeting:confirm", {**there, "version": 1})["ok"]
        assert socket.send("meeting:join", {**there, "after": 0})["ok"]
        socket.heard()
        return socket

    return opened


def test_who_joins_gets_what_happened_and_who_is_there(bram, anna, open_meeting, socket_of):
    """interface.md, decisions 31."""
    socket, there = socket_of(bram), {"meeting_id": open_meeting.id}
    refused = socket.send("meeting:join", {**there, "after": 0})
    assert (refused["ok"], "Bevestig eerst de verklaring" in refused["error"]) == (False, True)
    confirmed = socket.send("meeting:confirm", {**there, "version": 1, "client_id": str(uuid4())})
    joined = socket.send("meeting:join", {**there, "after": 0})["result"]
    assert set(joined) == {"seq", "events", "more", "present", "amended", "hidden", "now"}
    assert confirmed["result"] == {"seq": joined["seq"] - 1}
    assert [event["seq"] for event in joined["events"]] == list(range(1, joined["seq"] + 1))
    last = joined["events"][-1]
    assert (last["type"], last["payload"], last["meeting_id"]) == ("arrived", {"via": "online"}, open_meeting.id)
    assert last["actor"] == {"id": bram.id, "name": "Bram Boelens"}
    assert last["company"]["name"] == "Vezelwerk Emmen"
    assert [person["name"] for person in joined["present"]] == ["Anna Assink", "Bram Boelens"]
    assert socket.send("meeting:join", {**there, "after": joined["seq"]})["result"]["events"] == []


def test_a_line_reaches_all_in_the_room_once_and_only_its_sender_learns_its_name(anna, bram, open_meeting, in_room):
    """MTG-28, 29, decisions 31."""
    his, hers = in_room(bram), in_room(anna)
    his.heard()
    name = str(uuid4())
    answer = his.send("meeting:say", {"meeting_id": open_meeting.id, "client_id": name, "body": "  Wij doen mee. "})
    [own], [other] = events_heard(his), events_heard(hers)
    assert own.pop("client_id") == name
    assert own == other
    assert answer == {"ok": True, "result": {"seq": other["seq"]}}
    assert (other["type"], other["payload"]) == ("line", {"body": "Wij doen mee.", "reply_to": None})
    assert his.send("meeting:say", {"meeting_id": open_meeting.id, "client_id": name, "body": "Anders."}) == answer
    assert events_heard(hers) == []


def test_nobody_hears_the_room_before_confirming_or_on_another_page(anna, bram, open_meeting, in_room, socket_of):
    """MTG-23: receives no live events."""
    waiting, speaker = socket_of(bram), in_room(anna)
    waiting.send("meeting:join", {"meeting_id": open_meeting.id, "after": 0})
    elsewhere = socket_of(anna)
    speaker.send("meeting:say", {"meeting_id": open_meeting.id, "body": "Alleen hier."})
    assert events_heard(waiting) == events_heard(elsewhere) == []


ENDS = {
    "the membership": lambda actor: groups.leave_group(actor, group_called("energie")),
    "the tie": lambda actor: accounts.end_tie(actor_named("dirk"), open_tie_of(actor.id)),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_when_a_right_ends_nothing_more_arrives(anna, bram, open_meeting, in_room, sign_in, end):
    """MTG-33, section 7.6: by socket and by asking."""
    socket, browser = in_room(bram), sign_in(bram)
    assert browser.get(f"/meetings/{open_meeting.id}/events").status_code == 200
    end(again(bram))
    socket.heard()
    service.say(anna, open_meeting, "Na zijn vertrek.")
    assert events_heard(socket) == []
    assert not socket.is_open()
    assert browser.get(f"/meetings/{open_meeting.id}/events", headers=JSON).status_code in (401, 403, 404)
    assert browser.post(f"/meetings/{open_meeting.id}/say", data={"body": "Nog even."}).status_code in (401, 403, 404)
    assert bodies_in(open_meeting) == ["Na zijn vertrek."]


def test_the_same_line_by_socket_and_by_post_stands_there_once(bram, open_meeting, in_room):
    """Section 7.2: one event, one answer."""
    socket, name = in_room(bram), str(uuid4())
    fields = {"meeting_id": open_meeting.id, "client_id": name, "body": "Eén keer."}
    by_socket = socket.send("meeting:say", fields)
    by_post = socket.browser.post(f"/meetings/{open_meeting.id}/say", data=fields, headers=JSON)
    assert (by_post.status_code, by_post.get_json()) == (200, by_socket)
    assert socket.browser.post(f"/meetings/{open_meeting.id}/say", data=fields).status_code == 303
    assert bodies_in(open_meeting) == ["Eén keer."]


def test_a_refused_line_comes_back_with_its_text(bram, open_meeting, sign_in):
    """Section 5, decisions 15: nothing typed is lost."""
    enter(bram, open_meeting)
    browser, long = sign_in(bram), "a" * 2001
    page = browser.post(f"/meetings/{open_meeting.id}/say", data={"body": long})
    assert (page.status_code, long in page.text) == (422, True)
    script = browser.post(f"/meetings/{open_meeting.id}/say", data={"body": long}, headers=JSON)
    assert (script.status_code, script.get_json()) == (422, {"ok": False, "error": "Uw tekst is 1 teken te lang."})


def test_a_whole_meeting_by_asking_and_posting_gives_the_same_log(anna, bram, open_meeting, sign_in):
    """MTG-32, section 7.14: without a socket."""
    chair, browser, room = sign_in(anna), sign_in(bram), f"/meetings/{open_meeting.id}"
    confirmed = browser.post(f"{room}/confirm", data={"version": "1", "via": "hall"}, headers=JSON).get_json()
    joined = browser.post(f"{room}/join", data={"after": "0"}, headers=JSON).get_json()
    assert (confirmed["ok"], joined["result"]["seq"]) == (True, confirmed["result"]["seq"] + 1)
    for who, verb, fields in [(chair, "next", {}), (browser, "say", {"body": "Hier."}), (browser, "hand", {}),
                              (browser, "beat", {}), (chair, "postpone", {})]:  # fmt: skip
        answer = who.post(f"{room}/{verb}", data=fields, headers=JSON)
        assert answer.get_json()["ok"] is (verb != "postpone"), verb  # which item, it does not say
    heard = browser.get(f"{room}/events?after=3", headers=JSON).get_json()
    assert [event["seq"] for event in heard["events"]] == [said.seq for said in log_of(open_meeting)][3:]
    assert [event["type"] for event in heard["events"]][-3:] == ["item_started", "line", "hand"]


def test_who_waits_in_the_room_hears_that_the_agenda_changed(anna, bram, meeting, socket_of, clock):
    """MTG-5: a number and nothing else; the page asks for the rest with its own right."""
    clock.set(meeting.starts_at - timedelta(minutes=30))
    socket = socket_of(bram)
    socket.send("meeting:confirm", {"meeting_id": meeting.id, "version": 1})
    before = socket.send("meeting:join", {"meeting_id": meeting.id, "after": 0})["result"]["amended"]
    socket.heard()
    service.add_item(anna, meeting, item_plan("Nagekomen punt"), reason="Dit kwam vanmorgen binnen.")
    assert ("meeting:changed", {"meeting_id": meeting.id}) in socket.heard()
    after = socket.browser.get(f"/meetings/{meeting.id}/events?after=0", headers=JSON).get_json()["amended"]
    assert after == before + 1


@pytest.mark.parametrize(("role", "sentence"), [
    (ActsAs.LEAD, "Verborgen door de voorzitter, regel 4, "), (ActsAs.BOARD, "Verborgen door het bestuur, regel 4, "),
])  # fmt: skip
def test_where_a_hidden_line_was_the_room_says_by_whom_and_under_which_rule(
    role, sentence, anna, dirk, open_meeting, in_room
):
    """MOD-13: asked for by each page in its own language; as soon as it is put back nothing of it is told."""
    seq = service.say(anna, open_meeting, "Onze prijs is negen.")
    line, there = find_line(open_meeting, seq), {"meeting_id": open_meeting.id}
    socket = in_room(actor_named("bram"))
    guard.hide(dirk, "meeting_line", line.id, rule=4, role=role)
    assert socket.heard() == [("meeting:changed", there)]

    def told(after):
        events = socket.browser.get(f"/meetings/{open_meeting.id}/events?after={after}", headers=JSON).get_json()
        return [(event["type"], event["payload"].get("why", "")) for event in events["events"]]

    assert told(seq - 1)[0] == ("line", sentence + day(now()))
    assert told(last_of(open_meeting).seq - 1) == [("line_hidden", sentence + day(now()))]
    person_named("bram").locale = "en"
    db.session.commit()
    assert told(seq - 1)[0][1].startswith("Hidden by the ")
    socket.heard()
    guard.unhide(dirk, "meeting_line", line.id)
    assert socket.heard() == [("meeting:changed", there)]
    assert {why for _type, why in told(0)} == {""}


def test_who_came_while_a_line_was_hidden_gets_its_words_once_it_is_back(anna, bram, dirk, open_meeting, sign_in):
    """MOD-13: as they are now, and not while it is hidden once more."""
    for person in (anna, bram):
        enter(person, open_meeting)
    first, other = (service.say(bram, open_meeting, words) for words in ("Onze prijs is negen.", "En verder."))
    service.change_line(bram, open_meeting, first, "Onze prijs is tien.")
    line, browser = find_line(open_meeting, first), sign_in(anna)

    def told_when_back():
        events = browser.get(f"/meetings/{open_meeting.id}/events?after={other + 1}", headers=JSON).get_json()["events"]
        return [event["payload"].get("line", {}).get("body") for event in events if event["type"] == "line_unhidden"]

    guard.hide(dirk, "meeting_line", line.id, rule=4, role=ActsAs.COORDINATOR)
    assert told_when_back() == []
    guard.unhide(dirk, "meeting_line", line.id)
    assert told_when_back() == ["Onze prijs is tien."]
    guard.hide(dirk, "meeting_line", line.id, rule=4, role=ActsAs.COORDINATOR)
    assert told_when_back() == [None]


@pytest.fixture
def closed_meeting(anna, open_meeting):
    """With one line of its chair."""
    service.say(anna, open_meeting, "Wat een sukkels.")
    end_items(open_meeting)
    service.close_meeting(anna, open_meeting)
    return open_meeting


def test_who_opens_the_room_after_closing_hears_of_words_that_are_hidden_or_back(bram, dirk, closed_meeting, socket_of):
    """MOD-13: and comes in no more, which the minutes would tell (decisions 32: closed is reading)."""
    socket, there = socket_of(bram), {"meeting_id": closed_meeting.id}
    log = types_in(closed_meeting)
    joined = socket.send("meeting:join", {**there, "after": 0})
    assert [event["type"] for event in joined["result"]["events"]] == log
    assert types_in(closed_meeting) == log
    assert present_in(closed_meeting) == joined["result"]["present"]
    line = find_line(closed_meeting, 1 + log.index("line"))
    for kind, number in (("meeting_line", line.id), ("agenda_item", items_of(closed_meeting)[0].id),
                         ("meeting", closed_meeting.id)):  # fmt: skip
        guard.hide(dirk, kind, number, rule=4, role=ActsAs.COORDINATOR)
        assert socket.heard() == [("meeting:changed", there)]
        guard.unhide(dirk, kind, number)
        assert socket.heard() == [("meeting:changed", there)]
    assert not socket.send("meeting:beat", there)["ok"]
    assert not socket.send("meeting:say", {**there, "body": "Nog even."})["ok"]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_when_a_right_ends_nothing_more_arrives_from_a_closed_room(anna, bram, dirk, closed_meeting, socket_of, end):
    """MTG-33: nor does whoever has lost it come back."""
    socket, there = socket_of(bram), {"meeting_id": closed_meeting.id, "after": 0}
    assert socket.send("meeting:join", there)["ok"]
    end(again(bram))
    socket.heard()
    line = find_line(closed_meeting, 1 + types_in(closed_meeting).index("line"))
    guard.hide(dirk, "meeting_line", line.id, rule=4, role=ActsAs.COORDINATOR)
    assert socket.heard() == []
    assert not socket.is_open()


def test_who_does_not_take_part_joins_no_closed_room(carla, closed_meeting, socket_of):
    """MTG-33: reading an open group is not taking part in it."""
    reader = socket_of(carla)
    refused = reader.send("meeting:join", {"meeting_id": closed_meeting.id, "after": 0})
    assert (refused["ok"], "events" in refused) == (False, False)
    guard.hide(actor_named("dirk"), "meeting", closed_meeting.id, rule=4, role=ActsAs.COORDINATOR)
    assert "meeting:changed" not in reader.names_heard()


def test_who_has_no_script_is_there_by_what_they_do(anna, bram, meeting, sign_in, clock):
    """MTG-21, MTG-36, promise 3: the chair opens with a plain form; who is refused was not there."""
    clock.set(meeting.starts_at)
    chair, browser, room = sign_in(anna), sign_in(bram), f"/meetings/{meeting.id}"
    for who in (chair, browser):
        who.post(f"{room}/confirm", data={"version": "1", "via": "hall"})
    before = types_in(meeting)
    assert browser.post(f"{room}/say", data={"body": "Te vroeg."}).status_code == 409
    assert types_in(meeting) == before
    assert chair.post(f"{room}/open").status_code == 303
    assert browser.post(f"{room}/hand").status_code == 303
    assert types_in(meeting)[len(before):] == ["arrived", "opened", "arrived", "hand"]
    assert {person["name"] for person in present_in(meeting)} == {"Anna Assink", "Bram Boelens"}


def test_a_long_gap_is_fetched_page_by_page(anna, open_meeting, sign_in, monkeypatch):
    """MTG-30: 500 a page."""
    monkeypatch.setattr(rooms, "MOST", 4)
    for number in range(9):
        service.say(anna, open_meeting, str(number))
    browser, after, pages = sign_in(anna), 0, []
    while not pages or pages[-1]["more"]:
        pages.append(browser.get(f"/meetings/{open_meeting.id}/events?after={after}").get_json())
        after = pages[-1]["seq"]
    seqs = [event["seq"] for page in pages for event in page["events"]]
    assert seqs == list(range(1, last_of(open_meeting).seq + 1))
    assert [len(page["events"]) for page in pages[:-1]] == [4] * (len(pages) - 1)


def test_the_thirty_first_line_within_a_minute_is_refused_with_a_sentence(bram, open_meeting, in_room):
    """MTG-34: one person can send 30 lines a minute, and is told."""
    socket = in_room(bram)
    limiter.reset()
    answers = [socket.send("meeting:say", {"meeting_id": open_meeting.id, "body": str(n)}) for n in range(31)]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert "dertig berichten" in answers[-1]["error"]


def test_the_room_leads_to_the_statement_first_and_stays_shut_before_its_time(bram, meeting, open_meeting, sign_in):
    """MTG-23, decisions 32."""
    answer = sign_in(bram).get(f"/meetings/{open_meeting.id}/live")
    assert (answer.status_code, answer.location) == (303, f"/meetings/{open_meeting.id}/statement")


def test_the_room_is_not_there_before_its_doors_open(bram, meeting, sign_in):
    page = sign_in(bram).get(f"/meetings/{meeting.id}/live")
    assert (page.status_code, "een uur voor het begin" in page.text or "niet open" in page.text) == (409, True)


def test_a_script_in_a_line_and_in_a_title_is_text(bram, anna, open_meeting, sign_in):
    enter(bram, open_meeting)
    item = "<script>alert(1)</script>'\""
    items_of(open_meeting)[0].title = item
    db.session.commit()
    page = sign_in(bram).get(f"/meetings/{open_meeting.id}/live").text
    assert "<script>alert" not in page
    assert "data-room" in page


def test_a_browser_keeps_no_unsent_words_of_a_confidential_group(anna, emma, externe_veiligheid, open_meeting, sign_in):
    """MTG-31, GRP-5: the page names no place to keep them."""
    secret = plan_published(emma, externe_veiligheid)
    secret.starts_at = open_meeting.starts_at
    db.session.commit()
    enter(emma, secret)
    assert "data-unsent-key" not in sign_in(emma).get(f"/meetings/{secret.id}/live").text
    assert "data-unsent-key" in sign_in(anna).get(f"/meetings/{open_meeting.id}/live").text


def test_an_open_room_hears_of_words_that_are_hidden_and_asks_which(in_room, open_meeting, bram):
    """MOD-13: of the meeting itself and of an item, and again when they are back; another meeting is not told."""
    other = plan_published(actor_named("anna"), group_called("energie"))
    socket, there = in_room(bram), {"meeting_id": open_meeting.id}
    item = items_of(open_meeting)[1]

    def hidden_now():
        return rooms.room_after(again(bram), open_meeting, 0)["hidden"]

    for kind, number in (("agenda_item", item.id), ("meeting", open_meeting.id)):
        guard.hide(actor_named("dirk"), kind, number, rule=4, role=ActsAs.COORDINATOR)
        assert socket.heard() == [("meeting:changed", there)]
        assert hidden_now() == [number]
        guard.unhide(actor_named("dirk"), kind, number)
        assert socket.heard() == [("meeting:changed", there)]
        assert hidden_now() == []
    guard.hide(actor_named("dirk"), "meeting", other.id, rule=4, role=ActsAs.COORDINATOR)
    assert socket.heard() == []


def test_the_room_is_built_with_a_fixed_number_of_statements(bram, open_meeting, sign_in, count_statements):
    enter(bram, open_meeting)
    browser = sign_in(bram)
    browser.get(f"/meetings/{open_meeting.id}/live")
    with count_statements() as seen:
        assert browser.get(f"/meetings/{open_meeting.id}/live").status_code == 200
    assert len(seen) <= 13, seen
