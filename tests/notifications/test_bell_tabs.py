"""The two tabs of the bell: one line of a place, the people in it in few words, and a number that is true."""

import random
import re

import pytest

from app.accounts.models import Actor, Company, CompanyState
from app.accounts.service import change_company_state
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.directory import service as directory
from app.directory.models import Capability
from app.discussions.models import Post, ReactionKind
from app.discussions.queries import first_post
from app.discussions.service import delete_post, mark_seen, react_to_post
from app.documents import service as documents
from app.documents.models import Document
from app.groups.models import JoinRequest
from app.groups.service import leave_group, withdraw_join_request
from app.guard import service as guard
from app.guard.models import ActsAs
from app.marketplace import service as market
from app.marketplace.models import Listing
from app.moderation import service as moderation
from app.moderation.models import CaseState
from app.notifications import queries, service
from app.notifications.models import Channel, Notification, Sort, Tab
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of
from tests.notifications.test_read_in_place import LINES, REASON, in_hand, its_begin

AT_ANNA = "@Anna Assink, wat vindt u?"


def name_anna(key, thread):
    return reply(actor_named(key), thread, AT_ANNA, mentions=[person_named("anna").id])


def lines(key, tab=None):
    actor = actor_named(key)
    return queries.lines(actor, scopes_of(actor), tab=tab)


def said(key, tab=None):
    return [line["sentence"] for line in service.sentences(lines(key, tab))]


def number(key, tab=Tab.FOR_ME):
    actor = actor_named(key)
    return queries.unread_count(actor.id, scopes_of(actor), tab)


def page_of(browser, tab="for_me"):
    return browser.get(f"/notifications?tab={tab}").text


def press_seen(browser, page):
    """The first button "Gezien" on it."""
    browser.post("/notifications/read", data={"id": re.search(r'name="id" value="(\d+)"', page)[1]})


# One line of a place (NTF-11)


def test_one_reply_names_its_writer_and_leads_to_it(thread, bram):
    post = reply(bram, thread)
    [line] = service.sentences(lines("anna", Tab.OTHER))
    assert line["sentence"] == "Bram Boelens reageerde in “Restwarmte in Emmen”"
    assert line["url"] == f"/posts/{post.id}"


def test_two_people_are_both_named_the_last_first(thread, bram, carla):
    """NTF-11"""
    reply(bram, thread)
    reply(carla, thread)
    assert said("anna") == ["Carla Cazemier en Bram Boelens reageerden in “Restwarmte in Emmen”"]


def test_from_three_people_on_the_names_are_shortened(thread, bram, carla):
    """NTF-11"""
    for actor in (bram, carla, actor_named("otto")):
        reply(actor, thread)
    assert said("anna") == ["Otto Oosting en 2 anderen reageerden in “Restwarmte in Emmen”"]
    reply(actor_named("henk"), thread)
    assert said("anna") == ["Henk Hofstra en 3 anderen reageerden in “Restwarmte in Emmen”".replace(
        "Henk Hofstra", actor_named("henk").name)]


def test_who_replied_three_times_is_one_person(thread, bram, carla):
    """NTF-11"""
    for _ in range(3):
        reply(bram, thread)
    assert said("anna") == ["Bram Boelens reageerde in “Restwarmte in Emmen”"]
    reply(carla, thread)
    reply(bram, thread)
    assert said("anna") == ["Bram Boelens en Carla Cazemier reageerden in “Restwarmte in Emmen”"]


def test_who_reads_english_reads_it_in_english(thread, bram, carla, sign_in):
    """Issue A, 5"""
    person_named("anna").locale = "en"
    db.session.commit()
    browser = sign_in(actor_named("anna"))
    for actor, sentence in ((bram, "Bram Boelens replied in"), (carla, "Carla Cazemier and Bram Boelens replied in"),
                            (actor_named("otto"), "Otto Oosting and 2 others replied in")):  # fmt: skip
        reply(actor, thread)
        assert sentence in words_of(page_of(browser, "other"))
    assert "Mark everything as read" in page_of(browser)


def test_a_mention_stays_a_line_of_its_own_under_voor_u(thread, bram, carla):
    """NTF-11, section 2: what was said beside it stands under "Overig"."""
    reply(carla, thread)
    name_anna("bram", thread)
    assert said("anna", Tab.FOR_ME) == ["Bram Boelens noemde u in “Restwarmte in Emmen”"]
    assert said("anna", Tab.OTHER) == ["Carla Cazemier reageerde in “Restwarmte in Emmen”"]
    name_anna("carla", thread)
    name_anna("otto", thread)
    assert said("anna", Tab.FOR_ME) == ["Otto Oosting en 2 anderen noemden u in “Restwarmte in Emmen”"]


