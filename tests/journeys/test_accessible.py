"""axe-core finds nothing, on any page and in any state, wide and narrow, light and dark; and all fits in 390 pixels."""

import pytest

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.pages import STATES, bring_to
from tests.journeys.site import ROOT

pytestmark = pytest.mark.slow

AXE = (ROOT / "tests/axe/axe.min.js").read_text()
# Over a gradient or a picture axe judges no contrast: a finding too. What lies under the dock is judged by its colour.
FINDINGS = """async (rules) => {
  const { violations, incomplete } = await axe.run(document, { resultTypes: ["violations", "incomplete"], ...rules });
  const grounds = ["bgGradient", "bgImage", "imgNode", "pseudoContent"];
  const isUnseen = ({ any }) => grounds.includes(any[0]?.data?.messageKey);
  const unseen = incomplete.map(({ id, nodes }) => ({ id, nodes: nodes.filter(isUnseen) }));
  const words = ({ html, any }) => `${html.slice(0, 120)} (${any[0]?.message ?? ""})`;
  return [...violations, ...unseen].filter(({ nodes }) => nodes.length)
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(words).join(" | ")}`);
}"""
EVERYTHING = {}
OF_COLOUR = {"runOnly": {"type": "tag", "values": ["cat.color"]}}  # all that dark changes
# Each state at both widths and in both themes; which goes with which is the other way round in the next state, so that
# the frame, which all share, is looked at in all four.
WAYS = ({"light": WIDE, "dark": NARROW}, {"light": NARROW, "dark": WIDE})
TURNS = [pytest.param(state, WAYS[place % 2], id=state.name) for place, state in enumerate(STATES)]


def findings(page, rules=EVERYTHING):
    return page.evaluate(FINDINGS, rules)


@pytest.mark.parametrize(("state", "ways"), TURNS)
def test_axe_finds_nothing(site, open_browser, state, ways):
    """Look, Accessible; issue A, must reach and bad input: 0 findings on every page; a refusal has its status."""
    page = open_browser(site, state.who, viewport=WIDE, reduced_motion="reduce")
    answers = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.request.is_navigation_request() else 0)
    bring_to(page, site, state)
    page.evaluate(AXE)
    found = {}
    for theme, size in ways.items():
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        if wrong := findings(page):
            found[theme, size["width"]] = wrong
    page.set_viewport_size(NARROW)
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
    page.evaluate("document.querySelector('h1').style.color = 'light-dark(black, #222)'")

    assert {found.split(":")[0] for found in findings(page)} == {"label", "image-alt"}
    page.emulate_media(color_scheme="dark")
    assert {found.split(":")[0] for found in findings(page, OF_COLOUR)} == {"color-contrast"}
