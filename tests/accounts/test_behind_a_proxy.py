"""What the settings decide about signing in: proxies in front, https, and the demo on this machine only."""

from dataclasses import replace

import pytest

from app import create_app
from app.core.extensions import db
from app.demo.service import SIGN_INS
from config import SettingError, Settings
from tests.accounts.conftest import SomeoneSigningIn
from tests.conftest import PASSWORD, settings_for

ANNA = "anna@brink.example"

pytestmark = pytest.mark.slow  # each test starts a program of its own


@pytest.fixture
def app_with(app, store, tmp_path):
    """The app with other settings, on the database of this test."""
    made = []

    def build(**settings):
        other = create_app(replace(settings_for(store.url, tmp_path), **settings), at_once=True)
        other.test_client_class = SomeoneSigningIn
        made.append(other)
        return other

    yield build
    for other in made:
        with other.app_context():
            db.engine.dispose()


def statuses(other, count, **headers):
    """Wrong passwords, each from another browser that says to be another address."""
    return [
        other.test_client().post("/login", data={"email": ANNA, "password": "wrong-password"},
                                 headers={"X-Forwarded-For": f"203.0.113.{number}", **headers}).status_code
        for number in range(count)
    ]  # fmt: skip


def test_without_a_proxy_nobody_escapes_a_limit_by_claiming_another_address(app_with):
    """decisions 13: TRUSTED_PROXIES is 0 unless given."""
    assert statuses(app_with(), 11) == [422] * 10 + [429]


def test_behind_one_proxy_its_word_about_the_address_counts(app_with):
    """decisions 13"""
    assert statuses(app_with(trusted_proxies=1), 11) == [422] * 11


def test_behind_one_proxy_what_the_visitor_wrote_before_it_does_not_count(app_with):
    """decisions 13: only the last address is the proxy's own word."""
    other = app_with(trusted_proxies=1)
    seen = [
        other.test_client().post("/login", data={"email": ANNA, "password": "wrong-password"},
                                 headers={"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7"}).status_code
        for number in range(11)
    ]  # fmt: skip
    assert seen == [422] * 10 + [429]


def test_a_proxy_does_not_say_how_we_are_called(app_with):
    """decisions 13: x_for and x_proto only."""
    page = app_with(trusted_proxies=1).test_client().get("/login", headers={"X-Forwarded-Host": "evil.example"})
    assert page.status_code == 200
    assert "evil.example" not in page.text


@pytest.mark.parametrize(("base_url", "is_secure"), [("https://localhost", True), ("http://localhost", False)])
def test_secure_cookies_and_hsts_follow_the_scheme_of_the_address(app_with, base_url, is_secure):
    """decisions 13"""
    browser = app_with(base_url=base_url).test_client()
    answer = browser.post("/login", data={"email": ANNA, "password": PASSWORD}, headers={"Origin": base_url},
                          base_url=base_url)  # fmt: skip
    assert answer.status_code == 303
    assert ("Secure" in answer.headers["Set-Cookie"]) == is_secure
    assert ("Strict-Transport-Security" in answer.headers) == is_secure


def test_a_demo_shows_its_people_on_the_sign_in_page(app_with):
    """decisions 16: the control for the sign-in page of a real site."""
    page = app_with(demo=True).test_client().get("/login").text
    assert PASSWORD in page
    assert all(f"{key}@brink.example" in page for key in SIGN_INS)


GIVEN = {"DATABASE_URL": "sqlite:////tmp/x.db"}
KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(("given", "named"), [
    ({}, "SECRET_KEY"), ({"SECRET_KEY": "short"}, "SECRET_KEY"), ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
    ({"DEMO": "1", "HOST": "0.0.0.0", "BASE_URL": "http://x.example"}, "SECRET_KEY"),
    ({"SECRET_KEY": KEY, "HOST": "0.0.0.0"}, "BASE_URL"),
    ({"SECRET_KEY": KEY, "MAIL_URL": "smtp://mail.example"}, "MAIL_FROM"),
    ({"SECRET_KEY": KEY, "TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
    ({"SECRET_KEY": KEY, "TRUSTED_PROXIES": "all"}, "TRUSTED_PROXIES"),
])  # fmt: skip
def test_a_wrong_or_half_setting_is_refused_by_name(given, named):
    """decisions 16, trust 11"""
    with pytest.raises(SettingError, match=named):
        Settings.read({**GIVEN, **given})


def test_a_demo_on_this_machine_starts_without_a_key():
    """decisions 16"""
    assert len(Settings.read({**GIVEN, "DEMO": "1"}).secret_key) >= 32


def test_without_an_address_of_its_own_the_site_is_this_machine_by_all_its_names():
    """decisions 16"""
    settings = Settings.read({**GIVEN, "SECRET_KEY": KEY, "PORT": "5123"})
    assert (settings.base_url, settings.hosts) == ("http://127.0.0.1:5123", ["127.0.0.1", "localhost", "[::1]"])
    assert Settings.read({**GIVEN, "SECRET_KEY": KEY, "BASE_URL": "https://brink.example"}).hosts == ["brink.example"]


def test_what_make_run_wrote_never_fills_in_beside_a_database_that_was_given(tmp_path, monkeypatch):
    """decisions 16"""
    import config

    monkeypatch.setattr(config, "DEMO_FILE", tmp_path / "demo.env")
    config.DEMO_FILE.write_text(f"DEMO=1\nSECRET_KEY={KEY}\n")
    assert Settings.read({}).demo
    with pytest.raises(SettingError, match="SECRET_KEY"):
        Settings.read(GIVEN)
