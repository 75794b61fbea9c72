"""Showing a thread: where it opens, what counts as read, what a live page fetches, and what it costs."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import POSTS_ON_A_PAGE
from app.discussions.service import close_thread, mark_seen
from tests.conftest import actor_named, new_thread, reply, words_of
from tests.discussions.conftest import AS_FRAGMENT, fill, position_of, posts_in, shown_positions

AHEAD = {"Sec-Purpose": "prefetch"}


# Where it opens


def test_a_thread_opens_at_the_first_unread_post(long_thread, bram, sign_in):
    """DISC-1, DISC-11"""
    mark_seen(bram, long_thread, 30)
    answer = sign_in(bram).get(long_thread.link)
    assert shown_positions(answer.text) == list(range(26, 51))
    before, after = answer.text.split('id="new"')
    assert (shown_positions(before)[-1], shown_positions(after)[0]) == (30, 31)
    assert "Nieuw sinds uw vorige bezoek" in words_of(answer.text)


def test_a_thread_that_was_read_opens_at_its_end(long_thread, bram, sign_in):
    """DISC-1"""
    mark_seen(bram, long_thread, 60)
    answer = sign_in(bram).get(long_thread.link)
    assert shown_positions(answer.text) == list(range(51, 61))
    assert 'id="new"' not in answer.text


def test_who_reads_along_without_being_a_member_goes_on_where_they_were(long_thread, dirk, sign_in):
    """DISC-1, DISC-4, DISC-11, decisions 7: the first time at its beginning, with nothing called new, and no number."""
    browser = sign_in(dirk)
    first = browser.get(long_thread.link).text
    assert shown_positions(first) == list(range(1, 26))
    assert 'id="new"' not in first
    assert 'data-seen="0"' in first  # else the script would tell nothing of what is read
    mark_seen(dirk, long_thread, 30)
    again = browser.get(long_thread.link).text
    assert shown_positions(again.split('id="new"')[1])[0] == 31
    assert 'data-seen="30"' in again
    assert "nieuwe berichten" not in words_of(again.partition("data-reading")[0])


def test_the_line_stands_before_the_first_unread_post_of_another(long_thread, anna, bram, sign_in):
    """DISC-11: one's own posts are nothing new."""
    mark_seen(bram, long_thread, 60)
    reply(anna, long_thread, "Van Anna.")
    page = sign_in(anna).get(long_thread.link).text
    assert 'id="new"' not in page
    page = sign_in(bram).get(long_thread.link).text
    before, after = page.split('id="new"')
    assert shown_positions(before)[-1] == 60
    assert shown_positions(after) == [61]


@pytest.mark.parametrize(("page", "first", "last"), [(1, 1, 25), (2, 26, 50), (3, 51, 60)])
def test_a_page_of_a_number_is_exact(long_thread, bram, sign_in, page, first, last):
    """DISC-1: 25 posts a page, whatever is unread."""
    answer = sign_in(bram).get(f"{long_thread.link}?page={page}")
    assert shown_positions(answer.text) == list(range(first, last + 1))


@pytest.mark.parametrize("page", ["4", "99999", "9007199254740991"])
def test_a_page_beyond_the_end_is_not_there(long_thread, bram, sign_in, page):
    assert sign_in(bram).get(f"{long_thread.link}?page={page}").status_code == 404


@pytest.mark.parametrize("page", ["", "0", "-1", "twee", "1e9", "9" * 400, "²", "%00"])
def test_a_page_that_is_no_number_counts_as_not_asked(long_thread, bram, sign_in, page):
    """Bad input"""
    answer = sign_in(bram).get(f"{long_thread.link}?page={page}")
    assert answer.status_code == 200
    assert shown_positions(answer.text)[0] == 1


def test_a_permanent_link_leads_to_the_post_where_it_is_now(long_thread, bram, sign_in):
    """DISC-1"""
    post = posts_in(long_thread.id)[36]
    browser = sign_in(bram)
    answer = browser.get(f"/posts/{post.id}")
    assert answer.status_code == 302
    assert answer.location == f"{long_thread.link}?page=2#post-{post.id}"
    assert f'id="post-{post.id}"' in browser.get(answer.location).text


def test_other_words_after_the_number_lead_to_the_right_ones(thread, bram, sign_in):
    """interface: slugs are cosmetic, a wrong one redirects and keeps the page asked for."""
    browser = sign_in(bram)
    for wrong in (f"/threads/{thread.id}", f"/threads/{thread.id}-iets-anders"):
        answer = browser.get(f"{wrong}?page=1")
        assert (answer.status_code, answer.location) == (302, f"{thread.link}?page=1")


