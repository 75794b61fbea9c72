"""Begin: what happened since I was here, in numbers that are true, and nothing of what I may not read."""

import re

import pytest
from sqlalchemy import select

from app.core import panels
from app.core.clock import local, now
from app.core.extensions import db
from app.discussions.models import Post, ReadMark, ReadPosition, Thread
from app.groups.models import Role, Theme, Visibility
from app.groups.service import GroupSettings, add_member, create_group, leave_group
from app.home.models import VisitMark
from app.marketplace import service
from app.moderation.models import Reason
from app.moderation.service import file_report
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of
from tests.marketplace.conftest import draft, placed, version, with_setting
from tests.meetings.conftest import at, plan_published, times

CAST = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs")
AHEAD = ({"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"})


def main_of(page):
    return page[page.index("<main") : page.index("</main>")]


def group_lines(page):
    """slug → (the number of new threads, whether it is grey, its words)"""
    part = main_of(page)
    part = part[part.index('id="groups"') :] if 'id="groups"' in part else ""
    lines = {}
    for row in re.findall(r"<li.*?</li>", part, re.DOTALL):
        number = re.search(r'class="count">(\d+)\+? nieuw<', row)
        slug = re.search(r'href="/groups/([\w-]+)"', row)[1]
        lines[slug] = (int(number[1]) if number else 0, "is-quiet" in row, words_of(row))
    return lines


def rail_numbers(page):
    rail = page[page.index('class="rail-links"') : page.index('class="rail-foot"')]
    numbers = {}
    for link in re.findall(r'<a href="/groups/([\w-]+)"[^>]*>(.*?)</a>', rail, re.DOTALL):
        number = re.search(r'class="count">(\d+)', link[1])
        numbers[link[0]] = int(number[1]) if number else 0
    return numbers


def listed(page):
    return len(re.findall(r'<h3><a class="plain" href="/threads/', main_of(page)))


def named_in(thread):
    """Otto answers, and names Anna."""
    reply(actor_named("otto"), thread, "@Anna Assink, het antwoord van Otto.", mentions=[actor_named("anna").id])


@pytest.fixture
def talk(anna, energie, innovatie, personeelsmobiliteit, externe_veiligheid):
    """Threads in all four groups, some with replies, one settled, and something for Anna under the bell."""
    for slug, key, count in (("energie", "anna", 4), ("innovatie", "klaas", 3), ("personeelsmobiliteit", "wietske", 2),
                             ("externe-veiligheid", "emma", 2)):  # fmt: skip
        for number in range(count):
            made = new_thread(actor_named(key), group_called(slug), f"Onderwerp {number} van {slug}")
            if number % 2 == 0:
                reply(actor_named(key), made, "Nog iets.")
    named_in(new_thread(anna, energie, "Vraag van Anna"))


@pytest.mark.parametrize("who", CAST)
def test_every_count_on_home_equals_what_stands_behind_it(talk, sign_in, who):
    """HOM-1, 7, 11, section 7.1"""
    browser = sign_in(actor_named(who))
    home = browser.get("/").text
    lines = group_lines(home)
    for slug, (number, is_quiet, _words) in lines.items():
        behind = browser.get(f"/groups/{slug}/threads?filter=unread").text
        assert number == listed(behind) == int(re.search(r"filter=unread[^>]*>[^<]*<span>(\d+)<", behind)[1])
        assert is_quiet == (number == 0)
    assert rail_numbers(home) == {slug: number for slug, (number, *_rest) in lines.items()}
    total = sum(number for number, *_rest in lines.values())
    fresh = sum(number > 0 for number, *_rest in lines.values())
    words = words_of(main_of(home))
    if total:
        assert re.search(rf"{total} onderwerp(en)? in {fresh} werkgroep(en)?\b", words)
    else:
        assert "Alles gezien" not in words
    for_you = re.search(r"(\d+) bericht(en)? voor u", words)
    assert (int(for_you[1]) if for_you else 0) == main_of(home).count("class=\"line-with-button\"")


def test_the_numbers_of_the_cast_are_those_of_what_was_written(talk, sign_in):
    """HOM-7: so that the agreement above is not one of zeros."""
    expected = {
        "anna": {"energie": 1},
        "bram": {"energie": 5, "innovatie": 3},
        "carla": {"innovatie": 3},
        "dirk": {},
        "emma": {"externe-veiligheid": 0},
        "femke": {},
        "gijs": {"innovatie": 3},
    }
    found = {
        who: {slug: number for slug, (number, *_rest) in group_lines(sign_in(actor_named(who)).get("/").text).items()}
        for who in CAST
    }
    assert found == expected


