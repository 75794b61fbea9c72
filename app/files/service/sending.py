"""Giving bytes back. Whoever calls this has asked the right at this moment."""

from flask import Response, send_file

from app.core.errors import NotFound
from app.files.models import PDF, FileContent, Thumbnail
from app.files.service.storage import storage
from app.files.service.types import UNKNOWN

POLICY = "default-src 'none'; sandbox"
POLICY_OF_PDF = "default-src 'none'"  # built-in viewers refuse to start in a sandbox


def send_content(content: FileContent, name: str, *, inline: bool = False) -> Response:
    """The bytes under this name: shown where that is safe and asked for, else as a file to keep (DOC-14, 15)."""
    shown = inline and content.is_shown_inline
    answer = _sent(content.sha256, content.type if shown else UNKNOWN, name=name, is_attachment=not shown)
    is_pdf = shown and content.type == PDF
    answer.headers["Content-Security-Policy"] = POLICY_OF_PDF if is_pdf else POLICY
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def send_thumbnail(content: FileContent) -> Response:
    """The small picture, which a browser keeps and asks about each time. Raises NotFound when there is none."""
    if content.thumbnail is not Thumbnail.MADE:
        raise NotFound
    answer = _sent(content.thumbnail_key, "image/webp", name=None, is_attachment=False)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(content.sha256)
    return answer


def _sent(key: str, mime: str, *, name: str | None, is_attachment: bool) -> Response:
    try:
        stream = storage().open(key)
    except FileNotFoundError:
        raise NotFound from None
    return send_file(stream, mimetype=mime, as_attachment=is_attachment, download_name=name, etag=False,
                     conditional=False, max_age=None)  # fmt: skip
