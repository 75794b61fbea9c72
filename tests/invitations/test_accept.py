"""Behind the link: looking changes nothing, a typed name and a button let somebody in, once."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, CompanyState, Person, Session, Tie, TieKind
from app.core.clock import today
from app.core.errors import Conflict
from app.core.extensions import db
from app.groups.models import GroupMembership, WorkingGroup
from app.groups.service import leave_group
from app.invitations import service
from app.invitations.models import FirstVisit, Invitation, InvitationState
from app.notifications.models import DigestSetting, Rhythm
from tests.conftest import actor_named, company_of, group_called, person_named, together, words_of
from tests.invitations.conftest import group_ids, invite
from tests.trust.traces import differences, everything


def rosa():
    return db.session.scalars(select(Person).where(Person.email == "rosa@nieuw.example")).one()


def own_groups(person):
    return set(db.session.scalars(
        select(WorkingGroup.slug).join(GroupMembership, GroupMembership.group_id == WorkingGroup.id)
        .join(Tie, Tie.id == GroupMembership.tie_id)
        .where(Tie.person_id == person.id, GroupMembership.left_at.is_(None))
    ))  # fmt: skip


def test_a_link_scanner_changes_no_row_and_signs_nobody_in(token, visitor):
    """GRP-28, test 6: HEAD, GET, then every form as it stands."""
    before = everything()
    visitor.head(f"/invitations/{token}")
    page = visitor.get(f"/invitations/{token}")
    forms = re.findall(r'<form method="post" action="(/invitations[^"]+)">(.*?)</form>', page.text, re.DOTALL)
    assert len(forms) == 1
    for action, form in forms:
        sent = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
        assert visitor.post(action, data=sent).status_code == 422
    assert differences(before, everything()) == {}
    assert visitor.get("/account").status_code == 303


def test_who_types_their_name_is_in_for_the_company_of_the_invitation(token, visitor, anna):
    """GRP-28"""
    answer = visitor.post(f"/invitations/{token}", data={"name": "Rosa Reitsma-Rijks"})
    assert (answer.status_code, answer.location) == (303, "/welcome/name")
    tie = db.session.scalars(select(Tie).where(Tie.person_id == rosa().id)).one()
    assert (tie.company_id, tie.function, tie.kind) == (anna.company_id, "monteur", TieKind.STAFF)
    assert rosa().name == "Rosa Reitsma-Rijks"
    assert visitor.get("/account").status_code == 200


def test_a_token_works_once(token, app, visitor, browser_with):
    """GRP-28: of twenty at one moment one comes in."""
    answers = together(app, *[lambda: service.accept_invitation(token, "Rosa Reitsma") for _ in range(20)])
    assert len([answer for answer in answers if answer]) == 1
    assert db.session.scalar(select(func.count(Person.id)).where(Person.email == "rosa@nieuw.example")) == 1
    before = everything()
    assert visitor.post(f"/invitations/{token}", data={"name": "Rosa Reitsma"}).status_code == 409
    assert differences(before, everything()) == {}


@pytest.mark.parametrize("how", ["used", "revoked", "expired", "company gone"])
def test_a_link_that_is_over_gives_one_page_and_whoever_invited_hears_that_a_new_one_is_asked(
    how, token, visitor, anna, dirk, sign_in, clock
):
    """section 5: one page for all, with "Vraag een nieuwe uitnodiging"."""
    invitation = db.session.scalars(select(Invitation)).one()
    if how == "used":
        service.accept_invitation(token, "Rosa")
    elif how == "revoked":
        service.revoke_invitations(anna, company_of("anna"), [invitation.id])
    elif how == "expired":
        clock.forward(days=91)
    else:
        db.session.get_one(Company, anna.company_id).state = CompanyState.FORMER
        db.session.commit()
    page = visitor.get(f"/invitations/{token}")
    assert page.status_code == 410
    assert "Vraag een nieuwe uitnodiging" in words_of(page.text)
    assert "Vezelwerk" not in words_of(page.text)
    for _time in range(2):
        assert visitor.post(f"/invitations/{token}/ask").status_code == 303
    who = dirk if how == "company gone" else anna
    bell = words_of(sign_in(who).get("/notifications").text)
    assert bell.count("Rosa Reitsma (Vezelwerk Emmen) vraagt een nieuwe uitnodiging. (ongelezen)") == 1


def test_who_invited_and_left_is_not_asked_but_a_coordinator_is(token, visitor, anna, dirk, sign_in, clock):
    clock.forward(days=91)
    accounts.end_tie(dirk, db.session.get_one(Tie, anna.tie_id))
    visitor.post(f"/invitations/{token}/ask")
    assert "vraagt een nieuwe uitnodiging" in words_of(sign_in(dirk).get("/notifications").text)


def test_an_unknown_link_is_not_found_and_has_nobody_to_ask(visitor, app):
    before = everything()
    for action in ("", "/ask"):
        assert visitor.post(f"/invitations/{'x' * 43}{action}", data={"name": "Rosa"}).status_code == 404
    assert visitor.get(f"/invitations/{'x' * 43}").status_code == 404
    assert differences(before, everything()) == {}


def test_two_invitations_of_one_person_accepted_at_one_moment_give_one_open_tie(app, anna, dirk, tokens, sign_in):
    """GRP-19, test 1: the other answers 409, and can be tried again after leaving."""
    corrie = person_named("corrie").id
    accounts.end_tie(dirk, db.session.get_one(Tie, actor_named("corrie").tie_id))
    invite(anna, email="corrie1@nieuw.example")
    invite(dirk, company_id=company_of("carla").id, email="corrie2@nieuw.example")
    first, second = tokens()
    answers = together(app, *[
        lambda token=token: service.accept_invitation(token, "Corrie", Actor.of_person(corrie))
        for token in (first, second)
    ])  # fmt: skip
    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    open_ties = select(Tie).where(Tie.person_id == corrie, Tie.ended_at.is_(None))
    tie = db.session.scalars(open_ties).one()
    left = first if isinstance(answers[0], Conflict) else second
    assert sign_in(actor_named("corrie")).post(f"/invitations/{left}", data={"name": "Corrie"}).status_code == 409
    accounts.end_tie(dirk, tie)
    assert sign_in(actor_named("corrie")).post(f"/invitations/{left}", data={"name": "Corrie"}).status_code == 303
    assert db.session.scalars(open_ties).one().company_id != tie.company_id


def test_a_link_lets_nobody_into_an_account_that_was_there(anna, dirk, tokens, visitor):
    """GRP-48: no link signs anyone in; who returns shows who they are, and begins a new tie."""
    accounts.end_tie(dirk, db.session.get_one(Tie, actor_named("corrie").tie_id))
    invite(anna, email="corrie@brink.example")
    answer = visitor.post(f"/invitations/{tokens()[0]}", data={"name": "Iemand Anders"})
    assert (answer.status_code, answer.location) == (303, "/login?next=/welcome/name")
    assert db.session.scalars(select(Session).where(Session.person_id == person_named("corrie").id)).all() == []
    assert person_named("corrie").name != "Iemand Anders"
    assert actor_named("corrie").company_id == anna.company_id


def test_an_invitation_for_someone_else_s_account_is_refused(anna, dirk, tokens, sign_in):
    accounts.end_tie(dirk, db.session.get_one(Tie, actor_named("corrie").tie_id))
    accounts.end_tie(dirk, db.session.get_one(Tie, actor_named("johan").tie_id))
    invite(anna, email="corrie@brink.example")
    answer = sign_in(actor_named("johan")).post(f"/invitations/{tokens()[0]}", data={"name": "Johan"})
    assert answer.status_code == 409
    assert actor_named("johan").tie_id is None


def test_a_person_of_a_partner_becomes_a_guest_with_a_last_day(dirk, tokens, visitor):
    """GRP-42: three months, and the named groups only."""
    partner = company_of("gijs")
    invite(dirk, company_id=partner.id, groups=("innovatie",))
    visitor.post(f"/invitations/{tokens()[0]}", data={"name": "Rosa"})
    page = visitor.get("/welcome/groups").text
    assert "Innovatie" in page
    assert "Energie" not in page
    visitor.post("/welcome/groups", data={"groups": group_ids("innovatie")})
    tie = db.session.scalars(select(Tie).where(Tie.person_id == rosa().id)).one()
    assert tie.kind is TieKind.GUEST
    assert 85 < (tie.last_day - today()).days <= 92
    assert db.session.scalar(select(GroupMembership.role).where(GroupMembership.tie_id == tie.id)) == "guest"


def test_three_pages_lead_to_the_group_that_the_invitation_was_for(token, visitor):
    """GRP-55: name and function; groups, the invitation's ticked; how often mail."""
    visitor.post(f"/invitations/{token}", data={"name": "Rosa"})
    page = visitor.get("/welcome/name").text
    assert 'value="monteur"' in page
    answer = visitor.post("/welcome/name", data={"name": "Rosa Reitsma", "function": "hoofdmonteur"})
    assert answer.location == "/welcome/groups"
    ticked = set(re.findall(r'value="(\d+)" checked', visitor.get("/welcome/groups").text))
    assert ticked == set(group_ids("energie", "innovatie"))
    assert own_groups(rosa()) == set()
    assert visitor.post("/welcome/groups", data={"groups": group_ids("energie")}).location == "/welcome/mail"
    assert own_groups(rosa()) == {"energie"}
    assert visitor.post("/welcome/mail", data={"rhythm": "weekly"}).location == "/groups/energie"
    assert rosa().name == "Rosa Reitsma"
    assert db.session.scalar(select(Tie.function).where(Tie.person_id == rosa().id)) == "hoofdmonteur"
    assert db.session.scalars(select(FirstVisit)).all() == []
    assert visitor.get("/welcome").location == "/"


