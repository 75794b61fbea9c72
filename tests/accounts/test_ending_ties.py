"""Ending a tie: at once or after a last day, all of it in one transaction, and with a contact left at the company."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.accounts import queries, service
from app.accounts import tasks as accounts_tasks
from app.accounts.events import TieEnded
from app.accounts.models import HandOver, Session, Tie, TieEnd
from app.audit.models import AuditEntry
from app.core import events
from app.core.clock import now, today
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.documents import service as documents
from app.documents.models import Document, DocumentState
from app.groups.models import GroupMembership, Role
from app.groups.queries import open_membership
from app.groups.service import add_member
from app.mail.models import Letter, LetterState
from app.mail.tasks import send_waiting_letters
from app.marketplace import service as market
from app.marketplace.models import Audience, Listing, Talk, TalkParticipant
from app.marketplace.policy import can_edit_listing, can_read_talk
from app.marketplace.queries import owner_ids
from app.notifications.queries import unread_count
from tests.conftest import actor_named, company_of, group_called, person_named, together
from tests.documents.conftest import text as page_text
from tests.marketplace.conftest import draft, placed

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def tie_of(key):
    return queries.open_tie_of(person_named(key).id)


def tie(number):
    db.session.rollback()
    return db.session.get_one(Tie, number)


def rings_for(key):
    return unread_count(actor_named(key).id, scopes_of(actor_named(key)))


def name_contact(key, by="dirk"):
    found = tie_of(key)
    service.change_tie(actor_named(by), found, function=None, is_contact=True, is_delegate=found.is_delegate)


def take_contact(key, by):
    found = tie_of(key)
    service.change_tie(actor_named(by), found, function=None, is_contact=False, is_delegate=found.is_delegate)


# Who may: GRP-22


@pytest.mark.parametrize("who", ["carla", "bram", "wietske", "gijs", "femke"])
@pytest.mark.parametrize("what", ["change", "end", "plan", "withdraw"])
def test_nobody_but_contact_and_coordinator_touches_a_tie(app, who, what):
    """GRP-22, groups.md 3: not a contact of another company, nor a colleague, delegate, guest or administrator."""
    target = tie_of("roelof").id
    deeds = {
        "change": lambda actor: service.change_tie(actor, tie(target), function="baas", is_contact=True,
                                                   is_delegate=True),
        "end": lambda actor: service.end_tie(actor, tie(target)),
        "plan": lambda actor: service.plan_end(actor, tie(target), today()),
        "withdraw": lambda actor: service.withdraw_end(actor, tie(target)),
    }  # fmt: skip
    with pytest.raises(Forbidden):
        deeds[what](actor_named(who))
    found = tie(target)
    assert (found.function != "baas", found.is_contact, found.last_day, found.ended_at) == (True, False, None, None)


def test_a_contact_changes_function_and_names_contacts_and_delegates(app, anna):
    """GRP-22"""
    service.change_tie(anna, tie_of("roelof"), function="Chef stoom", is_contact=True, is_delegate=True)
    found = tie_of("roelof")
    assert (found.function, found.is_contact, found.is_delegate) == ("Chef stoom", True, True)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "TieChanged")).one()
    assert entry.details == {"tie_id": found.id, "person_id": found.person_id, "company_id": found.company_id,
                             "is_contact": True, "is_delegate": True}  # fmt: skip
    service.change_tie(anna, found, function="Chef stoom", is_contact=True, is_delegate=True)
    assert db.session.scalar(select(func.count()).where(AuditEntry.event == "TieChanged")) == 1  # nothing changed


def test_a_guest_becomes_neither_contact_nor_delegate(app, dirk):
    service.change_tie(dirk, tie_of("gijs"), function="adviseur", is_contact=True, is_delegate=True)
    assert (tie_of("gijs").is_contact, tie_of("gijs").is_delegate) == (False, False)


def test_an_ended_tie_is_changed_by_nobody(app, dirk):
    ended = tie_of("roelof")
    service.end_tie(dirk, ended)
    with pytest.raises(Conflict):
        service.change_tie(dirk, ended, function="baas", is_contact=True, is_delegate=False)
    with pytest.raises(Conflict):
        service.plan_end(dirk, ended, today())


# The last contact: GRP-23


def test_a_company_keeps_its_last_contact(app, anna):
    """GRP-23: by no way."""
    for deed in (lambda: take_contact("anna", by="anna"), lambda: service.end_tie(anna, tie_of("anna")),
                 lambda: service.plan_end(anna, tie_of("anna"), today() + timedelta(days=30))):  # fmt: skip
        with pytest.raises(Conflict):
            deed()
    assert (tie_of("anna").is_contact, tie_of("anna").last_day) == (True, None)


def test_with_a_second_contact_the_first_goes(app, anna):
    """GRP-23"""
    name_contact("roelof", by="anna")
    service.end_tie(anna, tie_of("anna"))
    assert tie_of("anna") is None


def test_a_contact_who_has_a_last_day_is_no_second_one(app, anna, dirk):
    """GRP-23: after that day the company would have nobody."""
    name_contact("roelof", by="anna")
    service.plan_end(anna, tie_of("roelof"), today() + timedelta(days=30))
    with pytest.raises(Conflict):
        take_contact("anna", by="anna")


def test_a_coordinator_takes_away_the_last_contact_and_has_a_task(app, dirk, clock, sign_in):
    """GRP-23: marked, and rung for, until another is named."""
    company = company_of("anna")
    take_contact("anna", by="dirk")
    assert queries.companies_without_contact() == {company.id}
    assert f"{company.name} heeft geen contactpersoon meer: wijs iemand aan" in sign_in(dirk).get("/notifications").text
    name_contact("roelof")
    assert queries.companies_without_contact() == set()
    assert rings_for("dirk") == 0
    clock.forward(hours=1)
    service.end_tie(actor_named("dirk"), tie_of("roelof"))
    assert rings_for("dirk") == 1  # a second time it rings again


def test_the_association_itself_needs_no_contact(app, dirk):
    assert queries.companies_without_contact() == set()


@pytest.mark.parametrize("how", ["by role", "by end", "by last day"])
def test_of_two_contacts_who_take_each_other_away_at_once_one_stays(app, anna, how):
    """GRP-23"""
    name_contact("roelof", by="anna")
    deeds = {
        "by role": lambda by, key: take_contact(key, by=by),
        "by end": lambda by, key: service.end_tie(actor_named(by), tie_of(key)),
        "by last day": lambda by, key: service.plan_end(actor_named(by), tie_of(key), today() + timedelta(days=3)),
    }  # fmt: skip
    deed = deeds[how]
    done = together(app, lambda: deed("anna", "roelof"), lambda: deed("roelof", "anna"))
    assert sum(isinstance(each, Conflict | Forbidden) for each in done) == 1, done
    db.session.rollback()
    staying = select(func.count()).where(Tie.company_id == company_of("bram").id, Tie.is_contact,
                                         Tie.ended_at.is_(None), Tie.last_day.is_(None))  # fmt: skip
    assert db.session.scalar(staying) == 1


# All of it, at once: GRP-37


def waiting_letter(to, kind="invitations/invitation"):
    letter = Letter(kind=kind, to=to, subject="Nieuws", body_text="Iets nieuws.",
                    message_id=f"<{kind.replace('/', '-')}@brink>",
                    not_before=now() + timedelta(minutes=5))  # fmt: skip
    db.session.add(letter)
    db.session.commit()
    return letter.id


def test_mail_that_waits_is_not_sent_after_the_end_and_a_code_is(app, dirk, clock, outbox):
    """GRP-37, groups.md 7.4; GRP-41: who has no tie signs in still."""
    news, code, other = (waiting_letter("bram@brink.example"), waiting_letter("bram@brink.example", "accounts/sign_in"),
                         waiting_letter("anna@brink.example", "invitations/other"))  # fmt: skip
    service.end_tie(dirk, tie_of("bram"))
    clock.forward(minutes=6)
    send_waiting_letters()
    db.session.rollback()
    assert [db.session.get_one(Letter, each).state for each in (news, code, other)] == [
        LetterState.DROPPED, LetterState.SENT, LetterState.SENT]  # fmt: skip
    assert db.session.get_one(Letter, news).body_text == ""


def test_an_end_that_fails_halfway_has_ended_nothing(app, dirk, sign_in, monkeypatch):
    """GRP-37: tie, places, sessions, mail and what was handed over are one transaction."""
    bram = actor_named("bram")
    sign_in(bram)
    made = placed(bram)
    letter = waiting_letter("bram@brink.example")

    def fail(_event):
        raise RuntimeError("on purpose")

    monkeypatch.setitem(events._inside, TieEnded, [*events._inside[TieEnded], fail])
    with pytest.raises(RuntimeError):
        service.end_tie(dirk, tie_of("bram"), receivers={"listings": tie_of("roelof").id})
    found = tie(bram.tie_id)
    places = select(func.count()).where(GroupMembership.tie_id == found.id, GroupMembership.left_at.is_(None))
    sessions = select(func.count()).where(Session.person_id == bram.id)
    assert (found.ended_at, db.session.get_one(Listing, made.id).kept_by) == (None, None)
    assert (db.session.scalar(places), db.session.scalar(sessions)) == (2, 1)
    assert db.session.get_one(Letter, letter).state is LetterState.WAITING


# A last day: GRP-37, groups.md 5


def at(day, hour, minute, second=0):
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=AMSTERDAM)


def test_the_last_day_is_worked_to_its_end_and_then_everything_ends_by_the_clock(app, clock, anna, sign_in):
    """GRP-37, groups.md 5: access until 25 October 00:00, whatever the clock does later that night."""
    last_day = date(2026, 10, 24)
    clock.set(at(date(2026, 10, 1), 12, 0))
    for each in db.session.scalars(select(Tie)):
        each.starts_on = min(each.starts_on, today())
    db.session.commit()
    service.plan_end(actor_named("anna"), tie_of("bram"), last_day)
    bram = actor_named("bram")
    browser = sign_in(bram)
    clock.set(at(last_day, 23, 59, 59))
    accounts_tasks.end_whose_last_day_is_over()
    assert browser.get("/groups/energie").status_code == 200
    clock.set(at(last_day + timedelta(days=1), 0, 0, 1))
    assert browser.get("/groups/energie").status_code == 404
    assert tie(bram.tie_id).ended_at is None  # the right ended by itself
    accounts_tasks.end_whose_last_day_is_over()
    accounts_tasks.end_whose_last_day_is_over()
    found = tie(bram.tie_id)
    assert (found.end_reason, found.ended_at) == (TieEnd.LEFT, now())
    assert open_membership(group_called("energie").id, found.id) is None
    assert db.session.scalar(select(func.count()).where(Session.person_id == bram.id)) == 0
    ended = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "TieEnded")).all()
    assert [(entry.actor_id, entry.details["tie_id"]) for entry in ended] == [(None, found.id)]


def test_one_whose_end_fails_holds_up_no_other(app, dirk, clock, monkeypatch, caplog):
    """GRP-37"""
    bram, roelof = tie_of("bram").id, tie_of("roelof").id
    for number in (bram, roelof):
        service.plan_end(dirk, tie(number), today())

    def fail(event):
        if event.tie_id == bram:
            raise RuntimeError("on purpose")

    monkeypatch.setitem(events._inside, TieEnded, [*events._inside[TieEnded], fail])
    clock.set(at(today() + timedelta(days=1), 9, 0))
    service.end_ties_past_their_last_day()
    assert tie(bram).ended_at is None
    assert tie(roelof).ended_at is not None
    assert "could not be ended" in caplog.text


def test_a_guest_whose_time_is_over_is_a_guest_no_more(app, clock, sign_in):
    """GRP-42; the account says why."""
    last_day = tie_of("gijs").last_day
    clock.set(at(last_day + timedelta(days=1), 9, 0))
    accounts_tasks.end_whose_last_day_is_over()
    assert tie_of("gijs") is None
    page = sign_in(actor_named("gijs")).get("/account").text
    assert "Uw tijd als gast is voorbij" in page


def test_a_last_day_is_taken_back(app, anna, clock, sign_in):
    """GRP-37: nothing of what was chosen happens then."""
    service.plan_end(anna, tie_of("bram"), today() + timedelta(days=3), receivers={"listings": anna.tie_id})
    service.withdraw_end(anna, tie_of("bram"))
    assert (tie_of("bram").last_day, db.session.scalar(select(func.count()).select_from(HandOver))) == (None, 0)
    clock.forward(days=10)
    accounts_tasks.end_whose_last_day_is_over()
    assert actor_named("bram").has_live_tie


def test_a_last_day_that_is_over_is_not_taken_back(app, anna, dirk, clock):
    """An ended tie is never reopened, also while its row waits for the clock."""
    service.plan_end(anna, tie_of("bram"), today())
    clock.forward(days=2)
    with pytest.raises(Conflict):
        service.withdraw_end(actor_named("anna"), tie_of("bram"))
    with pytest.raises(Conflict):
        service.plan_end(actor_named("anna"), tie_of("bram"), today() + timedelta(days=9))


def test_no_last_day_lies_in_the_past_nor_after_that_of_a_guest(app, dirk):
    with pytest.raises(Invalid):
        service.plan_end(dirk, tie_of("bram"), today() - timedelta(days=1))
    with pytest.raises(Invalid):
        service.plan_end(dirk, tie_of("gijs"), tie_of("gijs").last_day + timedelta(days=1))
    service.plan_end(dirk, tie_of("gijs"), today())
    service.withdraw_end(dirk, tie_of("gijs"))
    assert tie_of("gijs").last_day == today()  # a guest always has one


def test_a_contact_whose_last_day_a_coordinator_set_leaves_a_task_when_it_is_over(app, dirk, clock):
    """GRP-23"""
    service.plan_end(dirk, tie_of("anna"), today())
    assert rings_for("dirk") == 0
    clock.forward(days=1)
    accounts_tasks.end_whose_last_day_is_over()
    assert rings_for("dirk") == 1


# Handing over: GRP-39


def owned(key):
    """A listing, a talk on another's listing, and a page in energie, of this person."""
    actor = actor_named(key)
    listing = placed(actor)
    talk = market.open_talk(actor, placed(actor_named("otto"), title="Stoom over"), "Hoeveel is er?")
    page = documents.add_page(actor, group_called("energie"), None, "Plan", page_text("Stoom."))
    return listing.id, talk.id, page.id