def test_a_group_line_names_the_newest_thread_and_a_quiet_one_is_grey(talk, bram, sign_in):
    """HOM-7"""
    browser = sign_in(bram)
    lines = group_lines(browser.get("/").text)
    assert "Nieuwste: “ Vraag van Anna ” · Otto Oosting" in lines["energie"][2]
    until = re.search(r'name="until" value="([^"]*)"', browser.get("/").text)[1]
    browser.post("/seen", data={"until": until})
    quiet = group_lines(browser.get("/").text)
    assert {slug: line[:2] for slug, line in quiet.items()} == {"energie": (0, True), "innovatie": (0, True)}
    assert "Niets nieuws sinds" in quiet["energie"][2]


def test_who_is_named_sees_it_under_for_you_until_it_was_seen(talk, anna, sign_in):
    """HOM-3 as far as it is here, decision 21"""
    browser = sign_in(anna)
    page = browser.get("/").text
    assert "Otto Oosting noemde u in “Vraag van Anna”" in words_of(page)
    line_id = re.search(r'name="id" value="(\d+)"', page)[1]
    browser.post("/notifications/read", data={"id": line_id})
    assert "noemde u" not in main_of(browser.get("/").text)


def test_who_has_more_for_them_than_home_shows_reads_how_many_and_gets_there(talk, anna, sign_in):
    """HOM-1: the same number as on the bell."""
    browser = sign_in(anna)
    assert '<a href="#for-you">1 bericht voor u</a>' in main_of(browser.get("/").text)
    for number in range(5):
        named_in(new_thread(anna, group_called("energie"), f"Vraag {number}"))
    assert '<a href="/notifications">6 berichten voor u</a>' in main_of(browser.get("/").text)


def test_everything_seen_and_taken_back_gives_the_same_home(talk, bram, sign_in):
    """HOM-8, section 7.2"""
    browser = sign_in(bram)
    before = group_lines(browser.get("/").text)
    until = re.search(r'name="until" value="([^"]*)"', browser.get("/").text)[1]
    browser.post("/seen", data={"until": until})
    assert "U bent bij." in words_of(browser.get("/").text)
    browser.post("/seen/undo")
    assert group_lines(browser.get("/").text) == before


def test_everything_seen_leaves_what_is_for_me(talk, anna, sign_in):
    """HOM-8: only unread counts go to zero."""
    browser = sign_in(anna)
    until = re.search(r'name="until" value="([^"]*)"', browser.get("/").text)[1]
    browser.post("/seen", data={"until": until})
    page = browser.get("/").text
    assert group_lines(page)["energie"][0] == 0
    assert "Otto Oosting noemde u" in words_of(page)


@pytest.mark.parametrize("days", [1, 31, 90, 400])
def test_nothing_unread_is_forgotten_however_long_one_was_away(talk, bram, sign_in, clock, days):
    """DISC-3, home 7.4"""
    before = {slug: line[0] for slug, line in group_lines(sign_in(bram).get("/").text).items()}
    clock.forward(days=days)
    after = {slug: line[0] for slug, line in group_lines(sign_in(bram).get("/").text).items()}
    assert after == before == {"energie": 5, "innovatie": 3}


def test_an_outsiders_home_is_the_same_with_and_without_a_confidential_group_full_of_news(
    talk, carla, emma, externe_veiligheid, sign_in
):
    """HOM-11, GRP-4, section 7.1"""
    browser = sign_in(carla)
    addresses = ("/", "/groups", "/notifications", "/account/drafts")
    before = [without_chance(browser.get(address).text) for address in addresses]
    for number in range(5):
        reply(emma, new_thread(emma, externe_veiligheid, f"Zeer geheim {number}"), "Geheim.")
    assert [without_chance(browser.get(address).text) for address in addresses] == before


def without_chance(page):
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", page)


def test_a_hidden_thread_is_neither_shown_nor_counted(anna, bram, energie, sign_in):
    """HOM-11"""
    hidden = new_thread(anna, energie, "Wordt verborgen")
    new_thread(anna, energie, "Blijft staan")
    reply(anna, hidden, "Het nieuwste.")
    hidden.hidden_at = now()
    db.session.commit()
    number, _quiet, words = group_lines(sign_in(bram).get("/").text)["energie"]
    assert number == 1
    assert "Wordt verborgen" not in words
    assert "Blijft staan" in words


# Visits


def visit_of(actor):
    db.session.rollback()
    mark = db.session.get(VisitMark, actor.id)
    return (mark.began_at, mark.last_at, mark.previous_ended_at) if mark else None


def test_the_first_visit_is_welcomed_and_the_next_says_since_when(bram, sign_in, clock):
    """HOM-1, section 5"""
    clock.set(now().replace(month=3, day=3, hour=10))
    browser = sign_in(bram)
    assert "Welkom bij" in words_of(browser.get("/").text)
    clock.forward(days=2)
    page = words_of(browser.get("/").text)
    assert "Welkom bij" not in page
    assert re.search(r"Sinds \w+ 3 maart", page)


