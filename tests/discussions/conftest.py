"""What tests of discussions share: looking into a thread, writing many posts, and many people at one moment."""

import re
import threading
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import Draft, GroupTally, Post, ReadPosition, Thread
from app.discussions.service import mark_seen
from tests.conftest import reply

AS_SCRIPT = {"Accept": "application/json"}
AS_FRAGMENT = {"HX-Request": "true"}


def posts_in(thread_id):
    """As they stand in the database at this moment."""
    db.session.rollback()
    return db.session.scalars(select(Post).where(Post.thread_id == thread_id).order_by(Post.position)).all()


def position_of(actor, thread_id):
    db.session.rollback()
    found = db.session.get(ReadPosition, (actor.id, thread_id))
    return found.position if found else 0


def drafts_of(actor):
    db.session.rollback()
    return db.session.scalars(select(Draft).where(Draft.person_id == actor.id).order_by(Draft.id)).all()


def text_in_box(page, name="body"):
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    return unescape(found[1]) if found else None


def shown_positions(page):
    return [int(number) for number in re.findall(r'<article[^>]* data-position="(\d+)"', page)]


def hidden_field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def fill(thread, up_to, *writers):
    """Posts of these people in turn up to this position, as if each had been placed; a hundred times as fast."""
    tally = db.session.get_one(GroupTally, thread.group_id)
    for position in range(thread.last_position + 1, up_to + 1):
        writer, tally.last_seq = writers[position % len(writers)], tally.last_seq + 1
        db.session.add(Post(
            thread_id=thread.id, position=position, seq=tally.last_seq, author_id=writer.id, created_by=writer.tie_id,
            body_md=f"Bericht {position}.", body_html=f"<p>Bericht {position}.</p>"))  # fmt: skip
    thread.last_position, thread.last_seq, thread.last_post_at = up_to, tally.last_seq, now()
    db.session.commit()
    for writer in writers:
        mark_seen(writer, thread, up_to)


@pytest.fixture
def long_thread(thread, anna):
    """Sixty posts by Anna: three pages, the last of ten."""
    fill(thread, 60, anna)
    return thread


@pytest.fixture
def with_script():
    """Make a browser one that runs our scripts, as far as the server can tell."""

    def marked(browser):
        browser.set_cookie("js", "1")
        return browser

    return marked


@pytest.fixture
def at_the_same_moment(app):
    """Do each of these in a thread of its own, all let go at once; the answer is what each returned, in order."""

    def run(*acts):
        answers, start = [None] * len(acts), threading.Barrier(len(acts))

        def one(place, act):
            with app.app_context():
                start.wait()
                try:
                    answers[place] = act()
                except Exception as failure:
                    answers[place] = failure
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.rollback()
        return answers

    return run


def replying(actor_id, thread_id, body, client_id=None):
    """An act for `at_the_same_moment`: the post's id and position."""

    def act():
        post = reply(Actor.of_person(actor_id), db.session.get_one(Thread, thread_id), body, client_id)
        return post.id, post.position

    return act
