"""To whom what somebody keeps goes on their last day, as it was chosen when that day was set."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id
from app.core.extensions import Model


class HandOver(Model):
    """One colleague for each kind. Gone once the tie has ended, or goes on after all."""

    __tablename__ = "hand_overs"

    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    receiver_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