def test_home_moves_no_position_and_the_visit_mark_at_most_once_in_half_an_hour(talk, bram, sign_in, clock):
    """HOM-9, section 7.3"""
    browser, marks = sign_in(bram), []
    started = now()
    for _ in range(12):  # for an hour, a look every five minutes
        browser.get("/")
        marks.append(visit_of(bram))
        clock.forward(minutes=5)
    assert len(set(marks)) == 2
    assert marks[0][0] == started
    assert not db.session.scalars(select(ReadPosition).where(ReadPosition.person_id == bram.id)).all()
    assert {mark.seq for mark in db.session.scalars(select(ReadMark).where(ReadMark.person_id == bram.id))} <= {0}


def test_neither_head_nor_prefetch_is_a_visit(talk, bram, sign_in):
    """HOM-9, section 5"""
    browser = sign_in(bram)
    browser.head("/")
    for headers in AHEAD:
        assert browser.get("/", headers=headers).status_code == 200
    assert visit_of(bram) is None
    browser.get("/")
    assert visit_of(bram) is not None


def test_two_devices_at_one_moment_are_one_visit(talk, bram, sign_in, clock):
    """Section 5: one mark, no jump back."""
    phone, desk = sign_in(bram), sign_in(bram)
    phone.get("/")
    first = visit_of(bram)
    desk.get("/")
    assert visit_of(bram) == first
    clock.forward(days=1)
    phone.get("/")
    second = visit_of(bram)
    desk.get("/")
    assert visit_of(bram) == second
    assert second[2] == first[1]


# Words


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "Goedenavond"), (4, "Goedenavond"), (5, "Goedemorgen"), (11, "Goedemorgen"), (12, "Goedemiddag"),
     (17, "Goedemiddag"), (18, "Goedenavond"), (23, "Goedenavond")],
)  # fmt: skip
def test_the_greeting_goes_by_the_hour_here(bram, sign_in, clock, hour, words):
    clock.set(local(now()).replace(month=7, day=9, hour=hour, minute=30))
    page = words_of(sign_in(bram).get("/").text)
    assert f"{words}, Bram. Het is " in page
    assert "9 juli" in page


def test_who_takes_part_in_nothing_is_shown_the_way(femke, sign_in):
    page = sign_in(femke).get("/").text
    assert "U doet nog aan geen werkgroep mee." in words_of(page)
    assert 'href="/groups"' in main_of(page)
    assert "Alles gezien" not in words_of(page)


def test_a_group_without_posts_says_so(bram, sign_in):
    lines = group_lines(sign_in(bram).get("/").text)
    assert {words.split(" Nog")[1] for *_rest, words in lines.values()} == {" geen berichten"}


def test_a_person_without_live_tie_is_led_to_the_account(bram, sign_in):
    """GRP-41"""
    browser = sign_in(bram)
    tie = person_named("bram").ties[-1]
    tie.last_day = tie.starts_on
    db.session.commit()
    answer = browser.get("/")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert browser.get("/account").status_code == 200
    assert visit_of(bram) is None


# Cost


def join_groups(dirk, number):
    for each in range(number):
        settings = GroupSettings(purpose="Om te tellen.", theme=Theme.DIGITAL, visibility=Visibility.OPEN)
        made = create_group(dirk, name=f"Telgroep {each:02}", code=f"T{chr(65 + each // 26)}{chr(65 + each % 26)}",
                            lead_id=person_named("anna").id, settings=settings)  # fmt: skip
        add_member(actor_named("anna"), made, person_named("bram"), Role.MEMBER)
        new_thread(actor_named("anna"), made, f"Onderwerp in {made.name}")


@pytest.mark.slow
@pytest.mark.parametrize(("address", "most"), [("/", 15), ("/groups", 10)])
def test_a_page_costs_the_same_with_one_group_and_with_thirty(
    talk, dirk, bram, innovatie, sign_in, count_statements, address, most
):
    """HOM-12"""
    leave_group(bram, innovatie)
    browser = sign_in(actor_named("bram"))
    browser.get("/")

    def cost():
        db.session.rollback()
        with count_statements() as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    with_one = cost()
    join_groups(dirk, 30)
    assert cost() <= most  # counts what is unread, for something is new
    assert cost() == with_one


def test_a_first_look_at_home_with_everything_on_it_takes_at_most_fifteen_statements(
    talk, anna, energie, sign_in, count_statements
):
    """HOM-12: with a visit to note, a line for me, and a draft to go on with."""
    browser = sign_in(anna)
    thread = new_thread(anna, energie, "Nog een")
    browser.post("/account/drafts", data={"place": f"group:{energie.id}", "body": "Later verder"})
    browser.post("/account/drafts", data={"place": thread.place, "body": "Ook later"})
    with count_statements() as seen:
        page = words_of(browser.get("/").text)
    assert "Later verder" in page
    assert "voor u" in page
    assert visit_of(anna) is not None
    assert len(seen) <= 15


