"""What was cut from a mail stays with its post, for its author alone until they open it (NTF-31)."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.accounts.service import take_out_own_data
from app.audit.models import AuditEntry
from app.core.errors import Forbidden, NotFound
from app.core.extensions import db
from app.discussions.models import FOLD_MOST, PostFold, PostSource
from app.discussions.service import (
    delete_post,
    erase_deleted_posts,
    fold_post,
    hide_post,
    reply_to_thread,
    unfold_post,
)
from app.discussions.subscribers import excerpt_of_post
from app.search.models import Findable
from tests.conftest import actor_named, person_named, reply, written

QUOTE = "> Wie kan dit <b>gebruiken</b>?\n> Anna"
SHOWN = "&gt; Wie kan dit &lt;b&gt;gebruiken&lt;/b&gt;?\n&gt; Anna"


def mailed(actor, thread, folded=QUOTE):
    return reply_to_thread(actor, thread, replace(written("Wij."), source=PostSource.MAIL, folded=folded))


@pytest.fixture
def post(bram, thread):
    return mailed(bram, thread)


def test_its_author_sees_it_under_three_dots_and_nobody_else(thread, post, bram, anna, dirk, sign_in):
    """NTF-31"""
    own = sign_in(bram).get(thread.link).text
    assert SHOWN in own
    assert "… </span>De rest van de mail</summary>" in own
    assert "Alleen u ziet dit" in own
    for reader in (anna, dirk):
        page = sign_in(reader).get(thread.link).text
        assert "gebruiken&lt;" not in page
        assert "… </span>De rest van de mail</summary>" not in page


def test_its_author_opens_it_to_the_readers_and_closes_it_again(thread, post, bram, anna, sign_in):
    """NTF-31"""
    author, reader = sign_in(bram), sign_in(anna)
    answer = author.post(f"/posts/{post.id}/unfold")
    assert answer.status_code == 303
    assert SHOWN in reader.get(thread.link).text
    assert "/fold" not in reader.get(thread.link).text
    assert "Wie dit onderwerp leest, leest ook dit." in author.get(thread.link).text
    assert author.post(f"/posts/{post.id}/fold").status_code == 303
    assert SHOWN not in reader.get(thread.link).text


def test_doing_it_twice_tells_no_one(bram, post):
    for step in (unfold_post, unfold_post, fold_post, fold_post):
        step(bram, post)
    db.session.rollback()
    events = select(AuditEntry.event).where(AuditEntry.event.in_(["PostUnfolded", "PostFolded"]))
    assert db.session.scalars(events.order_by(AuditEntry.number)).all() == ["PostUnfolded", "PostFolded"]


@pytest.mark.parametrize("who", ["anna", "dirk", "femke", "gijs"])
def test_nobody_opens_what_another_mailed(post, who):
    for step in (unfold_post, fold_post):
        with pytest.raises(Forbidden):
            step(actor_named(who), post)


def test_of_a_post_from_which_nothing_was_cut_there_is_nothing_to_open(bram, thread, sign_in):
    post = reply(bram, thread)
    with pytest.raises(NotFound):
        unfold_post(bram, post)
    assert sign_in(bram).post(f"/posts/{post.id}/unfold").status_code == 404


@pytest.mark.parametrize("out_of_sight", [lambda bram, post: delete_post(bram, post),
                                          lambda _bram, post: (hide_post(post), db.session.commit())])  # fmt: skip
def test_out_of_sight_with_its_post(thread, post, bram, anna, sign_in, out_of_sight):
    unfold_post(bram, post)
    out_of_sight(bram, post)
    for reader in (bram, anna):
        assert SHOWN not in sign_in(reader).get(thread.link).text
    with pytest.raises(Forbidden):
        fold_post(bram, post)


def test_it_is_erased_with_its_post(post, bram, clock):
    delete_post(bram, post)
    clock.forward(days=31)
    erase_deleted_posts()
    assert db.session.scalar(select(func.count()).select_from(PostFold)) == 0


def test_nobody_finds_a_post_by_what_was_cut(post, bram):
    unfold_post(bram, post)
    found = db.session.scalars(select(Findable).where(Findable.kind == "post", Findable.ref_id == post.id)).one()
    assert "gebruiken" not in str(vars(found))


def test_own_data_holds_it(post, bram, anna):
    """accounts.own_data"""
    assert take_out_own_data(bram, person_named("bram"))["folded_mail"] == [{"post": str(post.id), "text": QUOTE}]
    assert take_out_own_data(anna, person_named("anna"))["folded_mail"] == []


def test_of_a_very_long_one_the_beginning_is_kept(bram, thread):
    long = mailed(bram, thread, "a" * (FOLD_MOST + 1))
    assert len(db.session.get_one(PostFold, long.id).body) == FOLD_MOST


def test_it_costs_a_page_no_statement_more(thread, post, bram, sign_in, count_statements):
    browser = sign_in(bram)
    reply(bram, thread)

    def statements():
        for _ in range(3):  # what is kept between two visits is kept by then
            browser.get(thread.link)
        with count_statements() as seen:
            browser.get(thread.link)
        return len(seen)

    before = statements()
    for _ in range(3):
        mailed(bram, thread)
    assert statements() == before


def test_who_handles_a_report_reads_what_the_readers_read(post, bram, anna):
    """MOD-1, NTF-31: what its author alone sees is no part of the case; what they opened is."""
    assert QUOTE not in excerpt_of_post(post).text
    unfold_post(bram, post)
    assert excerpt_of_post(post).text == f"Wij.\n\n{QUOTE}"
