"""What one hears of a thread by mail: set by answering, chosen by hand, and said on its page."""

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.discussions.models import Thread
from app.discussions.queries import first_post
from app.discussions.service import close_thread
from app.groups import service as groups
from app.groups.queries import mailed_at_once
from app.notifications import service
from app.notifications.models import Level, Notification, SetBy, Watch
from app.notifications.queries import choice_at
from tests.conftest import actor_named, new_thread, person_named, reply, words_of
from tests.discussions.conftest import AS_FRAGMENT, AS_SCRIPT, replying

BY_REPLY = "U krijgt alles per mail, omdat u hier antwoordde."
BY_STARTING = "U krijgt alles per mail, omdat u dit onderwerp begon."
USUAL = "Alleen in het overzicht: de standaard van deze werkgroep."


def choice_of(actor, thread):
    db.session.rollback()
    chosen = choice_at(actor.id, thread.room)
    return chosen and (chosen.level, chosen.set_by)


def bells_of(actor):
    return db.session.scalars(select(Notification.item).where(Notification.person_id == actor.id)).all()


def line_of(page):
    return words_of(page.partition("data-watch>")[2].partition("</div>")[0])


# By answering (NTF-8)


def test_answering_and_starting_bring_the_answers_by_mail(thread, anna, bram, energie):
    """NTF-8: the starter of a thread wants its answers too."""
    assert choice_of(anna, thread) == (Level.ALL_MAIL, SetBy.REPLY)
    assert choice_of(bram, thread) is None
    reply(bram, thread)
    assert choice_of(bram, thread) == (Level.ALL_MAIL, SetBy.REPLY)
    assert sorted(mailed_at_once(energie, 0, thread.room)) == sorted([anna.id, bram.id])
    assert mailed_at_once(energie, bram.id, thread.room) == [anna.id]


@pytest.mark.parametrize("level", [Level.OVERVIEW, Level.SILENT, Level.ALL_MAIL])
def test_answering_leaves_a_choice_of_ones_own_alone(thread, bram, level):
    """NTF-8"""
    service.choose_level(bram, thread.room, level)
    reply(bram, thread)
    assert choice_of(bram, thread) == (level, SetBy.PERSON)


def test_answering_in_a_silent_group_keeps_it_silent(thread, bram, energie):
    """NTF-8"""
    service.choose_level(bram, energie.scope, Level.SILENT)
    reply(bram, thread)
    mine = new_thread(bram, energie, "Stoom over")
    assert choice_of(bram, thread) is choice_of(bram, mine) is None
    assert mailed_at_once(energie, 0, mine.room) == []


def test_answering_again_after_rather_not_changes_nothing(thread, bram, sign_in):
    """NTF-8: "rather not" is a choice."""
    reply(bram, thread)
    answer = sign_in(bram).post(f"/threads/{thread.id}/watch/overview")
    assert answer.location == thread.link
    reply(bram, thread)
    assert choice_of(bram, thread) == (Level.OVERVIEW, SetBy.PERSON)


def test_who_joins_by_answering_hears_the_answers(thread, carla):
    """NTF-8"""
    reply(carla, thread)
    assert choice_of(carla, thread) == (Level.ALL_MAIL, SetBy.REPLY)


def test_two_answers_and_a_choice_at_one_moment_leave_the_choice(thread, bram, at_the_same_moment):
    """NTF-8: whichever comes first, what the person chose stands."""
    bram_id, thread_id, place = bram.id, thread.id, thread.room

    def choose():
        service.choose_level(actor_named("bram"), place, Level.SILENT)

    answers = at_the_same_moment(
        replying(bram_id, thread_id, "Eén."), choose, replying(bram_id, thread_id, "Twee."))
    assert not [each for each in answers if isinstance(each, Exception)]
    assert choice_of(bram, db.session.get_one(Thread, thread_id)) == (Level.SILENT, SetBy.PERSON)


def test_two_answers_at_one_moment_set_it_once(thread, bram, at_the_same_moment):
    """NTF-8"""
    acts = [replying(bram.id, thread.id, f"Antwoord {number}.") for number in range(3)]
    assert not [each for each in at_the_same_moment(*acts) if isinstance(each, Exception)]
    assert choice_of(bram, thread) == (Level.ALL_MAIL, SetBy.REPLY)


def test_a_refused_answer_sets_nothing(thread, anna, bram, sign_in):
    """In the transaction of the answer, or not at all."""
    close_thread(anna, thread)
    assert sign_in(bram).post(f"/threads/{thread.id}/posts", data={"body": "Te laat."}).status_code == 409
    assert choice_of(bram, thread) is None


