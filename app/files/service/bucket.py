"""Files in a bucket that speaks S3. Its library is loaded only where STORAGE_URL names one."""

import hashlib
import io
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self, cast
from urllib.parse import parse_qsl, urlsplit

from app.files.service.places import OWNER, Lying, path_of

OF_CONTENTS = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62}(?:\.webp)?)")
MISSING = ("NoSuchKey", "404")
AT_ONCE = 1 << 18  # bytes


class Waits(NamedTuple):
    """How long one attempt waits, in seconds, and how many there are."""

    connecting: int
    answering: int
    attempts: int


PATIENT = Waits(3, 15, 3)  # a proxy in front waits a minute for the page
BRISK = Waits(2, 4, 2)  # asked under a lock, which others wait for: with SQLite at most fifteen seconds


class Place(NamedTuple):
    """What `s3://bucket/folder?region=…&endpoint=…` says, and the two keys."""

    bucket: str
    folder: str  # ends in a slash, or is empty
    region: str
    endpoint: str  # empty: Amazon's own
    keys: tuple[str, str]

    @classmethod
    def read(cls, url: str, keys: tuple[str, str]) -> Self:
        parts = urlsplit(url)
        more, folder = dict(parse_qsl(parts.query)), parts.path.strip("/")
        return cls(parts.netloc, f"{folder}/" if folder else "", more.get("region", ""), more.get("endpoint", ""), keys)


class Bucket:
    """Each key one object, written by one request, so that it is there whole or not at all.

    A bucket that does not answer raises OSError, as a disk does that is away.
    """

    def __init__(self, place: Place, database: str) -> None:
        self.place, self.database = place, database

    def put(self, unfinished: Path, key: str) -> None:
        try:
            self._claim()
            with unfinished.open("rb") as file, trouble_as_of_a_disk(key):
                # A bucket refuses what does not have this sum: no bytes that went wrong on the way are acknowledged.
                total = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
                file.seek(0)
                self._ask(PATIENT).put_object(Body=file, ContentMD5=b64encode(total).decode(), **self._at(key))
        finally:
            unfinished.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        with trouble_as_of_a_disk(key):
            body = self._ask(PATIENT).get_object(**self._at(key))["Body"]
        return cast(BinaryIO, io.BufferedReader(Arriving(body, key), AT_ONCE))

    def has(self, key: str) -> bool:
        try:
            with trouble_as_of_a_disk(key):
                self._ask(BRISK).head_object(**self._at(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        with trouble_as_of_a_disk(key):
            self._ask(BRISK).delete_object(**self._at(key))

    def everything(self) -> Iterator[Lying]:
        """Whatever else somebody keeps in this bucket is passed by."""
        with trouble_as_of_a_disk(self.place.bucket):
            pages = self._ask(PATIENT).get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.place.bucket, Prefix=self.place.folder):
                for each in page.get("Contents", ()):
                    if found := OF_CONTENTS.fullmatch(each["Key"].removeprefix(self.place.folder)):
                        yield Lying(found[2], each["LastModified"])

    def _claim(self) -> None:
        """Say whose a place is in which nothing lies yet."""
        if not self.has(OWNER) and next(self.everything(), None) is None:
            with trouble_as_of_a_disk(OWNER):
                self._ask(BRISK).put_object(Body=self.database.encode(), **self._at(OWNER))

    def _ask(self, waits: Waits) -> Any:
        return client(self.place.region, self.place.endpoint, self.place.keys, waits)

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": f"{self.place.folder}{path_of(key)}"}


class Arriving(io.RawIOBase):
    """The bytes of an object as they come in: none of it is kept."""

    def __init__(self, body: Any, key: str) -> None:
        super().__init__()
        self._body, self._key = body, key

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with trouble_as_of_a_disk(self._key):
            arrived = self._body.read(len(buffer))
        buffer[: len(arrived)] = arrived
        return len(arrived)

    def close(self) -> None:
        self._body.close()
        super().close()


@contextmanager
def trouble_as_of_a_disk(key: str) -> Iterator[None]:
    """Raises FileNotFoundError where nothing lies under this key, and OSError for all else that went wrong."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as trouble:
        is_missing = isinstance(trouble, ClientError) and trouble.response["Error"]["Code"] in MISSING
        raise (FileNotFoundError if is_missing else OSError)(f"{key}: {trouble}") from trouble


@cache  # made in a tenth of a second, and safe for threads
def client(region: str, endpoint: str, keys: tuple[str, str], waits: Waits) -> Any:
    from boto3.session import Session
    from botocore.config import Config

    return Session().client(
        "s3", region_name=region or "us-east-1", endpoint_url=endpoint or None,  # servers of one's own have no region
        aws_access_key_id=keys[0], aws_secret_access_key=keys[1],
        config=Config(
            connect_timeout=waits.connecting, read_timeout=waits.answering, max_pool_connections=50,
            retries={"mode": "standard", "total_max_attempts": waits.attempts},
            s3={"addressing_style": "path" if endpoint else "auto"}, ignore_configured_endpoint_urls=True,
            # The newer sums are Amazon's alone; that of put_object every server knows.
            request_checksum_calculation="when_required", response_checksum_validation="when_required"),
    )  # fmt: skip
