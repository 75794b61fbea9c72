"""What people chose to hear of a place: written down, taken away, forgotten with the place, and theirs to take out."""

from sqlalchemy import select

from app.accounts.service import take_out_own_data
from app.audit.models import AuditEntry
from app.core.extensions import db
from app.groups import service as groups
from app.notifications import queries, service
from app.notifications.models import Level, Watch
from tests.conftest import actor_named, new_thread, person_named


def test_a_choice_is_written_down_once_and_taking_it_away_too(app, bram, energie):
    """NTF section 7: LevelChanged. The same again changes nothing."""
    for level in (Level.SILENT, Level.SILENT, None, None):
        service.choose_level(bram, energie.scope, level)
    assert queries.chosen_level(bram.id, energie.scope) is None
    changes = select(AuditEntry).where(AuditEntry.event == "LevelChanged").order_by(AuditEntry.number)
    entries = db.session.scalars(changes)
    assert [(entry.actor_id, entry.details["place"], entry.details["level"]) for entry in entries] == [
        (bram.id, energie.scope, "silent"), (bram.id, energie.scope, None)]


def test_leaving_a_group_forgets_what_one_chose_there_and_nowhere_else(app, anna, bram, energie, innovatie, thread):
    """The page of the group promises it: "You no longer get notifications from this working group"."""
    elsewhere = new_thread(actor_named("carla"), innovatie, "Proef met vezels")
    for place in (energie.scope, thread.room, innovatie.scope, elsewhere.room):
        service.choose_level(bram, place, Level.ALL_MAIL)
    for place in (energie.scope, thread.room):
        service.choose_level(anna, place, Level.SILENT)
    groups.leave_group(bram, energie)
    kept = db.session.execute(select(Watch.person_id, Watch.place).where(Watch.person_id.in_([anna.id, bram.id])))
    assert set(map(tuple, kept)) == {(bram.id, innovatie.scope), (bram.id, elsewhere.room), (anna.id, energie.scope),
                                     (anna.id, thread.room)}  # fmt: skip


def test_own_data_holds_ones_choices_and_nobody_elses(app, bram, carla, energie, innovatie):
    """accounts.own_data"""
    service.choose_level(bram, energie.scope, Level.SILENT)
    service.choose_level(carla, innovatie.scope, Level.ALL_MAIL)
    [chosen] = take_out_own_data(bram, person_named("bram"))["levels"]
    assert (chosen["place"], chosen["level"], chosen["set_by"]) == (energie.scope, "silent", "person")
