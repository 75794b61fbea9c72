"""The summary on top of a thread: who keeps it, how far it goes, and that no version is lost."""

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import SanctionKind
from app.accounts.service import Measure, take_out_own_data
from app.core import markup
from app.core.clock import now
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions.models import Summary, Thread
from app.discussions.policy import can_read_thread, can_summarize_thread
from app.discussions.service import (
    SummaryText,
    VersionConflict,
    close_thread,
    delete_post,
    summarize_thread,
)
from app.groups.models import Role
from app.groups.service import add_member
from app.guard import service as guard
from app.guard.models import ActsAs
from tests.conftest import actor_named, group_called, person_named, reply, together, words_of
from tests.discussions.conftest import AS_FRAGMENT, text_in_box

TEXT = "Vezelwerk heeft **zestig graden** over. Twee bedrijven rekenen mee."
REASON = "Drie keer reclame gemaakt."
EVERYBODY = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs", "otto", "wietske")


def text_of(body=TEXT, up_to=1):
    return SummaryText(body_md=body, body_html=markup.render(body, person_id=None), up_to=up_to)


def versions():
    db.session.rollback()
    return [(each.number, each.body_md, each.up_to_position)
            for each in db.session.scalars(select(Summary).order_by(Summary.number))]  # fmt: skip


def above(page):
    return words_of(page.partition("data-summary>")[2].partition("data-reading")[0])


def closed(thread):
    close_thread(actor_named("anna"), thread)


def frozen(thread):
    thread.frozen_at = now()
    db.session.commit()


def archived(thread):
    thread.group.archived_at = now()
    db.session.commit()


def hidden(thread):
    thread.hidden_at = now()
    db.session.commit()


def silenced(_thread):
    for key in ("anna", "dirk"):
        accounts.sanction(actor_named("femke"), actor_named(key).id,
                          Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason=REASON))  # fmt: skip


def test_the_lead_writes_it_and_everyone_reads_how_far_it_goes(thread, anna, bram, sign_in):
    """DISC-41"""
    reply(bram, thread, "Wij nemen ze.")
    browser = sign_in(anna)
    assert "Samenvatting schrijven" in words_of(browser.get(thread.link).text)
    page = browser.get(f"/threads/{thread.id}/summary").text
    assert 'name="position" type="number" value="2"' in page
    answer = browser.post(f"/threads/{thread.id}/summary", data={"body": TEXT, "position": "2", "version": "0"})
    assert (answer.status_code, answer.location) == (303, f"{thread.link}#summary")
    gone = reply(bram, thread, "Vergissing.")
    reply(bram, thread, "En de buren ook.")
    delete_post(bram, gone)
    page = sign_in(bram).get(thread.link).text
    assert "bijgewerkt tot bericht 2 · 1 bericht daarna" in above(page)
    assert "<strong>zestig graden</strong>" in page.partition("data-reading")[0]
    assert "Anna Assink" in above(page)
    assert "/summary" not in page.partition("data-summary>")[2].partition("data-reading")[0]


def test_versions_are_kept_and_read_by_whoever_reads_the_thread(thread, anna, bram, sign_in):
    """DISC-41"""
    summarize_thread(anna, thread, text_of(), version=0)
    reply(bram, thread)
    summarize_thread(anna, thread, text_of("Er ligt nu een plan op tafel.", 2), version=1)
    browser = sign_in(bram)
    assert "zestig graden" not in above(browser.get(thread.link).text)
    assert f"/threads/{thread.id}/summary/history" in browser.get(thread.link).text
    old = words_of(browser.get(f"/threads/{thread.id}/summary/history").text)
    assert old.index("Er ligt nu een plan op tafel.") < old.index("zestig graden")


def test_a_thread_without_one_has_an_empty_history(thread, bram, sign_in):
    """Issue A, 5: the empty state."""
    browser = sign_in(bram)
    assert "Er is nog geen samenvatting." in words_of(browser.get(f"/threads/{thread.id}/summary/history").text)
    assert "Samenvatting" not in words_of(browser.get(thread.link).text)


@pytest.mark.parametrize("key", EVERYBODY)
@pytest.mark.parametrize("state", [None, closed, frozen, archived, hidden, silenced])
def test_lead_deputy_secretary_and_coordinator_keep_it(thread, key, state, sign_in):
    """DISC-41, section 3: page, rule and what is sent say the same, and no refusal loses what was typed."""
    add_member(actor_named("anna"), group_called("energie"), person_named("otto"), Role.SECRETARY)
    if state:
        state(thread)
    actor = actor_named(key)
    may = key in ("anna", "otto", "dirk") and state in (None, closed)
    may = may or (state is silenced and key == "otto")
    assert can_summarize_thread(actor, thread) == may
    reads = can_read_thread(actor, thread)
    browser = sign_in(actor)
    assert browser.get(f"/threads/{thread.id}/summary").status_code == (200 if may else 403 if reads else 404)
    answer = browser.post(f"/threads/{thread.id}/summary", data={"body": TEXT, "version": "0"})
    assert answer.status_code == (303 if may else 403 if reads else 404)
    assert bool(versions()) == may
    if reads and not may:
        assert TEXT in answer.text
        with pytest.raises(Forbidden):
            summarize_thread(actor, thread, text_of(), version=0)