def test_reactions_to_several_posts_of_a_thread_are_one_line(thread, anna, bram):
    """NTF-11"""
    react_to_post(bram, first_post(thread), ReactionKind.THANKS)
    one = "Uw bericht in “Restwarmte in Emmen” kreeg een korte reactie"
    assert said("anna", Tab.OTHER) == [one]
    react_to_post(bram, reply(anna, thread, "Nog iets."), ReactionKind.AGREE)
    assert said("anna", Tab.OTHER) == ["Uw berichten in “Restwarmte in Emmen” kregen korte reacties"]


def test_threads_do_not_run_into_one_another(thread, energie, anna, bram):
    other = new_thread(anna, energie, "Een ander onderwerp")
    for each in (thread, other, thread):
        reply(bram, each)
    assert said("anna") == ["Bram Boelens reageerde in “Restwarmte in Emmen”",
                            "Bram Boelens reageerde in “Een ander onderwerp”"]  # fmt: skip


def test_what_has_no_place_is_a_line_of_its_own(thread, anna, bram):
    """NTF-11: "of item"."""
    for item in (reply(bram, thread).id, reply(bram, thread).id):
        service.take_away("reply", item, of=[anna.id])
        service.notify([anna.id], kind="reply", item=item, actor_id=bram.id, actor_tie_id=bram.tie_id,
                       scope=thread.group.scope)  # fmt: skip
    assert len(lines("anna")) == number("anna", Tab.OTHER) == 2


def test_a_line_has_the_date_of_the_newest_and_leads_to_the_first_unread(thread, anna, bram, carla, clock):
    first = reply(bram, thread)
    mark_seen(anna, thread, first.position)
    clock.forward(days=2)
    second = reply(bram, thread)
    clock.forward(days=2)
    third = reply(carla, thread)
    [line] = lines("anna")
    assert (line.at, line.item, line.is_read) == (third.created_at, second.id, False)
    mark_seen(anna, thread, third.position)
    [line] = lines("anna")
    assert (line.item, line.is_read, line.people) == (third.id, True, 2)


def test_of_a_line_that_is_partly_read_those_are_named_who_are_new(thread, anna, bram, carla):
    post = reply(bram, thread)
    mark_seen(anna, thread, post.position)
    reply(carla, thread)
    assert said("anna") == ["Carla Cazemier reageerde in “Restwarmte in Emmen”"]


# Reading (NTF-12)


def test_gezien_marks_the_whole_line_and_no_other(thread, energie, anna, bram, carla, sign_in):
    other = new_thread(anna, energie, "Een ander onderwerp")
    for each in (other, thread, thread):
        reply(bram, each)
    name_anna("carla", thread)
    browser = sign_in(anna)
    press_seen(browser, page_of(browser, "other"))
    assert [line.is_read for line in lines("anna", Tab.OTHER)] == [True, False]
    assert (number("anna"), number("anna", Tab.OTHER)) == (1, 1)


def test_what_came_after_the_page_was_shown_rings_on(thread, anna, bram, carla, sign_in):
    reply(bram, thread)
    browser = sign_in(anna)
    page = page_of(browser, "other")
    reply(carla, thread)
    press_seen(browser, page)
    assert said("anna") == ["Carla Cazemier reageerde in “Restwarmte in Emmen”"]
    assert number("anna", Tab.OTHER) == 1


def test_alles_gelezen_reads_both_tabs_and_says_so(thread, anna, bram, sign_in):
    """NTF-12: reading everything gives 0."""
    name_anna("bram", thread)
    reply(bram, thread)
    browser = sign_in(anna)
    for tab in ("for_me", "other"):
        assert "Alles gelezen" in page_of(browser, tab)
    answer = browser.post("/notifications/read", data={"all": "1", "next": "/notifications?tab=other"})
    assert answer.location == "/notifications?tab=other"
    page = page_of(browser, "other")
    assert "Alles staat als gelezen." in words_of(page)
    assert ">Alles gelezen<" not in page
    assert (number("anna"), number("anna", Tab.OTHER)) == (0, 0)


def test_what_is_kept_for_the_mail_is_neither_shown_nor_counted_nor_read_by_the_bell(thread, anna, bram):
    """Section 2: the box of the bell is off, that of the mail is on."""
    service.choose_boxes(anna, {(Sort.NAMED, Channel.BELL): False})
    name_anna("bram", thread)
    service.mark_read(anna)
    assert lines("anna") == []
    [kept] = db.session.query(Notification).filter_by(person_id=anna.id, kind="mention").all()
    assert (kept.tab, kept.read_at) == (None, None)
    mark_seen(anna, thread, thread.last_position)
    db.session.refresh(kept)
    assert kept.read_at is not None


