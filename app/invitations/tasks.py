"""What the clock asks of invitations."""

from app.core.clock import now
from app.core.transaction import forget
from app.invitations.models import ImportRun
from app.invitations.models.imports import KEPT
from app.invitations.queries import imports_under_way
from app.invitations.service import end_what_ran_out, go_on_with_import
from app.jobs.service import each_minute, task


@each_minute
def end_invitations_that_ran_out() -> None:
    end_what_ran_out()


@task
def send_list(run_id: int) -> None:
    go_on_with_import(run_id)


@each_minute
def go_on_with_lists() -> None:
    """Whose worker was stopped; each line is sent once, however many are at it."""
    for run_id in imports_under_way():
        go_on_with_import(run_id)


@each_minute
def forget_lists() -> None:
    """Names and addresses of people who were perhaps never invited."""
    forget(ImportRun, ImportRun.created_at < now() - KEPT)
