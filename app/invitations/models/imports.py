"""A list of people that was read in, with what was found about each of its lines."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column
from app.core.extensions import Model

KEPT = timedelta(hours=24)
LINES_MOST = 1_000
FILE_MOST = 2_000_000  # bytes
FILENAME_MOST = 120
COLUMNS = ("name", "email", "company", "function", "groups", "role")


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # nothing is wrong, and nothing is sent
    ERROR = "error"


class Finding(NamedTuple):
    """What is the matter with one cell: a code for a sentence, and the word that it is about."""

    column: str
    code: str
    word: str = ""


class ImportLine(NamedTuple):
    """One line of the file. `outcome` is empty until it was tried for real."""

    number: int  # of the line in the file, as an editor counts
    values: dict[str, str]
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    outcome: str = ""

    @classmethod
    def kept(cls, line: list[Any]) -> Self:
        number, values, verdict, findings, outcome = line
        return cls(number, values, Verdict(verdict), tuple(Finding(*each) for each in findings), outcome)

    @property
    def as_json(self) -> list[Any]:
        return [self.number, self.values, self.verdict.value, [list(each) for each in self.findings], self.outcome]


class ImportRun(Model):
    """Of its maker alone, for 24 hours: names and addresses of people who have no part in anything yet."""

    __tablename__ = "import_runs"

    id: Mapped[int] = id_column()
    filename: Mapped[str] = mapped_column(String(FILENAME_MOST))
    sha256: Mapped[str] = mapped_column(String(64))
    kept_lines: Mapped[list[Any]] = mapped_column(JSON)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # of a long one, which is sent beside the pages
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    @property
    def is_under_way(self) -> bool:
        return self.started_at is not None and self.sent_at is None

    @property
    def lines(self) -> list[ImportLine]:
        return [ImportLine.kept(line) for line in self.kept_lines]

    @lines.setter
    def lines(self, lines: list[ImportLine]) -> None:
        self.kept_lines = [line.as_json for line in lines]  # a new list: a changed one is not noticed
