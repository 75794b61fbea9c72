"""What outsiders see of a group on request (a few words) and of a confidential one (nothing)."""

import re

import pytest

from app.accounts.models import Office, Person
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups import queries, service
from app.groups.models import Theme, Visibility
from app.groups.policy import can_read_group, can_see_group, readable_groups, visible_groups
from app.groups.service import GroupSettings
from tests.conftest import actor_named, group_called, new_thread, reply

CAST = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs", "wietske", "paul")
SECRET_ADDRESSES = ("", "/members", "/about", "/edit", "/threads", "/threads/new")


@pytest.fixture
def lived_in(app, personeelsmobiliteit):
    """The group on request, with a thread, a reply, rules and odd settings."""
    lead = actor_named("wietske")
    service.edit_group(lead, personeelsmobiliteit, GroupSettings(
        purpose="Vakmensen uitlenen in stille weken.", theme=Theme.MOBILITY, visibility=Visibility.ON_REQUEST,
        rules_md="- Regelwoord", rules_html="<ul><li>Regelwoord</li></ul>"), version=1)  # fmt: skip
    thread = new_thread(lead, group_called("personeelsmobiliteit"), "Titelwoord over lassers", "Tekstwoord eerste")
    reply(actor_named("corrie"), thread, "Tekstwoord tweede")
    return thread


def content_of(page):
    return page[page.index("<main") : page.index("</main>")] + "".join(
        re.findall(r"<aside.*?</aside>", page, re.DOTALL)
    )


def test_a_non_member_sees_name_purpose_lead_companies_and_number_and_nothing_else(app, lived_in, carla, sign_in):
    """GRP-3: every other field of the group is absent, and so is every member but the lead."""
    page = content_of(sign_in(carla).get("/groups/personeelsmobiliteit").text)
    group = group_called("personeelsmobiliteit")
    lines = queries.members_of(group.id)
    for word in ("Personeelsmobiliteit", "Vakmensen uitlenen in stille weken.", "Wietske Wubbels",
                 *{line.company_name for line in lines}, str(len(lines))):  # fmt: skip
        assert word in page
    hidden = {line.name for line in lines} - {"Wietske Wubbels"} | {line.function for line in lines if line.function}
    hidden |= {"Titelwoord", "Tekstwoord", "Regelwoord", f">{group.code}<", str(group.id), str(lived_in.id)}
    assert [word for word in hidden if word in page] == []
    years = re.findall(r"<time", page)
    assert years == []  # nothing says when anyone wrote


def test_the_list_of_groups_says_no_more_of_a_group_on_request(app, lived_in, carla, sign_in):
    """GRP-3"""
    page = content_of(sign_in(carla).get("/groups").text)
    card = page[page.index("Personeelsmobiliteit") :].split("</li>")[0]
    assert "Wietske Wubbels" in card
    assert "laatste bericht" not in card.lower()
    for word in ("Titelwoord", "Tekstwoord", "Regelwoord", "Corrie"):
        assert word not in page


@pytest.mark.parametrize("part", ["/members", "/about", "/threads", "/threads/new", "/edit"])
def test_other_pages_of_a_group_on_request_are_not_there_for_non_members(app, lived_in, carla, femke, sign_in, part):
    """GRP-3; an administrator is a non-member like anyone."""
    for actor in (carla, femke):
        assert sign_in(actor).get(f"/groups/personeelsmobiliteit{part}").status_code == 404


def test_a_coordinator_reads_a_group_on_request_and_an_administrator_does_not(app, lived_in, dirk, femke, sign_in):
    """GRP-3"""
    address = lived_in.link
    assert "Tekstwoord tweede" in sign_in(dirk).get(address).text
    assert sign_in(femke).get(address).status_code == 404
    assert can_read_group(dirk, group_called("personeelsmobiliteit"))
    assert not can_read_group(femke, group_called("personeelsmobiliteit"))


