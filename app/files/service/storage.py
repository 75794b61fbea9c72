"""Where bytes lie. Five methods, so that another kind of place needs no more."""

import hashlib
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

from app.files.service.bucket import Bucket, Place
from app.files.service.places import OWNER, Lying, path_of

PROBE = b"what is written here can be read"
NOBODYS = {"lost+found"}  # what a new volume holds by itself


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
        return self.root / path_of(key)


def storage() -> Storage:
    """The place that STORAGE_URL names."""
    url, keys = current_app.config["STORAGE_URL"], current_app.config["STORAGE_KEYS"]
    return Bucket(Place.read(url, keys), _this_database()) if url.startswith("s3:") else Folder(_root())


def incoming() -> Path:
    """Where uploads are written before they are whole: on the disk of the folder, so that moving them is one step."""
    place = storage()
    if isinstance(place, Folder):
        place.root.mkdir(parents=True, exist_ok=True)
        if _is_empty(place.root):
            (place.root / OWNER).write_text(_this_database())
        folder = place.root / "incoming"
    else:
        folder = Path(current_app.config["INCOMING"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def opened_here(key: str) -> BinaryIO:
    """The bytes as a file of this machine, which a child process can read. Raises FileNotFoundError."""
    stream = storage().open(key)
    try:
        stream.fileno()
    except io.UnsupportedOperation:
        with stream:
            copy = tempfile.TemporaryFile(dir=incoming())  # noqa: SIM115 (whoever asked closes it)
            shutil.copyfileobj(stream, copy)
        copy.seek(0)
        return copy
    return stream


def try_out() -> None:
    """Store a few bytes, read them, and throw them away. Raises OSError.

    What a kill leaves of it lies there as a content that nobody owns.
    """
    probe, key = incoming() / f"probe-{secrets.token_hex(8)}", secrets.token_hex(32)
    try:
        probe.write_bytes(PROBE)
        storage().put(probe, key)
    finally:
        probe.unlink(missing_ok=True)
    try:
        with storage().open(key) as again:
            if again.read() != PROBE:
                raise OSError("what was written is not given back")
    finally:
        storage().delete(key)


def is_own() -> bool:
    """Whether this database was the first to use the place. What another one keeps here is not ours to throw away."""
    try:
        with storage().open(OWNER) as name:
            return name.read().decode() == _this_database()
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
