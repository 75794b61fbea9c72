"""The trash is emptied by the clock."""

from app.documents.service import purge_old_trash
from app.jobs.service import each_minute


@each_minute
def empty_the_trash() -> None:
    purge_old_trash()