def keepers(listing, talk, page):
    db.session.rollback()
    takes_part = select(TalkParticipant.tie_id).where(TalkParticipant.talk_id == talk)
    return (db.session.get_one(Listing, listing).keeper_id, set(db.session.scalars(takes_part)),
            db.session.get_one(Document, page).keeper_id)  # fmt: skip


def to(key):
    return dict.fromkeys(("listings", "talks", "documents"), tie_of(key).id)


def test_what_somebody_keeps_goes_to_the_colleague_who_was_chosen(app, anna, dirk):
    """GRP-39: of each kind."""
    add_member(dirk, group_called("energie"), person_named("roelof"))
    things = owned("bram")
    roelof = tie_of("roelof").id
    service.end_tie(anna, tie_of("bram"), receivers=to("roelof"))
    listing, talkers, page = keepers(*things)
    assert (listing, roelof in talkers, page) == (roelof, True, roelof)
    assert can_edit_listing(actor_named("roelof"), db.session.get_one(Listing, things[0]))
    told = db.session.scalars(select(AuditEntry.event).where(AuditEntry.actor_id == anna.id)).all()
    assert {"ListingHandedOver", "TalkJoined", "KeeperChosen", "TieEnded"} <= set(told)


def test_a_text_that_was_handed_over_keeps_the_name_of_its_writer(app, anna):
    """GRP-20, GRP-39"""
    listing, _talk, _page = owned("bram")
    service.end_tie(anna, tie_of("bram"), receivers=to("roelof"))
    assert db.session.get_one(Listing, listing).tie.person.name == "Bram Boelens"