@pytest.mark.parametrize("path", ["/threads/{id}", "/threads/{id}-x", "/threads/{id}/reply", "/posts/{post}"])
def test_who_may_not_read_a_thread_gets_what_is_not_there(secret_thread, carla, dirk, femke, sign_in, path):
    """GRP-4, trust 1: the same answer as for a number that never was."""
    post = posts_in(secret_thread.id)[0]
    there = path.format(id=secret_thread.id, post=post.id)
    nowhere = path.format(id=12345, post=12345)
    for outsider in (carla, dirk, femke):
        browser = sign_in(outsider)
        answers = [browser.get(address) for address in (there, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_chance(answers[0].text, there) == without_chance(answers[1].text, nowhere)


def without_chance(page, address):
    page = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", page)
    return page.replace(address, "")


# Reading moves the position


def test_a_page_served_without_script_counts_as_read_to_its_last_post(long_thread, bram, sign_in):
    """DISC-4"""
    browser = sign_in(bram)
    browser.get(f"{long_thread.link}?page=1")
    assert position_of(bram, long_thread.id) == 25
    browser.get(long_thread.link)
    assert position_of(bram, long_thread.id) == 50


def test_with_script_only_what_was_in_view_counts_as_read(long_thread, bram, sign_in, with_script):
    """DISC-4, decision 8: the page says so with a form of its own."""
    browser = with_script(sign_in(bram))
    browser.get(f"{long_thread.link}?page=1")
    assert position_of(bram, long_thread.id) == 0
    answer = browser.post(f"/threads/{long_thread.id}/seen", data={"position": 7})
    assert (answer.status_code, answer.text) == (204, "")
    assert position_of(bram, long_thread.id) == 7


def test_a_position_moved_by_reading_only_grows(long_thread, bram, sign_in):
    """DISC-5"""
    browser = sign_in(bram)
    browser.get(f"{long_thread.link}?page=3")
    browser.get(f"{long_thread.link}?page=1")
    browser.post(f"/threads/{long_thread.id}/seen", data={"position": 3})
    assert position_of(bram, long_thread.id) == 60


def test_a_position_never_goes_beyond_the_last_post(thread, bram, sign_in):
    """DISC-5: what does not exist yet cannot have been read."""
    sign_in(bram).post(f"/threads/{thread.id}/seen", data={"position": 9_000_000})
    assert position_of(bram, thread.id) == 1


@pytest.mark.parametrize("position", [None, "", "-1", "een", "1.5", "9" * 40, "\u0661"])
def test_a_position_that_is_no_number_is_refused(thread, bram, sign_in, position):
    """Bad input"""
    answer = sign_in(bram).post(f"/threads/{thread.id}/seen", data={"position": position} if position else {})
    assert answer.status_code == 400
    assert position_of(bram, thread.id) == 0


def test_someone_elses_position_stays_where_it_is(long_thread, anna, bram, sign_in):
    """trust: another's reading is not mine to move."""
    before = position_of(anna, long_thread.id)
    sign_in(bram).get(f"{long_thread.link}?page=3")
    assert position_of(anna, long_thread.id) == before


def test_a_thread_one_may_not_read_cannot_be_marked(secret_thread, carla, sign_in):
    assert sign_in(carla).post(f"/threads/{secret_thread.id}/seen", data={"position": 1}).status_code == 404


def test_looking_at_any_address_of_a_thread_changes_nothing_but_ones_own_position(long_thread, bram, sign_in, visitor):
    """DISC-5, section 7.6: GET, HEAD, a fetch ahead of being asked, a fragment, and a visitor."""
    post = posts_in(long_thread.id)[0]
    addresses = [
        long_thread.link, f"{long_thread.link}?page=1", f"{long_thread.link}?page=3", f"/threads/{long_thread.id}",
        f"/threads/{long_thread.id}/reply", f"/posts/{post.id}", "/groups/energie/threads",
        "/groups/energie/threads?filter=unread", "/groups/energie/threads/new", "/account/drafts",
    ]  # fmt: skip
    browser = sign_in(bram)
    before = all_rows()
    for address in addresses:
        browser.head(address)
        browser.get(address, headers=AHEAD)
        browser.get(address, headers={"Purpose": "prefetch"})
        visitor.get(address)
    for address in addresses[:4]:
        browser.get(address, headers=AS_FRAGMENT)
    assert all_rows() == before
    for address in addresses:
        browser.get(address)
    after = all_rows()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"read_positions"}
    new = [row for row in after["read_positions"] if row not in before["read_positions"]]
    assert {row.person_id for row in new} == {bram.id}


def all_rows():
    db.session.rollback()
    return {
        table.name: db.session.execute(select(table).order_by(*table.primary_key)).all()
        for table in db.metadata.sorted_tables
    }


# What it shows


def test_a_hidden_post_keeps_its_place_and_not_its_words(long_thread, bram, sign_in):
    """MOD-13 as far as it is here: no word of it in page or fragment."""
    hidden = posts_in(long_thread.id)[2]
    hidden.hidden_at = hidden.created_at
    db.session.commit()
    browser = sign_in(bram)
    for answer in (
        browser.get(f"{long_thread.link}?page=1"),
        browser.get(f"/threads/{long_thread.id}?after=2", headers=AS_FRAGMENT),
    ):
        assert "Bericht 3." not in answer.text
        assert 'data-position="3"' in answer.text
        assert "Verborgen door de coördinator" in words_of(answer.text)


def test_a_closed_thread_can_be_read_and_shows_no_box(thread, anna, bram, sign_in):
    close_thread(anna, thread)
    page = sign_in(bram).get(thread.link).text
    assert '<form class="composer"' not in page
    assert "Dit onderwerp is gesloten" in words_of(page)


def test_who_reads_along_in_an_open_group_sees_the_posts_and_that_writing_makes_a_member(thread, carla, sign_in):
    """GRP-2"""
    page = words_of(sign_in(carla).get(thread.link).text)
    assert "Wie kan 60 graden gebruiken?" in page
    assert "Plaatsen en deelnemen" in page


def test_the_box_has_a_button_for_each_style(thread, bram, sign_in):
    """DISC-14"""
    page = sign_in(bram).get(thread.link).text
    styles = re.findall(r'data-md-button="([\w-]+)"', page)
    assert styles == ["bold", "italic", "unordered-list", "ordered-list", "link", "quote", "header-3"]
    assert 'formaction="/preview"' in page


# What a live page fetches


def test_an_open_page_fetches_the_posts_after_what_it_shows(long_thread, bram, sign_in):
    """DISC-53: through the ordinary address, posts and nothing else."""
    answer = sign_in(bram).get(f"{long_thread.link}?after=57", headers=AS_FRAGMENT)
    assert answer.status_code == 200
    assert shown_positions(answer.text) == [58, 59, 60]
    assert "<html" not in answer.text
    assert "composer" not in answer.text


def test_asking_until_nothing_comes_loses_nothing(long_thread, bram, sign_in):
    """DISC-54: a page that was away for an hour gets all of it, part by part."""
    browser, seen = sign_in(bram), [1]
    while part := shown_positions(
        browser.get(f"/threads/{long_thread.id}?after={seen[-1]}", headers=AS_FRAGMENT).text
    ):
        assert len(part) <= POSTS_ON_A_PAGE
        seen += part
    assert seen == list(range(1, 61))


def test_a_fetched_fragment_never_moves_the_position(long_thread, bram, sign_in):
    """Decision 8"""
    sign_in(bram).get(f"{long_thread.link}?after=0", headers=AS_FRAGMENT)
    assert position_of(bram, long_thread.id) == 0


@pytest.mark.parametrize("after", ["", "-5", "x", "9" * 30, "60", "9007199254740991"])
def test_a_fragment_after_nothing_sensible_is_still_an_answer(long_thread, bram, sign_in, after):
    """Bad input"""
    answer = sign_in(bram).get(f"{long_thread.link}?after={after}", headers=AS_FRAGMENT)
    assert answer.status_code == 200


def test_a_fragment_asks_the_right_again(secret_thread, emma, carla, sign_in):
    """DISC-53, trust 3"""
    address = f"/threads/{secret_thread.id}?after=0"
    assert sign_in(emma).get(address, headers=AS_FRAGMENT).status_code == 200
    refused = sign_in(carla).get(address, headers=AS_FRAGMENT)
    assert refused.status_code == 404
    assert "slang" not in refused.text


def test_a_fragment_without_a_session_leads_to_the_sign_in_page(thread, visitor):
    """DISC-54: the page then says that it ended."""
    answer = visitor.get(f"/threads/{thread.id}?after=0", headers=AS_FRAGMENT)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")


# Cost


def test_a_thread_page_takes_at_most_eight_statements_at_any_depth(
    anna, bram, energie, sign_in, with_script, count_statements
):
    """Speed: 1 or 200 posts, page 1 or the last, with or without something unread."""
    short, long = (new_thread(anna, energie, f"Onderwerp van {size}") for size in ("een", "tweehonderd"))
    fill(long, 200, anna, actor_named("otto"))
    mark_seen(bram, long, 120)
    addresses = [short.link, long.link, *(f"{long.link}?page={page}" for page in (1, 4, 8))]
    browser, counts = with_script(sign_in(bram)), []
    for address in addresses:
        with count_statements() as seen:
            assert browser.get(address).status_code == 200
        counts.append(len(seen))
    assert set(counts[1:]) == {counts[0] - 1}  # the first after something new counts what is unread
    assert counts[0] <= 8


def test_a_page_served_without_script_costs_the_same_at_any_depth(long_thread, bram, sign_in, count_statements):
    """Speed: reading to the end of the page is one more short transaction."""
    browser, counts = sign_in(bram), []
    for page in (1, 2, 3):
        with count_statements() as seen:
            browser.get(f"{long_thread.link}?page={page}")
        counts.append(len(seen))
    assert set(counts) == {counts[0]}
    assert counts[0] <= 18


def test_a_fragment_takes_few_statements(long_thread, bram, sign_in, count_statements):
    """DISC-54: asked every minute by every open page."""
    browser = sign_in(bram)
    with count_statements() as seen:
        browser.get(f"{long_thread.link}?after=59", headers=AS_FRAGMENT)
    assert len(seen) <= 5


def test_a_thread_of_400_days_ago_is_as_unread_as_yesterday(thread, bram, clock, sign_in):
    """DISC-3, section 7.5"""
    clock.forward(days=400)
    bram_later = actor_named("bram")
    browser = sign_in(bram_later)
    assert 'id="new"' in browser.get(thread.link).text
    assert now() - posts_in(thread.id)[0].created_at >= timedelta(days=400)
