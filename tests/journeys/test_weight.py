"""What travels over the wire, counted by the browser itself."""

import pytest

pytestmark = pytest.mark.slow

KILOBYTE = 1_000
THREAD = "Gezamenlijke aanvraag transportcapaciteit Hoogeveen"


class Scales:
    """Every byte that came in, with the kind of what it was."""

    def __init__(self, page):
        self.page, self.arrived, self._kinds = page, [], {}
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.on("Network.responseReceived", lambda event: self._kinds.update({event["requestId"]: event["type"]}))
        line.on("Network.loadingFinished", lambda event: self.arrived.append(
            (self._kinds.get(event["requestId"], "Other"), event["encodedDataLength"])))

    def weigh(self, address):
        """Bytes by kind of what a visit to this page costs now."""
        self.arrived.clear()
        self.page.goto(address, wait_until="networkidle")
        weights = {}
        for kind, size in self.arrived:
            weights[kind] = weights.get(kind, 0) + size
        return weights


@pytest.mark.parametrize(("who", "address"), [
    (None, "/"), (None, "/login"), ("anna", "/"), ("anna", "/groups/energie/threads"), ("anna", "{thread}"),
    ("anna", "/groups/energie/threads/new"),
])  # fmt: skip
def test_a_first_visit_is_light(site, open_browser, who, address):
    """Look, Weight: first visit ≤ 150 kB, fonts ≤ 60 kB of it, JavaScript ≤ 45 kB."""
    scales = Scales(open_browser(site, who))
    weights = scales.weigh(address.format(thread=site.thread_like(THREAD)))

    assert sum(weights.values()) <= 150 * KILOBYTE, weights
    assert 10 * KILOBYTE < weights["Font"] <= 60 * KILOBYTE, weights
    assert weights.get("Script", 0) <= 45 * KILOBYTE, weights


def test_the_next_pages_are_lighter_still(site, open_browser):
    """Look, Weight: next pages ≤ 25 kB."""
    scales = Scales(open_browser(site, "anna"))
    scales.weigh("/")
    for address in ("/groups", "/groups/energie", "/groups/energie/threads", "/notifications", "/account"):
        weights = scales.weigh(address)
        assert sum(weights.values()) <= 25 * KILOBYTE, (address, weights)


def test_a_thread_after_the_list_is_light(site, open_browser):
    """Look, Weight: from thread to thread ≤ 25 kB; a page holds 25 posts."""
    scales = Scales(open_browser(site, "anna"))
    scales.weigh(site.thread_like("Batterij van 1 MW"))
    weights = scales.weigh(f"{site.thread_like(THREAD)}?page=1")

    assert sum(weights.values()) <= 25 * KILOBYTE, weights


def test_nothing_moves_while_a_page_loads(site, open_browser):
    """Look, Weight: no layout shift."""
    anna = open_browser(site, "anna")
    anna.add_init_script("""
      window.shifts = [];
      new PerformanceObserver(list => window.shifts.push(...list.getEntries().map(entry => entry.value)))
        .observe({ type: "layout-shift", buffered: true });
    """)
    for address in ("/", "/groups/energie/threads", f"{site.thread_like(THREAD)}?page=1"):
        anna.goto(address, wait_until="networkidle")
        assert sum(anna.evaluate("window.shifts")) < 0.02, address
