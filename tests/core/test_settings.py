"""Settings: a wrong or half one stops the start with one line that names it (interface.md, Settings)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import SettingError, Settings

KEY = "a-secret-of-the-tests-only-0123456789"
GIVEN = {"SECRET_KEY": KEY, "DATABASE_URL": "sqlite:////tmp/never-made.db"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-bucket"}
BUCKET = "s3://brink-files?region=eu-central-1"
WRONG = [
    ("SECRET_KEY", "", {}), ("SECRET_KEY", "short", {}), ("SECRET_KEY", "a" * 40, {}), ("SECRET_KEY", "abc" * 20, {}),
    ("DEMO", "yes", {}), ("DEMO", "true", {}), ("DEMO", "2", {}),
    ("PORT", "abc", {}), ("PORT", "-1", {}), ("PORT", "65536", {}), ("PORT", "5000.5", {}), ("PORT", "²", {}),
    ("BASE_URL", "brink.example", {}), ("BASE_URL", "ftp://brink.example", {}), ("BASE_URL", "https://", {}),
    ("BASE_URL", "https://brink.example/a/path", {}), ("BASE_URL", "https://brink.example?a=1", {}),
    ("BASE_URL", "https://brink.example:notaport", {}), ("BASE_URL", "http://[", {}),
    ("BASE_URL", "", {"HOST": "0.0.0.0"}),
    ("TIMEZONE", "Europe/Drenthe", {}), ("TIMEZONE", "../../etc/passwd", {}), ("TIMEZONE", "\x01", {}),
    ("DEFAULT_LOCALE", "de", {}), ("DEFAULT_LOCALE", "NL", {}), ("LOG_LEVEL", "LOUD", {}),
    ("TRUSTED_PROXIES", "many", {}), ("TRUSTED_PROXIES", "-1", {}), ("TRUSTED_PROXIES", "11", {}),
    ("UPLOAD_MAX_MB", "0", {}), ("UPLOAD_MAX_MB", "2001", {}), ("UPLOAD_MAX_MB", "50 MB", {}),
    ("MAIL_STRANGERS_MAX_MB", "-1", {}), ("MAIL_STRANGERS_MAX_MB", "veel", {}),
    ("STORAGE_URL", "s3://bucket", {}), ("STORAGE_URL", "/srv/files", {}), ("STORAGE_URL", "file://", {}),
    ("STORAGE_URL", "ftp://bucket", {}), ("STORAGE_URL", "s3://", KEYS), ("STORAGE_URL", "s3:///folder", KEYS),
    ("STORAGE_URL", "s3://?region=eu-central-1", KEYS), ("STORAGE_URL", "s3://brink-files", KEYS),
    ("STORAGE_URL", "s3://brink-files/folder?region=", KEYS), ("STORAGE_URL", "s3://Brink?region=eu-central-1", KEYS),
    ("STORAGE_URL", "s3://key:secret@brink?region=eu-central-1", KEYS), ("STORAGE_URL", f"{BUCKET}&color=red", KEYS),
    ("STORAGE_URL", "s3://brink/../x?region=eu-central-1", KEYS), ("STORAGE_URL", f"{BUCKET}#here", KEYS),
    ("STORAGE_URL", "s3://brink/a b?region=eu-central-1", KEYS), ("STORAGE_URL", "s3://brink?region=EU 1", KEYS),
    ("STORAGE_URL", "s3://brink:9000?region=eu-central-1", KEYS), ("STORAGE_URL", "s3://[?region=eu-central-1", KEYS),
    *(("STORAGE_URL", f"s3://brink-files?endpoint={wrong}", KEYS) for wrong in (
        "host", "ftp://host", "https://", "https://host/path", "https://host:port", "https://a:b@host", "http://[")),
    ("AWS_ACCESS_KEY_ID", "", {**KEYS, "STORAGE_URL": BUCKET}),
    ("AWS_SECRET_ACCESS_KEY", "", {**KEYS, "STORAGE_URL": BUCKET}),
    ("DATABASE_URL", "mysql://localhost/brink", {}), ("DATABASE_URL", "brink.db", {}),
    ("REDIS_URL", "localhost:6379", {}), ("REDIS_URL", "http://x", {}),
    ("MAIL_URL", "mail.example", {"MAIL_FROM": "brink@example.org"}), ("MAIL_URL", "smtp://", {"MAIL_FROM": "a@b.nl"}),
    *(("MAIL_IN_URL", wrong, {"MAIL_FROM": "brink@example.org"}) for wrong in (
        "mail.example", "pop3://a:b@mail.example", "imaps://", "imaps://mail.example", "imaps://anna@mail.example",
        "imaps://a:b@host/INBOX?x=1", "imaps://a:b@host/%0aINBOX", "imaps://a:b@host/IN%22BOX", "imaps://a:b@host:x")),
    ("MAIL_IN_ADDRESS", "", {"MAIL_IN_URL": "imaps://a:b@host"}), ("MAIL_IN_ADDRESS", "het postvak", {}),
    ("MAIL_IN_ADDRESS", "brink+post@example.org", {}), ("MAIL_IN_ADDRESS", f"{'b' * 32}@example.org", {}),
    ("MAIL_FROM", "", {"MAIL_URL": "smtp://mail.example"}), ("CONTACT_EMAIL", "het secretariaat", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "more"), WRONG)
def test_a_wrong_setting_gives_one_line_that_names_it(name, value, more):
    with pytest.raises(SettingError) as refusal:
        Settings.read({**GIVEN, **more, name: value})
    line = str(refusal.value)
    assert line.startswith(name)
    assert "\n" not in line
    assert line.endswith(".")
    if len(value) > 8:
        assert value not in line  # a secret or a password stays out of the log


def test_the_least_that_must_be_given_is_a_secret():
    settings = Settings.read(GIVEN)
    assert (settings.default_locale, str(settings.timezone), settings.demo) == ("nl", "Europe/Amsterdam", False)
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.hosts == ["127.0.0.1", "localhost", "[::1]"]


def test_the_secret_is_not_shown_with_the_settings():
    """In a log or a traceback."""
    assert KEY not in repr(Settings.read(GIVEN))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "brink.example", "::"])
def test_a_demo_off_loopback_starts_only_with_a_secret_given(host):
    """decisions 16, trust 11"""
    given = {"DEMO": "1", "HOST": host, "BASE_URL": "http://brink.example", "DATABASE_URL": "sqlite:////tmp/x.db"}
    with pytest.raises(SettingError, match="SECRET_KEY"):
        Settings.read(given)
    assert Settings.read({**given, "SECRET_KEY": KEY}).demo


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_a_demo_on_this_machine_starts_without_one(host):
    """decisions 16"""
    settings = Settings.read({"DEMO": "1", "HOST": host, "DATABASE_URL": "sqlite:////tmp/x.db"})
    assert len(settings.secret_key) >= 32


@pytest.fixture
def demo_file(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "VAR", tmp_path)
    monkeypatch.setattr(config, "DEMO_FILE", tmp_path / "demo.env")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "demo.env"


def test_what_make_run_wrote_is_read_where_nothing_is_given(demo_file):
    config.write_demo_settings()
    settings = Settings.read({})
    assert settings.demo
    assert settings.secret_key in demo_file.read_text()
    assert demo_file.stat().st_mode & 0o077 == 0
    assert Settings.read({}).secret_key == settings.secret_key


def test_what_make_run_wrote_never_fills_a_database_that_was_given(demo_file):
    """decisions 16: someone's own database gets neither DEMO nor the demo's secret."""
    config.write_demo_settings()
    with pytest.raises(SettingError, match="SECRET_KEY"):
        Settings.read({"DATABASE_URL": "postgresql://localhost/brink"})
    assert not Settings.read({**GIVEN}).demo


def test_what_make_run_wrote_is_not_read_by_who_runs_it_for_real(demo_file):
    """trust: the passwords of the demo are known to all; nobody gets them at an address of their own."""
    config.write_demo_settings()
    assert not Settings.read({"SECRET_KEY": KEY, "BASE_URL": "https://brink.example"}).demo
    with pytest.raises(SettingError, match="SECRET_KEY"):
        Settings.read({"BASE_URL": "https://brink.example"})


def test_make_run_writes_nothing_beside_a_database_that_was_given(demo_file, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/x.db")
    config.write_demo_settings()
    assert not demo_file.exists()


def test_what_is_given_wins_over_what_make_run_wrote(demo_file):
    config.write_demo_settings()
    assert Settings.read({"SECRET_KEY": KEY}).secret_key == KEY
    assert not Settings.read({"DEMO": "0"}).demo


@pytest.mark.parametrize(("given", "meant"), [
    ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"), ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
    ("sqlite:////abs/b.db", "sqlite:////abs/b.db"), ("sqlite:///var/b.db", f"sqlite:///{config.ROOT}/var/b.db"),
])  # fmt: skip
def test_a_database_is_named_as_people_name_it(given, meant):
    assert Settings.read({**GIVEN, "DATABASE_URL": given}).database_url == meant


@pytest.mark.parametrize("url", [
    BUCKET, "s3://brink-files/een/map/?region=eu-central-1", "s3://files.brink.example?endpoint=https://s3.example.nl",
    "s3://files?endpoint=http://127.0.0.1:9000&region=local",
])  # fmt: skip
def test_files_may_lie_in_a_bucket_whose_keys_are_given_beside_it(url):
    """architecture.md, One process, or many"""
    settings = Settings.read({**GIVEN, **KEYS, "STORAGE_URL": url})
    assert settings.storage_url == url
    assert settings.storage_keys == tuple(KEYS.values())
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in repr(settings)


def test_keys_that_are_there_for_another_program_are_not_ours():
    assert Settings.read({**GIVEN, **KEYS}).storage_keys == ("", "")


def test_a_bucket_without_the_packages_for_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(config, "find_spec", lambda name: None if name == "boto3" else pytest.fail(name))
    with pytest.raises(SettingError, match=r"^STORAGE_URL needs packages: pip install .*requirements-s3\.lock\.$"):
        Settings.read({**GIVEN, **KEYS, "STORAGE_URL": BUCKET})
    assert Settings.read(GIVEN).storage_url.startswith("file://")


def test_a_public_site_is_addressed_by_its_own_name_only():
    settings = Settings.read({**GIVEN, "BASE_URL": "https://brink.example/"})
    assert (settings.hosts, settings.base_url, settings.is_secure) == (["brink.example"], "https://brink.example", True)


def test_the_server_ends_with_that_one_line():
    """As the person who starts it sees it: no traceback."""
    root = Path(config.__file__).parent
    ended = subprocess.run([sys.executable, "-m", "app"], cwd=root, capture_output=True, text=True, timeout=60,
                           env={**GIVEN, "PATH": os.environ["PATH"], "PORT": "zes"}, check=False)  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.strip() == "PORT must be a whole number from 0 to 65535."


@pytest.mark.parametrize(("given", "shown"), [
    ({}, "brink@localhost"), ({"MAIL_FROM": "De brink <brink@vereniging.example>"}, "brink@vereniging.example"),
    ({"MAIL_FROM": "brink@vereniging.example", "CONTACT_EMAIL": "info@vereniging.example"}, "info@vereniging.example"),
])  # fmt: skip
def test_visitors_write_to_the_sender_of_our_letters_unless_another_address_is_given(given, shown):
    """HOM-17, HOM-22"""
    assert Settings.read({**GIVEN, **given}).contact_email == shown


@pytest.mark.parametrize(("given", "address"), [
    ({}, ""), ({"MAIL_FROM": "brink@vereniging.example"}, ""),
    ({"MAIL_IN_ADDRESS": "post@a.example"}, "post@a.example"),
    ({"MAIL_FROM": "De brink <brink@vereniging.example>", "MAIL_IN_URL": "imaps://u:p@host/INBOX"},
     "brink@vereniging.example"),
    ({"MAIL_FROM": "brink@a.example", "MAIL_IN_URL": "imap://u:p%40@host", "MAIL_IN_ADDRESS": "in@b.example"},
     "in@b.example"),
])  # fmt: skip
def test_answers_come_to_the_mailbox_or_to_the_sender_of_our_letters(given, address):
    """NTF-38"""
    assert Settings.read({**GIVEN, **given}).mail_in_address == address
