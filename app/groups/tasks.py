"""What the clock asks of groups."""

from app.groups.service import call_coordinators, expire_join_requests
from app.jobs.service import each_minute


@each_minute
def follow_join_requests() -> None:
    """First what is over, so that nobody is called to it."""
    expire_join_requests()
    call_coordinators()
