"""What is known of a content. Its name, and who may read it, stand on the row of whoever owns it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime, words
from app.core.extensions import Model

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PDF = "application/pdf"
SHOWN_INLINE = PICTURES | {PDF}
NAME_MOST = 200  # characters of a name that a file comes with
SMALL = ".webp"  # after the key of a content: its thumbnail


class Thumbnail(StrEnum):
    NONE = "none"  # no picture, or one that cannot be made smaller safely
    WAITING = "waiting"
    MADE = "made"


class FileContent(Model):
    __tablename__ = "file_contents"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    type: Mapped[str] = mapped_column(String(100))  # found in the content, never in the name
    thumbnail: Mapped[Thumbnail] = mapped_column(words(Thumbnail), default=Thumbnail.NONE)
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)  # last, by whoever

    @property
    def is_shown_inline(self) -> bool:
        return self.type in SHOWN_INLINE

    @property
    def thumbnail_key(self) -> str:
        return f"{self.sha256}{SMALL}"
