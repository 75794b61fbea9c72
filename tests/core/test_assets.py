"""Static files: those there are and no other, kept by their version, compressed once."""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from app.core.assets import load, static_url

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
NAME = "css/layers.css"


@pytest.mark.parametrize("path", [
    "bestaat-niet.css", "", "css", "css/", "../config.py", "..%2fconfig.py", "%2e%2e/config.py", "css/../../config.py",
    "..\\config.py", "//etc/passwd", "/etc/passwd", "css/layers.css%00", "css//layers.css", "CSS/layers.css", ".",
    "css/layers.css/", "%ff", "css/./layers.css",
])  # fmt: skip
def test_what_is_not_in_the_list_of_files_is_not_served(path, visitor):
    answer = visitor.get(f"/static/{path}", follow_redirects=True)
    assert answer.status_code == 404
    assert b"SettingError" not in answer.data


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")
@pytest.mark.slow
def test_no_path_that_others_thought_of_leads_out(visitor):
    for name in ("patt-deep-traversal", "patt-directory-traversal"):
        for path in json.loads((CORPORA / "paths" / f"{name}.json").read_text()):
            for written in (quote(path.replace("{FILE}", "etc/passwd")), path.replace("{FILE}", "config.py")):
                answer = visitor.get("/static/" + written.replace("?", "%3f").replace("#", "%23"))
                assert answer.status_code in (404, 308), path
                assert b"root:" not in answer.data


def test_a_file_named_by_its_version_is_kept_for_a_year(app, visitor):
    with app.test_request_context():
        address = static_url(NAME)
    answer = visitor.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_another_version_is_asked_for_each_time(query, visitor):
    """A page of yesterday may not fix what it gets today for a year."""
    assert visitor.get(f"/static/{NAME}{query}").headers["Cache-Control"] == "public, no-cache"


def test_who_has_it_already_gets_304(visitor):
    first = visitor.get(f"/static/{NAME}")
    again = visitor.get(f"/static/{NAME}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_travels_compressed_to_who_takes_that(visitor):
    plain, squeezed = (visitor.get(f"/static/{NAME}", headers={"Accept-Encoding": how}) for how in ("identity", "gzip"))
    assert "Content-Encoding" not in plain.headers
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(squeezed.data) == plain.data == load(NAME).body
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert plain.headers["ETag"] != squeezed.headers["ETag"]


def test_the_stylesheet_has_its_imports_in_place(visitor):
    assert "@import" not in visitor.get(f"/static/{NAME}").text


@pytest.mark.parametrize("address", ["/", "/groups/energie/threads", "/groups/energie/threads/new", "/account"])
def test_every_icon_is_one_of_the_sheet(anna, energie, sign_in, address):
    """An icon without its sheet is an empty square that nobody misses until they look."""
    sheet = load("icons/sprite.svg").body.decode()
    icons = set(re.findall(r'<use href="([^"#]*)#([\w-]+)"', sign_in(anna).get(address).text))
    assert len(icons) > 5
    assert [name for file, name in icons if "/icons/sprite.svg" not in file or f'id="{name}"' not in sheet] == []
