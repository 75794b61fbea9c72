"""Pages to which packages from above add a piece (decisions 23)."""

import pytest
from sqlalchemy import text

from app.core import panels as kept
from app.core.extensions import db
from app.core.panels import Panel, panel, panels


@pytest.fixture(autouse=True)
def no_other_panels(monkeypatch):
    monkeypatch.setattr(kept, "_draws", {})


def test_the_pieces_stand_in_the_order_they_ask_for_and_an_empty_one_is_left_out():
    panel("company", 20)(lambda _actor, company: Panel("b.html", {"of": company}))
    panel("company", 10)(lambda _actor, _company: Panel("a.html", {}))
    panel("company", 15)(lambda _actor, _company: None)
    panel("group", 1)(lambda _actor, _group: Panel("c.html", {}))
    assert panels("company", None, "Vezelwerk") == [Panel("a.html", {}), Panel("b.html", {"of": "Vezelwerk"})]


def test_a_page_without_pieces_has_none():
    assert panels("company", None, None) == []


def test_two_pieces_cannot_ask_for_one_place():
    panel("company", 10)(lambda _actor, _company: None)
    with pytest.raises(ValueError, match="10 of company"):
        panel("company", 10)(lambda _actor, _company: None)


def test_a_piece_that_fails_leaves_the_others_and_says_under_which_number(app, caplog):
    """home.md 5: the page shows the others; the error is logged with a number."""

    def fails(_actor, _subject):
        db.session.execute(text("SELECT nothing FROM nowhere"))

    panel("home", 1)(fails)
    panel("home", 2)(lambda _actor, _subject: Panel("b.html", {"count": db.session.scalar(text("SELECT 2"))}))
    failed, other = panels("home", None)
    assert failed.template == "errors/_panel.html"
    assert failed.values["incident"] in caplog.text
    assert other == Panel("b.html", {"count": 2})
