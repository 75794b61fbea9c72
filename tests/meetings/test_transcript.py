"""What was said: a plain page for those who were invited, until its term; and what a person takes out."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.service import take_out_own_data
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import Answer, Meeting, Via
from app.meetings.queries import log_of, minutes_of
from app.meetings.service import Written
from app.meetings.service.transcripts import removal_of
from app.meetings.subscribers import entry_of
from app.meetings.tasks import remove_transcripts
from app.realtime.service import append
from tests.conftest import actor_named, person_named
from tests.meetings.conftest import come_in, end_items, plan_published, text_on


@pytest.fixture
def held(anna, bram, open_meeting):
    come_in(bram, open_meeting)
    say = append(open_meeting.room, "line", {"body": "Wij hebben <b>zestig</b> graden.", "reply_to": None},
                 tie_id=bram.tie_id).entry.seq  # fmt: skip
    append(open_meeting.room, "line_changed", {"seq": say, "body": "Wij hebben zeventig graden."}, tie_id=bram.tie_id)
    gone = append(open_meeting.room, "line", {"body": "Dit had ik niet moeten zeggen.", "reply_to": None},
                  tie_id=anna.tie_id).entry.seq  # fmt: skip
    append(open_meeting.room, "line_removed", {"seq": gone}, tie_id=anna.tie_id)
    end_items(open_meeting)
    service.close_meeting(anna, open_meeting)
    db.session.commit()
    return open_meeting


def test_those_who_were_invited_read_what_was_said_as_it_was_last(held, sign_in, bram, carla):
    """MTG-48, MTG-35"""
    page = sign_in(bram).get(f"/meetings/{held.id}/transcript").text
    assert "Wij hebben zeventig graden." in page
    assert "zestig" not in page
    assert "verwijderd bericht" in page
    assert "Dit had ik niet" not in page
    assert "Bram Boelens" in page
    assert "Vezelwerk Emmen" in page
    assert sign_in(carla).get(f"/meetings/{held.id}/transcript").status_code == 403


def test_the_page_says_when_it_goes(held, sign_in, bram, clock):
    """MTG-48: at the latest 24 months after closing (decisions 36)."""
    closed = db.session.get_one(Meeting, held.id).closed_at
    assert str(closed.year + 2) in sign_in(bram).get(f"/meetings/{held.id}/transcript").text
    assert removal_of(datetime(2028, 2, 29, 12, tzinfo=UTC)) == datetime(2030, 2, 28, 12, tzinfo=UTC)
    assert removal_of(datetime(2026, 11, 30, 12, tzinfo=UTC)) == datetime(2028, 11, 30, 12, tzinfo=UTC)


def test_after_24_months_the_words_are_gone_and_the_minutes_stay(held, sign_in, bram, clock):
    """MTG-48: the clock does it; numbers keep no gap, and the minutes say what they said."""
    before = [(entry.seq, entry.type) for entry in log_of(held)]
    seal = minutes_of(held).sha256
    clock.set(removal_of(db.session.get_one(Meeting, held.id).closed_at) - timedelta(days=1))
    remove_transcripts()
    assert any(entry.payload.get("body") for entry in log_of(held))
    clock.forward(days=6)
    remove_transcripts()
    assert not any(entry.payload.get("body") for entry in log_of(held))
    assert [(entry.seq, entry.type) for entry in log_of(held)] == before
    assert minutes_of(held).sha256 == seal
    page = sign_in(bram).get(f"/meetings/{held.id}/transcript").text
    assert "is zoals aangekondigd verwijderd" in page
    assert "zeventig" not in page


def test_a_person_takes_out_their_answers_confirmations_lines_and_texts_of_minutes(held, anna, bram):
    """accounts.own_data: and nothing of others."""
    block = text_on(held, "Restwarmte")
    service.write_block(anna, block, Written("Besproken.", "<p>Besproken.</p>"), base_version=1)
    invited, *said = take_out_own_data(bram, person_named("bram"))["meetings"]
    assert (invited["meeting"], invited["answer"]) == ("Overleg energie", "none")
    assert invited["confirmed_at"] is not None
    assert [line["line"] for line in said] == ["Wij hebben <b>zestig</b> graden.", "Wij hebben zeventig graden."]
    *_rest, written = take_out_own_data(anna, person_named("anna"))["meetings"]
    assert (written["item"], written["minutes"]) == ("Restwarmte", "Besproken.")


def test_a_meeting_is_found_by_its_title_and_its_items_within_its_group(meeting):
    """Section 6: search takes it from the publication on."""
    entry = entry_of(meeting)
    assert (entry.kind, entry.title, entry.allow) == ("meeting", "Overleg energie", (meeting.group.scope,))
    assert "Restwarmte" in entry.body


def test_a_guest_of_the_group_takes_part_as_members_do(innovatie, gijs, sign_in):
    """Section 3"""
    meeting = plan_published(actor_named("yvonne"), innovatie)
    service.answer_invitation(gijs, meeting, Answer.YES, Via.ONLINE)
    assert "Gijs Gritter (online)" in sign_in(gijs).get(f"/meetings/{meeting.id}").text
