"""A picture that was stored gets its thumbnail soon."""

from flask import current_app

from app.core.events import after_commit
from app.files.events import PictureStored
from app.files.tasks import make_waiting_thumbnails
from app.jobs.service import later


@after_commit(PictureStored)
def make_it_smaller_soon(_event: PictureStored) -> None:
    later(current_app._get_current_object(), make_waiting_thumbnails)  # type: ignore[attr-defined]
