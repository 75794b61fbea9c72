"""What the content files say, and the people who say it."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.accounts.models import Actor
from app.core import clock

FOLDER = Path(__file__).parents[1] / "content"


def content(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as source:
        return tomllib.load(source)


def days_from(now: datetime, days: int) -> datetime:
    """The same local time so many days on, or back: as many times 24 hours may be another day, when clocks changed."""
    return clock.local(now) + timedelta(days=days)


def actor_of(person_id: int) -> Actor:
    actor = Actor.of_person(person_id)
    if actor is None:
        raise LookupError(person_id)
    return actor
