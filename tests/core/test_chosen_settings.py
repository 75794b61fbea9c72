"""Choices of the association: a default until somebody chooses, and nobody chooses over another's choice."""

import pytest

from app.audit.models import AuditEntry
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.settings import change_setting, declare, setting

KEY = declare("tests.most_lines", default=5)


def test_what_nobody_chose_is_as_it_was_declared(app):
    assert setting(KEY) == 5


def test_what_was_chosen_holds_and_is_written_down(app):
    change_setting(1, KEY, [1, 2], version=0)
    change_setting(1, KEY, 0, version=1)
    assert setting(KEY) == 0
    written = db.session.query(AuditEntry).filter_by(event="SettingChanged").all()
    assert [entry.details for entry in written] == [{"setting": KEY}] * 2


def test_who_chooses_over_a_newer_choice_is_told(app):
    change_setting(1, KEY, 6, version=0)
    with pytest.raises(Conflict):
        change_setting(1, KEY, 7, version=0)
    assert setting(KEY) == 6


def test_a_setting_that_nobody_declared_does_not_exist(app):
    with pytest.raises(LookupError):
        setting("tests.unheard_of")
