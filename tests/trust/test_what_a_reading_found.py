"""Ways round a right that somebody found by reading; each was open once."""

import json
import zipfile

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Tie
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.files.service.types import type_of
from app.guard import service as guard
from app.guard.models import ActsAs
from app.marketplace import queries as market
from app.marketplace.models import Audience
from app.marketplace.policy import can_edit_listing
from app.marketplace.subscribers import entry_of, listings_data
from app.meetings import queries, service
from app.meetings.policy import can_read_meeting, readable_meetings
from app.realtime.queries import said_after
from app.search.service.analysis import codes_in
from tests.conftest import actor_named, group_called
from tests.marketplace.conftest import placed
from tests.meetings.conftest import come_in, plan_draft, plan_published, times

LONG = 30_000  # letters


def test_a_word_without_end_is_read_once(app):
    """trust, Sweeps: a text that took twenty seconds under the write lock."""
    assert list(codes_in("a" * LONG + " 1")) == []
    assert "a" * 5 not in list(codes_in("a" * LONG + "-" + "b" * LONG))


def test_a_draft_that_is_given_up_stays_with_those_who_planned_it(anna, bram, energie):
    """MTG-10: what was never announced is nobody's news."""
    meeting = plan_draft(anna, energie, title="Klacht over een lid")
    service.cancel_meeting(anna, meeting, reason="Toch niet nodig.")
    assert can_read_meeting(anna, meeting)
    assert not can_read_meeting(bram, meeting)
    assert meeting not in db.session.scalars(readable_meetings(bram)).all()


def test_who_may_not_read_a_listing_is_not_rung_about_it(emma, externe_veiligheid):
    """MKT-22: when its author is gone, of a confidential group's listing its members alone hear."""
    listing = placed(emma, audience=Audience.GROUP, group_id=externe_veiligheid.id)
    colleagues = market.owner_ids(listing)
    accounts.end_tie(actor_named("dirk"), db.session.get_one(Tie, emma.tie_id))
    members = {actor_named(key).id for key in ("paul", "bert", "joke", "dennis", "albert", "roelof", "petra")}
    assert colleagues == {emma.id}
    assert market.owner_ids(listing) <= members


def test_who_left_a_company_takes_out_no_text_that_others_write_there_now(bram):
    """trust: own data holds what a person may read now."""
    placed(bram, title="Wikkelkernen van karton")
    accounts.end_tie(actor_named("dirk"), db.session.get_one(Tie, bram.tie_id))
    assert "Wikkelkernen" not in json.dumps(listings_data(bram.id))


def test_a_line_that_is_hidden_cannot_be_said_again_by_changing_it(anna, bram, dirk, energie, clock):
    """MOD-13: nor does the log give its changes; unhidden it is back for whoever comes in."""
    meeting = plan_published(anna, energie, when=times(9, 14))
    clock.set(meeting.starts_at)
    for person in (anna, bram):
        come_in(person, meeting)
    service.open_meeting(anna, meeting)
    seq = service.say(bram, meeting, "Onze prijs is negen.")
    service.change_line(bram, meeting, seq, "Onze prijs is tien.")
    line = queries.find_line(meeting, seq)
    guard.hide(dirk, "meeting_line", line.id, rule=1, role=ActsAs.COORDINATOR)
    assert "prijs" not in json.dumps([each.as_message(reader_id=anna.id) for each in said_after(meeting.room, 0)])
    with pytest.raises(Conflict):
        service.change_line(bram, meeting, seq, "Onze prijs is elf.")
    guard.unhide(dirk, "meeting_line", line.id)
    kinds = [each.type for each in said_after(meeting.room, 0)]
    assert kinds[-2:] == ["line_hidden", "line_unhidden"]
    assert "tien" in json.dumps([each.as_message(reader_id=anna.id) for each in said_after(meeting.room, 0)])


def test_the_transcript_asks_for_the_statement_while_the_meeting_lasts(anna, bram, energie, clock, sign_in):
    """MTG-23: nobody receives what is said before confirming."""
    meeting = plan_published(anna, energie, when=times(9, 14))
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    service.say(anna, meeting, "Welkom allemaal.")
    assert sign_in(bram).get(f"/meetings/{meeting.id}/transcript").status_code == 403
    assert "Welkom allemaal." in sign_in(anna).get(f"/meetings/{meeting.id}/transcript").text


def test_a_working_copy_for_a_confidential_group_is_not_for_colleagues(emma):
    """MKT-7: also while a version for all members is out."""
    listing = placed(emma, title="Meetpunten delen")
    boss = next(person for person in _colleagues_of(emma) if person.id != emma.id)
    assert market.get_own_listing(boss, listing.id) is listing
    secret = group_called("externe-veiligheid")
    listing.typed = {**listing.typed, "audience": "group", "group": str(secret.id)}
    db.session.commit()
    assert not can_edit_listing(boss, listing)
    assert can_edit_listing(emma, listing)


def test_what_somebody_writes_of_a_report_comes_back_when_it_is_refused(bram, thread, sign_in):
    """decisions 15: whatever the field is called, nothing typed is lost."""
    answer = sign_in(bram).post("/reports", data={"kind": "post", "id": "999", "reason": "conduct",
                                                   "text": "Dit is niet zoals wij met elkaar omgaan."})  # fmt: skip
    assert answer.status_code == 404
    assert "Dit is niet zoals wij met elkaar omgaan." in answer.text


@pytest.mark.parametrize("word", ["image/png", "application/pdf", "text/html"])
def test_an_archive_does_not_say_itself_what_it_is(tmp_path, word):
    """trust: the type comes from the content, and `mimetype` is the uploader's word."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", word)
    assert type_of(path) == "application/zip"


def test_a_listing_for_named_companies_is_in_no_scope_of_a_guest(carla, gijs, bram):
    """SRCH-21: who cannot use the market counts nothing of it."""
    listing = placed(bram, audience=Audience.NAMED, company_ids=[gijs.company_id, carla.company_id])
    allow = set(entry_of(listing).allow)
    assert allow & set(scopes_of(carla))
    assert not allow & set(scopes_of(gijs))


def _colleagues_of(actor):
    ties = db.session.scalars(select(Tie.person_id).where(Tie.company_id == actor.company_id)).all()
    return [Actor.of_person(number) for number in ties]
