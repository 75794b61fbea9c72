"""Changing a group: by those who lead it, never over another's words, stricter at once."""

import re

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.groups import service
from app.groups.models import EditWindow, GroupMembership, Role, Theme, Visibility, WorkingGroup
from app.groups.service import GroupSettings
from app.guard import service as guard
from app.guard.models import ActsAs
from app.notifications import queries as notifications
from app.notifications import service as notifying
from app.notifications.models import Level
from tests.conftest import actor_named, group_called, person_named, together

PURPOSE = "Eén antwoord op het volle net, voor iedereen."


def form(version=1, **changed):
    return {"purpose": PURPOSE, "theme": "energy", "visibility": "open", "rules_md": "- Nieuwe regel.",
            "version": version, **changed}  # fmt: skip


def settings(**changed):
    return GroupSettings(**{"purpose": PURPOSE, "theme": Theme.ENERGY, "visibility": Visibility.OPEN, **changed})


def role_of(key, slug):
    return db.session.scalar(
        select(GroupMembership.role).join(WorkingGroup).where(
            WorkingGroup.slug == slug, GroupMembership.tie_id == actor_named(key).tie_id,
            GroupMembership.left_at.is_(None))
    )  # fmt: skip


def test_the_lead_changes_purpose_and_rules(app, anna, energie, sign_in):
    """groups.md 3"""
    browser = sign_in(anna)
    assert browser.post("/groups/energie/edit", data=form()).location == "/groups/energie/about"
    page = browser.get("/groups/energie/about").text
    assert PURPOSE in page
    assert "<li>Nieuwe regel.</li>" in page
    assert group_called("energie").version == 2


@pytest.mark.parametrize(("who", "status"), [("anna", 200), ("henk", 200), ("dirk", 200), ("jan", 403), ("bram", 403),
                                             ("carla", 403), ("femke", 403), ("gijs", 404)])  # fmt: skip
def test_lead_deputy_and_coordinator_edit_and_others_do_not(app, who, status, sign_in):
    """groups.md 3; for a guest elsewhere the group is not there."""
    browser = sign_in(actor_named(who))
    assert browser.get("/groups/energie/edit").status_code == status
    posted = browser.post("/groups/energie/edit", data=form()).status_code
    assert posted == (303 if status == 200 else status)


@pytest.mark.parametrize(("who", "status"), [("emma", 200), ("paul", 200), ("bert", 403), ("dirk", 404), ("femke", 404),
                                             ("carla", 404)])  # fmt: skip
def test_a_confidential_group_is_edited_by_its_own_lead_only(app, who, status, sign_in):
    """GRP-4, groups.md 3"""
    browser = sign_in(actor_named(who))
    assert browser.get("/groups/externe-veiligheid/edit").status_code == status
    posted = browser.post("/groups/externe-veiligheid/edit", data=form(visibility="confidential", theme="safety"))
    assert posted.status_code == (303 if status == 200 else status)


def test_a_stale_version_gets_409_with_both_texts_and_changes_nothing(app, anna, dirk, energie, sign_in):
    """groups.md conventions"""
    sign_in(dirk).post("/groups/energie/edit", data=form(purpose="Zoals Dirk het schreef, eerder."))
    browser = sign_in(anna)
    answer = browser.post("/groups/energie/edit", data=form(purpose="Zoals Anna het schreef, later."))
    assert answer.status_code == 409
    assert "Zoals Dirk het schreef, eerder." in answer.text
    assert answer.text.count("Zoals Anna het schreef, later.") == 2  # beside the other one, and in the box
    assert 'name="version" value="2"' in answer.text
    assert group_called("energie").purpose == "Zoals Dirk het schreef, eerder."
    again = browser.post("/groups/energie/edit", data=form(version=2, purpose="Zoals Anna het schreef, later."))
    assert again.status_code == 303
    assert group_called("energie").purpose == "Zoals Anna het schreef, later."


def test_of_many_who_save_at_one_moment_one_wins(app, anna, energie):
    """groups.md conventions: `version` is an optimistic lock, under pressure too."""
    group_id = energie.id

    def save(number):
        group = db.session.get_one(WorkingGroup, group_id)
        service.edit_group(anna, group, settings(purpose=f"Doel nummer {number} van deze werkgroep."), version=1)
        return number

    done = together(app, *[lambda number=number: save(number) for number in range(6)])
    winners = [each for each in done if isinstance(each, int)]
    assert len(winners) == 1
    assert all(isinstance(each, Conflict) for each in done if each not in winners)
    assert group_called("energie").purpose == f"Doel nummer {winners[0]} van deze werkgroep."
    assert group_called("energie").version == 2


