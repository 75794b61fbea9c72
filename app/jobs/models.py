"""When work that the clock asks for is due."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import UTCDateTime
from app.core.extensions import Model


class Round(Model):
    """Work that is not to be done before this moment. Of all processes, the one that moves it on does it."""

    __tablename__ = "rounds"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
