"""What the clock asks of invitations."""

from app.core.clock import now
from app.core.transaction import forget
from app.invitations.models import ImportRun
from app.invitations.models.imports import KEPT
from app.invitations.service import end_what_ran_out
from app.jobs.service import each_minute


@each_minute
def end_invitations_that_ran_out() -> None:
    end_what_ran_out()


@each_minute
def forget_lists() -> None:
    """Names and addresses of people who were perhaps never invited."""
    forget(ImportRun, ImportRun.created_at < now() - KEPT)
