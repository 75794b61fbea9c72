"""The agenda: purposes, minutes, order; free in a draft, with a reason once it is published."""

import pytest

from app.core.errors import Conflict, Invalid
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import ITEMS_MOST, AgendaItem, Purpose
from app.meetings.queries import amendments_of, items_of, minutes_of, text_blocks_of
from app.meetings.service import Written
from tests.meetings.conftest import item_plan, text_on

ITEM = {"title": "Warmtenet", "purpose": "discuss", "planned_min": "20", "presenter": "0", "body": "**Lees** vooraf."}


def titles(meeting):
    return [item.title for item in items_of(meeting)]


def item_of(meeting, title):
    return next(item for item in items_of(meeting) if item.title == title)


def test_each_item_has_purpose_presenter_and_minutes_and_the_page_adds_them_up(sign_in, anna, bram, draft):
    """MTG-2: and says when they exceed the meeting."""
    browser = sign_in(anna)
    page = f"/meetings/{draft.id}/agenda"
    browser.post(f"/meetings/{draft.id}/items", data={**ITEM, "presenter": str(bram.tie_id), "planned_min": "100"})
    shown = browser.get(page).text
    assert "bespreken · 100 minuten · Bram Boelens" in shown
    assert "Samen 100 minuten; de vergadering duurt 120." in shown
    browser.post(f"/meetings/{draft.id}/items", data={**ITEM, "title": "Besluit", "purpose": "decide",
                                                      "planned_min": "35"})  # fmt: skip
    assert "Dat is 15 minuten te veel." in browser.get(page).text
    assert "<strong>Lees</strong> vooraf." in browser.get(f"/meetings/{draft.id}").text


@pytest.mark.parametrize(("wrong", "says"), [
    ({"title": ""}, "Schrijf hier nog iets."), ({"planned_min": "0"}, "Vul 1 tot 240 minuten in."),
    ({"planned_min": "241"}, "Vul 1 tot 240 minuten in."), ({"body": "é" * 20_001}, "1 teken te lang"),
])  # fmt: skip
def test_an_item_that_is_refused_comes_back_with_all_that_was_typed(wrong, says, sign_in, anna, draft):
    answer = sign_in(anna).post(f"/meetings/{draft.id}/items", data={**ITEM, "title": "Warmtenet", **wrong})
    assert answer.status_code == 422
    assert says in answer.text
    assert ({**ITEM, **wrong})["body"][:200] in answer.text
    assert titles(draft) == []


def test_items_go_up_and_down_by_buttons_and_stop_at_the_ends(sign_in, anna, draft):
    """MTG-3"""
    for title in ("Een", "Twee", "Drie"):
        service.add_item(anna, draft, item_plan(f"Punt {title}"))
    browser = sign_in(anna)
    last = item_of(draft, "Punt Drie").id
    for _press in range(4):
        assert browser.post(f"/meetings/{draft.id}/items/{last}/move", data={"steps": "-1"}).status_code == 303
    assert titles(draft) == ["Punt Drie", "Punt Een", "Punt Twee"]
    browser.post(f"/meetings/{draft.id}/items/{last}/move", data={"steps": "1"})
    assert titles(draft) == ["Punt Een", "Punt Drie", "Punt Twee"]
    browser.post(f"/meetings/{draft.id}/items/{last}/remove")
    assert titles(draft) == ["Punt Een", "Punt Twee"]
    assert [item.position for item in items_of(draft)] == [1, 2]


def test_an_item_goes_several_places_at_once_as_far_as_the_agenda_reaches(sign_in, anna, draft):
    """MTG-3: what dragging sends."""
    for title in ("Een", "Twee", "Drie", "Vier"):
        service.add_item(anna, draft, item_plan(f"Punt {title}"))
    browser, first = sign_in(anna), item_of(draft, "Punt Een").id
    assert browser.post(f"/meetings/{draft.id}/items/{first}/move", data={"steps": "2"}).status_code == 303
    assert titles(draft) == ["Punt Twee", "Punt Drie", "Punt Een", "Punt Vier"]
    browser.post(f"/meetings/{draft.id}/items/{first}/move", data={"steps": "-2"})
    assert titles(draft) == ["Punt Een", "Punt Twee", "Punt Drie", "Punt Vier"]
    for nonsense in ("", "0", "-0", "4", "-4", "1.5", "--1", "+1", " 1", "½", "9" * 40, "een"):
        answer = browser.post(f"/meetings/{draft.id}/items/{first}/move", data={"steps": nonsense})
        assert answer.status_code == 404, nonsense
        answer = browser.get(f"/meetings/{draft.id}/items/{first}/move/down", query_string={"steps": nonsense})
        assert answer.status_code == 404, nonsense
    assert browser.get(f"/meetings/{draft.id}/items/{first}/move/opzij").status_code == 404
    assert titles(draft) == ["Punt Een", "Punt Twee", "Punt Drie", "Punt Vier"]