def test_members_read_their_group_on_request(app, lived_in, sign_in):
    """GRP-3"""
    page = sign_in(actor_named("corrie")).get(lived_in.link).text
    assert "Tekstwoord eerste" in page


@pytest.mark.parametrize("who", ["anna", "carla", "dirk", "femke", "gijs"])
def test_for_everyone_else_a_confidential_group_does_not_exist(app, secret_thread, who, sign_in):
    """GRP-4: coordinator and administrator included, on every address of the group and of its thread."""
    address, thread_id = secret_thread.link, secret_thread.id
    browser = sign_in(actor_named(who))
    for part in SECRET_ADDRESSES:
        answer, missing = (browser.get(f"/groups/{slug}{part}") for slug in ("externe-veiligheid", "bestaat-niet"))
        assert answer.status_code == 404
        assert plain(answer.text) == plain(missing.text)
    posts = (f"/threads/{thread_id}/posts", f"/threads/{thread_id}/seen", f"/threads/{thread_id}/close",
             "/groups/externe-veiligheid/join", "/groups/externe-veiligheid/leave", "/groups/externe-veiligheid/edit",
             "/groups/externe-veiligheid/threads", "/groups/externe-veiligheid/seen")  # fmt: skip
    assert {browser.post(each, data={"body": "x"}).status_code for each in posts} == {404}
    assert browser.get(address).status_code == 404


def plain(page):
    return re.sub(r'(nonce|value)="[\w.\-=]{16,}"', "", page).replace("externe-veiligheid", "bestaat-niet")


@pytest.mark.parametrize("who", ["anna", "carla", "dirk", "femke", "gijs"])
def test_no_page_of_an_outsider_holds_a_word_of_a_confidential_group(app, secret_thread, who, sign_in):
    """GRP-4: absent from lists, counts and rails."""
    browser = sign_in(actor_named(who))
    words = ("Externe veiligheid", "externe-veiligheid", "Bijna-ongeval", "slang schoot", str(secret_thread.id))
    for page in ("/", "/groups", "/notifications", "/account", "/account/drafts", "/groups/energie",
                 "/groups/innovatie"):  # fmt: skip
        text = browser.get(page).text
        assert [word for word in words if word in text] == [], page


def test_a_member_cannot_ask_whether_a_name_is_taken(app, carla, sign_in):
    """GRP-4: the one place where a name can be asked is closed to members."""
    assert sign_in(carla).post("/groups", data={"name": "Externe veiligheid", "code": "XX"}).status_code == 403


@pytest.mark.parametrize("who", CAST)
def test_the_lists_and_the_rules_agree(app, who):
    """architecture: each rule has its SQL twin."""
    actor = actor_named(who)
    for slug in ("energie", "innovatie", "personeelsmobiliteit", "externe-veiligheid"):
        group = group_called(slug)
        assert (group in db.session.scalars(visible_groups(actor)).all()) == can_see_group(actor, group)
        assert (group in db.session.scalars(readable_groups(actor)).all()) == can_read_group(actor, group)


def test_a_group_that_is_hidden_is_not_found_by_query_either(app, dirk, femke, carla):
    """trust 1"""
    for actor in (dirk, femke, carla):
        for find in (queries.get_group, queries.get_visible_group):
            with pytest.raises(NotFound):
                find(actor, "externe-veiligheid")


def test_the_line_under_the_box_counts_everyone_who_can_read(app, lived_in, dirk):
    """GRP-3, DISC-20: in a group on request the coordinators read along; in a confidential one nobody does."""
    on_request, confidential = group_called("personeelsmobiliteit"), group_called("externe-veiligheid")
    members = len(queries.members_of(on_request.id))
    assert queries.readership(on_request, dirk.id).people == members + 1
    assert queries.readership(confidential, dirk.id).people == len(queries.members_of(confidential.id))
    db.session.get_one(Person, dirk.id).office = Office.NONE
    db.session.commit()
    assert queries.readership(group_called("personeelsmobiliteit"), dirk.id).people == members
