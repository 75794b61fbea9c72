"""What is new for me: computed from positions and marks, and always the same as counting by hand."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import GroupTally, Post, Thread
from app.discussions.policy import can_delete_post, can_restore_post
from app.discussions.service import (
    GroupSeen,
    delete_post,
    hide_post,
    mark_groups_seen,
    mark_seen,
    mark_thread_seen,
    restore_post,
    undo_seen,
)
from app.groups.policy import standings
from app.groups.service import join_group, leave_group
from tests.conftest import actor_named, group_called, new_thread, reply
from tests.discussions.conftest import fill, posts_in

GROUPS = ("energie", "innovatie")
PEOPLE = ("anna", "bram", "carla", "klaas", "otto", "gijs")
STEPS = 80


def unread_of(actor, thread_id):
    db.session.rollback()
    return queries.open_thread(actor_named(actor.email.split("@")[0]), thread_id).unread


def test_unread_are_the_posts_of_others_above_my_position(thread, anna, bram):
    """DISC-2"""
    reply(actor_named("otto"), thread)
    reply(bram, thread)
    reply(anna, thread)
    assert unread_of(bram, thread.id) == 3
    mark_seen(bram, thread, 2)
    assert unread_of(bram, thread.id) == 1


def test_ones_own_new_thread_is_not_unread(anna, bram, energie):
    """DISC-2: what I wrote is not new to me; neither as a post nor as a thread."""
    made = new_thread(anna, energie)
    assert unread_of(anna, made.id) == 0
    assert queries.unread_threads_by_group(actor_named("anna"))[energie.id] == 0
    assert queries.unread_threads_by_group(bram)[energie.id] == 1


def test_a_hidden_post_is_not_unread(thread, anna, bram):
    """DISC-2: only what I may read."""
    hidden = reply(anna, thread)
    hidden.hidden_at = now()
    db.session.commit()
    assert unread_of(bram, thread.id) == 1


def test_a_thread_out_of_sight_counts_no_longer_and_back_it_counts_again(thread, bram):
    """DISC-2: though the count of a group is kept until something changes."""
    counts = []
    for hidden_at in (None, now(), None):
        thread.hidden_at = hidden_at
        db.session.commit()
        counts.append(queries.unread_threads_by_group(actor_named("bram"))[thread.group_id])
    assert counts == [1, 0, 1]


def test_unread_threads_are_counted_only_after_something_changed(thread, anna, bram, count_statements):
    """Speed: arriving, reading, "alles gezien" and taking that back change the count, each at once."""
    group_id = thread.group_id

    def count():
        with count_statements() as asked:
            found = queries.unread_threads_by_group(actor_named("bram"))[group_id]
        return found, len(asked)

    found, cold = count()
    assert found == 1
    assert count() == (1, cold - 1)
    other = new_thread(anna, thread.group)
    assert count() == (2, cold)
    mark_seen(bram, other, 1)
    assert count() == (1, cold)
    mark_thread_seen(bram, thread, 1)
    assert count() == (0, cold)
    undo_seen(bram)
    assert count() == (1, cold)
    mark_groups_seen(bram, [GroupSeen(group_id, queries.last_seq_of(group_id))])
    assert count() == (0, cold)
    undo_seen(bram)
    assert count() == (1, cold)


def test_what_was_unread_400_days_ago_is_unread_today(thread, bram, clock):
    """DISC-3, section 7.5"""
    before = unread_of(bram, thread.id)
    clock.forward(days=400)
    assert unread_of(bram, thread.id) == before == 1
    assert queries.unread_threads_by_group(actor_named("bram"))[thread.group_id] == 1


def test_unread_counts_stop_at_a_hundred(thread, anna, bram):
    """Decision 7: at most 99, then "99+"."""
    fill(thread, 121, anna)
    assert unread_of(bram, thread.id) == 100


def test_on_joining_recent_threads_are_unread_and_older_ones_read(anna, carla, energie, clock):
    """DISC-9: 30 days"""
    old = new_thread(anna, energie, "Van vorig jaar").id
    clock.forward(days=20)
    middle = new_thread(anna, energie, "Van vorige maand").id
    clock.forward(days=25)
    recent = new_thread(anna, energie, "Van vandaag").id
    join_group(carla, energie)
    carla = actor_named("carla")
    rows = queries.threads_in_group(carla, energie, show="unread")
    assert {row.id for row in rows} == {middle, recent}
    assert unread_of(carla, old) == 0


def test_an_old_thread_with_a_recent_post_starts_unread(anna, carla, energie, clock):
    """DISC-9"""
    old = new_thread(anna, energie, "Van vorig jaar").id
    clock.forward(days=300)
    reply(anna, db.session.get_one(Thread, old), "Nog eens.")
    clock.forward(days=29)
    join_group(actor_named("carla"), energie)
    assert [row.id for row in queries.threads_in_group(actor_named("carla"), energie, show="unread")] == [old]


def test_whoever_comes_back_has_not_unread_what_was_read(thread, bram, energie):
    """DISC-9: joining never takes a position back."""
    mark_seen(bram, thread, 1)
    leave_group(bram, energie)
    join_group(actor_named("bram"), energie)
    assert unread_of(bram, thread.id) == 0


def test_a_thread_in_which_the_only_unread_post_is_hidden_is_no_longer_new(thread, anna, bram):
    """DISC-2, promise 5: also for who answered past it, and for who wrote there before reading anything."""
    reply(anna, thread, "Wie is hier?")
    reply(bram, thread, "Ik, maar ik las niet alles.")
    thread_id, group_id = thread.id, thread.group_id
    for position in (1, 2):
        assert queries.unread_threads_by_group(actor_named("bram"))[group_id] == 1
        hide_post(posts_in(thread_id)[position - 1])
        db.session.commit()
    assert queries.unread_threads_by_group(actor_named("bram"))[group_id] == 0


class Notebook:
    """What each person has seen, kept by hand: sets of posts, no positions."""

    def __init__(self):
        self.seen = {key: set() for key in PEOPLE}

    def unread(self, key, thread_id):
        return self.unread_by_thread(key).get(thread_id, [])

    def unread_by_thread(self, key):
        """The positions of what is new, by thread."""
        me, new = actor_named(key), {}
        for post in db.session.scalars(select(Post).order_by(Post.position)):
            if post.author_id != me.id and not (post.hidden_at or post.deleted_at) and post.id not in self.seen[key]:
                new.setdefault(post.thread_id, []).append(post.position)
        return new

    def see(self, key, thread_id, up_to):
        self.seen[key] |= {post.id for post in posts_in(thread_id) if post.position <= up_to}

    def see_group(self, key, group_id, until):
        self.seen[key] |= posts_until(group_id, until)


def posts_until(group_id, seq):
    statement = select(Post.id).join(Thread).where(Thread.group_id == group_id, Post.seq <= seq)
    return set(db.session.scalars(statement))


class World:
    """Random people reading and writing, beside a notebook that says what is new for whom."""

    def __init__(self, seed, clock):
        self.chance, self.clock, self.notes = random.Random(seed), clock, Notebook()
        self.threads = []

    def step(self):
        acts = (self.write, self.write, self.write, self.read, self.read, self.start, self.wait, self.hide,
                self.delete, self.restore, self.see_thread, self.see_group, self.see_everything,
                self.come_and_go)  # fmt: skip
        self.chance.choice(acts)()
        db.session.rollback()

    def someone(self, *, of=None):
        keys = [key for key in PEOPLE if of is None or takes_part(key, of.id)]
        return self.chance.choice(keys)

    def some_thread(self):
        return db.session.get_one(Thread, self.chance.choice(self.threads)) if self.threads else self.start()

    def start(self):
        group = group_called(self.chance.choice(GROUPS))
        key = self.someone(of=group)
        made = new_thread(actor_named(key), group, f"Onderwerp {len(self.threads)}")
        self.threads.append(made.id)
        return made

    def write(self):
        thread = self.some_thread()
        key = self.someone(of=thread.group)
        before = self.notes.unread(key, thread.id)
        post = reply(actor_named(key), thread)
        if not before:  # hidden posts before it are passed over for good
            self.notes.see(key, post.thread_id, post.position)

    def read(self):
        thread = self.some_thread()
        key, position = self.someone(of=thread.group), self.chance.randint(1, thread.last_position)
        mark_seen(actor_named(key), thread, position)
        self.notes.see(key, thread.id, position)

    def wait(self):
        self.clock.forward(days=self.chance.choice((0, 1, 12, 40)), seconds=1)

    def hide(self):
        hide_post(self.chance.choice(posts_in(self.some_thread().id)))
        db.session.commit()

    def delete(self):
        self.change(can_delete_post, delete_post)

    def restore(self):
        """Who read on while it was away has passed it over for good, as with a hidden one."""
        if post := self.change(can_restore_post, restore_post):
            for key in PEOPLE:
                reading = queries.reading_of(actor_named(key), post.thread)
                if reading.position >= post.position or reading.mark >= post.seq:
                    self.notes.seen[key].add(post.id)

    def change(self, rule, act):
        """By its author, to any post of a thread to which they may do it."""
        authors = {actor_named(key).id: actor_named(key) for key in PEOPLE}
        may = [post for post in posts_in(self.some_thread().id) if rule(authors[post.author_id], post)]
        if not may:
            return None
        post = self.chance.choice(may)
        act(authors[post.author_id], post)
        return post

    def see_thread(self):
        thread = self.some_thread()
        key, position = self.someone(of=thread.group), thread.last_position
        self.press(key, lambda: mark_thread_seen(actor_named(key), thread, position),
                   lambda: self.notes.see(key, thread.id, position))  # fmt: skip
        db.session.rollback()

    def see_group(self):
        self.see_groups([group_called(self.chance.choice(GROUPS))])

    def see_everything(self):
        self.see_groups([group_called(slug) for slug in GROUPS])

    def see_groups(self, groups):
        key = self.chance.choice(PEOPLE)
        own = [group.id for group in groups if takes_part(key, group.id)]
        until = {group_id: tally_of(group_id) for group_id in own}

        def note():
            for group_id, seq in until.items():
                self.notes.see_group(key, group_id, seq)

        def button():
            mark_groups_seen(actor_named(key), [GroupSeen(*pair) for pair in until.items()])
            assert not any(queries.unread_threads_by_group(actor_named(key)).get(group_id) for group_id in own)

        self.press(key, button, note)

    def press(self, key, button, note):
        """Now and then it is taken back, and all is as before."""
        before, notes_before = self.lists_of(key), set(self.notes.seen[key])
        if taken_back := self.chance.random() < 0.5:
            self.clock.forward(minutes=11)  # earlier presses can no longer be taken back
        button()
        note()
        if taken_back:
            self.clock.forward(minutes=9)
            undo_seen(actor_named(key))
            self.notes.seen[key] = notes_before
            assert self.lists_of(key) == before

    def come_and_go(self):
        group = group_called("innovatie" if self.chance.random() < 0.5 else "energie")
        key = self.chance.choice(("bram", "carla", "otto"))
        actor = actor_named(key)
        if takes_part(key, group.id):
            leave_group(actor, group)
        else:
            older = select(Post.id).join(Thread).where(
                Thread.group_id == group.id, Post.created_at < now() - timedelta(days=30))  # fmt: skip
            self.notes.seen[key] |= set(db.session.scalars(older))
            join_group(actor, group)

    def lists_of(self, key):
        actor = actor_named(key)
        return {
            standing.slug: sorted((row.id, row.unread) for show in ("open", "unread")
                                  for row in queries.threads_in_group(actor, group_called(standing.slug), show=show,
                                                                      size=1000))
            for standing in standings(actor).values() if standing.is_member
        }  # fmt: skip

    def check(self, key):
        """Query and notebook agree, and every count equals the list that its link shows."""
        actor, new = actor_named(key), self.notes.unread_by_thread(key)
        rail, rows = queries.unread_threads_by_group(actor), []
        for standing in standings(actor).values():
            if not standing.is_member:
                assert standing.group_id not in rail
                continue
            group = group_called(standing.slug)
            rows = queries.threads_in_group(actor, group, size=1000)
            unread_rows = queries.threads_in_group(actor, group, show="unread", size=1000)
            counts, _until = queries.thread_counts(actor, group)
            assert rail[group.id] == counts["unread"] == len(unread_rows)
            assert {row.id for row in rows if row.unread} <= {row.id for row in unread_rows}
            for row in rows:
                by_hand = new.get(row.id, [])
                assert row.unread == len(by_hand)
                assert (row.id in {each.id for each in unread_rows}) == bool(by_hand)
        if rows:
            opened, by_hand = queries.open_thread(actor, rows[-1].id), new.get(rows[-1].id, [])
            assert (opened.unread, opened.first_unread) == (len(by_hand), min(by_hand, default=None))


def takes_part(key, group_id):
    standing = standings(actor_named(key)).get(group_id)  # the guest's time ends on the way
    return standing is not None and standing.is_member


def tally_of(group_id):
    return db.session.scalar(select(GroupTally.last_seq).where(GroupTally.group_id == group_id)) or 0


def walk(seed, clock, steps):
    world = World(seed, clock)
    for number in range(steps):
        world.step()
        world.check(PEOPLE[number % len(PEOPLE)])
    for key in PEOPLE:
        world.check(key)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_any_history_gives_the_counts_that_a_notebook_gives(app, clock, seed):
    """DISC-2, 6, 8, 9, section 7.3; decision 7; home 7.2"""
    walk(seed, clock, STEPS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 14))
def test_long_histories_give_the_counts_that_a_notebook_gives(app, clock, seed):
    """DISC-2, 6, 8, 9, section 7.3; home 7.2"""
    walk(seed, clock, 4 * STEPS)


def test_who_joins_by_writing_in_an_old_thread_has_nothing_unread(thread, carla, clock):
    """DISC-2, DISC-9: what is older than 30 days counts as read; her own reply is not new to her."""
    clock.forward(days=31)
    reply(carla, db.session.get_one(Thread, thread.id))
    assert queries.unread_threads_by_group(actor_named("carla"))[thread.group_id] == 0
