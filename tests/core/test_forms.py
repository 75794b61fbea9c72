"""What travels through signing in: words are shown again, codes go along unseen."""

import pytest

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
    EditGroupForm: {"theme": "energy", "visibility": "open", "edit_window": "day", "version": "3"},
}


@pytest.mark.parametrize("form_class", TYPED)
def test_a_choice_travels_unseen_beside_what_was_typed(app, form_class):
    """Nobody is asked to read "Soort: [question]"."""
    with app.test_request_context():
        carried = carried_fields(form_class, {**TYPED[form_class], **CHOSEN[form_class]})

    assert {field.name: field.value for field in carried if field.label} == TYPED[form_class]
    assert {field.name: field.value for field in carried if not field.label} == CHOSEN[form_class]
