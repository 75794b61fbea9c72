"""What the clock asks of announcements."""

from app.announcements.queries import due
from app.announcements.service import send_if_due, write_letters
from app.core.clock import now
from app.jobs.service import each_minute


@each_minute
def send_due_announcements() -> None:
    for announcement_id in due(now()):
        send_if_due(announcement_id)
    write_letters()
