"""Reading the texts that hold, and why something is hidden."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.extensions import db
from app.core.i18n import day
from app.core.i18n import gettext as _
from app.core.text import first_line
from app.guard.models import ActsAs, Hiding, LegalText

RULE = "rule-"
WHO = {
    ActsAs.LEAD: _l("the chair"), ActsAs.DEPUTY: _l("the deputy"), ActsAs.COORDINATOR: _l("the coordinator"),
    ActsAs.DEPUTY_COORDINATOR: _l("the deputy coordinator"), ActsAs.BOARD: _l("the board"),
}  # fmt: skip


class Hideable(Protocol):
    """A row of any feature."""

    id: Any
    hidden_at: Any


class HouseRule(NamedTuple):
    """One of the rules under which a text is hidden or a person is silenced: its name is its first line."""

    number: int
    body: str
    version: int

    @property
    def name(self) -> str:
        return first_line(self.body)

    @property
    def explanation(self) -> str:
        return self.body.partition("\n")[2]



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


def house_rules() -> list[HouseRule]:
    """The newest version of each, by number."""
    rows = db.session.scalars(select(LegalText).where(LegalText.key.startswith(RULE)).order_by(LegalText.version))
    newest = {int(row.key.removeprefix(RULE)): row for row in rows}
    return [HouseRule(number, newest[number].body, newest[number].version) for number in sorted(newest)]


def why_hidden(kind: str, item: int) -> str:
    """The sentence in its place: "Verborgen door de coördinator, regel 4, donderdag 12 maart"; empty when it is not."""
    hiding = db.session.get(Hiding, (kind, item))
    return hidden_sentence(hiding.role, hiding.rule, hiding.hidden_at) if hiding else ""


def why_row_is_hidden(kind: str, row: Hideable) -> str:
    """The same of a row that knows whether it is hidden: no statement where it is not."""
    return why_hidden(kind, row.id) if row.hidden_at else ""


def why_each_is_hidden(kind: str, items: Collection[int]) -> dict[int, str]:
    """The sentence of each of these that is hidden: one statement, and none where nothing is asked."""
    if not items:
        return {}
    found = db.session.scalars(select(Hiding).where(Hiding.kind == kind, Hiding.item.in_(items)))
    return {each.item: hidden_sentence(each.role, each.rule, each.hidden_at) for each in found}


def hidden_sentence(role: ActsAs, rule: int, at: datetime) -> str:
    return _("Hidden by %(who)s, rule %(rule)s, %(day)s", who=WHO[role], rule=rule, day=day(at))