@pytest.mark.parametrize("version", ["", "x", "0", "99", "-1", str(2**70)])
def test_a_made_up_version_changes_nothing(app, anna, energie, sign_in, version):
    answer = sign_in(anna).post("/groups/energie/edit", data=form(version=version))
    assert answer.status_code in (409, 422)
    assert group_called("energie").version == 1


@pytest.mark.parametrize("changed", [
    {"purpose": "kort"}, {"purpose": "a" * 501}, {"rules_md": "a" * 5001}, {"theme": "x"}, {"visibility": "x"},
    {"notice_days": "x"}, {"notice_days": "61"},
])  # fmt: skip
def test_what_is_wrong_in_the_form_gets_422_and_changes_nothing(app, anna, energie, sign_in, changed):
    answer = sign_in(anna).post("/groups/energie/edit", data=form(**changed))
    assert answer.status_code == 422
    assert group_called("energie").version == 1


def test_stricter_works_at_once(app, anna, thread, sign_in):
    """GRP-6: who only read along is out at the next request; members stay."""
    address = thread.link
    reader, member = sign_in(actor_named("carla")), sign_in(actor_named("bram"))
    assert reader.get(address).status_code == 200
    sign_in(anna).post("/groups/energie/edit", data=form(visibility="on_request"))
    assert [reader.get(address).status_code, member.get(address).status_code] == [404, 200]
    assert reader.get("/groups/energie").status_code == 200
    sign_in(anna).post("/groups/energie/edit", data=form(version=2, visibility="confidential"))
    assert [reader.get("/groups/energie").status_code, member.get(address).status_code] == [404, 200]


@pytest.mark.parametrize("wider", ["open", "on_request"])
def test_a_confidential_group_can_never_be_made_wider(app, emma, externe_veiligheid, sign_in, wider):
    """GRP-6"""
    answer = sign_in(emma).post("/groups/externe-veiligheid/edit", data=form(visibility=wider, theme="safety"))
    assert answer.status_code == 409
    assert PURPOSE in answer.text
    group = group_called("externe-veiligheid")
    assert (group.visibility, group.version) == (Visibility.CONFIDENTIAL, 1)
    with pytest.raises(Conflict):
        service.edit_group(emma, group, settings(visibility=Visibility(wider)), version=1)


def test_a_group_that_became_confidential_stays_so(app, anna, energie):
    """GRP-6"""
    service.edit_group(anna, energie, settings(visibility=Visibility.CONFIDENTIAL), version=1)
    with pytest.raises(Conflict):
        service.edit_group(anna, group_called("energie"), settings(visibility=Visibility.OPEN), version=2)


def test_a_new_default_never_changes_what_a_person_chose(app, anna, bram, energie):
    """GRP-15"""
    notifying.choose_level(bram, energie.scope, Level.SILENT)
    service.edit_group(anna, energie, settings(default_watch=Level.ALL_MAIL), version=1)
    assert notifications.chosen_level(bram.id, energie.scope) is Level.SILENT
    assert group_called("energie").default_watch is Level.ALL_MAIL


def test_who_chose_nothing_follows_the_new_default(app, anna, bram, energie):
    """GRP-15"""
    service.edit_group(anna, energie, settings(default_watch=Level.ALL_MAIL), version=1)
    assert notifications.chosen_level(bram.id, energie.scope) is None


def test_a_later_choice_replaces_the_earlier_and_the_narrowest_place_counts(app, bram, energie, thread):
    """GRP-15"""
    notifying.choose_level(bram, energie.scope, Level.SILENT)
    notifying.choose_level(bram, energie.scope, Level.OVERVIEW)
    notifying.choose_level(bram, thread.room, Level.ALL_MAIL)
    assert notifications.chosen_level(bram.id, energie.scope) is Level.OVERVIEW
    assert notifications.chosen_level(bram.id, thread.room, energie.scope) is Level.ALL_MAIL


def test_an_archived_group_is_not_edited(app, anna, energie):
    from app.core.clock import now

    energie.archived_at = now()
    db.session.commit()
    with pytest.raises(Forbidden):
        service.edit_group(anna, group_called("energie"), settings(), version=1)


def test_the_code_is_not_changed_by_a_form_that_sends_one(app, anna, energie, sign_in):
    sign_in(anna).post("/groups/energie/edit", data=form(code="XX", name="Anders", slug="anders"))
    group = group_called("energie")
    assert (group.code, group.name, group.slug) == ("EN", "Energie", "energie")
    assert role_of("anna", "energie") is Role.LEAD


