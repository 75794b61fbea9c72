"""The files of a form: those that could be stored, and a sentence for each that could not."""

from collections.abc import Iterable
from typing import BinaryIO, NamedTuple, cast

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.core.errors import Invalid, Refusal
from app.core.i18n import gettext as _
from app.files.service.contents import NotStored, Stored, store
from app.files.service.names import name_of


class Upload(NamedTuple):
    """A file whose bytes lie in the store already, and the name it came with."""

    stored: Stored
    name: str


class Result(NamedTuple):
    """What became of one file: a sentence when it was refused, else where it lies."""

    name: str
    refusal: str = ""
    url: str = ""


class Taken(NamedTuple):
    """What came with a form. `status` is that of the last refusal; 422 when nothing was chosen."""

    uploads: list[Upload]
    refused: list[Result]
    status: int


def take(parts: Iterable[FileStorage], *, most: int, beyond: str = "") -> Taken:
    """Store at most so many of what was chosen; `beyond` is what the others are told.

    Slow, as `store` is: never within a transaction. Where one finds the storage away the others do not wait for it too.
    """
    uploads, refused, status = list[Upload](), list[Result](), Invalid.status
    away: NotStored | None = None
    for sent in parts:
        if not sent.filename:  # a browser sends an empty part where nothing was chosen
            continue
        name = name_of(sent)
        try:
            if len(uploads) == most:
                raise Refusal(beyond)
            if away:
                raise away
            stored = store(cast(BinaryIO, sent.stream), most=current_app.config["UPLOAD_MAX"])
            uploads.append(Upload(stored, name))
        except Refusal as refusal:
            refused.append(Result(name, str(refusal)))
            status = refusal.status
            away = refusal if isinstance(refusal, NotStored) else away
    if not uploads and not refused:
        refused.append(Result(_("No file"), _("Choose a file first.")))
    return Taken(uploads, refused, status)
