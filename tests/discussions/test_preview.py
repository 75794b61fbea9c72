"""The preview: what the server will render, and nothing placed."""

import re
from html import unescape

import pytest

from app.discussions.models import BODY_MOST
from tests.conftest import words_of
from tests.discussions.conftest import AS_SCRIPT, drafts_of, hidden_field, posts_in, text_in_box

TEXTS = [
    "**Vet**, *schuin* en `code`.",
    "1. een\n2. twee\n\n- drie\n  - vier",
    "> Citaat\n\n### Kop\n\n[koppeling](https://brink.example)",
    "| a | b |\n| - | - |\n| 1 | 2 |",
    "<script>alert(1)</script> & <b>ruw</b>",
    "![schets](https://elders.example/a.png)",
    "https://brink.example/pad?x=1&y=2",
    "regel\r\neinde",
    "*" * 300,
    "[" * 200,
]


@pytest.mark.parametrize("typed", TEXTS)
def test_the_preview_is_what_the_server_renders(thread, bram, sign_in, typed):
    """DISC-14"""
    browser = sign_in(bram)
    shown = browser.post("/preview", data={"place": thread.place, "body": typed}, headers=AS_SCRIPT)
    browser.post(f"/threads/{thread.id}/posts", data={"body": typed})
    assert shown.status_code == 200
    assert shown.json["html"] == posts_in(thread.id)[-1].body_html


def test_without_script_the_preview_is_a_page_from_which_one_goes_on(thread, bram, sign_in):
    """DISC-14: the text, the client id and the place travel along."""
    browser = sign_in(bram)
    client_id = hidden_field(browser.get(f"/threads/{thread.id}/reply").text, "client_id")
    data = {"place": thread.place, "body": "**Vet** <i>", "client_id": client_id}
    page = browser.post("/preview", data=data).text
    assert "<strong>Vet</strong> &lt;i&gt;" in page
    assert text_in_box(page) == "**Vet** <i>"
    target = re.search(r'<form class="composer" method="post" action="([^"]+)"', page)[1]
    carried = {name: unescape(hidden_field(page, name)) for name in ("client_id", "place")}
    assert carried == {"client_id": client_id, "place": thread.place}
    assert browser.post(target, data={"body": text_in_box(page), **carried}).status_code == 303
    assert posts_in(thread.id)[-1].client_id == client_id


def test_the_preview_of_a_new_thread_shows_its_title(bram, energie, sign_in):
    data = {"place": f"group:{energie.id}", "title": "Wie heeft <warmte>?", "kind": "question", "body": "Tekst"}
    page = sign_in(bram).post("/preview", data=data).text
    assert "Wie heeft &lt;warmte&gt;?" in page
    assert hidden_field(page, "kind") == "question"
    assert 'action="/groups/energie/threads"' in page


def test_a_preview_places_nothing_and_keeps_nothing(thread, bram, sign_in):
    sign_in(bram).post("/preview", data={"place": thread.place, "body": "Nog niet"})
    assert len(posts_in(thread.id)) == 1
    assert drafts_of(bram) == []


@pytest.mark.parametrize("headers", [AS_SCRIPT, {}])
@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Schrijf hier nog iets."), ("a" * (BODY_MOST + 412), "412 tekens te lang")]
)
def test_what_cannot_be_placed_is_not_shown_and_keeps_its_text(thread, bram, sign_in, typed, sentence, headers):
    """Section 5"""
    answer = sign_in(bram).post("/preview", data={"place": thread.place, "body": typed}, headers=headers)
    assert answer.status_code == 422
    assert sentence in (answer.json["error"] if headers else words_of(answer.text))
    assert headers or typed in answer.text


def test_one_previews_only_where_one_may_write(secret_thread, thread, carla, gijs, sign_in):
    """GRP-4, trust 1"""
    for actor, place in ((carla, secret_thread.place), (gijs, thread.place), (carla, ""), (carla, "thread:1")):
        answer = sign_in(actor).post("/preview", data={"place": place, "body": "Hoi"}, headers=AS_SCRIPT)
        assert answer.status_code == 404