def test_a_script_reads_why_an_item_did_not_move(sign_in, anna, open_meeting):
    """MTG-3, interface.md: a sentence as JSON, for who had the page open when the meeting opened."""
    number = item_of(open_meeting, "Opening").id
    answer = sign_in(anna).post(f"/meetings/{open_meeting.id}/items/{number}/move",
                                headers={"Accept": "application/json"},
                                data={"steps": "1", "reason": "Dit kan later."})  # fmt: skip
    assert answer.status_code == 409
    assert "geopend" in answer.json["error"]


def test_a_new_item_stands_before_the_closing_round(anna, draft):
    """MTG-6: the closing round ends the agenda."""
    purposes = {"Opening": Purpose.INFORM, "Rondvraag": Purpose.CLOSING_ROUND, "Later": Purpose.DECIDE}
    for title, purpose in purposes.items():
        service.add_item(anna, draft, item_plan(title, purpose))
    assert titles(draft) == ["Opening", "Later", "Rondvraag"]


def test_an_agenda_has_at_most_forty_items(sign_in, anna, draft):
    """Section 5"""
    for number in range(ITEMS_MOST):
        db.session.add(AgendaItem(meeting_id=draft.id, position=number + 1, title=f"Punt {number}",
                                  purpose=Purpose.INFORM, planned_min=1, created_by=anna.tie_id))  # fmt: skip
    db.session.commit()
    answer = sign_in(anna).post(f"/meetings/{draft.id}/items", data=ITEM)
    assert answer.status_code == 409
    assert "ten hoogste 40 punten" in answer.text
    assert ITEM["body"] in answer.text
    assert len(titles(draft)) == ITEMS_MOST


def test_after_publication_each_change_has_a_reason_and_stands_under_the_agenda(sign_in, anna, bram, meeting):
    """MTG-5: with before, after and reason."""
    browser = sign_in(anna)
    number = item_of(meeting, "Restwarmte").id
    fields = {**ITEM, "title": "Warmte en koude", "purpose": "decide", "version": "1"}
    answer = browser.post(f"/meetings/{meeting.id}/items/{number}", data=fields)
    assert answer.status_code == 422
    assert "Zeg waarom" in answer.text
    assert 'value="Warmte en koude"' in answer.text
    fields["reason"] = "De meting is nog niet klaar."
    assert browser.post(f"/meetings/{meeting.id}/items/{number}", data=fields).status_code == 303
    shown = sign_in(bram).get(f"/meetings/{meeting.id}").text
    for words in ("Wijzigingen in de agenda", "Punt gewijzigd: Warmte en koude", "</span>Restwarmte</del>",
                  "</span>Warmte en koude</ins>", "</span>bespreken</del>", "</span>besluiten</ins>",
                  "Reden: De meting is nog niet klaar.", "Anna Assink"):  # fmt: skip
        assert words in shown
    amendment = amendments_of(meeting)[0]
    assert (amendment.before["planned_min"], amendment.after["planned_min"]) == (60, 20)
    assert "presenter_id" not in amendment.before  # what stayed the same is not kept


def test_adding_moving_and_removing_are_amendments_too(anna, meeting):
    """MTG-5"""
    added = service.add_item(anna, meeting, item_plan("Extra punt"), reason="Vergeten bij het plannen.")
    service.move_item(anna, added, steps=-1, reason="Dit gaat voor.")
    service.remove_item(anna, item_of(meeting, "Restwarmte"), reason="Er is geen nieuws.")
    assert [each.kind for each in amendments_of(meeting)] == ["item_added", "item_moved", "item_removed"]
    assert titles(meeting) == ["Opening", "Extra punt", "Rondvraag"]
    assert {block.item.title for block in text_blocks_of(minutes_of(meeting))} == set(titles(meeting))
    with pytest.raises(Invalid):
        service.move_item(anna, item_of(meeting, "Opening"), steps=1, reason="nu")
    assert titles(meeting) == ["Opening", "Extra punt", "Rondvraag"]