def test_reading_a_thread_to_its_end_clears_its_lines_in_both_tabs(thread, anna, bram, sign_in):
    """NTF-12"""
    name_anna("bram", thread)
    reply(bram, thread)
    react_to_post(bram, first_post(thread), ReactionKind.THANKS)
    sign_in(anna).get(thread.link)
    assert number("anna") == 0
    assert [line.kind for line in lines("anna", Tab.OTHER) if not line.is_read] in ([], ["reaction"])


def test_the_number_is_the_same_wherever_it_stands(thread, energie, anna, bram, sign_in):
    """NTF-12: in rail and dock, on the tab and at home."""
    for each in (thread, thread, new_thread(anna, energie, "Een ander onderwerp")):
        name_anna("bram", each)
    reply(bram, thread)
    browser = sign_in(anna)
    page = page_of(browser)
    marks = re.findall(r'href="/notifications(?:\?tab=for_me)?"[^>]*>.*?class="count">(\d+)<', page, re.DOTALL)
    assert set(marks) == {"2"}
    assert len(marks) == 3
    home = browser.get("/").text
    assert "2 berichten voor u" in words_of(home)
    assert home.count('class="line-with-button"') == 2
    assert page.count('class="is-unread"') == 2


def test_the_tabs_are_links_that_say_where_one_is(thread, anna, bram, sign_in):
    """Section 5: they work without a script, by keyboard and when read out."""
    reply(bram, thread)
    browser = sign_in(anna)
    for tab in ("for_me", "other"):
        page = page_of(browser, tab)
        assert f'href="/notifications?tab={tab}" aria-current="page"' in page
        assert page.count("aria-current=\"page\"") == page_of(browser, "nothing").count("aria-current=\"page\"")
    assert "Bram Boelens" in page_of(browser, "other")
    assert "Bram Boelens reageerde" not in page_of(browser)


def test_the_page_goes_on_within_its_tab(energie, anna, bram, sign_in):
    for count in range(queries.ON_A_PAGE + 1):
        reply(bram, new_thread(anna, energie, f"Onderwerp {count}"))
    assert "/notifications?tab=other&amp;page=2" in page_of(sign_in(anna), "other")


# However much there is


def test_lines_of_a_long_life_are_one_statement_and_the_pages_hold_each_line_once(thread, anna, bram, count_statements):
    """NTF-11: paging is over lines, not over what they are of."""
    draw, scope = random.Random(7), thread.group.scope
    values = [
        {"person_id": anna.id, "kind": draw.choice(["reply", "mention"]), "item": count, "actor_tie_id": bram.tie_id,
         "scope": draw.choice([scope, scope, "hidden:x"]), "place": draw.choice([None, "thread:1", "thread:2"]),
         "tab": draw.choice([Tab.FOR_ME, Tab.OTHER, None]), "read_at": draw.choice([None, thread.created_at])}
        for count in range(400)
    ]  # fmt: skip
    db.session.execute(Notification.__table__.insert(), [
        {"id": 1000 + count, "created_at": thread.created_at, **each} for count, each in enumerate(values)])
    db.session.commit()
    for tab in Tab:
        shown = [(count, each) for count, each in enumerate(values) if each["tab"] is tab and each["scope"] == scope]
        key = {1000 + count: (each["kind"], each["place"] or count) for count, each in shown}
        newest = sorted({max(id_ for id_ in key if key[id_] == one) for one in key.values()}, reverse=True)
        unread = {key[1000 + count] for count, each in shown if each["read_at"] is None}
        found, page = [], 1
        while True:
            with count_statements() as seen:
                some = queries.lines(anna, [scope], tab=tab, page=page)
            assert len(seen) == 1
            if not some:
                break
            found, page = [*found, *some], page + 1
        assert [line.id for line in found] == newest
        assert queries.line_count(anna, [scope], tab) == len(newest)
        assert {key[line.id] for line in found if not line.is_read} == unread
        assert queries.unread_count(anna.id, [scope], tab) == min(len(unread), 100)
        assert len(queries.lines(anna, [scope], tab=tab, unread_only=True, most=1000)) == len(unread)


# What is gone (NTF-13)


def hide(kind, item):
    guard.hide(actor_named("dirk"), kind, item, rule=5, role=ActsAs.COORDINATOR)