def test_what_was_not_handed_over_goes_to_the_contact(app, anna):
    """GRP-39"""
    things = owned("bram")
    page = db.session.get_one(Document, things[2])
    page.state = DocumentState.IN_REVIEW
    db.session.commit()
    service.end_tie(anna, tie_of("bram"))
    assert can_edit_listing(actor_named("anna"), db.session.get_one(Listing, things[0]))
    assert db.session.get_one(Document, things[2]).keeper_id == anna.tie_id
    assert can_read_talk(actor_named("anna"), db.session.get_one(Talk, things[1]))


def test_a_colleague_gets_nothing_of_a_group_that_they_do_not_read(app, anna):
    """GRP-4, GRP-39: Wietske takes no part in the confidential group of Bram's listing, nor in that of his page."""
    secret = group_called("externe-veiligheid")
    db.session.add(GroupMembership(group_id=secret.id, tie_id=tie_of("bram").id, role=Role.MEMBER))
    db.session.commit()
    bram = actor_named("bram")
    listing = placed(bram, audience=Audience.GROUP, group_id=secret.id).id
    being_written = draft(bram, audience="group", group=str(secret.id)).id
    page = documents.add_page(bram, secret, None, "Ongeval", page_text("Een slang schoot los.")).id
    talk = market.open_talk(bram, placed(actor_named("emma"), audience=Audience.GROUP, group_id=secret.id), "Meer?").id
    service.end_tie(anna, tie_of("bram"), receivers=to("wietske"))
    assert [db.session.get_one(Listing, each).kept_by for each in (listing, being_written)] == [None, None]
    assert db.session.get_one(Document, page).keeper_id == bram.tie_id
    assert tie_of("wietske").id not in db.session.get_one(Talk, talk).participant_ids


