"""The names that files come with."""

from werkzeug.datastructures import FileStorage

from app.core.i18n import gettext as _
from app.core.text import tidy_line
from app.files.models import NAME_MOST


def name_of(sent: FileStorage) -> str:
    """Without a path, control characters and direction marks; its end stays, for the extension."""
    name = tidy_line((sent.filename or "").replace("\\", "/").rpartition("/")[2])
    start, dot, extension = name.rpartition(".")
    name = f"{start[: NAME_MOST - len(extension) - 1]}{dot}{extension}" if dot else name
    return name[-NAME_MOST:] or _("File")
