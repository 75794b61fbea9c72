"""flask people board: who sits at the desk for what nobody nearer is free of."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core.extensions import db
from app.moderation.policy import can_see_cases
from tests.conftest import actor_named


@pytest.fixture
def command(app):
    def run(*words):
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["people", "board", *words])
        db.session.rollback()
        return done

    return run


def changes():
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.event == "BoardChanged"))


def test_somebody_comes_into_the_board_and_leaves_it(command, app):
    """MOD-3, decisions 22; doing it twice is written down once."""
    before = changes()
    assert not can_see_cases(actor_named("mirjam"))
    for _twice in range(2):
        assert command("mirjam@brink.example").exit_code == 0
    assert can_see_cases(actor_named("mirjam"))
    assert changes() == before + 1
    assert command("mirjam@brink.example", "--leave").exit_code == 0
    assert not can_see_cases(actor_named("mirjam"))


def test_an_address_of_nobody_is_refused_with_a_sentence(command):
    answer = command("niemand@brink.example")
    assert answer.exit_code == 1
    assert "There is nobody with the address niemand@brink.example." in answer.output
