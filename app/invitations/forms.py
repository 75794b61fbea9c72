"""What people type to invite, to accept, and on their first three pages; and what is said of a list."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField

from app.accounts.forms import EmailField
from app.core.forms import Form, Length, LineField, choices
from app.invitations.models import Finding
from app.notifications.forms import RHYTHMS

COLUMNS = {
    "line": _l("Line"), "name": _l("Name"), "email": _l("E-mail address"), "company": _l("Company"),
    "function": _l("Function"), "groups": _l("Working groups"), "role": _l("Role"),
}  # fmt: skip
SENTENCES = {
    "broken": _l("This line cannot be taken apart: a quotation mark is missing."),
    "too_many_cells": _l("This line has more cells than the first line has names: %(word)s."),
    "formula": _l("“%(word)s” begins like a formula. Take the sign away."),
    "double": _l("The same address stands on line %(word)s."),
    "no_name": _l("There is no name."),
    "too_long": _l("This is longer than %(word)s characters."),
    "cut": _l("This is longer than %(word)s characters."),
    "no_email": _l("“%(word)s” is not an e-mail address."),
    "unknown_role": _l("“%(word)s” is not a role. Use deelnemer, contactpersoon or afgevaardigde."),
    "role_elsewhere": _l("“%(word)s” does not fit here: people of a partner are guests, those of a member are not."),
    "no_company": _l("There is no company."),
    "not_own_company": _l("“%(word)s” is not your own company."),
    "unknown_company": _l("There is no company called “%(word)s”."),
    "nearest": _l("Names that look like it: %(word)s."),
    "unknown_group": _l("You cannot invite for a working group called “%(word)s”."),
    "too_many_groups": _l("At most %(word)s working groups."),
    "member": _l("Takes part already."),
    "invited": _l("Has an invitation already."),
    "elsewhere": _l("This address cannot be invited; the coordinator looks along."),
}  # fmt: skip


class InviteForm(Form):
    name = LineField(_l("Name"), [Length(2, 80)])
    email = EmailField(_l("E-mail address"))
    function = LineField(_l("Function"), [Length(0, 80)])
    groups = SelectMultipleField(_l("Working groups"), coerce=int)
    as_contact = BooleanField(_l("Contact person: invites colleagues and keeps the page of the company"))
    as_delegate = BooleanField(_l("Delegate: votes on behalf of the company"))


class AcceptForm(Form):
    name = LineField(_l("Your name"), [Length(2, 80)])


class NameForm(Form):
    name = LineField(_l("Name"), [Length(2, 80)])
    function = LineField(_l("Function"), [Length(0, 80)])


class GroupsForm(Form):
    groups = SelectMultipleField(_l("Working groups"), coerce=int)


class RhythmForm(Form):
    rhythm = RadioField(_l("How often"), choices=choices(RHYTHMS))


def sentence_of(finding: Finding) -> str:
    """The cause, in the reader's language; the word of the file stands in it as text."""
    sentence = str(SENTENCES[finding.code])
    return sentence % {"word": finding.word} if "%(" in sentence else sentence