def test_the_page_of_a_published_agenda_asks_why_before_it_moves_or_removes(sign_in, anna, meeting):
    """MTG-3, MTG-5: without a script too."""
    browser = sign_in(anna)
    number = item_of(meeting, "Opening").id
    editor = browser.get(f"/meetings/{meeting.id}/agenda").text
    assert f"/meetings/{meeting.id}/items/{number}/move/down" in editor
    assert "lager zetten" in browser.get(f"/meetings/{meeting.id}/items/{number}/move/down").text
    further = browser.get(f"/meetings/{meeting.id}/items/{number}/move/down?steps=2").text
    assert "Van plaats 1 naar plaats 3." in further
    assert 'name="steps" value="2"' in further
    answer = browser.post(f"/meetings/{meeting.id}/items/{number}/move", data={"steps": "1", "reason": "x"})
    assert answer.status_code == 422
    assert 'name="steps" value="1"' in answer.text
    assert browser.post(f"/meetings/{meeting.id}/items/{number}/move",
                        data={"steps": "1", "reason": "Dit kan later."}).status_code == 303  # fmt: skip
    assert titles(meeting) == ["Restwarmte", "Opening", "Rondvraag"]


def test_a_published_agenda_keeps_an_item_and_what_was_written_on_it(anna, meeting):
    service.write_block(anna, text_on(meeting, "Opening"), Written("Al iets.", "<p>Al iets.</p>"), base_version=1)
    with pytest.raises(Conflict, match="tekst"):
        service.remove_item(anna, item_of(meeting, "Opening"), reason="Toch maar niet.")
    for title in ("Restwarmte", "Rondvraag"):
        service.remove_item(anna, item_of(meeting, title), reason="Toch maar niet.")
    service.write_block(anna, text_on(meeting, "Opening"), Written("", ""), base_version=2)
    with pytest.raises(Conflict, match="ten minste één punt"):
        service.remove_item(anna, item_of(meeting, "Opening"), reason="Toch maar niet.")


def test_after_the_opening_the_agenda_stands(anna, open_meeting):
    """MTG-5: up to the opening."""
    with pytest.raises(Conflict, match="geopend"):
        service.add_item(anna, open_meeting, item_plan("Te laat"), reason="Nog even dit.")


def test_of_two_who_change_one_item_the_second_sees_the_first(sign_in, anna, draft):
    number = service.add_item(anna, draft, item_plan("Warmtenet")).id
    browser = sign_in(anna)
    assert browser.post(f"/meetings/{draft.id}/items/{number}", data={**ITEM, "version": "1"}).status_code == 303
    answer = browser.post(f"/meetings/{draft.id}/items/{number}", data={**ITEM, "title": "Stoomnet", "version": "1"})
    assert answer.status_code == 409
    assert 'value="Stoomnet"' in answer.text
    assert titles(draft) == ["Warmtenet"]


def test_of_an_item_that_someone_else_changed_one_sees_their_text_beside_ones_own(sign_in, anna, bram, draft):
    """Promise 1: nothing is written over that its writer did not see."""
    number = service.add_item(anna, draft, item_plan("Warmtenet", body_md="Lees vooraf.", body_html="<p>Lees</p>")).id
    other = item_plan("Stoomnet", Purpose.DECIDE, 35, presenter_id=bram.tie_id, body_md="Lees <b>achteraf</b>.")
    service.change_item(anna, item_of(draft, "Warmtenet"), other, version=1)
    browser = sign_in(anna)
    answer = browser.post(f"/meetings/{draft.id}/items/{number}", data={**ITEM, "version": "1"})
    assert answer.status_code == 409
    for words in ("Stoomnet", "besluiten", "35", "Bram Boelens · Vezelwerk Emmen"):
        assert f'value="{words}" readonly' in answer.text
    assert "Lees &lt;b&gt;achteraf&lt;/b&gt;.</textarea>" in answer.text
    assert "**Lees** vooraf.</textarea>" in answer.text
    assert "Wat verschilt" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert browser.post(f"/meetings/{draft.id}/items/{number}", data={**ITEM, "version": "2"}).status_code == 303
    assert titles(draft) == ["Warmtenet"]


def test_an_item_of_another_meeting_is_not_there(sign_in, anna, draft, meeting):
    number = item_of(meeting, "Opening").id
    assert sign_in(anna).get(f"/meetings/{draft.id}/items/{number}").status_code == 404
