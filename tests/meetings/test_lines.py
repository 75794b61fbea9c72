"""What people write in the room: one order, once, changed for five minutes, gone when removed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Company, SanctionKind
from app.accounts.queries import open_tie_of
from app.accounts.service import Measure
from app.audit.models import AuditEntry
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.extensions import db
from app.groups.service import join_group
from app.meetings import service
from app.meetings.models import AgendaItem, ItemState, SpeakKind
from app.meetings.queries import room_after
from app.realtime.models import LogEntry
from tests.conftest import actor_named, group_called, person_named
from tests.meetings.room import at_once, bodies_in, enter, last_of, log_of, types_in


@pytest.fixture
def bram_in(bram, open_meeting):
    return enter(bram, open_meeting)


def test_a_line_stands_in_the_log_under_the_next_seq_with_who_said_it_for_whom(bram_in, open_meeting):
    """MTG-28."""
    before = last_of(open_meeting).seq
    seq = service.say(bram_in, open_meeting, "Wij doen mee.")
    said = last_of(open_meeting)
    assert seq == said.seq == before + 1
    assert (said.type, said.payload) == ("line", {"body": "Wij doen mee.", "reply_to": None})
    assert (said.person_name, said.company_name) == ("Bram Boelens", "Vezelwerk Emmen")


def test_the_same_line_sent_again_gets_the_same_answer_and_stands_there_once(app, bram_in, open_meeting):
    """MTG-29; also when it comes six times at one moment."""
    name = str(uuid4())
    seq = service.say(bram_in, open_meeting, "Eén keer.", client_id=name)
    answers = at_once(app, open_meeting, *[(service.say, bram_in, "Anders.", {"client_id": name})] * 6)
    assert answers == [seq] * 6
    assert bodies_in(open_meeting) == ["Eén keer."]
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "LineSaid")).all()
    assert [entry.details for entry in said] == [{"meeting_id": open_meeting.id, "seq": seq}]  # and not the text


def test_lines_of_many_at_once_get_one_order_without_a_gap(app, anna, bram_in, open_meeting):
    """MTG-28: section 7.1, in small."""
    answers = at_once(app, open_meeting, *[(service.say, who, "Tegelijk.", {}) for who in [anna, bram_in] * 6])
    seqs = [said.seq for said in log_of(open_meeting)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert sorted(answers) == [said.seq for said in log_of(open_meeting) if said.type == "line"]


def test_nobody_writes_before_confirming_the_statement(bram, open_meeting):
    """MTG-23."""
    with pytest.raises(Forbidden):
        service.say(bram, open_meeting, "Ik was er al.")
    assert bodies_in(open_meeting) == []


def test_who_is_no_member_may_not_write_and_who_may_not_read_finds_nothing(carla, femke, open_meeting):
    """Section 3: others, no."""
    for outsider in (carla, femke):
        with pytest.raises(Forbidden):
            service.say(outsider, open_meeting, "Mag ik erbij?")
    assert bodies_in(open_meeting) == []


def test_before_the_opening_during_a_suspension_and_after_the_end_nobody_writes(anna, bram, meeting, clock):
    """decisions 32."""
    clock.set(meeting.starts_at - timedelta(minutes=30))
    enter(anna, meeting)
    enter(bram, meeting)
    with pytest.raises(Conflict):
        service.say(bram, meeting, "Te vroeg.")
    service.open_meeting(anna, meeting)
    service.suspend_meeting(anna, meeting, "Koffie")
    with pytest.raises(Conflict):
        service.say(bram, meeting, "Onder de koffie.")
    service.resume_meeting(anna, meeting)
    service.say(bram, meeting, "Op tijd.")
    for _item in range(4):
        service.next_item(anna, meeting)
    service.close_meeting(anna, meeting)
    with pytest.raises(Conflict):
        service.say(bram, meeting, "Te laat.")
    assert bodies_in(meeting) == ["Op tijd."]


def test_a_line_hangs_on_the_item_that_runs_and_none_is_taken_while_it_is_stopped(anna, bram_in, open_meeting):
    """MTG-25: the stop itself comes with moderation."""
    service.say(bram_in, open_meeting, "Nog geen punt.")
    assert last_of(open_meeting).item_id is None
    service.next_item(anna, open_meeting)
    service.say(bram_in, open_meeting, "Bij het eerste.")
    item_id = last_of(open_meeting).item_id
    item = db.session.get_one(AgendaItem, item_id)
    assert item.position == 1
    item.state = ItemState.STOPPED
    db.session.commit()
    with pytest.raises(Conflict):
        service.say(bram_in, open_meeting, "Over de prijs dus.")
    service.next_item(anna, open_meeting)
    service.say(bram_in, open_meeting, "Bij het tweede.")


def test_a_reply_names_a_line_that_is_there(anna, bram_in, open_meeting):
    seq = service.say(anna, open_meeting, "Wie doet mee?")
    service.say(bram_in, open_meeting, "Wij.", reply_to=seq)
    assert last_of(open_meeting).payload == {"body": "Wij.", "reply_to": seq}
    for nothing in (1, seq + 50):  # another kind of entry, and none
        with pytest.raises(Invalid):
            service.say(bram_in, open_meeting, "Hierop.", reply_to=nothing)


def test_a_line_is_changed_by_its_writer_within_five_minutes(anna, bram_in, open_meeting, clock):
    """MTG-35: the line keeps its seq; who comes later reads the new words only."""
    seq = service.say(bram_in, open_meeting, "Driehonderd graden.")
    with pytest.raises(Forbidden):
        service.change_line(anna, open_meeting, seq, "Dertig graden.")
    clock.forward(minutes=4, seconds=59)
    service.beat(anna, open_meeting)
    service.change_line(bram_in, open_meeting, seq, "Dertig graden.")
    assert (last_of(open_meeting).type, last_of(open_meeting).payload) == (
        "line_changed", {"seq": seq, "body": "Dertig graden."})  # fmt: skip
    line = next(said for said in log_of(open_meeting) if said.seq == seq)
    assert line.payload["body"] == "Dertig graden."
    assert "edited_at" in line.payload
    clock.forward(seconds=2)
    with pytest.raises(Conflict):
        service.change_line(bram_in, open_meeting, seq, "Drie graden.")


def test_a_removed_line_leaves_its_place_and_none_of_its_words(anna, bram_in, open_meeting):
    """MTG-35: by its writer or the chair; those of a change go too."""
    own, other = (service.say(bram_in, open_meeting, words) for words in ("Geheim een.", "Geheim twee."))
    service.change_line(bram_in, open_meeting, own, "Geheim drie.")
    service.remove_line(bram_in, open_meeting, own)
    service.remove_line(anna, open_meeting, other)
    assert types_in(open_meeting, after=own - 1) == ["line", "line", "line_changed", "line_removed", "line_removed"]
    stored = db.session.scalars(select(LogEntry.payload).where(LogEntry.seq >= own)).all()
    assert "Geheim" not in str(stored)
    with pytest.raises(Conflict):
        service.change_line(bram_in, open_meeting, own, "Toch weer.")


def test_another_members_line_stays(anna, bram_in, open_meeting):
    """MTG-35."""
    seq = service.say(anna, open_meeting, "Van de voorzitter.")
    with pytest.raises(Forbidden):
        service.remove_line(bram_in, open_meeting, seq)
    with pytest.raises(NotFound):
        service.remove_line(anna, open_meeting, 1)  # no line but a confirmation
    assert bodies_in(open_meeting) == ["Van de voorzitter."]


def test_who_acts_for_another_company_now_confirms_anew(bram_in, dirk, open_meeting):
    """Section 5: old lines keep the old company, and the statement is asked anew."""
    service.say(bram_in, open_meeting, "Nog van Vezelwerk.")
    accounts.end_tie(dirk, open_tie_of(bram_in.id))
    company = db.session.get_one(Company, actor_named("carla").company_id)
    accounts.start_tie(None, person_named("bram"), company, function="proces")
    moved = actor_named("bram")
    join_group(moved, group_called("energie"))
    with pytest.raises(Forbidden):
        service.say(moved, open_meeting, "Nu van Polymeer.")
    enter(moved, open_meeting)
    service.say(moved, open_meeting, "Nu van Polymeer.")
    companies = [said.company_name for said in log_of(open_meeting) if said.type == "line"]
    assert companies == ["Vezelwerk Emmen", "Polymeer Coevorden"]


def test_in_a_silence_one_hears_and_does_not_speak(bram_in, dirk, open_meeting):
    """MOD-9, MOD-10: the refusal says why; reading goes on."""
    measure = Measure(kind=SanctionKind.SILENCE, days=1, rule=4, reason="Op de persoon gespeeld.", group_id=None)
    accounts.sanction(dirk, bram_in.id, measure)
    silenced = actor_named("bram")
    for act in (lambda: service.say(silenced, open_meeting, "Toch."),
                lambda: service.raise_hand(silenced, open_meeting, SpeakKind.WORD)):  # fmt: skip
        with pytest.raises(Forbidden, match="Op de persoon gespeeld"):
            act()
    assert room_after(silenced, open_meeting, 0)["events"]
    service.beat(silenced, open_meeting)


def test_a_line_is_one_short_transaction_with_few_statements(bram_in, open_meeting, count_statements):
    """Issue: an act is cheap. Person, meeting, groups, footing; seen before, last seq, entry; audit; telling."""
    with count_statements() as seen:
        service.say(bram_in, open_meeting, "Kort.", client_id=str(uuid4()))
    counted = [each for each in seen if "advisory" not in each and "signals" not in each]
    assert len(counted) <= 10, counted
