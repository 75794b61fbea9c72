"""`python -m tests.shots [NAME ...]`: pictures of every page and state in var/shots/, with an index.

Each stands there at three widths, light and dark. Nothing need be running: it serves a demo of its own.
"""

import sys
import tempfile
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys.pages import STATES, bring_to
from tests.journeys.site import FLAGS, NOWHERE_ELSE, Site, browser_path, seeded
from tests.servers import Unavailable

GALLERY = Path(__file__).parents[1] / "var" / "shots"
WIDTHS = {390: 844, 820: 1180, 1440: 900}
THEMES = ("light", "dark")
TALLEST = 6000  # pixels; above that a picture says nothing


def main(names: list[str]) -> int:
    wanted = [state for state in STATES if not names or state.name in names]
    if unknown := set(names) - {state.name for state in STATES}:
        print(f"There is no page called {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 1
    GALLERY.mkdir(parents=True, exist_ok=True)
    try:
        program = browser_path()
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="brink-shots-") as folder:
        failed = shoot_all(wanted, Path(folder), program)
    (GALLERY / "index.html").write_text(index())
    print(f"{len(list(GALLERY.glob('*.png')))} pictures: {GALLERY / 'index.html'}")
    return 1 if failed else 0


def shoot_all(states, folder, program):
    """Every state on a demo as it was made; the number of those that could not be reached."""
    failed = 0
    place = folder / "site"
    place.mkdir()
    with Site(seeded(folder), place) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, NOWHERE_ELSE])
        for state in states:
            for width, height in WIDTHS.items():
                for theme in THEMES:
                    failed += not shoot(browser, site, state, (width, height), theme)
        browser.close()
    return failed


def shoot(browser, site, state, size, theme):
    width, height = size
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": height}, color_scheme=theme,
                                  reduced_motion="reduce")  # fmt: skip
    context.set_default_timeout(10_000)
    if state.who:
        context.add_cookies([site.cookie_of(state.who)])
    site.forget_reading()  # what is new stays new for the next picture
    page = context.new_page()
    try:
        bring_to(page, site, state)
        tall = page.evaluate("document.documentElement.scrollHeight")
        if not page.evaluate("scrollY") and height < tall <= TALLEST:
            page.set_viewport_size({"width": width, "height": tall})  # so that the dock lies at the bottom
        page.screenshot(path=GALLERY / f"{state.name}-{width}-{theme}.png")
    except Exception as problem:
        print(f"{state.name} at {width}, {theme}: {problem}", file=sys.stderr)
        return False
    finally:
        context.close()
    return True


def index():
    """All pictures there are, a row for each state."""
    head = "".join(f"<th>{width}, {theme}" for width in WIDTHS for theme in THEMES)
    rows = "".join(f"<tr><th>{escape(state.name)}{cells(state)}" for state in STATES)
    return (
        '<!doctype html><meta charset="utf-8"><title>Brink, page by page</title><style>'
        "body{font:16px system-ui;margin:2rem}th,td{vertical-align:top;text-align:start;padding:.5rem}"
        "img{width:14rem;border:1px solid gray}</style>"
        f"<h1>Brink, page by page</h1><table><thead><tr><th>{head}</thead><tbody>{rows}</tbody></table>\n"
    )


def cells(state):
    return "".join(cell(state, width, theme) for width in WIDTHS for theme in THEMES)


def cell(state, width, theme):
    name = f"{state.name}-{width}-{theme}.png"
    if not (GALLERY / name).exists():
        return "<td>-"
    return f'<td><a href="{name}"><img src="{name}" loading="lazy" alt="{escape(state.name)}, {width}, {theme}"></a>'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