def test_every_week_is_offered_first_and_nothing_is_stored_until_a_button_is_pressed(token, visitor):
    """GRP-56"""
    visitor.post(f"/invitations/{token}", data={"name": "Rosa"})
    buttons = re.findall(r'name="rhythm" value="(\w+)"', visitor.get("/welcome/mail").text)
    assert buttons[0] == "weekly"
    assert sorted(buttons) == sorted(rhythm.value for rhythm in Rhythm)
    assert db.session.scalars(select(DigestSetting)).all() == []
    visitor.post("/welcome/mail", data={"rhythm": "weekly"})
    chosen = db.session.scalars(select(DigestSetting)).one()
    assert (chosen.person_id, chosen.rhythm, chosen.days, chosen.hour) == (rosa().id, Rhythm.WEEKLY, [2], 8)


def test_who_skips_is_asked_once_more_and_then_no_more(token, visitor):
    """GRP-56"""
    visitor.post(f"/invitations/{token}", data={"name": "Rosa"})
    assert "U bent er bijna" in words_of(visitor.get("/").text)
    assert visitor.post("/welcome/mail/skip").status_code == 303
    assert "Niet meer vragen" in words_of(visitor.get("/").text)
    assert db.session.scalars(select(DigestSetting)).all() == []
    visitor.post("/welcome/mail/skip", data={"again": "no"})
    assert "Niet meer vragen" not in words_of(visitor.get("/").text)
    assert db.session.scalars(select(DigestSetting)).all() == []
    assert visitor.post("/welcome/mail/skip").location == "/"


