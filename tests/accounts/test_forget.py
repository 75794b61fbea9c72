"""What is over does not stay in the database: sessions nobody can come back to, codes that count for nothing."""

from sqlalchemy import func, select

from app.accounts.models import Session
from app.accounts.models.signing_in import Challenge
from app.accounts.tasks import forget_what_is_over
from app.core.extensions import db


def count_of(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_session_is_forgotten_when_it_can_no_longer_be_used(bram, sign_in, clock):
    """GRP-53: sixty days after its last use."""
    sign_in(bram)
    clock.forward(days=60)
    forget_what_is_over()
    assert count_of(Session) == 1
    clock.forward(seconds=1)
    forget_what_is_over()
    assert count_of(Session) == 0


def test_a_code_is_forgotten_when_its_tries_count_no_more(app, visitor, clock):
    """decisions 13: wrong codes are counted per day."""
    visitor.post("/login/code/send", data={"email": "anna@brink.example"})
    clock.forward(hours=25)
    forget_what_is_over()
    assert count_of(Challenge) == 1
    clock.forward(days=1)
    forget_what_is_over()
    assert count_of(Challenge) == 0