def test_who_reads_threads_for_an_hour_is_still_on_the_same_visit(thread, bram, sign_in, clock):
    """HOM-7: a visit ends after 30 minutes without a request, and reading is one."""
    browser = sign_in(bram)
    browser.get("/")
    clock.forward(days=3)
    first = words_of(browser.get("/").text)
    for _quarter in range(4):
        clock.forward(minutes=15)
        assert browser.post(f"/threads/{thread.id}/seen", data={"position": 1}).status_code == 204
    assert since(words_of(browser.get("/").text)) == since(first)
    clock.forward(minutes=31)
    assert since(words_of(browser.get("/").text)) != since(first)


def since(words):
    return re.search(r"Sinds \S+ \d+ \S+", words)[0]


def test_a_part_that_fails_leaves_the_rest_of_the_page(talk, sign_in, anna, monkeypatch):
    """home.md 5: the other parts are shown, and a number that the log knows."""

    def fails(_actor, _subject):
        raise RuntimeError("on purpose")

    monkeypatch.setitem(panels._draws, "home", {1: fails})
    page = main_of(sign_in(anna).get("/").text)
    assert "Dit deel kan nu niet worden getoond" in page
    assert "Vraag van Anna" in page


def part_called(page, heading):
    """What stands under this heading of home, in words; nothing when it is not there."""
    found = re.search(rf'<section class="section[^"]*" aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)
    return words_of(found[0]) if found else ""


@pytest.mark.parametrize(("who", "order"), [
    ("bram", ["own-reports", "listing-drafts", "soon", "newest-listings", "groups"]),
    ("dirk", ["at-hand", "to-judge", "newest-listings"]),
])  # fmt: skip
def test_the_parts_stand_in_the_order_that_is_the_same_everywhere(filled_home, sign_in, bram, who, order):
    """HOM-2, DISC-10: what is asked of me, what comes, what others offer, then what is new per group."""
    draft(bram, title="Vaten over")
    with_setting("all")
    service.place_listing(bram, draft(bram), version(title="Slangen voor lossen"))
    page = main_of(sign_in(actor_named(who)).get("/").text)
    places = [page.find(f'id="{name}"') for name in order]
    assert -1 not in places
    assert places == sorted(places)


def test_an_invitation_is_answered_from_home(filled_home, sign_in, bram):
    """HOM-5: the own answer and buttons, as a form; once answered the buttons are gone."""
    browser = sign_in(bram)
    page = browser.get("/").text
    assert "Overleg over warmte" in part_called(page, "soon")
    address, via = re.search(r'action="(/meetings/\d+/answer)".*?name="via" value="(\w+)"', page, re.DOTALL).groups()
    assert browser.post(address, data={"answer": "yes", "via": via}).status_code == 303
    assert "Uw antwoord: Ja" in part_called(browser.get("/").text, "soon")
    assert address not in browser.get("/").text


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_soon_means_two_weeks_of_days_whatever_the_hour(talk, sign_in, clock, anna, bram, energie, hour):
    """HOM-5: a meeting of that day in two weeks does not appear in the course of today."""
    clock.set(at(days=0, hour=hour, minute=30))
    for days, title in ((14, "Overleg over twee weken"), (15, "Overleg een dag later")):
        plan_published(anna, energie, title=title, when=times(days))
    soon = part_called(sign_in(bram).get("/").text, "soon")
    assert "Overleg over twee weken" in soon
    assert "Overleg een dag later" not in soon


def test_home_shows_of_meetings_listings_and_reports_only_what_one_may_read(filled_home, sign_in, carla, gijs, bram):
    """HOM-11: Carla is not in energie, Gijs is a guest, and only Bram reported."""
    for actor in (carla, gijs):
        page = sign_in(actor).get("/").text
        assert "Overleg over warmte" not in page
        assert part_called(page, "own-reports") == part_called(page, "at-hand") == ""
    assert "Te koop: vezels" in sign_in(carla).get("/").text
    assert "Te koop: vezels" not in sign_in(gijs).get("/").text
    assert "Vraag van Anna" in part_called(sign_in(bram).get("/").text, "own-reports")


@pytest.fixture
def filled_home(talk, anna, bram, energie):
    """A meeting of energie in two weeks, a listing, and a report by Bram."""
    plan_published(anna, energie, title="Overleg over warmte")
    placed(anna, title="Te koop: vezels")
    answers = select(Post).join(Thread).where(Thread.title == "Vraag van Anna", Post.position == 2)
    post = db.session.scalars(answers).one()
    file_report(bram, "post", post.id, reason=Reason.CONDUCT)
