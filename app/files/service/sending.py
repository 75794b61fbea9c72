"""Giving bytes back. Whoever calls this has asked the right at this moment."""

import logging

from flask import Response, send_file
from werkzeug.datastructures import ETags

from app.core.errors import NotFound, Refusal
from app.core.i18n import gettext as _
from app.core.transaction import end_reading
from app.files.models import PDF, FileContent, Thumbnail
from app.files.service.storage import storage
from app.files.service.types import UNKNOWN

logger = logging.getLogger(__name__)
POLICY = "default-src 'none'; sandbox"
POLICY_OF_PDF = "default-src 'none'"  # built-in viewers refuse to start in a sandbox


class NotReadable(Refusal):
    """The disk or the storage is away. The file is not gone, and nobody need think so."""

    status = 503


def send_content(content: FileContent, name: str, *, inline: bool = False) -> Response:
    """The bytes under this name: shown where that is safe and asked for, else as a file to keep (DOC-14, 15)."""
    shown = inline and content.is_shown_inline
    policy = POLICY_OF_PDF if shown and content.type == PDF else POLICY
    answer = _sent(content.sha256, content.type if shown else UNKNOWN, name=name, is_attachment=not shown)
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def send_thumbnail(content: FileContent, known: ETags) -> Response:
    """The small picture, which a browser keeps and asks about each time. Raises NotFound when there is none.

    Nobody fetches it from a bucket for a browser that says that it is `known`.
    """
    if content.thumbnail is not Thumbnail.MADE:
        raise NotFound
    sha256 = content.sha256
    if known.contains_weak(sha256):
        answer = Response(mimetype="image/webp")
    else:
        answer = _sent(content.thumbnail_key, "image/webp", name=None, is_attachment=False)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256)
    return answer


def _sent(key: str, mime: str, *, name: str | None, is_attachment: bool) -> Response:
    end_reading()  # while the storage is slow or away, whoever asks for files must not keep others from pages
    try:
        stream = storage().open(key)
    except FileNotFoundError:
        raise NotFound from None
    except OSError as trouble:
        logger.exception("a file could not be read")
        raise NotReadable(_("This file cannot be read just now. Please try again in a few minutes.")) from trouble
    return send_file(stream, mimetype=mime, as_attachment=is_attachment, download_name=name, etag=False,
                     conditional=False, max_age=None)  # fmt: skip
