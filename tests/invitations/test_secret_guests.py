"""Who is invited as a guest of a confidential group is known to those who lead it, and to nobody else (GRP-4)."""

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Company, Tie
from app.core.extensions import db
from app.groups.models import GroupMembership, Role
from app.groups.service import leave_group
from app.invitations import service
from app.invitations.models import Invitation, InvitationClash
from app.invitations.queries import Address
from tests.conftest import actor_named, company_of, group_called, words_of
from tests.invitations.conftest import csv_of, invite

ROSA = "rosa@nieuw.example"
CANNOT = "Dit adres kan niet worden uitgenodigd"


@pytest.fixture
def partner(app):
    return company_of("gijs")


@pytest.fixture
def invited(emma, partner):
    """Rosa, by Emma, for the partner whose Gijs takes part in innovatie."""
    invite(emma, company_id=partner.id, groups=("externe-veiligheid",))
    return db.session.scalars(select(Invitation)).one()


@pytest.fixture
def accepted(invited, tokens):
    accounts.start_tie(None, accounts.create_person(None, email="kort@nieuw.example", name="Kort"), company_of("anna"))
    return service.accept_invitation(tokens()[0], "Rosa Reitsma").person


def page_of(company, which="pending"):
    return f"/companies/{company.slug}/invitations?filter={which}"


@pytest.mark.parametrize("who", ["dirk", "femke", "anna"])
def test_in_the_list_and_in_its_numbers_it_is_not_there_for_outsiders(who, invited, partner, sign_in):
    """GRP-4: coordinator and administrator included, and who leads another group."""
    browser = sign_in(actor_named(who))
    page = words_of(browser.get(page_of(partner)).text)
    assert "Rosa Reitsma" not in page
    assert "Open 0" in page
    assert "Er wacht geen uitnodiging op antwoord." in words_of(browser.get(f"/companies/{partner.slug}").text)
    for action in ("resend", "revoke"):
        browser.post(f"/companies/{partner.slug}/invitations/{action}", data={"invitation": [invited.id]})
    assert db.session.get_one(Invitation, invited.id).state == "pending"


@pytest.mark.parametrize("who", ["emma", "paul"])
def test_lead_and_deputy_of_the_group_see_it(who, invited, partner, sign_in):
    """GRP-30"""
    assert "Rosa Reitsma" in words_of(sign_in(actor_named(who)).get(page_of(partner)).text)


def test_one_that_names_an_open_group_too_is_there_for_the_coordinator_without_the_other(emma, partner, sign_in, dirk):
    """GRP-4: Paul gives places in the confidential group only, Emma in both."""
    innovatie = group_called("innovatie")
    db.session.add(GroupMembership(group_id=innovatie.id, tie_id=emma.tie_id, role=Role.DEPUTY))
    db.session.commit()
    invite(actor_named("emma"), company_id=partner.id, groups=("externe-veiligheid", "innovatie"))
    page = words_of(sign_in(dirk).get(page_of(partner)).text)
    assert "Rosa Reitsma" in page
    assert "Innovatie" in page
    assert "Externe veiligheid" not in page


def test_a_new_one_is_asked_of_who_leads_the_group_when_its_sender_is_gone(
    invited, emma, dirk, femke, visitor, tokens, clock, sign_in
):
    """Section 5, GRP-4: the coordinator, who else hears of it, hears nothing."""
    clock.forward(days=91)
    leave_group(emma, group_called("externe-veiligheid"))
    assert visitor.post(f"/invitations/{tokens()[0]}/ask").status_code == 303
    for actor in (dirk, femke, emma):
        assert "Rosa" not in words_of(sign_in(actor).get("/notifications").text)
    assert "Rosa Reitsma (" in words_of(sign_in(actor_named("paul")).get("/notifications").text)


@pytest.mark.parametrize("who", ["dirk", "anna"])
@pytest.mark.parametrize("how", ["invited", "accepted"])
def test_whoever_tries_the_address_learns_no_more_than_that_it_cannot_be_invited(
    who, how, partner, sign_in, request
):
    """GRP-31, GRP-4: neither that a guest has an invitation, nor that one takes part already."""
    request.getfixturevalue(how)
    energie = str(group_called("energie").id)
    answer = sign_in(actor_named(who)).post(page_of(partner), data={"name": "Rosa", "email": ROSA, "groups": [energie]})
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert CANNOT in said
    assert "Is al deelnemer" not in said
    assert "Heeft al een uitnodiging" not in said
    assert db.session.scalars(select(InvitationClash.email)).all() == [ROSA]


@pytest.mark.parametrize("how", ["invited", "accepted"])
def test_nor_does_the_trial_of_a_list(how, partner, dirk, request):
    """GRP-33, GRP-4"""
    request.getfixturevalue(how)
    [line] = service.dry_run(dirk, csv_of(f"Rosa; {ROSA}; {partner.slug}; ; Energie; "))
    assert [finding.code for finding in line.findings] == ["elsewhere"]


def test_a_coordinator_is_told_of_the_guests_they_see(dirk, partner):
    """GRP-31: Gijs takes part in innovatie, which Dirk reads; a lead hears of no other organisation's people."""
    assert invite(dirk, company_id=partner.id, email="gijs@brink.example").address is Address.MEMBER
    assert invite(dirk, company_id=partner.id, groups=("innovatie",)).address is Address.FREE
    assert invite(dirk, company_id=partner.id).address is Address.INVITED
    anna = actor_named("anna")
    for email in ("gijs@brink.example", ROSA):
        assert invite(anna, company_id=partner.id, email=email, groups=("energie",)).address is Address.ELSEWHERE


def test_whoever_sent_it_is_told_that_it_waits(invited, emma, partner):
    """GRP-31"""
    again = invite(emma, company_id=partner.id, groups=("externe-veiligheid",))
    assert again.address is Address.INVITED


def test_colleagues_of_the_contact_see_what_their_company_sent_whatever_it_names(emma, sign_in):
    """GRP-30: of the own company a contact sees every invitation."""
    db.session.get_one(Tie, emma.tie_id).is_contact = True
    db.session.commit()
    invite(actor_named("emma"), groups=("externe-veiligheid",))
    company = db.session.get_one(Company, emma.company_id)
    assert "Rosa Reitsma" in words_of(sign_in(actor_named("emma")).get(page_of(company)).text)
