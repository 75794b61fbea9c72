"""What the content files say, and the people who say it."""

import tomllib
from pathlib import Path
from typing import Any

from app.accounts.models import Actor

FOLDER = Path(__file__).parents[1] / "content"


def content(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as source:
        return tomllib.load(source)


def actor_of(person_id: int) -> Actor:
    actor = Actor.of_person(person_id)
    if actor is None:
        raise LookupError(person_id)
    return actor