def in_agreement(key):
    """As many lines as are counted, in each tab."""
    actor = actor_named(key)
    for tab in Tab:
        shown = service.sentences(lines(key, tab))
        assert len(shown) == queries.line_count(actor, scopes_of(actor), tab)
        assert sum(not line["is_read"] for line in shown) == number(key, tab)
    return number(key) + number(key, Tab.OTHER)


@pytest.mark.parametrize("kind", ["post", "thread"])
def test_a_line_about_what_is_hidden_goes_with_its_count(thread, bram, kind):
    """NTF-13: of two in one line the other stays."""
    name_anna("bram", thread)
    gone = name_anna("carla", thread)
    reply(bram, thread)
    assert in_agreement("anna") == 2
    hide(kind, gone.id if kind == "post" else thread.id)
    assert in_agreement("anna") == (2 if kind == "post" else 0)
    if kind == "post":
        assert said("anna", Tab.FOR_ME) == ["Bram Boelens noemde u in “Restwarmte in Emmen”"]


def test_a_group_that_is_not_ones_own_any_more_takes_its_lines_along(secret_thread, emma, sign_in):
    """NTF-13, GRP-4"""
    bert = actor_named("bert")
    reply(emma, secret_thread, "@Bert Bakker?", mentions=[bert.id])
    assert in_agreement("bert") == 1
    browser = sign_in(bert)
    leave_group(bert, group_called("externe-veiligheid"))
    assert in_agreement("bert") == 0
    assert "U bent helemaal bij." in page_of(browser)


def item_of(kind, key):
    return next(line.item for line in lines(key) if line.kind == kind)


def delete_it(kind, key):
    post = db.session.get_one(Post, item_of(kind, key))
    delete_post(Actor.of_person(post.author_id), post)


def hide_it(content):
    def hiding(kind, key):
        item = item_of(kind, key)
        hide(content, db.session.get_one(Post, item).thread_id if content == "thread" else item)

    return hiding


def trash_it(kind, key):
    documents.trash_document(actor_named("anna"), db.session.get_one(Document, item_of(kind, key)))


def discard_it(_kind, _key):
    market.discard_listing(actor_named("bram"), db.session.query(Listing).one())


def take_back_the_request(kind, key):
    withdraw_join_request(actor_named("carla"), db.session.get_one(JoinRequest, item_of(kind, key)))


def decline_it(kind, key):
    directory.decline_capability(actor_named("dirk"), db.session.get_one(Capability, item_of(kind, key)), REASON)


def accept_it(kind, key):
    directory.accept_capability(actor_named("dirk"), db.session.get_one(Capability, item_of(kind, key)))


def handle_it(_kind, _key):
    moderation.close_case(actor_named("anna"), in_hand("anna"), CaseState.SETTLED, "Wij spraken de schrijver.")


def suspend_it(kind, key):
    company = db.session.get_one(Company, item_of(kind, key))
    change_company_state(actor_named("dirk"), company, CompanyState.SUSPENDED)


ENDS = [
    *((kind, end) for kind in ("reply", "mention", "reaction")
      for end in (delete_it, hide_it("post"), hide_it("thread"))),
    *((kind, end) for kind in ("document_version", "document_keeper") for end in (trash_it, hide_it("document"))),
    ("listing", discard_it), ("listing_waiting", discard_it), ("listing_paused", hide_it("listing")),
    ("join_request", take_back_the_request), ("capability_proposed", decline_it), ("capability_proposed", accept_it),
    ("capability_declined", accept_it), ("case", handle_it), ("company_without_contact", suspend_it),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "end"), ENDS, ids=lambda each: each if isinstance(each, str) else each.__qualname__)
def test_what_is_gone_takes_its_line_and_its_count_along(kind, end, app):
    """NTF-13: in each kind, whatever takes away what it is about."""
    key = LINES[kind]()
    before = in_agreement(key)
    assert any(line.kind == kind for line in lines(key))
    end(kind, key)
    assert not any(line.kind == kind for line in lines(key))
    assert in_agreement(key) < before or kind == "capability_proposed"


@pytest.mark.slow
@pytest.mark.parametrize("kind", LINES)
def test_after_reading_all_the_bell_is_still_in_every_kind(kind, app, clock):
    """NTF-12, section 8.2: as many lines as are counted, and 0 once all is read."""
    make = LINES[kind]
    key = make(clock) if make is its_begin else make()
    assert in_agreement(key) > 0
    service.mark_read(actor_named(key))
    assert in_agreement(key) == 0
