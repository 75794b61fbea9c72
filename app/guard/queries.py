"""Reading the texts that hold."""

from sqlalchemy import select

from app.core.extensions import db
from app.guard.models import LegalText


def text_in_force(key: str) -> LegalText:
    """The newest version. The migrations ship the first of each; raises LookupError for a text that has none."""
    newest = select(LegalText).where(LegalText.key == key).order_by(LegalText.version.desc()).limit(1)
    found = db.session.scalar(newest)
    if found is None:
        raise LookupError(key)
    return found


def text_of(key: str, version: int) -> LegalText | None:
    """The text as somebody saw it at the time."""
    return db.session.get(LegalText, (key, version))