@pytest.mark.parametrize(("typed", "sentence"), [
    ({"body": ""}, "Schrijf hier nog iets."), ({"body": "Kort."}, "minstens 10 tekens"),
    ({"body": "a" * 2001}, "1 teken te lang"), ({"body": TEXT, "position": "0"}, "Kies een getal van 1 tot en met 1."),
    ({"body": TEXT, "position": "2"}, "Kies een getal"), ({"body": TEXT, "position": "veel"}, "Kies een getal"),
    ({"body": TEXT, "position": "9" * 4000}, "Kies een getal"),
])  # fmt: skip
def test_what_cannot_be_saved_stays_in_the_box(thread, anna, sign_in, typed, sentence):
    """Section 1: 10 to 2,000 characters, up to a post that is there."""
    answer = sign_in(anna).post(f"/threads/{thread.id}/summary", data={"version": "0", **typed})
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert text_in_box(answer.text) == typed["body"]
    assert versions() == []


def test_saving_over_a_newer_one_shows_both_and_overwrites_nothing(thread, anna, dirk, sign_in):
    """DISC-35, 41"""
    theirs, mine = "Dirk vat het samen als een plan.", "Anna vat het samen als een vraag."
    summarize_thread(dirk, thread, text_of(theirs), version=0)
    browser = sign_in(anna)
    answer = browser.post(f"/threads/{thread.id}/summary", data={"body": mine, "position": "1", "version": "0"})
    assert answer.status_code == 409
    assert theirs in answer.text
    assert text_in_box(answer.text) == mine
    assert versions() == [(1, theirs, 1)]
    assert 'name="version" value="1"' in answer.text  # the next press is a choice
    browser.post(f"/threads/{thread.id}/summary", data={"body": mine, "position": "1", "version": "1"})
    assert versions() == [(1, theirs, 1), (2, mine, 1)]


def test_the_same_text_again_changes_nothing(thread, anna):
    """A double press"""
    for _press in range(2):
        summarize_thread(anna, thread, text_of(), version=0)
    assert versions() == [(1, TEXT, 1)]


def test_two_at_one_moment_give_one_and_a_conflict(app, thread):
    """DISC-35: nothing is overwritten on either database."""
    number = thread.id

    def writing(key):
        return lambda: summarize_thread(actor_named(key), db.session.get_one(Thread, number),
                                        text_of(f"Zo ziet {key} het."), version=0)  # fmt: skip

    answers = together(app, writing("anna"), writing("dirk"))
    assert sorted(type(answer) for answer in answers if answer is not None) == [VersionConflict]
    assert len(versions()) == 1


def test_it_is_found_with_the_thread_until_it_is_replaced_or_hidden(thread, anna, dirk, bram, sign_in):
    """Section 6, MOD-13"""
    browser = sign_in(bram)

    def finds(word):
        return f"/threads/{thread.id}" in browser.get(f"/search?q={word}").text.partition("<main")[2]

    summarize_thread(anna, thread, text_of("Het gaat om een warmtekoppeling."), version=0)
    assert finds("warmtekoppeling")
    summarize_thread(anna, thread, text_of("Het gaat om stoomlevering."), version=1)
    assert (finds("warmtekoppeling"), finds("stoomlevering")) == (False, True)
    newest = db.session.scalars(select(Summary.id).where(Summary.number == 2)).one()
    guard.hide(dirk, "summary", newest, rule=4, role=ActsAs.COORDINATOR)
    assert not finds("stoomlevering")
    for address in (thread.link, f"/threads/{thread.id}/summary/history"):
        page = browser.get(address).text
        assert "stoomlevering" not in page
        assert "Verborgen door de coördinator" in words_of(page)
    assert text_in_box(sign_in(anna).get(f"/threads/{thread.id}/summary").text) == ""
    guard.unhide(dirk, "summary", newest)
    assert finds("stoomlevering")


def test_an_open_page_gets_it_with_what_it_fetches(thread, anna, bram, sign_in):
    """DISC-53: through the ordinary page."""
    summarize_thread(anna, thread, text_of(), version=0)
    page = sign_in(bram).get(f"{thread.link}?after=1", headers=AS_FRAGMENT).text
    assert "bijgewerkt tot bericht 1" in words_of(page)
    assert "<article" not in page


def test_own_data_hold_what_one_wrote(thread, anna, bram):
    """accounts.own_data"""
    summarize_thread(anna, thread, text_of(), version=0)
    [line] = take_out_own_data(anna, person_named("anna"))["summaries"]
    assert line["text"] == TEXT
    assert take_out_own_data(bram, person_named("bram"))["summaries"] == []


def test_who_reads_english_reads_it_in_english(thread, anna, sign_in):
    """Issue A, 5"""
    person = person_named("anna")
    accounts.change_profile(anna, person, name=person.name, phone=None, locale="en", text_size=18)
    browser = sign_in(actor_named("anna"))
    assert "Takes in everything up to post number" in words_of(browser.get(f"/threads/{thread.id}/summary").text)
    summarize_thread(actor_named("anna"), thread, text_of(), version=0)
    assert "updated up to post 1" in words_of(browser.get(thread.link).text)