def test_who_took_over_for_a_group_and_left_it_hears_of_it_no_more(app, anna):
    """GRP-4, MKT-35: the contact who reads the group does."""
    secret = group_called("externe-veiligheid")
    for tie_id in {tie_of(key).id for key in ("anna", "bram", "roelof")}:
        if open_membership(secret.id, tie_id) is None:
            db.session.add(GroupMembership(group_id=secret.id, tie_id=tie_id, role=Role.MEMBER))
    db.session.commit()
    listing = placed(actor_named("bram"), audience=Audience.GROUP, group_id=secret.id)
    service.end_tie(anna, tie_of("bram"), receivers=to("roelof"))
    assert owner_ids(db.session.get_one(Listing, listing.id)) == {person_named("roelof").id}
    open_membership(secret.id, tie_of("roelof").id).left_at = now()
    db.session.commit()
    assert owner_ids(db.session.get_one(Listing, listing.id)) == {anna.id}
    talk = market.open_talk(actor_named("emma"), db.session.get_one(Listing, listing.id), "Is het er nog?")
    assert tie_of("roelof").id not in talk.participant_ids


def test_only_a_colleague_of_now_receives(app, anna):
    """GRP-22, GRP-39"""
    for stranger in (tie_of("carla").id, tie_of("bram").id, 1):
        with pytest.raises(Invalid):
            service.end_tie(anna, tie_of("bram"), receivers={"listings": stranger})
        with pytest.raises(Invalid):
            service.plan_end(anna, tie_of("bram"), today(), receivers={"listings": stranger})
    assert actor_named("bram").has_live_tie


