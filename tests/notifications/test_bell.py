"""The bell: who hears of a reply, once, and never of what they may no longer read."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.models import Company, CompanyState
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.discussions.models import Post
from app.discussions.service import mark_seen
from app.groups import service as groups
from app.groups.models import Theme, Visibility
from app.groups.service import GroupSettings
from app.notifications import queries, service
from app.notifications.models import Notification, Tab
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, together


def unread(actor, tab=Tab.OTHER):
    """The lines that wait for who follows what is said, or those of "Voor u"."""
    actor = actor_named(actor.email.split("@")[0])
    return queries.unread_count(actor.id, scopes_of(actor), tab)


def rows(actor):
    return db.session.scalars(select(Notification).where(Notification.person_id == actor.id)
                              .order_by(Notification.id)).all()  # fmt: skip


def bell_page(browser):
    page = browser.get("/notifications?tab=other")
    assert page.status_code == 200
    return page.text


def test_a_reply_rings_for_those_who_wrote_before(thread, anna, bram, carla):
    """decisions 21; NTF-11: two replies in a thread are one line."""
    reply(bram, thread)
    reply(carla, thread)
    assert [unread(actor) for actor in (anna, bram, carla)] == [1, 1, 0]
    assert [len(rows(actor)) for actor in (anna, bram, carla)] == [2, 1, 0]


def test_a_reply_never_rings_for_who_wrote_it(thread, anna):
    reply(anna, thread, "Nog iets.")
    assert rows(anna) == []


def test_a_reader_who_never_wrote_there_hears_nothing(thread, anna, bram, carla):
    """decisions 21"""
    reply(bram, thread)
    assert rows(carla) == []


def test_a_new_thread_rings_for_nobody(thread):
    assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_who_wrote_three_times_hears_once_of_each_reply(thread, anna, bram):
    for _ in range(3):
        reply(bram, thread)
    reply(anna, thread)
    assert len(rows(bram)) == 1


def test_a_reply_sent_three_times_rings_once(thread, anna, bram):
    """trust: each client action carries an id."""
    for _ in range(3):
        reply(bram, thread, client_id="11111111-1111-4111-8111-111111111111")
    assert len(rows(anna)) == 1


def test_telling_twice_at_one_moment_tells_once(app, thread, anna, bram):
    """Once per item, under pressure too."""
    post_id, scope, person_id = reply(bram, thread).id, thread.group.scope, anna.id
    db.session.execute(Notification.__table__.delete())
    db.session.commit()

    def tell():
        service.notify([person_id], kind="reply", item=post_id, actor_id=bram.id, actor_tie_id=bram.tie_id, scope=scope)

    assert together(app, *[tell] * 6) == [None] * 6
    assert len(rows(anna)) == 1


def test_the_bell_says_who_of_which_company_replied_where(thread, anna, bram, sign_in):
    reply(bram, thread)
    page = bell_page(sign_in(anna))
    assert "Bram Boelens reageerde in “Restwarmte in Emmen”" in page
    assert bram.company_name in page
    post = db.session.scalars(select(Post).where(Post.author_id == bram.id)).one()
    assert f'href="/posts/{post.id}"' in page


def test_a_bell_line_is_in_the_language_of_who_reads_it(thread, anna, bram, sign_in):
    """decisions 18"""
    reply(bram, thread)
    person_named("anna").locale = "en"
    db.session.commit()
    assert "Bram Boelens replied in “Restwarmte in Emmen”" in bell_page(sign_in(actor_named("anna")))


def test_the_number_stands_on_every_page(thread, energie, anna, bram, sign_in):
    """NTF-12: of the lines under "Voor u": a reply to which one is not named is none of them."""
    for each in (thread, thread, new_thread(anna, energie, "Een ander onderwerp")):
        reply(bram, each, "@Anna Assink, wat vindt u?", mentions=[anna.id])
    reply(bram, thread)
    page = sign_in(anna).get("/groups").text
    link = re.search(r'<a href="/notifications".*?</a>', page, re.DOTALL).group()
    assert re.search(r'class="count">(\d+)<', link).group(1) == "2"


ENDS = {
    "the group was made stricter": lambda: groups.edit_group(
        actor_named("anna"), group_called("energie"),
        GroupSettings(purpose="Alleen nog voor leden van de groep.", theme=Theme.ENERGY,
                      visibility=Visibility.ON_REQUEST), version=1),
    "the tie ended": lambda: accounts.end_tie(actor_named("dirk"), people.open_tie_of(person_named("carla").id)),
    "the company was suspended": lambda: accounts.change_company_state(
        actor_named("dirk"), db.session.get_one(Company, actor_named("carla").company_id), CompanyState.SUSPENDED),
}  # fmt: skip


def move(key):
    accounts.end_tie(actor_named("dirk"), people.open_tie_of(person_named(key).id))
    company = db.session.get_one(Company, actor_named("otto").company_id)
    accounts.start_tie(actor_named("dirk"), person_named(key), company)


def carla_wrote_and_left(thread, anna):
    carla = actor_named("carla")
    reply(carla, thread, "Ik schreef mee.")
    groups.leave_group(carla, group_called("energie"))
    reply(anna, thread, "En dit antwoord kwam.")
    assert unread(carla) == 1


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_what_one_may_no_longer_read_is_neither_counted_nor_listed(thread, anna, carla, end):
    """GRP-18, trust 3: count and list."""
    carla_wrote_and_left(thread, anna)
    end()
    now_she = actor_named("carla")
    assert unread(now_she) == 0
    assert queries.lines(now_she, scopes_of(now_she)) == []
    assert queries.line_count(now_she, scopes_of(now_she)) == 0
    assert len(rows(now_she)) == 1  # it is still there, and comes back with the right


def test_lines_of_a_confidential_group_go_with_the_membership(secret_thread, emma, sign_in):
    """GRP-4, GRP-21: on the page too."""
    bert = actor_named("bert")
    reply(bert, secret_thread, "Bij ons ook.")
    reply(emma, secret_thread, "Dank.")
    browser = sign_in(bert)
    assert "Bijna-ongeval" in bell_page(browser)
    groups.leave_group(bert, group_called("externe-veiligheid"))
    assert "Bijna-ongeval" not in bell_page(browser)
    assert "Bijna-ongeval" not in browser.get("/").text
    assert unread(bert) == 0


def test_after_a_move_lines_of_the_old_places_are_gone(secret_thread, emma):
    """GRP-21"""
    bert = actor_named("bert")
    reply(bert, secret_thread, "Bij ons ook.")
    reply(emma, secret_thread, "Dank.")
    move("bert")
    assert unread(actor_named("bert")) == 0


def test_a_reply_does_not_ring_for_who_may_not_read_it_any_more(secret_thread, emma):
    """trust 3: rights are asked when the line is shown, whatever was written before."""
    bert = actor_named("bert")
    reply(bert, secret_thread, "Bij ons ook.")
    groups.leave_group(bert, group_called("externe-veiligheid"))
    reply(emma, secret_thread, "Na zijn vertrek.")
    assert unread(bert) == 0


def test_reading_the_thread_silences_the_bell_up_to_there(thread, anna, bram):
    reply(bram, thread)
    reply(bram, thread)
    mark_seen(anna, thread, 2)
    assert unread(anna) == 1
    mark_seen(anna, thread, 3)
    assert unread(anna) == 0


def test_opening_the_page_without_javascript_silences_the_bell(thread, anna, bram, sign_in):
    """decisions 8"""
    reply(bram, thread)
    browser, address = sign_in(anna), thread.link
    assert unread(anna) == 1
    browser.get(address)
    assert unread(anna) == 0


def test_reading_one_thread_leaves_the_bell_of_another(thread, energie, anna, bram):
    other = new_thread(anna, energie, "Een ander onderwerp")
    reply(bram, thread)
    reply(bram, other)
    mark_seen(anna, thread, 2)
    assert unread(anna) == 1


def test_anna_marks_one_line_read(thread, anna, bram, sign_in):
    reply(bram, thread)
    reply(bram, thread)
    browser, first = sign_in(anna), rows(anna)[0].id
    assert browser.post("/notifications/read", data={"id": first}).status_code == 303
    assert [row.read_at is None for row in rows(anna)] == [False, True]


def test_anna_marks_all_lines_read(thread, anna, bram, sign_in):
    reply(bram, thread)
    reply(bram, thread)
    sign_in(anna).post("/notifications/read", data={"all": "1"})
    assert unread(anna) == 0


def test_marking_all_leaves_the_lines_of_others(thread, anna, bram, carla, sign_in):
    reply(bram, thread)
    reply(carla, thread)
    sign_in(anna).post("/notifications/read", data={"all": "1"})
    assert [unread(anna), unread(bram)] == [0, 1]


def test_the_id_of_anothers_line_changes_nothing(thread, anna, bram, carla, sign_in):
    """It does not exist for this person."""
    reply(bram, thread)
    hers = rows(anna)[0].id
    answer = sign_in(carla).post("/notifications/read", data={"id": hers})
    assert answer.status_code == 303
    assert rows(anna)[0].read_at is None


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", str(2**63), str(2**70), "0x10", "1.5"])
def test_an_id_that_is_no_id_marks_nothing(thread, anna, bram, sign_in, number):
    """A broken id must not mean all of them."""
    reply(bram, thread)
    answer = sign_in(anna).post("/notifications/read", data={"id": number})
    assert answer.status_code == 404
    assert unread(anna) == 1


def test_a_line_read_once_stays_read_at_that_moment(thread, anna, bram, clock):
    reply(bram, thread)
    service.mark_read(anna)
    first = rows(anna)[0].read_at
    clock.forward(hours=1)
    service.mark_read(anna)
    assert rows(anna)[0].read_at == first


def test_the_list_goes_on_on_a_second_page(energie, anna, bram, sign_in):
    """NTF-11: counted in lines: two replies in each thread are one."""
    for number in range(queries.ON_A_PAGE + 2):
        thread = new_thread(anna, energie, f"Onderwerp {number}")
        reply(bram, thread)
        reply(bram, thread)
    browser = sign_in(anna)
    assert browser.get("/notifications?tab=other&page=1").text.count("/posts/") == queries.ON_A_PAGE
    assert browser.get("/notifications?tab=other&page=2").text.count("/posts/") == 2


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", str(2**70), ""])
def test_a_page_number_that_is_none_shows_a_page(thread, anna, sign_in, page):
    assert sign_in(anna).get(f"/notifications?page={page}").status_code == 200


def test_beyond_ninety_nine_the_count_says_so_and_stops_counting(thread, anna, bram):
    """decisions 7"""
    post = reply(bram, thread)
    db.session.add_all(
        Notification(person_id=anna.id, kind="reply", item=post.id + number, actor_tie_id=bram.tie_id,
                     scope=thread.group.scope) for number in range(1, 150))  # fmt: skip
    db.session.commit()
    assert unread(anna, Tab.FOR_ME) == 100


def test_the_bell_asks_no_more_for_more_lines(thread, anna, bram, sign_in, count_statements):
    """architecture: a fixed number of queries."""
    browser = sign_in(anna)
    reply(bram, thread)
    with count_statements() as few:
        browser.get("/notifications?tab=other")
    for _ in range(20):
        reply(bram, thread)
    with count_statements() as many:
        browser.get("/notifications?tab=other")
    assert len(many) == len(few)


@pytest.mark.parametrize("tab", ["", "?tab=for_me", "?tab=other", "?tab=nothing"])
def test_an_empty_bell_says_so_and_what_will_come(anna, sign_in, tab):
    """Section 5"""
    assert "U bent helemaal bij." in sign_in(anna).get(f"/notifications{tab}").text


def test_a_guest_hears_of_replies_in_the_own_group(gijs, bram, innovatie):
    started = new_thread(gijs, innovatie, "Vraag van een gast")
    reply(bram, started)
    assert unread(gijs) == 1


def test_a_form_that_lost_its_fields_marks_nothing(thread, anna, bram, sign_in):
    """All lines only where the form says so."""
    reply(bram, thread)
    assert sign_in(anna).post("/notifications/read").status_code == 404
    assert unread(anna) == 1


def test_after_one_line_the_same_page_of_the_bell_is_shown(thread, anna, bram, sign_in):
    reply(bram, thread)
    sent = {"id": rows(anna)[0].id, "next": "/notifications?page=3"}
    assert sign_in(anna).post("/notifications/read", data=sent).location == "/notifications?page=3"
