"""Nobody in a silence writes what others read, whichever form takes the words (MOD-9)."""

from datetime import timedelta

import pytest
from wtforms.fields import FileField, HiddenField, MultipleFileField, PasswordField, StringField

from app.accounts import service as accounts
from app.accounts.models import SanctionKind
from app.accounts.service import Measure
from app.core.extensions import limiter
from app.directory.policy import can_edit_company
from app.groups.policy import can_edit_group
from app.meetings.policy import can_plan_meeting
from tests.conftest import actor_named, company_called
from tests.meetings.conftest import come_in, plan_draft, plan_published
from tests.trust.table import TABLE, expected_of, of_this_moment
from tests.trust.traces import differences, everything

SILENCED = ("anna", "bram", "carla", "dirk", "emma")  # who lead groups, write for companies, keep the directory
REASON = "Drie keer reclame gemaakt."
OFFICE = "the work of a desk, told to those whom it is about"
# Forms that take words and stay open to who is silenced, each with why.
OPEN = {
    "discussions.preview": "shown to nobody else",
    "discussions.save_draft": "shown to nobody else",
    "discussions.add_draft_file": "shown to nobody else",
    "home.choose_overview": "no words: hours and days of one's own mail",
    "directory.end_staff": "no words: a day, and who takes over",
    "moderation.file_report": "to whoever handles it",
    "moderation.file_objection": "to whoever decides about it",
    **dict.fromkeys(("invitations.accept", "invitations.save_name"), "one's own name and function (MOD-43)"),
    **dict.fromkeys(("admin.reset_second_step", "directory.decline_capability", "marketplace.approve",
                     "marketplace.decline"), OFFICE),
    **dict.fromkeys((f"moderation.{verb}" for verb in (
        "add_note", "decide_objection", "hide_subject", "lift_sanction", "reject_case", "send_message", "settle_case",
        "silence_author", "suspend_author", "unhide_subject")), OFFICE),
}  # fmt: skip
OWN = {("marketplace.react", role) for role in ("anna", "bram")}  # to a listing of their own company nobody reacts
# Accounts have no table of forms: name, function and address are corrected without help (MOD-43).


@pytest.fixture
def meeting(anna, energie):
    return plan_published(anna, energie)


def texts_of(view):
    """The fields of its form that take words or files."""
    form_class = getattr(view, "form_class", None)
    return [
        field.name for field in (form_class(formdata=None) if form_class else ())
        if isinstance(field, StringField | FileField | MultipleFileField)
        and not isinstance(field, HiddenField | PasswordField)
    ]  # fmt: skip


def forms_with_words(app):
    with app.test_request_context():
        return {name: texts for name, view in app.view_functions.items() if (texts := texts_of(view))}


def silence(key):
    measure = Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason=REASON)
    accounts.sanction(actor_named("femke"), actor_named(key).id, measure)


def what_they_send(endpoint, texts, world):
    """(who, address, fields) of everybody who would get through; made before anybody is silenced."""
    return [
        (role, of_this_moment(case.address, world, role), in_full(texts, of_this_moment(case.sent, world, role)))
        for case in TABLE[endpoint] for role in SILENCED
        if expected_of(case, role) not in (403, 404) and (endpoint, role) not in OWN
    ]  # fmt: skip


def in_full(texts, fields):
    """With words also in fields that the table leaves empty."""
    return {name: value or "Koop bij ons!" if name in texts else value for name, value in fields.items()}


@pytest.mark.slow  # a sweep: every form that takes words
def test_in_a_silence_no_form_takes_words_for_others(app, world, browser_as):
    """MOD-9: 403 with the reason, and nothing is written but drafts of what was refused (moderation, section 6)."""
    sent = [
        (endpoint, *line) for endpoint, texts in forms_with_words(app).items() if endpoint not in OPEN
        for line in what_they_send(endpoint, texts, world)
    ]  # fmt: skip
    browsers = {role: browser_as(role) for role in SILENCED}
    for role in SILENCED:
        browsers[role].get("/account")
        silence(role)
    before, wrong = everything(), []
    for endpoint, role, address, fields in sent:
        limiter.reset()
        answer = browsers[role].post(address, data=fields)
        if answer.status_code != 403 or REASON not in answer.text:
            wrong.append(f"{endpoint} by {role} ({address}): {answer.status_code}")
    assert "\n".join(wrong) == ""
    assert {endpoint for endpoint, *_line in sent} == set(forms_with_words(app)) - set(OPEN)
    assert set(differences(before, everything())) <= {"drafts"}


def test_every_exception_is_a_form_that_takes_words(app):
    """MOD-9: what is no more, or takes none, has no place among them."""
    assert set(OPEN) <= set(forms_with_words(app))


def test_a_silence_leaves_running_a_meeting_and_answering(anna, meeting, clock, sign_in):
    """MOD-9: in the room without a line, and to the invitation without words that are new."""
    answer = {"answer": "yes", "via": "online", "remark": "Ik kom later."}
    browser = sign_in(anna)
    assert browser.post(f"{meeting.link}/answer", data=answer).status_code == 303
    clock.set(meeting.starts_at - timedelta(minutes=5))
    come_in(anna, meeting)
    silence("anna")
    assert browser.post(f"{meeting.link}/answer", data={**answer, "via": "hall"}).status_code == 303
    refused = browser.post(f"{meeting.link}/answer", data={**answer, "remark": "Koop bij ons!"})
    assert refused.status_code == 403
    assert "Koop bij ons!" in refused.text
    for verb, status in (("open", 303), ("next", 303), ("say", 403), ("suspend", 303)):
        assert browser.post(f"{meeting.link}/{verb}", data={"body": "Hoi."}).status_code == status, verb


def test_who_plans_reads_drafts_in_a_silence_and_changes_nothing_of_them(anna, energie, sign_in):
    """MOD-9: a silence leaves reading"""
    draft = plan_draft(anna, energie)
    silence("anna")
    browser = sign_in(anna)
    assert browser.get(draft.link).status_code == 200
    assert browser.get(f"{draft.link}/agenda").status_code == 403
    assert "/edit" not in browser.get("/groups/energie/about").text


def test_a_chairs_silence_holds_in_that_group_only(bram, dirk, energie):
    """MOD-9, section 1: not in another group, nor on the page of a company."""
    measure = Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason=REASON, group_id=energie.id)
    accounts.sanction(bram, actor_named("anna").id, measure)
    anna = actor_named("anna")
    assert not can_edit_group(anna, energie)
    assert not can_plan_meeting(anna, energie)
    assert can_edit_company(anna, company_called("vezelwerk-emmen"))


def test_in_a_silence_everybody_still_chooses_who_sees_their_telephone_number(bram, sign_in):
    """MOD-9: it is no writing"""
    card = {"about": "Ik weet van stoom.", "knows": "", "phone_shown": "members", "email_shown": "group"}
    browser = sign_in(bram)
    assert browser.post("/account/card", data=card).status_code == 303
    silence("bram")
    assert browser.post("/account/card", data={**card, "phone_shown": "nobody"}).status_code == 303
    refused = browser.post("/account/card", data={**card, "about": "Koop bij ons!"})
    assert (refused.status_code, "Koop bij ons!" in refused.text, REASON in refused.text) == (403, True, True)