def test_on_the_last_day_what_is_there_then_goes_to_who_was_chosen(app, anna, clock):
    """GRP-39: the listing came after the choice."""
    service.plan_end(anna, tie_of("bram"), today() + timedelta(days=5), receivers=to("roelof"))
    listing, _talk, _page = owned("bram")
    assert db.session.get_one(Listing, listing).kept_by is None
    clock.forward(days=6)
    accounts_tasks.end_whose_last_day_is_over()
    assert db.session.get_one(Listing, listing).kept_by == tie_of("roelof").id
    assert db.session.scalar(select(func.count()).select_from(HandOver)) == 0


def test_who_was_chosen_and_left_before_receives_nothing(app, anna, clock):
    """GRP-39: then the contact keeps it."""
    service.plan_end(anna, tie_of("bram"), today() + timedelta(days=5), receivers=to("roelof"))
    listing, _talk, _page = owned("bram")
    service.end_tie(anna, tie_of("roelof"))
    clock.forward(days=6)
    accounts_tasks.end_whose_last_day_is_over()
    assert db.session.get_one(Listing, listing).kept_by is None
    assert can_edit_listing(actor_named("anna"), db.session.get_one(Listing, listing))


def test_the_form_proposes_who_fits_best_and_counts_what_one_may_know(app, anna, dirk):
    """GRP-39; MKT-35: a coordinator knows of no talk."""
    owned("bram")
    placed(actor_named("wietske"))
    tie_now = tie_of("bram")
    colleagues = queries.colleagues_of(tie_now)
    found = {each.kind: each for each in service.proposals(anna, tie_now, colleagues)}
    assert {kind: each.how_many for kind, each in found.items()} == {"listings": 1, "talks": 1, "documents": 1}
    assert found["listings"].receiver_id == tie_of("wietske").id
    assert found["documents"].receiver_id == anna.tie_id
    seen_by_dirk = {each.kind: each.how_many for each in service.proposals(dirk, tie_now, colleagues)}
    assert seen_by_dirk == {"listings": 1, "talks": 0, "documents": 1}
