"""Where bytes lie. Five methods, so that another kind of place needs no more."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from flask import current_app

PROBE = "what is written here can be read"
OWNER = "database"  # the file that says which database took this place first
NOBODYS = {"lost+found"}  # what a new volume holds by itself


class Lying(NamedTuple):
    key: str
    written_at: datetime


class Storage(Protocol):
    def put(self, unfinished: Path, key: str) -> None:
        """Take over this file, safe against a loss of power, whole or not at all."""

    def open(self, key: str) -> BinaryIO:
        """The bytes. Raises FileNotFoundError."""

    def has(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Deleting twice is fine."""

    def everything(self) -> Iterator[Lying]:
        """Whatever lies here."""


class Folder:
    """Files in a folder, by the first two letters of their key."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, unfinished: Path, key: str) -> None:
        place = self._path(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(unfinished, place)
        _make_safe(place.parent)
        _make_safe(self.root)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def has(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def everything(self) -> Iterator[Lying]:
        for path in self.root.glob("??/*"):
            with suppress(FileNotFoundError):  # someone else deletes as well
                yield Lying(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key


def storage() -> Storage:
    """The place that STORAGE_URL names."""
    return Folder(_root())


def incoming() -> Path:
    """Where uploads are written before they are whole: on the same disk, so that moving them is one step."""
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    if _is_empty(root):
        (root / OWNER).write_text(_this_database())
    folder = root / "incoming"
    folder.mkdir(exist_ok=True)
    return folder


def try_out() -> None:
    """Write a few bytes where uploads go, read them, and throw them away. Raises OSError."""
    probe = incoming() / f"probe-{secrets.token_hex(8)}"
    try:
        probe.write_text(PROBE)
        if probe.read_text() != PROBE:
            raise OSError(f"{probe.parent} does not give back what was written there")
    finally:
        probe.unlink(missing_ok=True)


def is_own() -> bool:
    """Whether this database was the first to use the place. What another one keeps here is not ours to throw away."""
    try:
        return (_root() / OWNER).read_text() == _this_database()
    except FileNotFoundError:
        return False


def _is_empty(root: Path) -> bool:
    """A folder that is new, that someone made for us, or where a volume was mounted."""
    return not any(each.name not in NOBODYS for each in root.iterdir())


def _root() -> Path:
    return Path(current_app.config["STORAGE_URL"].removeprefix("file://"))


def _this_database() -> str:
    return hashlib.sha256(current_app.config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()


def _make_safe(folder: Path) -> None:
    """A new name in a folder stands only when the folder itself is written."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
