"""When a person was here."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, UTCDateTime
from app.core.extensions import Model

VISIT_NOTED_EVERY = timedelta(minutes=5)
VISIT_ENDS_AFTER = timedelta(minutes=30)  # without a request


class VisitMark(Model):
    """This visit, and when the one before it ended. Part of the reader's own traces."""

    __tablename__ = "visit_marks"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)
    previous_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
