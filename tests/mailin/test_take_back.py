"""Taking back a post that came by mail, by the link in the answer, within ten minutes (NTF-32)."""

import re

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core.extensions import db
from app.discussions.models import Post
from app.discussions.service import delete_post, hide_post
from app.mailin.service import receive
from tests.mailin.conftest import mail, posts_of, words_in

BRAM = "bram@brink.example"


@pytest.fixture
def link(thread, to_thread, outbox):
    """As it stands in the answer."""
    receive(mail(BRAM, to_thread))
    return re.search(r"http://localhost(/mail/undo/\S+)", words_in(outbox()[-1]))[1]


def audit_count():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry))


def test_the_link_takes_the_post_back_without_signing_in(thread, link, visitor):
    """NTF-32"""
    page = visitor.get(link)
    assert page.status_code == 200
    assert "Mijn bericht intrekken" in page.text
    assert posts_of(thread)[0].deleted_at is None  # following it does nothing
    answer = visitor.post(link)
    assert (answer.status_code, answer.location) == (303, link)
    assert posts_of(thread)[0].deleted_at is not None
    assert "Uw bericht is ingetrokken" in visitor.get(link).text


def test_the_page_says_nothing_of_what_was_written(thread, link, visitor):
    """A link goes through many hands."""
    page = visitor.get(link).text
    assert thread.title not in page
    assert "zestig" not in page
    assert "Bram" not in page


def test_the_author_is_who_took_it_back(thread, link, visitor, bram):
    visitor.post(link)
    db.session.rollback()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "PostDeleted")).one()
    assert entry.actor_id == bram.id


def test_pressing_twice_changes_nothing(thread, link, visitor):
    visitor.post(link)
    before = audit_count()
    assert visitor.post(link).status_code == 303
    assert audit_count() == before


def test_after_ten_minutes_it_is_too_late_in_words(thread, to_thread, outbox, clock, visitor):
    """NTF-32"""
    receive(mail(BRAM, to_thread))
    link = re.search(r"http://localhost(/mail/undo/\S+)", words_in(outbox()[-1]))[1]
    clock.forward(minutes=9, seconds=59)
    assert "<button class=\"button button-primary\">" in visitor.get(link).text
    clock.forward(seconds=1)
    page = visitor.get(link).text
    assert "De tien minuten zijn voorbij" in page
    assert f'action="{link}"' not in page
    answer = visitor.post(link)
    assert answer.status_code == 409
    assert "De tien minuten zijn voorbij" in answer.text
    assert posts_of(thread)[0].deleted_at is None


def test_what_is_hidden_meanwhile_stays_as_it_is(thread, link, visitor):
    hide_post(posts_of(thread)[0])
    db.session.commit()
    answer = visitor.post(link)
    assert answer.status_code == 409
    assert posts_of(thread)[0].deleted_at is None


def test_one_that_its_author_deleted_on_the_page_is_said_to_be_gone(thread, link, visitor, bram):
    delete_post(bram, posts_of(thread)[0])
    assert "Uw bericht is ingetrokken" in visitor.get(link).text


@pytest.mark.parametrize("change", [lambda link: link[:-1], lambda link: f"{link}x", lambda link: "/mail/undo/1",
                                    lambda link: f"/mail/undo/{'x' * 300}", lambda link: "/mail/undo/MQ.abc",
                                    lambda link: "/mail/undo/%00"])  # fmt: skip
def test_no_other_link_leads_anywhere(thread, link, visitor, change):
    """8.8: the token of A never touches B."""
    for ask in (visitor.get, visitor.post):
        assert ask(change(link)).status_code == 404
    assert posts_of(thread)[0].deleted_at is None


def test_another_site_cannot_press_the_button(thread, link, visitor):
    assert visitor.post(link, headers={"Origin": "https://evil.example"}).status_code in (400, 403)
    assert db.session.scalars(select(Post).where(Post.deleted_at.is_not(None))).all() == []
