"""What a feature hands over to be found."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One findable thing, as plain words. `allow` names the scopes that may read it: "group:7"."""

    kind: str
    ref_id: int
    title: str
    body: str
    allow: tuple[str, ...]
    at: datetime
    group_id: int | None = None
    company_id: int | None = None
    author_id: int | None = None
