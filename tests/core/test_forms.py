"""What travels through signing in: words are shown again, codes go along unseen. What is refused comes back."""

import pytest
from wtforms import HiddenField, PasswordField, StringField

from app.accounts.forms import SignInForm
from app.core.errors import refusal_page
from app.core.forms import carried_fields
from app.discussions.forms import NewThreadForm
from app.groups.forms import EditGroupForm, NewGroupForm

TYPED = {
    NewThreadForm: {"title": "Wie meet mee?", "body": "Wij zoeken een meetpunt."},
    NewGroupForm: {"name": "Inkoop", "code": "INK", "purpose": "Samen inkopen wat ieder voor zich te duur koopt."},
    EditGroupForm: {"purpose": "Samen inkopen wat te duur is.", "rules_md": "- Wij noemen geen prijzen."},
}
CHOSEN = {
    NewThreadForm: {"kind": "question", "client_id": "0b5cbd7e-31c0-4b34-9d2c-1e4bfa1d4a11"},
    NewGroupForm: {"theme": "energy", "visibility": "open", "lead": "3"},
    EditGroupForm: {"theme": "energy", "visibility": "open", "version": "3"},
}


@pytest.mark.parametrize("form_class", TYPED)
def test_a_choice_travels_unseen_beside_what_was_typed(app, form_class):
    """Nobody is asked to read "Soort: [question]"."""
    with app.test_request_context():
        carried = carried_fields(form_class, {**TYPED[form_class], **CHOSEN[form_class]})

    assert {field.name: field.value for field in carried if field.label} == TYPED[form_class]
    assert {field.name: field.value for field in carried if not field.label} == CHOSEN[form_class]


def typed_in(form_class):
    """A word of its own for each field in which people type, whatever its name."""
    return {
        field.name: f"getypt-in-{field.name}" for field in form_class(formdata=None)
        if isinstance(field, StringField) and not isinstance(field, HiddenField | PasswordField)
    }  # fmt: skip


@pytest.mark.parametrize("status", [403, 404, 409, 429])
def test_whatever_is_refused_gives_back_all_that_was_typed(app, status):
    """Issue A: the typed text is still there without JavaScript, in every field of every form."""
    lost = []
    for rule in app.url_map.iter_rules():
        form_class = getattr(app.view_functions[rule.endpoint], "form_class", None)
        if form_class is None:
            continue
        address = rule.build(dict.fromkeys(rule.arguments, 1))[1]
        with app.test_request_context(address, method="POST"):
            typed = typed_in(form_class)
        with app.test_request_context(address, method="POST", data=typed):
            page = refusal_page(status)[0]
        lost += [f"{rule.endpoint}: {name}" for name, word in typed.items() if word not in page]
    assert lost == []


def test_no_password_travels(app):
    """decisions 15: neither through signing in nor to a page that refuses."""
    with app.test_request_context():
        carried = carried_fields(SignInForm, {"email": "anna@brink.example", "password": "een lang geheim"})
    assert [field.name for field in carried] == ["email"]
