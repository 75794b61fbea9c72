"""Adding somebody to a group: how one on request, or a confidential one, comes to have members at all."""

import pytest

from app.accounts import queries as people
from app.accounts import service as accounts
from app.core.extensions import db
from app.groups import service
from app.groups.models import Role, Theme, Visibility, WorkingGroup
from app.groups.policy import is_member_of, standing_in
from app.groups.service import GroupSettings
from tests.conftest import actor_named, group_called, person_named, words_of


def add(browser, slug, key):
    return browser.post(f"/groups/{slug}/members", data={"person": person_named(key).id})


@pytest.mark.parametrize("visibility", [Visibility.ON_REQUEST, Visibility.CONFIDENTIAL])
def test_a_group_made_on_screen_is_usable_at_once(dirk, sign_in, visibility):
    """GRP-1: its lead brings in the second member, who reads and writes there."""
    made = service.create_group(
        dirk, name="Waterkringloop", code="WK", lead_id=person_named("otto").id,
        settings=GroupSettings(purpose="Samen zuiniger met water omgaan.", theme=Theme.MATERIALS,
                               visibility=visibility))  # fmt: skip
    answer = add(sign_in(actor_named("otto")), made.slug, "bram")
    assert (answer.status_code, answer.location) == (303, "/groups/waterkringloop/members")
    bram = actor_named("bram")
    assert standing_in(bram, db.session.get_one(WorkingGroup, made.id)).role is Role.MEMBER
    started = sign_in(bram).post("/groups/waterkringloop/threads", data={"title": "Wie begint?", "body": "Wij."})
    assert started.status_code == 303


@pytest.mark.parametrize(("who", "slug", "status"), [
    ("anna", "energie", 303), ("dirk", "energie", 303), ("bram", "energie", 403), ("carla", "energie", 403),
    ("emma", "externe-veiligheid", 303), ("paul", "externe-veiligheid", 303), ("bert", "externe-veiligheid", 403),
    ("dirk", "externe-veiligheid", 404), ("dirk", "personeelsmobiliteit", 303)])  # fmt: skip
def test_those_who_lead_add_members_and_a_coordinator_where_it_is_not_confidential(app, sign_in, who, slug, status):
    """groups.md section 3"""
    assert add(sign_in(actor_named(who)), slug, "femke").status_code == status
    assert is_member_of(actor_named("femke"), group_called(slug)) == (status == 303)
    page = sign_in(actor_named(who)).get(f"/groups/{slug}/members")
    assert ("Deelnemer toevoegen" in page.text) == (status == 303)


def test_nobody_is_offered_who_takes_part_or_has_no_live_staff_tie(anna, dirk, sign_in):
    """GRP-18, 42"""
    browser = sign_in(anna)
    accounts.end_tie(dirk, people.open_tie_of(person_named("otto").id))
    offered = browser.get("/groups/energie/members").text.partition('id="add"')[2]
    assert f'value="{person_named("carla").id}"' in offered
    assert '<optgroup label="Polymeer Coevorden">' in offered
    for key in ("anna", "bram", "gijs", "otto"):
        assert f'value="{person_named(key).id}"' not in offered
        assert add(browser, "energie", key).status_code == 422
    assert standing_in(actor_named("anna"), group_called("energie")).role is Role.LEAD


@pytest.mark.parametrize("person", ["", "0", "x", "9" * 30, None])
def test_a_choice_that_is_none_comes_back_with_422(anna, sign_in, person):
    """Bad input"""
    answer = sign_in(anna).post("/groups/energie/members", data={} if person is None else {"person": person})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_where_everybody_takes_part_the_page_says_so(anna, energie, sign_in):
    for person_id, _name, _company in people.active_people():
        service.add_member(anna, energie, people.get_person(person_id), Role.LEAD if person_id == anna.id else
                           Role.MEMBER)  # fmt: skip
    assert "Iedereen die kan deelnemen, doet dat al." in words_of(sign_in(anna).get("/groups/energie/members").text)
