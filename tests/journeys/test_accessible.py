"""axe-core finds nothing, on any page and in any state, light and dark, wide and narrow; and all fits in 390 pixels."""

import pytest

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.pages import STATES, bring_to
from tests.journeys.site import ROOT

pytestmark = pytest.mark.slow

AXE = (ROOT / "tests/axe/axe.min.js").read_text()
FINDINGS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(found => `${found.id}: ${found.nodes.map(node => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`)"""
BY_WIDTH = {"wide": WIDE, "narrow": NARROW}


def findings(page):
    return page.evaluate(FINDINGS)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_axe_finds_nothing(site, open_browser, state):
    """Look, Accessible; issue A, must reach and bad input: 0 findings on every page; a refusal has its status."""
    page = open_browser(site, state.who, viewport=WIDE, reduced_motion="reduce")
    answers = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.request.is_navigation_request() else 0)
    bring_to(page, site, state)
    page.evaluate(AXE)
    found = {}
    for width, size in BY_WIDTH.items():
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            if wrong := findings(page):
                found[width, theme] = wrong
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        found["narrow"] = "it scrolls sideways"

    assert found == {}
    assert [status for status in answers if not 300 <= status < 400][-1] == state.status


def test_axe_does_find_what_is_wrong(site, open_browser):
    """Positive control."""
    page = open_browser(site, "anna")
    page.goto("/groups")
    page.evaluate(AXE)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=x>')")

    assert {found.split(":")[0] for found in findings(page)} >= {"label", "image-alt"}
