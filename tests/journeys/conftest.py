"""A real browser before the real program. `site` is for reading; who writes takes `fresh_site`."""

import os
from contextlib import suppress

import pytest

from tests.journeys.site import FLAGS, NOWHERE_ELSE, PASSWORD, Site, browser_path, seeded
from tests.servers import Unavailable, shared_folder

PATIENCE = 15_000  # milliseconds; nothing waits that long but what fails
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
sizes = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "phone"])
# A refused form, a lost line or a page that is not there is no mistake of the page that is open.
EXPECTED = ("Failed to load resource", "WebSocket connection to")


@pytest.fixture(scope="package")
def playwright():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    try:
        browser_path()
    except Unavailable as problem:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(problem))
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path=browser_path(), args=[*FLAGS, NOWHERE_ELSE])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    return seeded(shared_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def site(demo, tmp_path_factory):
    with Site(demo, tmp_path_factory.mktemp("site")) as running:
        yield running
    assert running.complaints() == []


@pytest.fixture
def fresh_site(demo, tmp_path):
    """Killed at its end: how a server stops, which takes a second, the shared ones show."""
    with Site(demo, tmp_path) as running:
        yield running
        running.kill()
    assert running.complaints() == []


@pytest.fixture
def open_browser(chromium):
    """Open a browser of its own: signed in as someone, or as nobody. A script that fails, fails the test."""
    contexts, mistakes = [], []

    def opened(site, who=None, **options):
        context = chromium.new_context(base_url=site.url, **{"viewport": WIDE, **options})
        context.set_default_timeout(PATIENCE)
        if who:
            context.add_cookies([site.cookie_of(who)])
        page = context.new_page()
        page.on("pageerror", lambda error: mistakes.append(str(error)))
        page.on("console", lambda line: note(line))
        contexts.append(context)
        return page

    def note(line):
        if line.type == "error" and not line.text.startswith(EXPECTED):
            mistakes.append(line.text)

    yield opened
    for context in contexts:
        with suppress(Exception):
            context.close()
    assert mistakes == []


@pytest.fixture
def sign_in():
    """Sign in as a person does: on the page where one is, with address and password."""

    def signed_in(page, key, password=PASSWORD):
        page.get_by_label("E-mailadres").fill(f"{key}@brink.example")
        page.get_by_label("Wachtwoord", exact=True).fill(password)
        page.get_by_role("button", name="Inloggen").first.click()

    return signed_in
