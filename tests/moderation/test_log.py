"""The log: what was done, for whom it concerns, and no more of it than they may see."""

import csv
import io

import pytest
from sqlalchemy import select

from app.accounts.models import Sanction
from app.core import clock as app_clock
from app.core.extensions import db
from app.groups import service as groups
from app.groups.models import Visibility
from app.moderation import service
from app.moderation.models import Action, ActionKind
from app.moderation.policy import can_read_action, readable_actions
from app.moderation.service import Ground
from tests.conftest import actor_named, group_called
from tests.moderation.conftest import WHY, case_about, claimed, report

pytestmark = pytest.mark.slow  # each filter of a log that first must be filled

REASON = "Dit is op de persoon gespeeld."


@pytest.fixture
def hidden(case, post, dirk):
    return service.hide_subject(dirk, claimed("dirk", post), WHY)


def log_of(key, sign_in, query=""):
    answer = sign_in(actor_named(key)).get(f"/moderation/log{query}")
    assert answer.status_code == 200
    return answer.text


def test_members_read_the_role_the_rule_and_no_name_reason_or_title(hidden, sign_in):
    """MOD-31"""
    page = log_of("bram", sign_in)
    for words in ("verborgen", "regel 4", "coördinator", "Energie", "bericht"):
        assert words in page
    for words in ("Dirk Drenth", "Otto Oosting", REASON, "Restwarmte in Emmen"):
        assert words not in page


def test_who_is_no_member_of_the_group_reads_nothing_of_it(hidden, sign_in):
    """MOD-31: own groups only"""
    assert "Hier is nog niets gedaan." in log_of("carla", sign_in)


def test_the_coordinator_reads_all_of_it(hidden, sign_in):
    """MOD-31"""
    page = log_of("dirk", sign_in)
    for words in ("Dirk Drenth, coördinator", "Otto Oosting", REASON, "Restwarmte in Emmen"):
        assert words in page


@pytest.mark.parametrize(("key", "leads"), [("dirk", True), ("anna", True), ("otto", False)])
def test_a_title_leads_to_its_place_for_who_reads_the_group(key, leads, hidden, energie, sign_in):
    """decisions 36: Otto is the contact of his own company, and left the group."""
    energie.visibility = Visibility.ON_REQUEST
    db.session.commit()
    groups.leave_group(actor_named("otto"), energie)
    page = log_of(key, sign_in)
    assert "Restwarmte in Emmen" in page
    assert ('href="/posts/' in page) == leads


@pytest.mark.parametrize(("key", "reads"), [("anna", True), ("otto", True), ("femke", False)])
def test_the_chair_and_the_contact_read_why_and_the_administrator_does_not(key, reads, hidden, sign_in):
    """MOD-31, section 3: Otto is the contact of his own company; the administrator reads events without content."""
    page = log_of(key, sign_in)
    assert "verborgen" in page
    assert (REASON in page) == reads
    assert "Dirk Drenth" not in page


@pytest.mark.parametrize(("query", "shown"), [
    ("?kind=hide", 1), ("?kind=silence", 0), ("?role=coordinator", 1), ("?role=lead", 0), ("?subject=post", 1),
    ("?subject=document", 0), ("?since=2000-01-01", 1), ("?since=2199-01-01", 0), ("?until=2000-01-01", 0),
    ("?kind=cake&role=x&since=gisteren&until=9999-12-31", 1), ("?since=0001-01-01", 1), ("?page=9", 1),
])  # fmt: skip
def test_it_is_filtered_by_time_role_kind_and_subject(query, shown, hidden, sign_in):
    """MOD-32"""
    assert log_of("dirk", sign_in, query).count(REASON) == shown


def test_the_days_of_the_filter_are_ours_and_the_last_counts_too(hidden, sign_in):
    """MOD-32"""
    day = app_clock.today().isoformat()
    assert REASON in log_of("dirk", sign_in, f"?since={day}&until={day}")


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))


def test_it_is_taken_out_as_a_table_that_starts_no_formula(case, post, dirk, sign_in):
    """MOD-32; CWE-1236"""
    service.hide_subject(dirk, claimed("dirk", post), Ground(4, "=HYPERLINK(\"http://evil.example\")"))
    answer = sign_in(dirk).get("/moderation/log/export?kind=hide")
    assert answer.content_type == "text/csv; charset=utf-8"
    head, line = lines_of(answer)
    assert head[1] == "Wat er gedaan is"
    assert line[1] == "verborgen"
    assert "'=HYPERLINK(\"http://evil.example\")" in line
    masked = lines_of(sign_in(actor_named("bram")).get("/moderation/log/export"))[1]
    assert "Otto" not in str(masked)
    assert "HYPERLINK" not in str(masked)


def test_rule_and_list_agree_about_who_reads_what(post, dirk, anna):
    """MOD-31: also when a group became confidential since."""
    report("mark", post)
    service.silence_author(anna, claimed("anna", post), WHY, 3)
    actions = db.session.scalars(select(Action)).all()
    for visibility in (Visibility.OPEN, Visibility.CONFIDENTIAL):
        group_called("energie").visibility = visibility
        db.session.commit()
        for key in ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs", "otto", "geesje"):
            actor = actor_named(key)
            read = db.session.scalars(readable_actions(actor)).all()
            assert read == [action for action in actions if can_read_action(actor, action)], (key, visibility)
        assert bool(db.session.scalars(readable_actions(actor_named("dirk"))).all()) == (visibility is Visibility.OPEN)


def test_ending_it_early_is_an_action_too(post, dirk):
    """MOD-8"""
    report("mark", post, )
    service.silence_author(dirk, claimed("dirk", post), WHY, 3)
    running = db.session.scalars(select(Sanction)).one()
    service.lift_sanction(dirk, case_about(post), running, Ground(4, "De schrijver heeft het rechtgezet."))
    kinds = db.session.scalars(select(Action.kind).order_by(Action.created_at, Action.id)).all()
    assert kinds == [ActionKind.SILENCE, ActionKind.LIFT]
    assert not db.session.get_one(Sanction, running.id).is_running
