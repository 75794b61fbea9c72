"""The first three pages left half done, gone back to, pressed twice, and come upon much later."""

import pytest
from sqlalchemy import select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.extensions import db
from app.groups.models import GroupMembership
from app.groups.service import leave_group
from app.invitations.models import FirstVisit
from app.notifications.models import DigestSetting, Rhythm
from tests.conftest import actor_named, company_of, group_called, together, words_of
from tests.invitations.conftest import group_ids, invite
from tests.invitations.test_accept import own_groups, rosa


@pytest.fixture
def came(token, visitor):
    """Rosa's browser: she accepted."""
    visitor.post(f"/invitations/{token}", data={"name": "Rosa Reitsma"})
    return visitor


def test_the_button_pressed_twice_leads_on_as_pressed_once(came):
    """GRP-55, 56: no dead end for who is quick."""
    came.post("/welcome/groups", data={"groups": group_ids("energie")})
    for _time in range(2):
        assert came.post("/welcome/mail", data={"rhythm": "weekly"}).status_code == 303
    assert db.session.scalars(select(DigestSetting.rhythm)).all() == [Rhythm.WEEKLY]
    for page in ("name", "groups", "mail", "mail/skip"):
        answer = came.post(f"/welcome/{page}", data={"name": "Iemand Anders", "rhythm": "daily"})
        assert (answer.status_code, answer.location) == (303, "/")
    assert rosa().name == "Rosa Reitsma"
    assert db.session.scalars(select(DigestSetting.rhythm)).all() == [Rhythm.WEEKLY]


def test_who_presses_skip_twice_is_still_asked_once_more(came):
    """GRP-56"""
    for _time in range(2):
        assert came.post("/welcome/mail/skip").status_code == 303
    home = came.get("/")
    assert "Niet meer vragen" in words_of(home.text)


def test_who_presses_both_at_one_moment_gets_no_error(app, token, visitor, sign_in):
    """GRP-56"""
    visitor.post(f"/invitations/{token}", data={"name": "Rosa Reitsma"})
    browsers = [sign_in(Actor.of_person(rosa().id)) for _ in range(2)]
    answers = together(app, *[
        lambda browser=browser: browser.post("/welcome/mail", data={"rhythm": "daily"}).status_code
        for browser in browsers])  # fmt: skip
    assert answers == [303, 303]


def test_who_reads_the_invitation_in_english_goes_on_in_english(token, visitor):
    """Decisions 18: the language that was chosen on the page of the link is that of the new account."""
    visitor.post("/preferences", data={"lang": "en"})
    assert "Your invitation" in visitor.get(f"/invitations/{token}").text
    visitor.post(f"/invitations/{token}", data={"name": "Rosa Reitsma"})
    assert rosa().locale == "en"
    assert "Who are you?" in visitor.get("/welcome/name").text


def test_whoever_goes_back_finds_what_they_ticked_and_changes_it(came):
    """GRP-55: a group that one takes part in is left on its own page."""
    came.post("/welcome/groups", data={"groups": group_ids("energie")})
    came.post("/welcome/groups", data={"groups": group_ids("energie", "innovatie")})
    assert own_groups(rosa()) == {"energie", "innovatie"}
    came.post("/welcome/name", data={"name": "Rosa Rijks", "function": "lasser"})
    assert came.get("/welcome").location == "/welcome/mail"


def test_whoever_skips_the_first_pages_by_their_address_ends_as_well(came):
    """GRP-55"""
    assert came.post("/welcome/mail", data={"rhythm": "never"}).location == "/"
    assert db.session.scalars(select(FirstVisit)).all() == []


def test_after_the_last_page_the_first_two_are_over(came):
    """The function is the contact's to change from then on (GRP-22), although one question is asked once more."""
    came.post("/welcome/name", data={"name": "Rosa Rijks", "function": "lasser"})
    came.post("/welcome/groups", data={})
    came.post("/welcome/mail/skip")
    typed = {"name": "Baas", "function": "baas", "groups": group_ids("energie")}
    for page in ("/welcome/name", "/welcome/groups"):
        assert came.get(page).location == came.post(page, data=typed).location == "/"
    assert rosa().name == "Rosa Rijks"
    assert own_groups(rosa()) == set()
    assert "Niet meer vragen" in words_of(came.get("/").text)


def test_a_place_that_was_given_and_left_is_not_given_again(emma, tokens, visitor):
    """GRP-4, GRP-11: who left a confidential group comes back by its lead, not by an old invitation."""
    invite(emma, company_id=company_of("gijs").id, groups=("externe-veiligheid",))
    visitor.post(f"/invitations/{tokens()[0]}", data={"name": "Rosa Reitsma"})
    visitor.post("/welcome/groups", data={"groups": group_ids("externe-veiligheid")})
    assert own_groups(rosa()) == {"externe-veiligheid"}
    assert "Externe veiligheid" in visitor.get("/welcome/groups").text
    db.session.scalars(select(GroupMembership).order_by(GroupMembership.id.desc()).limit(1)).one().left_at = now()
    db.session.commit()
    assert "Externe veiligheid" not in visitor.get("/welcome/groups").text
    assert visitor.post("/welcome/groups", data={"groups": group_ids("externe-veiligheid")}).status_code == 422
    assert own_groups(rosa()) == set()


def test_an_open_group_that_was_left_is_joined_again_as_always(came):
    """GRP-2"""
    came.post("/welcome/groups", data={"groups": group_ids("energie")})
    leave_group(Actor.of_person(rosa().id), group_called("energie"))
    came.post("/welcome/groups", data={"groups": group_ids("energie")})
    assert own_groups(rosa()) == {"energie"}


def test_after_a_month_nobody_is_new(came, clock, sign_in):
    """Half done is done by then; nothing of it waits for ever."""
    clock.forward(days=31)
    browser = sign_in(Actor.of_person(rosa().id))
    assert browser.get("/welcome/name").location == "/"
    assert browser.post("/welcome/name", data={"name": "Baas", "function": "baas"}).location == "/"
    assert "U bent er bijna" not in words_of(browser.get("/").text)


def test_what_was_typed_stays_when_the_account_acts_for_a_company_already(token, sign_in):
    """GRP-19, GRP-28: the sentence stands at the field."""
    answer = sign_in(actor_named("carla")).post(f"/invitations/{token}", data={"name": "Carla de Tweede"})
    assert answer.status_code == 409
    assert 'value="Carla de Tweede"' in answer.text
    assert "heeft al een dienstverband" in words_of(answer.text)
