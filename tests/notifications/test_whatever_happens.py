"""Whatever people do and whatever is lost on the way, nobody gets an item twice by mail and reading ends the bell."""

import random
from collections import Counter

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.core.scopes import scopes_of
from app.discussions.models import Post
from app.discussions.service import delete_post, edit_post, mark_seen
from app.mail.models import Letter, LetterState
from app.mail.tasks import send_waiting_letters
from app.notifications import queries, service
from app.notifications.models import Channel, Delivery, Level, Rhythm, Tab
from app.notifications.tasks import hand_over_mail, make_due_overviews, tell_all_followers
from tests.conftest import actor_named, new_thread, reply, written

PEOPLE = ("anna", "bram", "otto", "dirk")
LEVELS = (Level.ALL_MAIL, Level.NEW_THREADS, Level.OVERVIEW, Level.SILENT, None)
SWEEPS = (tell_all_followers, hand_over_mail, make_due_overviews, send_waiting_letters)


class Week:
    """People at work, by the dice. `held` are the calls of jobs that were lost."""

    def __init__(self, dice, threads, clock, hold_jobs):
        self.dice, self.threads, self.clock, self.hold_jobs, self.number = dice, threads, clock, hold_jobs, 0

    def anyone(self):
        return actor_named(self.dice.choice(PEOPLE))

    def words(self):
        """Every text has a word of its own, by which a letter shows what it tells."""
        self.number += 1
        named = self.dice.choice([[], [], [self.anyone()]])
        return written(f"woord{self.number:04}w", mentions=[each.id for each in named])

    def step(self):
        what = self.dice.choice([self.post, self.post, self.start, self.edit, self.delete, self.choose, self.read,
                                 self.work, self.work])  # fmt: skip
        if self.dice.random() < 0.3:
            with self.hold_jobs():  # the process ended before it could wake anyone
                what()
        else:
            what()
        db.session.rollback()

    def post(self):
        said = self.words()
        reply(self.anyone(), self.dice.choice(self.threads), said.body_md, mentions=said.mentions)

    def start(self):
        self.number += 1
        group = self.threads[0].group
        self.threads.append(new_thread(self.anyone(), group, f"Onderwerp {self.number}", f"woord{self.number:04}w"))

    def last_post(self):
        found = db.session.scalars(select(Post).where(Post.position > 1, Post.deleted_at.is_(None))
                                   .order_by(Post.id.desc()).limit(1)).first()  # fmt: skip
        return (next(each for each in map(actor_named, PEOPLE) if each.id == found.author_id), found) if found else None

    def edit(self):
        if last := self.last_post():
            edit_post(*last, self.words(), version=last[1].version)

    def delete(self):
        if last := self.last_post():
            delete_post(*last)

    def choose(self):
        thread = self.dice.choice(self.threads)
        place = self.dice.choice([thread.room, thread.group.scope])
        level = self.dice.choice([each for each in LEVELS if each is not Level.NEW_THREADS or place != thread.room])
        service.choose_level(self.anyone(), place, level)

    def read(self):
        thread = self.dice.choice(self.threads)
        mark_seen(self.anyone(), thread, self.dice.randint(1, thread.last_position))

    def work(self):
        self.clock.forward(minutes=self.dice.choice([1, 5, 11, 25, 600]))
        for sweep in self.dice.sample(SWEEPS, k=self.dice.randint(1, len(SWEEPS))):
            sweep()
            db.session.rollback()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_item_comes_twice_and_nobody_hears_of_their_own(seed, thread, anna, clock, hold_jobs, outbox):
    """NTF-2, 3, 5, 12, NTF test 2: with jobs that are lost at every third step."""
    for key in ("otto", "bram"):
        service.choose_digest(actor_named(key), Rhythm.DAILY)
    week = Week(random.Random(seed), [thread], clock, hold_jobs)
    for _ in range(60):
        week.step()
    for _ in range(3):
        clock.forward(hours=25)
        for sweep in SWEEPS:
            sweep()
            db.session.rollback()

    authors = dict(db.session.execute(select(Post.body_md, Post.author_id)).all())
    addresses = {actor_named(key).email: actor_named(key).id for key in PEOPLE}
    told = Counter()
    for letter in outbox():
        text = letter.get_body(("plain",)).get_content()
        for words, author in authors.items():
            if words in text:
                told[letter["To"], words] += 1
                assert addresses[letter["To"]] != author, words
    assert told
    assert set(told.values()) == {1}
    assert not items_told_twice()
    for key in PEOPLE:
        actor = actor_named(key)
        service.mark_read(actor)
        assert [queries.unread_count(actor.id, scopes_of(actor), tab) for tab in Tab] == [0, 0]
    assert db.session.scalars(select(Delivery).where(Delivery.state == "waiting")).all() == []


def items_told_twice():
    """By mail at once and in an overview besides."""
    sent = select(Delivery.person_id, Delivery.item).join(Letter, Letter.id == Delivery.letter_id).where(
        Letter.state == LetterState.SENT, Delivery.round == 0)  # fmt: skip
    at_once = set(db.session.execute(sent.where(Delivery.channel == Channel.MAIL)).all())
    return at_once & set(db.session.execute(sent.where(Delivery.channel == Channel.DIGEST)).all())
