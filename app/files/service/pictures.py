"""Thumbnails (DOC-17)."""

from app.core.extensions import db
from app.core.transaction import atomic, end_reading
from app.files.models import FileContent, Thumbnail
from app.files.service.shrinking import made_smaller
from app.files.service.storage import opened_here, storage
from app.files.service.types import FORMATS

LONGEST = 320  # pixels


def make_thumbnail(sha256: str) -> None:
    """Make the small picture of a content that waits for it. Asked twice, it is made once."""
    content = db.session.get(FileContent, sha256)
    if content is None or content.thumbnail is not Thumbnail.WAITING:
        return
    kind, key = FORMATS[content.type], content.thumbnail_key
    end_reading()
    try:
        small = made_smaller(opened_here(sha256), kind, LONGEST)
    except FileNotFoundError:
        small = None
    if small is not None:
        storage().put(small, key)
    _note_thumbnail(sha256, Thumbnail.MADE if small else Thumbnail.NONE)


@atomic
def _note_thumbnail(sha256: str, state: Thumbnail) -> None:
    content = db.session.get(FileContent, sha256)
    if content is not None:
        content.thumbnail = state
