"""What the clock asks of accounts."""

from datetime import timedelta

from sqlalchemy import and_

from app.accounts.models import SecondFactor
from app.accounts.models.second_steps import SETUP_LIVES
from app.accounts.models.signing_in import SESSION_LIVES, Challenge, Session
from app.accounts.service import end_companies_that_left, end_ties_past_their_last_day
from app.core.clock import now
from app.core.transaction import forget
from app.jobs.service import each_minute

CHALLENGE_COUNTS = timedelta(days=2)  # wrong codes are counted per day


@each_minute
def forget_what_is_over() -> None:
    """Sessions nobody can come back to, codes that count for nothing any more, and second steps never confirmed."""
    forget(Session, Session.last_used_at < now() - SESSION_LIVES)
    forget(Challenge, Challenge.created_at < now() - CHALLENGE_COUNTS)
    forget(SecondFactor, and_(SecondFactor.activated_at.is_(None), SecondFactor.created_at < now() - SETUP_LIVES))


@each_minute
def end_whose_last_day_is_over() -> None:
    end_companies_that_left()
    end_ties_past_their_last_day()
