"""Quoting: the words of another in the box of an answer, with whose they are and where they stand."""

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.core.text import as_markdown
from app.discussions.models import Post, PostVersion
from app.discussions.service import close_thread, delete_post, edit_post, hide_post, save_draft
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of, written
from tests.discussions.conftest import AS_SCRIPT, drafts_of, text_in_box

OLD, NEW = "Wij hebben zestig graden over.\n\n- in de zomer\n- in de winter", "Wij hebben vijftig graden over."


@pytest.fixture
def post(thread, bram):
    return reply(bram, thread, OLD)


def quoted(post):
    return (f"> [Bram Boelens · Vezelwerk Emmen](/posts/{post.id}):\n>\n> Wij hebben zestig graden over.\n>\n"
            "> - in de zomer\n> - in de winter\n\n")  # fmt: skip


def versions_of(post):
    db.session.rollback()
    return len(db.session.scalars(select(PostVersion).where(PostVersion.post_id == post.id)).all())


def test_without_a_script_the_link_quotes_the_whole_post(post, anna, sign_in):
    """DISC-23: with name, company and a link to the post; nothing is written by looking."""
    browser = sign_in(anna)
    assert f'href="/posts/{post.id}/quote#reply"' in browser.get(post.thread.link).text
    page = browser.get(f"/posts/{post.id}/quote").text
    assert text_in_box(page) == quoted(post)
    assert f'action="/threads/{post.thread_id}/posts"' in page
    assert drafts_of(anna) == []
    browser.post(f"/threads/{post.thread_id}/posts", data={"body": quoted(post) + "Wij nemen ze."})
    shown = browser.get(post.thread.link, follow_redirects=True).text.rpartition("<blockquote>")[2]
    assert f'<a href="/posts/{post.id}">Bram Boelens · Vezelwerk Emmen</a>' in shown
    assert browser.get(f"/posts/{post.id}").location.endswith(f"#post-{post.id}")


def test_a_quote_comes_behind_what_was_already_written(post, anna, sign_in):
    """Product: text is never lost."""
    save_draft(anna, post.thread.place, body="Ik begon al.")
    assert text_in_box(sign_in(anna).get(f"/posts/{post.id}/quote").text) == f"Ik begon al.\n\n{quoted(post)}"


def test_a_script_gets_the_quote_alone(post, anna, sign_in):
    """DISC-23"""
    assert sign_in(anna).get(f"/posts/{post.id}/quote", headers=AS_SCRIPT).json == {"text": quoted(post)}


def test_a_name_with_signs_in_it_stays_a_name(post, anna, sign_in):
    """DISC-23: hostile text"""
    person_named("bram").name = "Bram](//elders) *Boelens*"
    db.session.commit()
    text = sign_in(anna).get(f"/posts/{post.id}/quote", headers=AS_SCRIPT).json["text"]
    assert text.startswith(r"> [Bram\](//elders) \*Boelens\* · Vezelwerk Emmen](/posts/")
    assert as_markdown("a_b <c>") == r"a\_b \<c\>"


@pytest.mark.parametrize("happens", ["hidden", "deleted"])
def test_what_is_out_of_sight_is_quoted_no_more_and_the_quote_stays(post, anna, bram, sign_in, happens):
    """Section 5: its link leads to the placeholder."""
    reply(anna, post.thread, quoted(post))
    if happens == "deleted":
        delete_post(bram, post)
    else:
        hide_post(post)
        db.session.commit()
    browser = sign_in(anna)
    assert browser.get(f"/posts/{post.id}/quote").status_code == 404
    page = browser.get(f"/posts/{post.id}", follow_redirects=True).text
    assert f"/posts/{post.id}/quote" not in page
    assert "zestig graden" in words_of(page)


def test_where_nobody_answers_nobody_quotes(post, anna, sign_in):
    """DISC-23: closed"""
    close_thread(anna, post.thread)
    browser = sign_in(anna)
    assert f"/posts/{post.id}/quote" not in browser.get(post.thread.link).text
    assert browser.get(f"/posts/{post.id}/quote").status_code == 403


@pytest.mark.parametrize("key", ["gijs", "visitor"])
def test_an_outsider_does_not_learn_of_the_post(post, key, sign_in, visitor):
    browser = visitor if key == "visitor" else sign_in(actor_named(key))
    answer = browser.get(f"/posts/{post.id}/quote")
    assert answer.status_code in (302, 303, 404)
    assert "zestig graden" not in answer.text


@pytest.mark.parametrize("how", ["reply", "thread", "edit"])
def test_a_post_that_was_quoted_is_never_changed_silently(post, anna, bram, how, clock):
    """DISC-33: wherever it was quoted, in the first five minutes too."""
    clock.forward(minutes=1)
    if how == "reply":
        elsewhere = new_thread(anna, group_called("energie"), "Een ander onderwerp")
        reply(anna, elsewhere, quoted(post))
    elif how == "thread":
        new_thread(anna, group_called("energie"), "Een ander onderwerp", quoted(post))
    else:
        edit_post(anna, first := db.session.scalars(select(Post).where(Post.thread_id == post.thread_id,
                  Post.position == 1)).one(), written(quoted(post)), version=first.version)  # fmt: skip
    edit_post(bram, post, written(NEW), version=1)
    assert versions_of(post) == 2


def test_who_cannot_read_a_post_does_not_touch_it_by_naming_its_number(secret_thread, emma, anna):
    """GRP-4"""
    first = db.session.scalars(select(Post).where(Post.thread_id == secret_thread.id)).one()
    body = f"Zie [dit](/posts/{first.id}) en /posts/{'9' * 16}."
    new_thread(anna, group_called("energie"), "Een ander onderwerp", body)
    edit_post(emma, first, written(NEW), version=1)
    assert versions_of(first) == 0