# What the page says


def test_the_page_after_the_first_answer_says_so_with_a_way_back(thread, bram, sign_in):
    """NTF-8: once; and without JavaScript."""
    browser = sign_in(bram)
    placed = browser.post(f"/threads/{thread.id}/posts", data={"body": "Wij."})
    page = browser.get(placed.location.partition("#")[0]).text
    toast = page.partition('class="toasts"')[2].partition('id="announcer"')[0]
    assert BY_REPLY in words_of(toast)
    assert f'action="/threads/{thread.id}/watch/overview"' in toast
    assert "Liever niet" in toast
    placed = browser.post(f"/threads/{thread.id}/posts", data={"body": "En wij nog eens."})
    assert 'class="toasts"' not in browser.get(placed.location.partition("#")[0]).text


def test_a_thread_of_ones_own_says_that_one_started_it(anna, energie, sign_in):
    """NTF-8, also where a script placed it and goes on to the page."""
    browser = sign_in(anna)
    sent = {"title": "Koelwater over", "kind": "question", "body": "Wie?"}
    placed = browser.post("/groups/energie/threads", data=sent, headers=AS_SCRIPT)
    page = browser.get(placed.json["url"]).text
    assert page.count(BY_STARTING) == 2  # below the title, and once as news
    assert page.count("Liever niet") == 2


def test_a_box_on_a_page_of_its_own_says_so_on_the_page_it_goes_on_to(thread, bram, sign_in):
    """NTF-8: there a script placed it, and leads to the thread; a name of nobody is said beside it."""
    browser = sign_in(bram)
    placed = browser.post(f"/threads/{thread.id}/posts", data={"body": "@Karel Bos?"}, headers=AS_SCRIPT)
    page = browser.get(placed.json["url"].partition("#")[0]).text
    toast = words_of(page.partition('class="toasts"')[2].partition('id="announcer"')[0])
    assert BY_REPLY in toast
    assert "Karel Bos" in toast


def test_a_page_that_fetches_its_answer_gets_the_line_with_it(thread, bram, sign_in):
    """NTF-8: with the way back in it, and no news left over for another page."""
    browser = sign_in(bram)
    before = browser.get(f"{thread.link}?after=1", headers=AS_FRAGMENT).text
    assert line_of(before).startswith(USUAL)
    assert "Liever niet" not in before
    browser.post(f"/threads/{thread.id}/posts", data={"body": "Wij.", "in_place": "1"}, headers=AS_SCRIPT)
    after = browser.get(f"{thread.link}?after=1", headers=AS_FRAGMENT).text
    assert line_of(after).startswith(BY_REPLY)
    assert f'formaction="/threads/{thread.id}/watch/overview"' in after
    page = browser.get(thread.link).text
    assert 'class="toasts"' not in page
    assert line_of(page) == line_of(after)  # else each new post would replace it


def test_the_line_names_what_rules_from_narrow_to_wide(thread, bram, carla, energie, sign_in):
    """NTF-6: one sentence for each."""
    browser = sign_in(bram)

    def line():
        return line_of(browser.get(thread.link).text)

    assert line_of(sign_in(carla).get(thread.link).text).startswith(
        "Alleen in het overzicht: de standaard voor wie meeleest.")
    assert line().startswith(USUAL)
    service.choose_level(bram, energie.scope, Level.NEW_THREADS)
    assert line().startswith("Nieuwe onderwerpen per mail: dat koos u voor deze werkgroep.")
    reply(bram, thread)
    assert line().startswith(BY_REPLY)
    service.choose_level(bram, thread.room, Level.SILENT)
    assert line().startswith("Stil: dat koos u voor dit onderwerp.")
    service.choose_level(bram, thread.room, None)
    assert line().startswith("Nieuwe onderwerpen per mail: dat koos u voor deze werkgroep.")


def test_who_may_not_answer_reads_which_level_rules_too(thread, anna, bram, sign_in):
    """NTF-6"""
    close_thread(anna, thread)
    page = sign_in(bram).get(thread.link).text
    assert line_of(page).startswith(USUAL)
    assert 'class="readers"' not in page


def test_who_reads_english_reads_the_line_in_english(thread, bram, sign_in):
    person_named("bram").locale = "en"
    db.session.commit()
    browser = sign_in(actor_named("bram"))
    assert line_of(browser.get(thread.link).text).startswith(
        "In the overview only: that is usual in this working group.")
    reply(bram, thread)
    assert line_of(browser.get(thread.link).text).startswith("You get everything by mail, because you replied here.")


