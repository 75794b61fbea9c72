"""What the clock asks of meetings."""

from app.jobs.service import each_minute
from app.meetings.service import remove_old_transcripts


@each_minute
def remove_transcripts() -> None:
    remove_old_transcripts()
