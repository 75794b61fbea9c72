"""The texts that the association and its lawyer approved, each with its versions."""

import pytest

from app.core.extensions import db
from app.guard.models import LegalText
from app.guard.queries import text_in_force, text_of


def test_the_statement_is_there_from_the_first_day(app):
    """MTG-23: a new database ships version 1."""
    shipped = text_in_force("statement")
    assert shipped.version == 1
    assert "Mededingingswet" in shipped.body


def test_a_newer_version_holds_and_the_older_can_still_be_read(app):
    db.session.add(LegalText(key="statement", version=2, body="Korter."))
    db.session.commit()
    assert text_in_force("statement").body == "Korter."
    assert "Mededingingswet" in text_of("statement", 1).body
    assert text_of("statement", 3) is None


def test_a_text_that_nobody_wrote_is_not_there(app):
    with pytest.raises(LookupError):
        text_in_force("unheard_of")
