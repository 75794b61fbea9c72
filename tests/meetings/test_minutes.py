"""Minutes: built from the log, the same each time, with the texts of note takers between."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import BlockKind, ItemState, Meeting, MinutesBlock
from app.meetings.queries import blocks_of, items_of, minutes_of
from app.meetings.service import BlockConflict, Written
from app.meetings.service.facts import seal_of
from app.realtime.service import append
from tests.conftest import actor_named, together
from tests.meetings.conftest import come_in, end_items, item_plan, plan_draft, text_on, times


def happen(clock, meeting, actor, kind, *, after=0, item=None, **payload):
    """An entry of the log, so many seconds later, as the room writes it."""
    clock.forward(seconds=after)
    if item is not None:
        payload["item_id"] = item.id
    append(meeting.room, kind, payload, tie_id=actor.tie_id, item_id=item.id if item else None)


@pytest.fixture
def held(clock, anna, bram, open_meeting):
    """Bram comes in late, is away for a minute and later for an hour; one item, one pause, one postponed."""
    first, second, third = items_of(open_meeting)
    happen(clock, open_meeting, anna, "item_started", item=first)
    clock.forward(seconds=60)
    service.confirm_statement(bram, open_meeting, version=1)
    happen(clock, open_meeting, bram, "arrived", via="online")
    happen(clock, open_meeting, bram, "left", after=300)
    happen(clock, open_meeting, bram, "arrived", after=60, via="online")
    happen(clock, open_meeting, anna, "item_paused", after=60, item=first)
    happen(clock, open_meeting, anna, "item_started", after=120, item=first)
    happen(clock, open_meeting, anna, "item_extended", item=first, minutes=5)
    happen(clock, open_meeting, anna, "line", body="Dit staat niet in de notulen.", reply_to=None)
    happen(clock, open_meeting, anna, "item_ended", after=60, item=first)
    happen(clock, open_meeting, bram, "left")
    happen(clock, open_meeting, bram, "arrived", after=3600, via="hall")
    for each in (second, third):
        happen(clock, open_meeting, anna, "item_postponed", item=each)
    end_items(open_meeting, ItemState.POSTPONED)
    first.state = ItemState.DONE
    db.session.commit()
    service.close_meeting(anna, open_meeting)
    return open_meeting


def facts(meeting, kind):
    return [line.block.facts for line in blocks_of(minutes_of(meeting)) if line.block.kind is kind]


def test_closing_builds_presence_statement_and_items_with_their_times(held, anna, bram, clock):
    """MTG-49: gaps up to two minutes are one interval."""
    people = {each["tie"]: each["stays"] for each in facts(held, BlockKind.ATTENDANCE)[0]["people"]}
    assert len(people[anna.tie_id]) == 1
    late, later = people[bram.tie_id]
    assert (late["via"], later["via"]) == ("online", "hall")
    assert later["until"] == now().isoformat()
    statement = facts(held, BlockKind.STATEMENT)[0]
    assert (statement["version"], [each["tie"] for each in statement["confirmed"]]) == (1, [anna.tie_id, bram.tie_id])
    first, second, _third = facts(held, BlockKind.ITEM)
    assert (first["state"], len(first["periods"]), first["extra_min"]) == ("done", 2, 5)
    assert (second["state"], second["periods"]) == ("postponed", [])
    assert [step["type"] for step in facts(held, BlockKind.COURSE)[0]["steps"]] == ["opened", "closed"]


def test_the_page_says_it_in_words(held, sign_in, carla):
    """MTG-49; whoever reads the group reads its minutes."""
    page = sign_in(carla).get(f"/meetings/{held.id}/minutes").text
    for words in ("Presentielijst", "Anna Assink, online", "Mededingingsverklaring", "2 personen bevestigden versie 1",
                  "1. Opening", "behandeld", "doorgeschoven"):  # fmt: skip
        assert words in page
    assert "Dit staat niet in de notulen." not in page
    assert "Schrijven" not in page


def test_the_same_events_always_give_the_same_blocks_and_the_same_seal(held):
    """MTG-49, section 7.11"""
    minutes = minutes_of(held)
    sealed, before = minutes.sha256, [(line.block.kind, line.block.facts) for line in blocks_of(minutes)]
    for _time in range(2):
        again = service.facts_from_log(held)
        assert seal_of(again) == sealed
        service.build_minutes(held)
        db.session.commit()
        assert [(line.block.kind, line.block.facts) for line in blocks_of(minutes_of(held))] == before
    item = items_of(held)[0]
    append(held.room, "item_extended", {"item_id": item.id, "minutes": 1}, tie_id=None, item_id=item.id)
    assert seal_of(service.facts_from_log(held)) != sealed


def test_the_minutes_repeat_a_short_notice_and_every_amendment(sign_in, clock, anna, dirk, energie):
    """MTG-4, MTG-5, MTG-49"""
    meeting = plan_draft(anna, energie, when=times(2))
    item = service.add_item(anna, meeting, item_plan())
    service.publish_agenda(dirk, meeting, reason="De vergunning loopt af.")
    service.change_item(anna, item, item_plan("Vergunning"), version=1, reason="Dit is het onderwerp.")
    service.move_meeting(dirk, meeting, times(1), reason="De zaal is dan vrij.")
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    end_items(meeting)
    service.close_meeting(anna, meeting)
    page = sign_in(anna).get(f"/meetings/{meeting.id}/minutes").text
    for words in ("De vergunning loopt af.", "Punt gewijzigd: Vergunning", "Dit is het onderwerp.",
                  "Vergadering op korte termijn verplaatst", "De zaal is dan vrij.", "1. Vergunning"):  # fmt: skip
        assert words in page


def test_note_takers_write_from_the_publication_on(sign_in, anna, carla, meeting):
    """MTG-50: for others the page is empty until then."""
    reader, writer = sign_in(carla), sign_in(anna)
    assert "De notulen volgen na de vergadering." in reader.get(f"/meetings/{meeting.id}/minutes").text
    block = text_on(meeting, "Restwarmte").id
    assert writer.post(f"/meetings/{meeting.id}/minutes/{block}/write").status_code == 303
    sent = {"body": "Er is **warmte** over.", "base_version": "1"}
    assert writer.post(f"/meetings/{meeting.id}/minutes/{block}", data=sent).status_code == 303
    assert "<strong>warmte</strong>" in reader.get(f"/meetings/{meeting.id}/minutes").text
    assert reader.get(f"/meetings/{meeting.id}/minutes/{block}").status_code == 403
    assert reader.post(f"/meetings/{meeting.id}/minutes/{block}", data=sent).status_code == 403


def test_each_text_shows_who_is_writing_since_when_until_half_an_hour_has_passed(sign_in, clock, anna, dirk, meeting):
    """MTG-50"""
    block = text_on(meeting, "Restwarmte").id
    sign_in(anna).post(f"/meetings/{meeting.id}/minutes/{block}/write")
    other = sign_in(dirk)
    page = f"/meetings/{meeting.id}/minutes"
    assert "Anna Assink (Vezelwerk Emmen) schrijft hier sinds" in other.get(page).text
    other.post(f"{page}/{block}/write")
    assert "Anna Assink (Vezelwerk Emmen) schrijft hier sinds" in other.get(f"{page}/{block}").text
    other.post(f"{page}/{block}/stop")  # another's stay is not ended
    assert "Anna Assink" in other.get(page).text
    clock.forward(minutes=31)
    assert "schrijft hier sinds" not in other.get(page).text
    clock.forward(minutes=-31)
    sign_in(anna).post(f"{page}/{block}/stop")
    assert "schrijft hier sinds" not in other.get(page).text


def test_a_save_on_an_old_version_gives_both_texts_and_loses_none(sign_in, anna, dirk, meeting):
    """MTG-50, section 7.10: shown as text, so that no script in them runs."""
    block = text_on(meeting, "Restwarmte").id
    page = f"/meetings/{meeting.id}/minutes/{block}"
    first = {"body": "Van Anna <script>alert(1)</script>", "base_version": "1"}
    assert sign_in(anna).post(page, data=first).status_code == 303
    answer = sign_in(dirk).post(page, data={"body": "Van Dirk", "base_version": "1"})
    assert answer.status_code == 409
    assert "data-unsaved" in answer.text
    assert "Van Anna &lt;script&gt;alert(1)&lt;/script&gt;</textarea>" in answer.text
    assert "Van Dirk</textarea>" in answer.text
    assert 'name="base_version" value="2"' in answer.text
    assert "<script>alert" not in answer.text
    assert sign_in(dirk).post(page, data={"body": "Van allebei", "base_version": "2"}).status_code == 303
    assert db.session.get_one(MinutesBlock, block).body_md == "Van allebei"


def test_of_two_who_save_at_one_moment_one_gets_both_texts(app, meeting):
    """MTG-50"""
    block = text_on(meeting, "Restwarmte").id

    def write(key):
        text = Written(f"Van {key}", f"<p>Van {key}</p>")
        return service.write_block(actor_named(key), db.session.get_one(MinutesBlock, block), text, base_version=1)

    results = together(app, lambda: write("anna"), lambda: write("dirk"))
    assert [type(each) for each in results].count(BlockConflict) == 1


def test_a_form_that_arrived_without_its_text_does_not_empty_it(sign_in, anna, meeting):
    block = text_on(meeting, "Restwarmte")
    service.write_block(anna, block, Written("Besproken.", "<p>Besproken.</p>"), base_version=1)
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/minutes/{block.id}", data={"base_version": "2"})
    assert answer.status_code == 422
    assert "Besproken.</textarea>" in answer.text


def test_a_text_over_the_limit_says_how_many_characters_must_go(sign_in, anna, meeting):
    """Section 1: 50,000 characters."""
    block = text_on(meeting, "Restwarmte").id
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/minutes/{block}",
                                data={"body": "é" * 50_001, "base_version": "1"})  # fmt: skip
    assert answer.status_code == 422
    assert "data-unsaved" in answer.text
    assert "1 teken te lang" in answer.text
    assert "é" * 50_001 in answer.text


def test_what_the_log_says_is_not_edited(anna, held):
    """Section 1: system blocks cannot be edited."""
    fact = next(line.block for line in blocks_of(minutes_of(held)) if line.block.kind is BlockKind.ATTENDANCE)
    with pytest.raises(Conflict):
        service.write_block(anna, fact, Written("Iedereen was er.", ""), base_version=1)
    with pytest.raises(Forbidden):
        service.write_block(actor_named("otto"), text_on(held, "Opening"), Written("Ik ook.", ""), base_version=1)


def test_texts_stay_in_their_place_when_the_minutes_are_built(clock, anna, open_meeting):
    service.write_block(anna, text_on(open_meeting, "Restwarmte"), Written("Tekst", "<p>Tekst</p>"), base_version=1)
    end_items(open_meeting)
    service.close_meeting(anna, open_meeting)
    lines = blocks_of(minutes_of(open_meeting))
    of_items = [(line.block.kind, line.item.title) for line in lines if line.item is not None]
    assert of_items == [(kind, title) for title in ("Opening", "Restwarmte", "Rondvraag")
                        for kind in (BlockKind.ITEM, BlockKind.TEXT)]  # fmt: skip


def test_presence_keeps_the_company_of_that_moment(held, sign_in, bram):
    """Section 5, 7.15: the name may change, the company of that day stays."""
    db.session.get_one(Person, bram.id).name = "Bram Boelens-Smit"
    db.session.commit()
    page = sign_in(bram).get(f"/meetings/{held.id}/minutes").text
    assert "Bram Boelens-Smit (Vezelwerk Emmen)" in page


def test_two_days_later_the_times_name_their_day(held, clock, sign_in, bram):
    clock.set(db.session.get_one(Meeting, held.id).closed_at + timedelta(days=2))
    assert "geopend" in sign_in(bram).get(f"/meetings/{held.id}/minutes").text