def test_a_place_is_given_only_while_the_sender_can_give_it(emma, visitor, tokens):
    """The right is asked at the moment of ticking: who leads the group no more gives no place in it."""
    db.session.get_one(Tie, emma.tie_id).is_contact = True
    db.session.commit()
    invite(actor_named("emma"), groups=("externe-veiligheid",))
    visitor.post(f"/invitations/{tokens()[0]}", data={"name": "Rosa"})
    assert "Externe veiligheid" in visitor.get("/welcome/groups").text
    leave_group(actor_named("emma"), group_called("externe-veiligheid"))
    assert "Externe veiligheid" not in visitor.get("/welcome/groups").text
    refused = visitor.post("/welcome/groups", data={"groups": group_ids("externe-veiligheid")})
    assert refused.status_code == 422
    assert own_groups(rosa()) == set()


def test_nobody_ticks_a_group_that_is_not_offered(token, visitor):
    visitor.post(f"/invitations/{token}", data={"name": "Rosa"})
    for slug in ("externe-veiligheid", "personeelsmobiliteit"):
        assert visitor.post("/welcome/groups", data={"groups": group_ids(slug)}).status_code == 422
    assert own_groups(rosa()) == set()


def test_the_state_says_who_came(token, visitor):
    visitor.post(f"/invitations/{token}", data={"name": "Rosa"})
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.state, invitation.person_id) == (InvitationState.ACCEPTED, rosa().id)
