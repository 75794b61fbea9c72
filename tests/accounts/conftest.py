"""Signing in as people do: through the pages, with the code from the letter."""

import re
from email import policy
from html.parser import HTMLParser

import pyotp
import pytest
from sqlalchemy import select

from app.core import clock
from app.core.extensions import db
from app.demo.service import STEP_SECRET
from tests.conftest import PASSWORD, Browser

SIX_DIGITS = re.compile(r"(?<!\d)\d{6}(?!\d)")


class SomeoneSigningIn(Browser):
    """A browser whose person knows the sign-in pages."""

    def with_password(self, email, password=PASSWORD, **more):
        return self.post("/login", data={"email": email, "password": password, **more})

    def ask_code(self, email, **more):
        self.wait_a_minute()
        return self.post("/login/code/send", data={"email": email, **more})

    def wait_a_minute(self):
        """As if it were over: a new code may be asked."""
        with self.session_transaction() as cookie:
            cookie.pop("code_sent_at", None)

    def type_code(self, code, **more):
        return self.post("/login/code", data={"code": code, **more})

    def take_step(self, code, **more):
        return self.post("/login/step", data={"code": code, **more})

    def is_in(self):
        return self.get("/account").status_code == 200

    def post(self, *args, network="127.0.0.1", **kwargs):
        return super().post(*args, environ_base={"REMOTE_ADDR": network}, **kwargs)


@pytest.fixture
def someone(app):
    """Make browsers of people who are not signed in yet."""

    def browser():
        app.test_client_class = SomeoneSigningIn
        return app.test_client()

    return browser


@pytest.fixture
def browser(someone):
    return someone()


@pytest.fixture
def code_mailed(outbox):
    """The code of the newest letter, or of the one before it."""

    def read(back=0):
        return SIX_DIGITS.search(text_of(outbox()[-1 - back])).group()

    return read


@pytest.fixture
def by_smtp(app, mail_server):
    """Letters go to a real mail server."""
    kept = app.config["MAIL_URL"]
    app.config["MAIL_URL"] = mail_server.url
    yield mail_server
    app.config["MAIL_URL"] = kept


SECRET_SHOWN = re.compile(r'class="secret">([A-Z2-7 ]+)<')
RECOVERY = re.compile(r"<code>(\d{4}-\d{4}-\d{4}-\d{4})</code>")


def code_of(secret, steps=0):
    """What the app shows with this secret, or showed or will show so many half minutes from now."""
    return pyotp.HOTP(secret).at(int(clock.now().timestamp()) // 30 + steps)


def app_code(steps=0):
    """Of everyone in the cast who has a second step."""
    return code_of(STEP_SECRET, steps)


def set_up_second_step(browser, password=None):
    """Through the pages; the answer is the secret, and the recovery codes as they were shown."""
    browser.post("/account/security/step", data={"current": password or ""})
    secret = SECRET_SHOWN.search(browser.get("/account/security/step").text).group(1).replace(" ", "")
    shown = browser.post("/account/security/step/confirm", data={"code": code_of(secret)})
    return secret, RECOVERY.findall(shown.text)


class Forms(HTMLParser):
    """The forms of a page as a browser would send them: (address, fields)."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.found, self._area = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.found.append((attrs.get("action"), {}))
        elif self.found and attrs.get("name"):
            if tag == "input":
                self.found[-1][1][attrs["name"]] = attrs.get("value") or ""
            elif tag == "textarea":
                self._area, self.found[-1][1][attrs["name"]] = attrs["name"], ""

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            fields = self.found[-1][1]
            fields[self._area] = fields[self._area].removeprefix("\n")  # as browsers read it
            self._area = None

    def handle_data(self, text):
        if self._area:
            self.found[-1][1][self._area] += text


def form_to(address, page):
    """The fields of the form on this page that goes to this address."""
    return next(fields for action, fields in Forms(page).found if action == address)


def text_of(letter):
    assert letter.policy is not policy.compat32
    return letter.get_body(("plain",)).get_content()


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def words_in_database():
    """Every text in every table, also inside JSON."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for value in row:
                if isinstance(value, str | dict | list):
                    yield table.name, str(value)