# How many get it (DISC-20)


def readers_line(page):
    return " ".join(words_of(page.partition('class="readers"')[2].partition("</p>")[0].partition("<span>")[2]).split())


def test_below_the_box_stands_how_many_get_it_by_mail(thread, anna, bram, energie, sign_in):
    """DISC-20, NTF-15: in a thread, in the box alone, and for a new thread; never counting who writes."""
    anna_here, bram_here = sign_in(anna), sign_in(bram)
    assert readers_line(bram_here.get(thread.link).text).endswith("kunnen dit lezen; 1 krijgt direct mail.")
    assert readers_line(anna_here.get(thread.link).text).endswith("kunnen dit lezen; niemand krijgt direct mail.")
    for key, level in (("henk", Level.ALL_MAIL), ("otto", Level.NEW_THREADS)):
        service.choose_level(actor_named(key), energie.scope, level)
    assert readers_line(bram_here.get(f"/threads/{thread.id}/reply").text).endswith("; 2 krijgen direct mail.")
    assert readers_line(bram_here.get("/groups/energie/threads/new").text).endswith("; 2 krijgen direct mail.")


def test_changing_a_post_says_nothing_of_mail(thread, anna, sign_in):
    """DISC-20: an edit makes no mail."""
    page = sign_in(anna).get(f"/posts/{first_post(thread).id}/edit")
    assert page.status_code == 200
    assert "direct mail" not in page.text


# Choosing


def test_a_reader_chooses_and_goes_back_to_what_the_group_has(thread, bram, energie, sign_in):
    """NTF-6"""
    service.choose_level(bram, energie.scope, Level.SILENT)
    browser = sign_in(bram)
    page = browser.get(f"/threads/{thread.id}/watch").text
    assert 'value="as_wider" checked' in page
    assert "Zoals de werkgroep (Stil)" in page
    assert 'value="new_threads"' not in page
    answer = browser.post(f"/threads/{thread.id}/watch", data={"level": "all_mail"})
    assert answer.location == thread.link
    assert 'value="all_mail" checked' in browser.get(f"/threads/{thread.id}/watch").text
    browser.post(f"/threads/{thread.id}/watch", data={"level": "as_wider"})
    assert choice_of(bram, thread) is None


@pytest.mark.parametrize("sent", [{}, {"level": ""}, {"level": "new_threads"}, {"level": "luid"}])
def test_what_is_no_level_of_a_thread_is_refused_in_words(thread, bram, sign_in, sent):
    """Bad input: the page again, with a sentence."""
    answer = sign_in(bram).post(f"/threads/{thread.id}/watch", data=sent)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert choice_of(bram, thread) is None


def test_nobody_chooses_for_what_they_do_not_read(secret_thread, bram, visitor, sign_in):
    """trust 1"""
    browser = sign_in(bram)
    for path in ("watch", "watch/overview"):
        assert browser.post(f"/threads/{secret_thread.id}/{path}", data={"level": "silent"}).status_code == 404
    assert db.session.scalars(select(Watch).where(Watch.person_id == bram.id)).all() == []
    assert visitor.get(f"/threads/{secret_thread.id}/watch").status_code == 303


# The bell (NTF-7)


def test_silence_stops_the_bell_in_its_place_and_nowhere_else(thread, anna, bram, energie):
    """NTF-7: of the thread, or of the group where nothing narrower was chosen."""
    other = new_thread(anna, energie, "Stoom over")
    service.choose_level(anna, thread.room, Level.SILENT)
    reply(bram, thread)
    heard = reply(bram, other)
    assert bells_of(anna) == [heard.id]
    for place in (thread.room, other.room):
        service.choose_level(anna, place, None)
    service.choose_level(anna, energie.scope, Level.SILENT)
    reply(bram, thread)
    assert bells_of(anna) == [heard.id]
    service.choose_level(anna, thread.room, Level.OVERVIEW)
    again = reply(bram, thread)
    assert sorted(bells_of(anna)) == sorted([heard.id, again.id])


def test_who_left_and_comes_back_by_answering_hears_anew(thread, bram, energie):
    """What was forgotten on leaving is no choice any more."""
    service.choose_level(bram, thread.room, Level.SILENT)
    groups.leave_group(bram, energie)
    reply(actor_named("bram"), thread)
    assert choice_of(bram, thread) == (Level.ALL_MAIL, SetBy.REPLY)
