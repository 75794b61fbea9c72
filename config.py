"""Settings, read once from the environment. Nothing else in the project reads it.

A wrong or half setting raises SettingError, whose one line names the setting.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent
VAR = ROOT / "var"
DEMO_FILE = VAR / "demo.env"
FOR_REAL = {"DATABASE_URL", "SECRET_KEY", "BASE_URL"}  # who gives one of these wants no demo of ours
LOCALES = ("nl", "en")
SECRET_KEY_MIN = 32
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
FOLDER = re.compile(r"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")
MAILBOX = re.compile(r"/?|/[^\x00-\x1f\x7f\"\\\\*%]{1,200}")
IN_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,31}@[A-Za-z0-9.-]{1,180}")  # with a key the first part may be 64 long
REGION = re.compile(r"[a-z0-9-]+")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingError(Exception):
    """A setting is wrong or half. The message is one line that names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    secret_key: str = field(repr=False)
    site_name: str = "Samenwerkende Bedrijven Drenthe"
    base_url: str = "http://127.0.0.1:5000"
    host: str = "127.0.0.1"
    port: int = 5000
    database_url: str = field(default=f"sqlite:///{VAR}/brink.db", repr=False)  # may hold a password
    redis_url: str = field(default="", repr=False)
    mail_url: str = field(default="", repr=False)
    mail_from: str = "brink@localhost"
    mail_in_url: str = field(default="", repr=False)
    mail_in_address: str = ""  # what answers by mail go to, with a key behind a plus sign; empty: none come in
    contact_email: str = "brink@localhost"  # shown to visitors
    outbox: Path = VAR / "outbox"
    jobs_file: Path = VAR / "jobs.db"
    storage_url: str = f"file://{VAR}/files"
    storage_keys: tuple[str, str] = field(default=("", ""), repr=False)  # of a bucket: its name, and the secret
    incoming: Path = VAR / "incoming"  # what is on its way to a bucket
    upload_max_mb: int = 50
    mail_strangers_max_mb: int = 500  # kept of what unknown senders mailed
    default_locale: str = "nl"
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))
    trusted_proxies: int = 0
    log_level: str = "INFO"
    demo: bool = False
    # A server started by its tests or the bench may not throttle them.
    limits_enabled: bool = True

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of this process; what `make run` wrote counts only where nobody runs it for real."""
        given = dict(os.environ if environ is None else environ)
        if not given.keys() & FOR_REAL:
            given = {**_demo_settings(), **given}
        return cls(**_Reader(given).everything())

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """Names by which this site may be addressed (without port)."""
        name = urlsplit(self.base_url).hostname or ""
        return ["127.0.0.1", "localhost", "[::1]"] if _is_loopback(name) else [name]

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


class _Reader:
    """Reads strings into settings, one method per kind."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = {name: value.strip() for name, value in given.items()}

    def everything(self) -> dict[str, Any]:
        demo = self._yes_or_no("DEMO")
        host = self.given.get("HOST") or "127.0.0.1"
        port = self._number("PORT", 5000, 65535)
        values: dict[str, Any] = {
            "demo": demo, "host": host, "port": port,
            "secret_key": self._secret_key(demo=demo, host=host),
            "base_url": self._base_url(host, port),
            "timezone": self._timezone(),
            "default_locale": self._one_of("DEFAULT_LOCALE", LOCALES),
            "log_level": self._one_of("LOG_LEVEL", LOG_LEVELS, first="INFO"),
            "trusted_proxies": self._number("TRUSTED_PROXIES", 0, 10),
            "database_url": self._database_url(),
            "redis_url": self._url("REDIS_URL", ("redis", "rediss", "unix")),
            "mail_url": self._mail_url(),
            "mail_in_url": self._mail_in_url(), "mail_in_address": self._mail_in_address(),
            "contact_email": self._contact_email(),
            "storage_url": self._storage_url(), "storage_keys": self._storage_keys(),
            "upload_max_mb": self._number("UPLOAD_MAX_MB", 50, 2000, least=1),
            "mail_strangers_max_mb": self._number("MAIL_STRANGERS_MAX_MB", 500, 100_000),
        }  # fmt: skip
        for name in ("site_name", "mail_from"):
            if text := self.given.get(name.upper()):
                values[name] = text
        return values

    def _secret_key(self, *, demo: bool, host: str) -> str:
        key = self.given.get("SECRET_KEY", "")
        if not key:
            if demo and _is_loopback(host):
                return os.urandom(32).hex()  # a demo without make: sessions last until the restart
            raise SettingError("SECRET_KEY is missing: give at least 32 random characters.")
        if len(key) < SECRET_KEY_MIN or len(set(key)) < 8:
            raise SettingError("SECRET_KEY is too short or too plain: give at least 32 random characters.")
        return key

    def _base_url(self, host: str, port: int) -> str:
        url = self._url("BASE_URL", ("http", "https"))
        if not url and not _is_loopback(host):
            raise SettingError("BASE_URL is missing: HOST is not this machine, so links need the public address.")
        parts = urlsplit(url)
        if parts.path.strip("/") or parts.query:
            raise SettingError("BASE_URL must be scheme and host only, such as https://brink.example.org.")
        return url.rstrip("/") or f"http://127.0.0.1:{port}"

    def _database_url(self) -> str:
        url = self._url("DATABASE_URL", ("sqlite", "postgresql", "postgres", "postgresql+psycopg"))
        for plain in ("postgres://", "postgresql://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
            # Relative to the project, wherever the command was started.
            return f"sqlite:///{ROOT / url.removeprefix('sqlite:///')}"
        return url or f"sqlite:///{VAR}/brink.db"

    def _storage_url(self) -> str:
        """A bucket, or a folder of this machine; relative to the project, wherever the command was started."""
        url = self.given.get("STORAGE_URL") or f"file://{VAR}/files"
        if url.startswith("s3://"):
            return self._bucket_url(url)
        folder = url.removeprefix("file://")
        if not url.startswith("file://") or not folder:
            raise SettingError("STORAGE_URL must begin with file:// or s3://, such as file:///srv/brink/files.")
        return f"file://{ROOT / folder}"

    def _bucket_url(self, url: str) -> str:
        """Nobody's files end up with a provider for want of a word: it says where the bucket is."""
        parts = _split("STORAGE_URL", url)
        more = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not BUCKET.fullmatch(parts.netloc):
            raise SettingError("STORAGE_URL must name a bucket and nothing else before the folder, such as s3://files.")
        if not FOLDER.fullmatch(parts.path) or parts.fragment or more.keys() - {"region", "endpoint"}:
            raise SettingError("STORAGE_URL takes a plain folder, ?region= and &endpoint= after its bucket.")
        if not any(more.values()):
            raise SettingError("STORAGE_URL must say where the bucket is: ?region=eu-central-1 or ?endpoint=https://host.")
        if "region" in more and not REGION.fullmatch(more["region"]):
            raise SettingError("STORAGE_URL has a region that is none, unlike eu-central-1.")
        if "endpoint" in more and not _is_site(_split("STORAGE_URL", more["endpoint"])):
            raise SettingError("STORAGE_URL has an endpoint that is no address, unlike https://host:9000.")
        if find_spec("boto3") is None:
            raise SettingError("STORAGE_URL needs packages: pip install --require-hashes -r requirements-s3.lock.")
        return url

    def _storage_keys(self) -> tuple[str, str]:
        if not self.given.get("STORAGE_URL", "").startswith("s3://"):
            return "", ""
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            if not self.given.get(name):
                raise SettingError(f"{name} is missing: STORAGE_URL names a bucket.")
        return self.given["AWS_ACCESS_KEY_ID"], self.given["AWS_SECRET_ACCESS_KEY"]

    def _mail_url(self) -> str:
        url = self._url("MAIL_URL", ("smtp", "smtps"))
        if url and not self.given.get("MAIL_FROM"):
            raise SettingError("MAIL_FROM is missing: MAIL_URL is given, so letters need a sender.")
        return url

    def _mail_in_url(self) -> str:
        """A mailbox, and who may read it."""
        url = self._url("MAIL_IN_URL", ("imap", "imaps"))
        parts = _split("MAIL_IN_URL", url)
        if url and not (parts.username and parts.password):
            raise SettingError("MAIL_IN_URL needs a user and a password, such as imaps://user:pass@host/INBOX.")
        if parts.query or parts.fragment or not MAILBOX.fullmatch(unquote(parts.path)):
            raise SettingError("MAIL_IN_URL ends with the name of one folder, such as imaps://user:pass@host/INBOX.")
        return url

    def _mail_in_address(self) -> str:
        """Given where mail comes in by `flask mail receive` alone; with a mailbox it may be that of MAIL_FROM."""
        given = self.given.get("MAIL_IN_ADDRESS", "")
        if not given and not self.given.get("MAIL_IN_URL"):
            return ""
        address = given or parseaddr(self.given.get("MAIL_FROM", ""))[1]
        if not address:
            raise SettingError("MAIL_IN_ADDRESS is missing: MAIL_IN_URL is given, so answers need an address.")
        if not IN_ADDRESS.fullmatch(address):
            raise SettingError("MAIL_IN_ADDRESS must be an address such as brink@example.org: 31 characters at most "
                               "before the @, and no plus sign, behind which the key of an answer stands.")  # fmt: skip
        return address

    def _contact_email(self) -> str:
        """What visitors write to: the sender of our letters, where nothing better is given."""
        given = self.given.get("CONTACT_EMAIL") or self.given.get("MAIL_FROM") or "brink@localhost"
        address = parseaddr(given)[1]
        if "@" not in address:
            name = "CONTACT_EMAIL" if self.given.get("CONTACT_EMAIL") else "MAIL_FROM"
            raise SettingError(f"{name} is not an e-mail address.")
        return address

    def _url(self, name: str, schemes: tuple[str, ...]) -> str:
        url = self.given.get(name, "")
        if not url:
            return ""
        parts = _split(name, url)
        if parts.scheme not in schemes or parts.port == 0:
            raise SettingError(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")
        if parts.scheme not in ("sqlite", "unix") and not parts.hostname and "postgres" not in parts.scheme:
            raise SettingError(f"{name} has no host.")
        return url

    def _timezone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.given.get("TIMEZONE") or "Europe/Amsterdam")
        except (KeyError, ValueError, OSError):
            raise SettingError("TIMEZONE is not a known time zone, such as Europe/Amsterdam.") from None

    def _number(self, name: str, default: int, most: int, *, least: int = 0) -> int:
        text = self.given.get(name) or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise SettingError(f"{name} must be a whole number from {least} to {most}.")
        return int(text)

    def _yes_or_no(self, name: str) -> bool:
        text = self.given.get(name) or "0"
        if text not in ("0", "1"):
            raise SettingError(f"{name} must be 0 or 1.")
        return text == "1"

    def _one_of(self, name: str, choices: tuple[str, ...], first: str | None = None) -> str:
        text = self.given.get(name) or first or choices[0]
        if text not in choices:
            raise SettingError(f"{name} must be one of {', '.join(choices)}.")
        return text


def write_demo_settings() -> None:
    """What `make run` needs on a machine without settings: DEMO and a secret of its own."""
    if os.environ.keys() & FOR_REAL or DEMO_FILE.exists():
        return
    VAR.mkdir(exist_ok=True)
    DEMO_FILE.write_text(f"DEMO=1\nSECRET_KEY={os.urandom(32).hex()}\n")
    DEMO_FILE.chmod(0o600)


def _demo_settings() -> dict[str, str]:
    if not DEMO_FILE.exists():
        return {}
    lines = (line.partition("=") for line in DEMO_FILE.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address whose port, if there is one, is a number."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it is the question)
    except ValueError:
        raise SettingError(f"{name} is not an address.") from None
    return parts


def _is_site(parts: SplitResult) -> bool:
    """Scheme, host and port, and nothing more."""
    is_plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and is_plain


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
