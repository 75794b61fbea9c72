"""Under which name bytes lie, wherever that is: a folder can be copied into a bucket as it stands, and back."""

from datetime import datetime
from typing import NamedTuple

OWNER = "database"  # the key that says which database took this place first


class Lying(NamedTuple):
    key: str
    written_at: datetime


def path_of(key: str) -> str:
    """By the first two letters of the key, so that no folder holds too many."""
    return key if key == OWNER else f"{key[:2]}/{key}"
