"""Making a group: a coordinator does it, and it is usable at once."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts import queries as people
from app.accounts import service as accounts
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.extensions import db
from app.groups import service
from app.groups.events import GroupCreated
from app.groups.models import GroupMembership, Role, Theme, Visibility, WorkingGroup
from app.groups.policy import standing_in
from app.groups.service import GroupSettings
from tests.conftest import actor_named, new_thread, person_named, together

PURPOSE = "Samen zuiniger met water omgaan in de fabriek."
SETTINGS = GroupSettings(purpose=PURPOSE, theme=Theme.MATERIALS, visibility=Visibility.OPEN)


def form(**changed):
    return {"name": "Waterkringloop", "code": "WK", "purpose": PURPOSE, "theme": "materials", "visibility": "open",
            "lead": person_named("otto").id, **changed}  # fmt: skip


def make(actor, name="Waterkringloop", code="WK", lead="otto", settings=SETTINGS):
    return service.create_group(actor, name=name, code=code, lead_id=person_named(lead).id, settings=settings)


def groups():
    return db.session.scalar(select(func.count(WorkingGroup.id)))


def test_a_coordinator_makes_a_group_that_is_usable_at_once(app, dirk, sign_in):
    """GRP-1"""
    answer = sign_in(dirk).post("/groups", data=form())
    assert (answer.status_code, answer.location) == (303, "/groups/waterkringloop")
    lead = sign_in(actor_named("otto"))
    posted = lead.post("/groups/waterkringloop/threads", data={"title": "Ons spoelwater", "body": "Wie meet mee?"})
    assert posted.status_code == 303
    assert "Wie meet mee?" in sign_in(actor_named("anna")).get(posted.location).text
    assert "Wachtkamer" not in lead.get("/groups/waterkringloop").text


def test_the_group_has_what_was_filled_in_and_its_lead(app, dirk):
    """GRP-1"""
    group = make(dirk)
    assert (group.name, group.code, group.purpose, group.theme, group.visibility, group.slug) == (
        "Waterkringloop", "WK", PURPOSE, Theme.MATERIALS, Visibility.OPEN, "waterkringloop")  # fmt: skip
    assert standing_in(actor_named("otto"), group).role is Role.LEAD


def test_making_a_group_tells_that_it_was_made(app, dirk):
    """groups.md 6"""
    from app.audit.models import AuditEntry

    group = make(dirk)
    events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.number)).all()[-2:]
    assert events == [GroupCreated.__name__, "MemberJoined"]
    assert group.created_by == dirk.tie_id


def test_a_confidential_group_does_not_exist_for_the_coordinator_who_made_it(app, dirk, sign_in):
    """GRP-1, GRP-4"""
    browser = sign_in(dirk)
    answer = browser.post("/groups", data=form(visibility="confidential"))
    assert (answer.status_code, answer.location) == (303, "/groups")
    assert "Waterkringloop" not in browser.get("/groups").text
    assert browser.get("/groups/waterkringloop").status_code == 404
    assert sign_in(actor_named("otto")).get("/groups/waterkringloop").status_code == 200


@pytest.mark.parametrize("who", ["anna", "emma", "femke", "gijs"])
def test_nobody_else_makes_groups(app, who, sign_in):
    """GRP-1, groups.md 3"""
    browser = sign_in(actor_named(who))
    assert browser.get("/groups/new").status_code == 403
    assert browser.post("/groups", data=form()).status_code == 403
    with pytest.raises(Forbidden):
        make(actor_named(who))
    assert groups() == 4


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"name": "Energie"}, "Er is al een werkgroep met deze naam."),
    ({"name": "ENERGIE!"}, "Er is al een werkgroep met deze naam."),
    ({"code": "EN"}, "Er is al een werkgroep met deze code."),
])  # fmt: skip
def test_a_name_or_code_in_use_gets_409_and_keeps_what_was_typed(app, dirk, sign_in, changed, sentence):
    """GRP-1"""
    answer = sign_in(dirk).post("/groups", data=form(**changed))
    assert answer.status_code == 409
    assert sentence in answer.text
    assert PURPOSE in answer.text
    assert groups() == 4


@pytest.mark.parametrize("changed", [
    {"name": "Wa"}, {"name": "W" * 81}, {"name": ""}, {"name": "水循環組"}, {"name": "\u200b\u200b\u200b"},
    {"name": "new"},
    {"code": "W"}, {"code": "WATER"}, {"code": "wk"}, {"code": "W1"}, {"code": ""}, {"code": "ÄÖ"}, {"code": "W K"},
    {"purpose": "Te kort."}, {"purpose": "a" * 501}, {"theme": "gardening"}, {"theme": ""},
    {"visibility": "public"}, {"visibility": ""}, {"lead": ""}, {"lead": "1"}, {"lead": "x"}, {"lead": 2**63},
])  # fmt: skip
@pytest.mark.slow
def test_what_is_wrong_in_the_form_gets_422_and_keeps_what_was_typed(app, dirk, sign_in, changed):
    """GRP-1, groups.md conventions"""
    answer = sign_in(dirk).post("/groups", data=form(**changed))
    assert answer.status_code == 422
    if "purpose" not in changed:
        assert PURPOSE in answer.text
    assert groups() == 4


def test_someone_who_left_cannot_lead(app, dirk, sign_in):
    """GRP-1: a lead acts for a company."""
    person = person_named("otto")
    accounts.end_tie(dirk, people.open_tie_of(person.id))
    assert sign_in(dirk).post("/groups", data=form()).status_code == 422
    with pytest.raises(Invalid):
        make(dirk)
    assert groups() == 4


def test_a_guest_cannot_be_chosen_as_lead(app, dirk, gijs, sign_in):
    assert sign_in(dirk).post("/groups", data=form(lead=gijs.id)).status_code == 422


def test_two_groups_of_one_name_made_at_one_moment_become_one(app, dirk):
    """GRP-1: unique also under pressure; the others hear 409."""
    lead_id = person_named("otto").id

    def create():
        return service.create_group(dirk, name="Waterkringloop", code="WK", lead_id=lead_id, settings=SETTINGS).id

    made = together(app, *[create] * 4)
    assert sorted(type(each).__name__ for each in made) == ["Conflict", "Conflict", "Conflict", "int"]
    assert db.session.scalar(select(func.count(GroupMembership.id)).where(GroupMembership.role == Role.LEAD)) == 5


def test_a_conflict_leaves_no_half_group_behind(app, dirk):
    with pytest.raises(Conflict):
        make(dirk, name="Iets nieuws", code="EN")
    assert groups() == 4


def test_members_of_a_new_group_read_it(app, dirk):
    group = make(dirk)
    thread = new_thread(actor_named("otto"), group)
    assert thread.group_id == group.id


def test_a_code_that_is_taken_is_said_at_the_code(app, dirk, sign_in):
    """GRP-1: the sentence stands at the field at fault, and a screen reader finds it there."""
    answer = sign_in(dirk).post("/groups", data=form(code="EN"))
    assert answer.status_code == 409
    field = re.search(r'<input[^>]*name="code"[^>]*>', answer.text)[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-invalid="true"' not in re.search(r'<input[^>]*name="name"[^>]*>', answer.text)[0]
