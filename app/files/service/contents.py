"""Taking in and throwing away. A content is stored once, whoever brings it, and goes a day after its last owner."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Invalid, Refusal
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import filesize
from app.core.i18n import gettext as _
from app.core.transaction import atomic, is_writing
from app.files.events import PictureStored
from app.files.models import PICTURES, SMALL, FileContent, Thumbnail
from app.files.service.shrinking import made_smaller
from app.files.service.storage import incoming, is_own, storage
from app.files.service.types import FORMATS, MANY_PIXELS, type_of

logger = logging.getLogger(__name__)
CHUNK = 1 << 20  # bytes
UNUSED_FOR = timedelta(hours=24)
PHOTO_LONGEST = 1600  # pixels
_owners: list[InstrumentedAttribute[str | None]] = []


class NotStored(Refusal):
    """The disk is full, or the storage away. What else was typed comes back in the form."""

    status = 503


class Stored(NamedTuple):
    """A content that lies safely in its place, and is kept for a day also when nobody takes it."""

    sha256: str
    size: int
    type: str


def owner(column: InstrumentedAttribute[str | None]) -> None:
    """Say which column names contents, so that what stands there is not thrown away."""
    if column not in _owners:
        _owners.append(column)


def store(stream: BinaryIO, *, most: int) -> Stored:
    """Write the bytes where files lie and note the content. Slow: never within a transaction.

    Raises Invalid for nothing at all or more than `most` bytes, and NotStored when they are not taken there.
    """
    return _stored(stream, most, lambda brought: brought)


def store_photo(stream: BinaryIO, *, most: int) -> Stored:
    """The same for a photo: of its bytes nothing is kept but a picture of at most PHOTO_LONGEST pixels, made anew.

    Raises Invalid also for what is no picture, or one that cannot be made smaller safely.
    """

    def made_anew(brought: Path) -> Path:
        found = type_of(brought)
        if found == MANY_PIXELS:
            raise Invalid(_("This photo has more than 40 megapixels. Make it smaller, then choose it again."))
        kind = FORMATS.get(found)
        small = made_smaller(brought.open("rb"), kind, PHOTO_LONGEST) if kind else None
        if small is None:
            raise Invalid(_("This is no photo that can be shown. Take a JPEG, PNG, GIF or WebP."))
        return small

    return _stored(stream, most, made_anew)


def _stored(stream: BinaryIO, most: int, change: Callable[[Path], Path]) -> Stored:
    if is_writing():
        raise RuntimeError("files.store within a transaction")
    try:
        brought = _written(stream, most)
        unfinished = brought
        try:
            unfinished = change(brought)
            stored = Stored(_sum_of(unfinished), unfinished.stat().st_size, type_of(unfinished))
            storage().put(unfinished, stored.sha256)
        finally:
            brought.unlink(missing_ok=True)
            unfinished.unlink(missing_ok=True)
        is_kept = keep(stored)
    except OSError as trouble:
        logger.exception("a file could not be stored")
        raise NotStored(_("Not saved. Please try again in a few minutes.")) from trouble
    if not is_kept:  # the sweep threw the same bytes away between the two steps
        raise NotStored(_("Not saved. Please try again in a few minutes."))
    return stored


@atomic
def keep(stored: Stored) -> bool:
    """Note the content, or note anew that it is wanted. False when its bytes are gone."""
    one_at_a_time("file", stored.sha256)
    if not storage().has(stored.sha256):
        return False
    content = db.session.get(FileContent, stored.sha256)
    if content is None:
        wanted = Thumbnail.WAITING if stored.type in PICTURES else Thumbnail.NONE
        content = FileContent(sha256=stored.sha256, size=stored.size, type=stored.type, thumbnail=wanted)
        db.session.add(content)
        if wanted is Thumbnail.WAITING:
            publish(PictureStored(actor_id=None, sha256=stored.sha256))
    content.stored_at = now()
    return True


def forget_unused() -> int:
    """Throw away what nobody owns and nobody stored for a day; return how many contents that were."""
    before = now() - UNUSED_FOR
    is_unused = and_(FileContent.stored_at < before, ~_is_owned(FileContent.sha256))
    unused = db.session.scalars(select(FileContent.sha256).where(is_unused)).all()
    forgotten = sum(_forget(sha256, before) for sha256 in unused)
    known = set(db.session.scalars(select(FileContent.sha256)))
    for name, written_at in storage().everything() if is_own() else ():
        if written_at < before and (sha256 := name.removesuffix(SMALL)) not in known:
            forgotten += _forget(sha256, before)
    for unfinished in incoming().iterdir():
        if unfinished.stat().st_mtime < before.timestamp():
            unfinished.unlink(missing_ok=True)
    return forgotten


@atomic
def _forget(sha256: str, before: datetime) -> bool:
    """The row first, then its bytes; unless someone took it in the meantime."""
    one_at_a_time("file", sha256)
    content = db.session.get(FileContent, sha256)
    if content is not None:
        if content.stored_at >= before or db.session.scalar(select(_is_owned(literal(sha256)))):
            return False
        db.session.delete(content)
        db.session.flush()
    for key in (sha256, f"{sha256}{SMALL}"):  # a row that stays, for trouble with the second, lacks no thumbnail
        storage().delete(key)
    return True


def _is_owned(sha256: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return or_(false(), *(exists().where(column == sha256) for column in _owners))


def _written(stream: BinaryIO, most: int) -> Path:
    """The bytes in a file of their own that survives a loss of power."""
    handle, name = tempfile.mkstemp(dir=incoming())
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size <= most:
                    file.write(chunk)
            if size > most:
                raise Invalid(_("This file is %(size)s; it may be %(most)s.", size=filesize(size), most=filesize(most)))
            if not size:
                raise Invalid(_("This file is empty."))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sum_of(path: Path) -> str:
    """Of the bytes as they can be read again, not as they were sent."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
