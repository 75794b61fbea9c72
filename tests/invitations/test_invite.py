"""A contact invites for the own company; the letter says who asks, and an address in use stays a secret."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.accounts import service as accounts
from app.accounts.models import Company, CompanyState, Person, Tie
from app.core.errors import Forbidden, Invalid
from app.core.extensions import db
from app.invitations import service
from app.invitations.models import Invitation, InvitationClash, InvitationGroup, InvitationState
from app.invitations.models.invitations import INVITATION_LIVES
from app.invitations.queries import Address
from app.invitations.tasks import end_invitations_that_ran_out
from app.mail.models import Letter, LetterState
from app.mail.service import claim_letters, way_out
from app.mail.tasks import _send
from tests.accounts.conftest import SomeoneSigningIn
from tests.conftest import PASSWORD, actor_named, company_of, group_called, together, words_of
from tests.invitations.conftest import group_ids, invite
from tests.servers import REFUSE_FOR_GOOD

PAGE = "/companies/vezelwerk-emmen/invitations"
ROSA = {"name": "Rosa Reitsma", "email": "Rosa@Nieuw.example", "function": "monteur"}


def letters():
    """Of invitations: a task of somebody else may make one besides."""
    return db.session.scalar(select(func.count(Letter.id)).where(Letter.kind.startswith("invitations/")))


def test_the_letter_carries_who_invites_for_which_company_and_where_to_go(sign_in, anna, outbox):
    """GRP-27"""
    answer = sign_in(anna).post(PAGE, data={**ROSA, "groups": group_ids("energie")})
    assert (answer.status_code, answer.location) == (303, PAGE)
    letter, invitation = outbox()[0], db.session.scalars(select(Invitation)).one()
    assert letter["To"] == "rosa@nieuw.example"
    assert letter["Subject"].startswith("Anna Assink nodigt u uit voor ")
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        assert "Anna Assink (Vezelwerk Emmen) nodigt u uit om namens Vezelwerk Emmen mee te doen" in body
        assert "http://localhost/invitations/" in body
    assert (invitation.email, invitation.company_id) == ("rosa@nieuw.example", anna.company_id)
    assert db.session.scalars(select(InvitationGroup.group_id)).all() == [group_called("energie").id]


def test_of_the_token_only_its_hash_is_kept_and_the_letter_loses_it(token):
    """trust 11: random, stored hashed; the body of a letter goes when it is sent."""
    invitation = db.session.scalars(select(Invitation)).one()
    assert len(token) == 43  # 256 bits
    assert token not in str(vars(invitation)) + str([vars(letter) for letter in db.session.scalars(select(Letter))])
    assert timedelta(days=89) < invitation.expires_at - invitation.created_at <= INVITATION_LIVES


def test_a_contact_invites_for_nobody_elses_company_and_a_colleague_for_none(sign_in, app, bram, carla, anna):
    """GRP-22, GRP-27: the company is that of the page, whatever the form says."""
    other = company_of("carla")
    for browser in (sign_in(bram), sign_in(carla)):
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE, data=ROSA).status_code == 403
    with pytest.raises(Forbidden):
        invite(anna, company_id=other.id)
    sign_in(anna).post(PAGE, data={**ROSA, "company_id": other.id, "company": other.slug})
    assert db.session.scalars(select(Invitation.company_id)).all() == [anna.company_id]


@pytest.mark.parametrize("who", ["dirk", "femke"])
def test_coordinator_and_administrator_invite_for_every_company(sign_in, app, who):
    """GRP-27, section 3"""
    assert sign_in(actor_named(who)).post(PAGE, data=ROSA).status_code == 303
    assert db.session.scalars(select(Invitation.company_id)).all() == [company_of("anna").id]


def test_an_invitation_names_only_groups_that_its_sender_may_give(sign_in, anna):
    """GRP-3, GRP-4: open ones and where one leads; a confidential group does not exist for Anna."""
    page = sign_in(anna).get(PAGE).text
    assert "Energie" in page
    assert "Externe veiligheid" not in page
    answer = sign_in(anna).post(PAGE, data={**ROSA, "groups": group_ids("externe-veiligheid")})
    assert answer.status_code == 422
    assert ROSA["name"] in answer.text
    invite(anna, groups=("externe-veiligheid", "personeelsmobiliteit", "energie"))
    assert db.session.scalars(select(InvitationGroup.group_id)).all() == [group_called("energie").id]


def test_whoever_reads_the_list_reads_of_no_group_that_is_not_there_for_them(sign_in, emma, femke, dirk):
    """GRP-4: Emma may name her confidential group; administrator and coordinator do not see it in her invitation."""
    db.session.get_one(Tie, emma.tie_id).is_contact = True
    db.session.commit()
    emma = actor_named("emma")
    invite(emma, groups=("externe-veiligheid", "energie"))
    page = f"/companies/{company_of('emma').slug}/invitations"
    assert "Externe veiligheid" in words_of(sign_in(emma).get(page).text)
    for actor in (femke, dirk):
        text = words_of(sign_in(actor).get(page).text)
        assert "Rosa Reitsma" in text
        assert "Externe veiligheid" not in text


def test_someone_of_the_own_company_takes_part_already(sign_in, anna):
    """GRP-31"""
    answer = sign_in(anna).post(PAGE, data={**ROSA, "email": "bram@brink.example"})
    assert answer.status_code == 422
    assert "Is al deelnemer." in words_of(answer.text)
    assert db.session.scalars(select(InvitationClash)).all() == []


@pytest.mark.parametrize("how", ["another company", "invited elsewhere"])
def test_of_an_address_in_use_elsewhere_is_said_no_more_and_the_coordinator_gets_a_task(sign_in, anna, dirk, how):
    """GRP-31: the same words whatever it is there, once for the coordinator however often it is tried."""
    email = "carla@brink.example"
    if how == "invited elsewhere":
        email = "rosa@nieuw.example"
        invite(dirk, company_id=company_of("carla").id)
    before = letters()
    for _time in range(2):
        answer = sign_in(anna).post(PAGE, data={**ROSA, "email": email})
        assert answer.status_code == 422
        said = words_of(answer.text)
        assert "Dit adres kan niet worden uitgenodigd; de coördinator kijkt mee." in said
        assert "Polymeer" not in said
    assert letters() == before
    bell = words_of(sign_in(dirk).get("/notifications").text)
    assert bell.count(f"Vezelwerk Emmen wil {email} uitnodigen.") == 2  # the line, and its button
    assert email not in sign_in(anna).get("/notifications").text


def test_who_left_elsewhere_can_be_invited(anna, dirk):
    """Only who acts for a company now is in use."""
    accounts.end_tie(dirk, db.session.get_one(Tie, actor_named("carla").tie_id))
    assert invite(anna, email="carla@brink.example").address is Address.FREE


def test_two_who_invite_one_address_at_one_moment_send_one_letter(app, anna):
    """One pending per address."""
    answers = together(app, *[lambda: invite(actor_named("anna")) for _ in range(6)])
    assert sorted(answer.address.value for answer in answers) == ["free", *["invited"] * 5]
    assert letters() == 1


def test_sending_again_gives_a_new_link_and_the_old_one_works_no_more(anna, tokens, visitor, clock):
    """GRP-30"""
    invite(anna)
    clock.forward(minutes=11)
    ids = db.session.scalars(select(Invitation.id)).all()
    assert service.resend_invitations(anna, company_of("anna"), ids) == 1
    old, new = tokens()
    assert visitor.get(f"/invitations/{old}").status_code == 404
    assert visitor.get(f"/invitations/{new}").status_code == 200


def test_nobody_is_mailed_twice_within_ten_minutes_by_a_button(anna, app):
    invite(anna)
    ids = db.session.scalars(select(Invitation.id)).all()
    assert service.resend_invitations(anna, company_of("anna"), ids) == 0
    assert letters() == 1


def test_a_hundred_at_once_are_sent_again_or_revoked_and_no_more(sign_in, anna, clock):
    """GRP-30"""
    for number in range(101):
        invite(anna, email=f"n{number}@nieuw.example")
    clock.forward(minutes=11)
    ids = db.session.scalars(select(Invitation.id).order_by(Invitation.id)).all()
    browser = sign_in(anna)
    browser.post(f"{PAGE}/resend", data={"invitation": ids})
    assert letters() == 101 + 100
    browser.post(f"{PAGE}/revoke", data={"invitation": ids})
    states = db.session.scalars(select(Invitation.state).order_by(Invitation.id)).all()
    assert states == [InvitationState.REVOKED] * 100 + [InvitationState.PENDING]


def test_others_invitations_can_be_neither_sent_again_nor_revoked(sign_in, anna, dirk, clock):
    invite(dirk, company_id=company_of("carla").id)
    clock.forward(minutes=11)
    number = db.session.scalar(select(Invitation.id))
    browser = sign_in(anna)
    for action in ("resend", "revoke"):
        assert browser.post(f"{PAGE}/{action}", data={"invitation": [number]}).status_code == 303
    assert db.session.scalars(select(Invitation.state)).all() == [InvitationState.PENDING]
    assert letters() == 1


def test_the_list_shows_what_waits_what_came_and_what_ran_out(sign_in, anna, clock, visitor, tokens):
    """GRP-30"""
    invite(anna, email="a@nieuw.example", name="Rian Ranout")
    clock.forward(days=91)
    invite(anna, email="b@nieuw.example", name="Wim Wacht")
    invite(anna, email="c@nieuw.example", name="Kees Kwam")
    visitor.post(f"/invitations/{tokens()[-1]}", data={"name": "Kees Kwam"})
    browser = sign_in(anna)
    for which, name in (("pending", "Wim Wacht"), ("accepted", "Kees Kwam"), ("expired", "Rian Ranout")):
        page = words_of(browser.get(f"{PAGE}?filter={which}").text)
        assert [each for each in ("Wim Wacht", "Kees Kwam", "Rian Ranout") if each in page] == [name]
    end_invitations_that_ran_out()
    assert db.session.scalar(select(Invitation.state).where(Invitation.name == "Rian Ranout")) == "expired"


def test_a_letter_that_waits_is_not_sent_after_revoking(anna, app, monkeypatch):
    """GRP-29: never after revocation."""
    monkeypatch.setattr("app.mail.subscribers.later", lambda *_: None)
    invite(anna)
    service.revoke_invitations(anna, company_of("anna"), db.session.scalars(select(Invitation.id)).all())
    from app.mail.tasks import send_waiting_letters

    send_waiting_letters()
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.state, letter.body_text) == ("failed", "")


def test_a_letter_with_an_old_link_that_waits_is_not_sent_once_there_is_a_newer_one(anna, app, monkeypatch, clock):
    """GRP-30: the mail server was away; of two letters that wait the one with the dead link is of no use."""
    monkeypatch.setattr("app.mail.subscribers.later", lambda *_: None)
    invite(anna)
    clock.forward(minutes=11)
    service.resend_invitations(anna, company_of("anna"), db.session.scalars(select(Invitation.id)).all())
    from app.mail.tasks import send_waiting_letters

    send_waiting_letters()
    states = db.session.scalars(select(Letter.state).order_by(Letter.id)).all()
    assert states == ["failed", "sent"]


def test_who_sends_again_what_someone_else_sent_who_may_no_longer_gives_their_own_name(
    anna, dirk, clock, outbox, sign_in
):
    """GRP-27: the letter carries whoever invites now, and that is who is asked for another."""
    invite(anna)
    clock.forward(minutes=11)
    ids = db.session.scalars(select(Invitation.id)).all()
    company = company_of("anna")
    service.resend_invitations(dirk, company, ids)
    accounts.end_tie(dirk, db.session.get_one(Tie, anna.tie_id))
    clock.forward(minutes=11)
    service.resend_invitations(actor_named("dirk"), company, ids)
    invited = [letter["Subject"].partition(" nodigt") for letter in outbox()]
    assert [by for by, says, _of in invited if says] == ["Anna Assink"] * 2 + ["Dirk Drenth"]


def test_whoever_asks_again_after_another_letter_is_heard_again(anna, visitor, tokens, clock, sign_in):
    """Section 5: once for each letter, however often the button is pressed."""
    invite(anna)
    ids = db.session.scalars(select(Invitation.id)).all()
    for _letter in range(2):
        clock.forward(days=91)
        browser = sign_in(actor_named("anna"))
        for _time in range(2):
            visitor.post(f"/invitations/{tokens()[-1]}/ask")
        page = words_of(browser.get("/notifications").text)
        assert page.count("vraagt een nieuwe uitnodiging. (ongelezen)") == 1
        assert page.count("vraagt een nieuwe uitnodiging. (ongelezen)") == 1
        browser.get(f"{PAGE}?filter=expired")
        visitor.post(f"/invitations/{tokens()[-1]}/ask")
        assert "(ongelezen)" not in words_of(browser.get("/notifications").text)
        service.resend_invitations(actor_named("anna"), company_of("anna"), ids)


def test_of_accepting_and_revoking_or_sending_again_at_one_moment_one_counts(anna, app, tokens, clock):
    """GRP-28, GRP-30: nobody is in whose invitation was revoked, and no new link exists for who is in."""
    for number in range(8):
        invite(anna, email=f"n{number}@nieuw.example")
    clock.forward(minutes=11)
    made = db.session.execute(select(Invitation.id, Invitation.token_hash).order_by(Invitation.id)).all()
    hashes, ids = dict(zip(tokens(), made, strict=True)), []
    for number, (token, (id_, token_hash)) in enumerate(hashes.items()):
        other = service.revoke_invitations if number % 2 else service.resend_invitations
        together(app, lambda token=token: service.accept_invitation(token, "Rosa Reitsma"),
                 lambda other=other, id_=id_: other(actor_named("anna"), company_of("anna"), [id_]))  # fmt: skip
        invitation = db.session.get_one(Invitation, id_, populate_existing=True)
        is_in = db.session.scalar(select(Person.id).where(Person.email == invitation.email)) is not None
        assert is_in is (invitation.state is InvitationState.ACCEPTED)
        assert not is_in or invitation.token_hash == token_hash
        ids.append(is_in)
    assert ids


def test_a_lead_invites_a_guest_to_the_own_group_only(sign_in, anna, carla, dirk):
    """Section 3: a lead invites a guest, for a partner, and names the group."""
    partner = accounts.create_company(None, name="Gemeente Ergens", state=CompanyState.PARTNER)
    assert sign_in(carla).get(f"/companies/{partner.slug}/invitations").status_code == 403
    with pytest.raises(Invalid):
        invite(anna, company_id=partner.id)
    invited = invite(anna, company_id=partner.id, groups=("energie", "innovatie"), as_contact=True).invitation
    assert db.session.scalars(select(InvitationGroup.group_id)).all() == [group_called("energie").id]
    assert not invited.as_contact


def test_after_sixty_in_an_hour_inviting_waits(sign_in, anna, monkeypatch):
    """Limits: as other routes that mail."""
    browser = sign_in(anna)
    statuses = [browser.post(PAGE, data={**ROSA, "email": "bram@brink.example"}).status_code for _ in range(61)]
    assert statuses[:60] == [422] * 60
    assert statuses[60] == 429


def test_the_page_of_the_company_leads_there_for_those_who_may(sign_in, anna, bram):
    assert PAGE in sign_in(anna).get("/companies/vezelwerk-emmen").text
    assert PAGE not in sign_in(bram).get("/companies/vezelwerk-emmen").text


def test_nothing_of_a_person_is_made_by_inviting(anna, app):
    people = db.session.scalar(select(func.count(Person.id)))
    invite(anna)
    assert db.session.scalar(select(func.count(Person.id))) == people
    assert db.session.scalar(select(Company.name).where(Company.id == anna.company_id)) == "Vezelwerk Emmen"


def test_whoever_is_signed_out_while_inviting_sends_it_afterwards_with_all_that_was_ticked(app, anna):
    """Section 5, decisions 15: not only the first of the working groups."""
    app.test_client_class = SomeoneSigningIn
    browser = app.test_client()
    browser.with_password("anna@brink.example")
    typed = {**ROSA, "groups": group_ids("energie", "innovatie"), "as_contact": "y"}
    accounts.end_other_sessions(anna, but=None)
    asked = browser.post(PAGE, data=typed)
    assert asked.status_code == 401
    carried = MultiDict(re.findall(r'name="(carried[^"]+)" value="([^"]*)"', asked.text.partition("</form>")[0]))
    back = browser.post("/login", data=MultiDict([*carried.items(multi=True), ("email", "anna@brink.example"),
                                                  ("password", PASSWORD)]))  # fmt: skip
    form = back.text.partition(f'action="{PAGE}"')[2].partition("</form>")[0]
    browser.post(PAGE, data=MultiDict(re.findall(r'name="([^"]+)" value="([^"]*)"', form)))
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.name, invitation.as_contact) == (ROSA["name"], True)
    assert len(db.session.scalars(select(InvitationGroup.group_id)).all()) == 2


def test_a_letter_that_the_mail_server_refuses_is_said_to_have_bounced(
    anna, sign_in, mail_server, app, monkeypatch, clock
):
    """GRP-30: until it is sent again, and a new one arrives."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    mail_server.script(REFUSE_FOR_GOOD)
    browser = sign_in(anna)
    browser.post(PAGE, data=ROSA)
    page = browser.get(f"{PAGE}?filter=bounced").text
    assert "Rosa Reitsma" in page
    assert "niet aangekomen" in page
    assert "Rosa Reitsma" not in browser.get(PAGE).text
    invitation = db.session.scalars(select(Invitation)).one()
    clock.forward(minutes=11)
    assert browser.post(f"{PAGE}/resend", data={"invitation": str(invitation.id)}).status_code == 303
    assert "Rosa Reitsma" in browser.get(PAGE).text
    assert "Rosa Reitsma" not in browser.get(f"{PAGE}?filter=bounced").text


def test_a_letter_in_the_hands_of_a_worker_is_not_sent_once_it_is_revoked(anna, outbox, hold_jobs, app):
    """GRP-30: nor is one of somebody who came in meanwhile."""
    with hold_jobs():
        invite(anna)
    letters = claim_letters(10)
    invitation = db.session.scalars(select(Invitation)).one()
    service.revoke_invitations(anna, company_of("anna"), [invitation.id])
    before = len(outbox())
    _send(way_out(), letters)
    assert outbox()[before:] == []
    assert db.session.scalars(select(Letter.state)).all() == [LetterState.DROPPED]
