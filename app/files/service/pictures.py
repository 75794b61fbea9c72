"""Thumbnails (DOC-17), made in a child process: a picture can be a bomb."""

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.core.children import bare_environment
from app.core.extensions import db
from app.core.transaction import atomic, end_reading
from app.files.models import FileContent, Thumbnail
from app.files.service.storage import incoming, storage
from app.files.service.types import FORMATS

logger = logging.getLogger(__name__)
CHILD = Path(__file__).with_name("picture_child.py")
LONGEST = 320  # pixels
PATIENCE = 30  # seconds


def make_thumbnail(sha256: str) -> None:
    """Make the small picture of a content that waits for it. Asked twice, it is made once."""
    content = db.session.get(FileContent, sha256)
    if content is None or content.thumbnail is not Thumbnail.WAITING:
        return
    kind, key = FORMATS[content.type], content.thumbnail_key
    end_reading()
    small = _made_smaller(sha256, kind)
    if small is not None:
        storage().put(small, key)
    _note_thumbnail(sha256, Thumbnail.MADE if small else Thumbnail.NONE)


@atomic
def _note_thumbnail(sha256: str, state: Thumbnail) -> None:
    content = db.session.get(FileContent, sha256)
    if content is not None:
        content.thumbnail = state


def _made_smaller(sha256: str, kind: str) -> Path | None:
    handle, name = tempfile.mkstemp(dir=incoming())
    small, command = Path(name), [sys.executable, "-I", str(CHILD), kind, str(LONGEST)]
    try:
        with storage().open(sha256) as picture, os.fdopen(handle, "wb") as written:
            subprocess.run(command, stdin=picture, stdout=written, stderr=subprocess.PIPE,  # noqa: S603 (our own words)
                           check=True, env=bare_environment())
            os.fsync(written.fileno())
    except (subprocess.SubprocessError, OSError) as trouble:
        logger.warning("no thumbnail of %s: %s", sha256, trouble)
        small.unlink(missing_ok=True)
        return None
    return small