def test_the_lead_chooses_what_members_get_and_touches_no_choice_of_theirs(app, anna, bram, energie, sign_in):
    """GRP-15: a form that says nothing of it leaves it as it is."""
    notifying.choose_level(bram, energie.scope, Level.SILENT)
    browser = sign_in(anna)
    assert re.search(r'<option value="overview" selected>', browser.get("/groups/energie/edit").text)
    assert browser.post("/groups/energie/edit", data=form(default_watch="all_mail")).status_code == 303
    assert group_called("energie").default_watch is Level.ALL_MAIL
    assert notifications.chosen_level(bram.id, energie.scope) is Level.SILENT
    assert browser.post("/groups/energie/edit", data=form(version=2)).status_code == 303
    assert group_called("energie").default_watch is Level.ALL_MAIL


@pytest.mark.parametrize("word", ["silent", "loud"])
def test_no_lead_makes_the_members_deaf(app, anna, energie, sign_in, word):
    """GRP-15, NTF-7: silence is chosen by each for themselves."""
    answer = sign_in(anna).post("/groups/energie/edit", data=form(default_watch=word))
    assert answer.status_code == 422
    assert "- Nieuwe regel." in answer.text
    assert (group_called("energie").version, group_called("energie").default_watch) == (1, Level.OVERVIEW)


def test_the_lead_chooses_how_long_one_can_change_ones_own_post(app, anna, energie, sign_in):
    """DISC-33: a form that says nothing of it leaves it as it is; one that says something else is refused."""
    browser = sign_in(anna)
    assert re.search(r'<option value="24h" selected>', browser.get("/groups/energie/edit").text)
    assert browser.post("/groups/energie/edit", data=form(edit_window="always")).status_code == 303
    assert group_called("energie").edit_window is EditWindow.ALWAYS
    assert re.search(r'<option value="always" selected>', browser.get("/groups/energie/edit").text)
    browser.post("/groups/energie/edit", data=form(version=2))
    assert group_called("energie").edit_window is EditWindow.ALWAYS
    for odd in ("een week", " ", "\t\r\n", "always "):
        assert browser.post("/groups/energie/edit", data=form(version=3, edit_window=odd)).status_code == 422
    assert group_called("energie").edit_window is EditWindow.ALWAYS


def test_a_refused_form_knows_which_version_it_was_opened_with(app, anna, dirk, energie, sign_in):
    """groups.md conventions: correcting a form must not overwrite what a colleague saved meanwhile."""
    sign_in(dirk).post("/groups/energie/edit", data=form(purpose="Zoals Dirk het schreef, eerder."))
    browser = sign_in(anna)
    refused = browser.post("/groups/energie/edit", data=form(purpose="kort"))
    assert refused.status_code == 422
    assert 'name="version" value="1"' in refused.text
    assert browser.post("/groups/energie/edit", data=form(purpose="Zoals Anna het schreef.")).status_code == 409


def test_a_coordinator_who_makes_a_group_confidential_is_led_to_a_page_that_is_there(app, dirk, energie, sign_in):
    """GRP-4: from then on it does not exist for a coordinator who is no member."""
    answer = sign_in(dirk).post("/groups/energie/edit", data=form(visibility="confidential"), follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == "/groups"


def test_another_role_is_written_down_and_the_same_one_is_not(app, anna, bram, energie):
    """decisions 3: a deputy may change the group."""
    for role in (Role.DEPUTY, Role.DEPUTY):
        service.add_member(anna, energie, person_named("bram"), role)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "RoleChanged")).all()
    assert [entry.details["role"] for entry in entries] == ["deputy"]


def test_who_leads_a_group_sees_what_is_hidden_of_it_where_they_change_it_and_it_stays_hidden(anna, bram, sign_in):
    """MOD-8, MOD-13: the name stays."""
    browser = sign_in(anna)
    browser.post("/groups/energie/edit", data=form())
    guard.hide(actor_named("dirk"), "group", group_called("energie").id, rule=4, role=ActsAs.COORDINATOR)
    edited = browser.get("/groups/energie/edit").text
    assert all(words in edited for words in (PURPOSE, "Verborgen door de coördinator, regel 4, ", "/account/actions"))
    browser.post("/groups/energie/edit", data=form(2, purpose="Wij maken er samen iets moois van."))
    for page in ("/groups/energie", "/groups/energie/about", "/groups"):
        shown = sign_in(bram).get(page).text
        assert "iets moois" not in shown
        assert "Energie" in shown
    guard.unhide(actor_named("dirk"), "group", group_called("energie").id)
    assert "iets moois" in sign_in(bram).get("/groups/energie/about").text


def test_who_sees_of_a_group_its_purpose_alone_does_not_read_its_rules_in_a_report(carla, sign_in):
    """GRP-2: of a group on request."""
    group = group_called("personeelsmobiliteit")
    assert sign_in(carla).get(f"/reports/new?kind=group&id={group.id}").status_code == 404
    assert sign_in(actor_named("dirk")).get(f"/reports/new?kind=group&id={group.id}").status_code in (200, 403)
