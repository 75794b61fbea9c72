"""Drafts: kept on the server while one types, one per place, and never lost to another device."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import DRAFT_MOST, Draft
from app.discussions.service import close_thread
from app.discussions.tasks import forget_old_drafts
from app.groups.service import leave_group
from tests.conftest import actor_named, group_called, new_thread, words_of
from tests.discussions.conftest import AS_SCRIPT, drafts_of, hidden_field, posts_in, text_in_box

DRAFTS = "/account/drafts"


def keep(browser, place, body, *, revision=0, **fields):
    """What the page does two seconds after the last key."""
    data = {"place": place, "body": body, "revision": revision, **fields}
    return browser.post(DRAFTS, data=data, headers=AS_SCRIPT)


def test_the_page_hears_when_the_draft_was_kept(thread, bram, sign_in, clock):
    """DISC-17: "Concept bewaard 14:32" is said by the server's clock, after the commit."""
    clock.set(now().replace(month=1, day=15, hour=13, minute=32))
    answer = keep(sign_in(bram), thread.place, "Wij hebben ook")
    [draft] = drafts_of(bram)
    assert (answer.status_code, answer.json) == (200, {"saved_at": "14:32", "revision": draft.revision})
    assert draft.body == "Wij hebben ook"


def test_one_draft_is_kept_per_place(thread, bram, energie, sign_in):
    """DISC-17"""
    browser = sign_in(bram)
    first = keep(browser, thread.place, "Wij").json["revision"]
    assert keep(browser, thread.place, "Wij hebben", revision=first).json["revision"] == first + 1
    keep(browser, f"group:{energie.id}", "Vraagje", title="Warmte", kind="question")
    assert [(draft.place, draft.title, draft.kind, draft.body) for draft in drafts_of(bram)] == [
        (thread.place, "", "", "Wij hebben"),
        (f"group:{energie.id}", "Warmte", "question", "Vraagje"),
    ]


def test_a_draft_stands_in_the_box_again(thread, bram, energie, sign_in):
    """DISC-17: under the posts, on the page of the form, and in the form for a new thread."""
    browser = sign_in(bram)
    revision = keep(browser, thread.place, "Half <b>af</b> & zo").json["revision"]
    keep(browser, f"group:{energie.id}", "Vraagje", title="Warmte over", kind="question")
    for address in (thread.link, f"/threads/{thread.id}/reply"):
        page = browser.get(address).text
        assert text_in_box(page) == "Half <b>af</b> & zo"
        assert "Concept bewaard" in words_of(page)
        assert f'data-revision="{revision}"' in page
    page = browser.get("/groups/energie/threads/new").text
    assert text_in_box(page) == "Vraagje"
    assert 'value="Warmte over"' in page
    assert re.search(r'value="question" checked', page)


def test_a_text_that_was_changed_on_another_device_is_not_overwritten(thread, bram, sign_in):
    """DISC-18: 409 with the text of the other; the page holds its own."""
    phone, desk = sign_in(bram), sign_in(bram)
    revision = keep(phone, thread.place, "Op de telefoon").json["revision"]
    answer = keep(desk, thread.place, "Aan het bureau", revision=0)
    assert answer.status_code == 409
    assert answer.json["body"] == "Op de telefoon"
    assert answer.json["revision"] == revision
    assert "ander apparaat" in answer.json["error"]
    assert [draft.body for draft in drafts_of(bram)] == ["Op de telefoon"]


def test_who_saw_the_other_text_may_go_on_with_ones_own(thread, bram, sign_in):
    """DISC-18: the number from the refusal is the one to go on with."""
    browser = sign_in(bram)
    keep(browser, thread.place, "Op de telefoon")
    revision = keep(browser, thread.place, "Aan het bureau", revision=0).json["revision"]
    assert keep(browser, thread.place, "Aan het bureau", revision=revision).status_code == 200
    assert [draft.body for draft in drafts_of(bram)] == ["Aan het bureau"]


def test_a_title_that_was_changed_on_another_device_is_not_overwritten(energie, bram, sign_in):
    """DISC-18"""
    phone, desk, place = sign_in(bram), sign_in(bram), f"group:{energie.id}"
    keep(phone, place, "Wie kan dit gebruiken?", title="Warmte over")
    assert keep(desk, place, "Wie kan dit gebruiken?", title="Stoom over").status_code == 409
    assert [draft.title for draft in drafts_of(bram)] == ["Warmte over"]


@pytest.mark.parametrize("place", ["thread", "group"])
def test_without_script_both_texts_are_shown_and_none_is_overwritten_too(place, thread, energie, bram, sign_in):
    """DISC-18: by the button, of a reply and of a new thread; the next press knows of the other."""
    address, place = {"thread": (f"/threads/{thread.id}/reply", thread.place),
                      "group": ("/groups/energie/threads/new", f"group:{energie.id}")}[place]  # fmt: skip
    phone, desk = sign_in(bram), sign_in(bram)
    known = hidden_field(desk.get(address).text, "revision")
    keep(phone, place, "Op de telefoon", title="Warmte over")
    sent = {"place": place, "body": "Aan het <bureau>", "revision": known, "kind": "question"}
    answer = desk.post(DRAFTS, data=sent)
    assert answer.status_code == 409
    assert text_in_box(answer.text) == "Aan het <bureau>"
    assert "Op de telefoon</textarea>" in answer.text
    assert [draft.body for draft in drafts_of(bram)] == ["Op de telefoon"]
    answer = desk.post(DRAFTS, data={**sent, "revision": hidden_field(answer.text, "revision")})
    assert answer.status_code == 303
    assert [draft.body for draft in drafts_of(bram)] == ["Aan het <bureau>"]


def test_without_script_a_title_of_another_device_is_not_overwritten_under_the_same_text(energie, bram, sign_in):
    """DISC-18"""
    browser = sign_in(bram)
    sent = {"place": f"group:{energie.id}", "body": "Op maandag.", "revision": "0"}
    browser.post(DRAFTS, data={**sent, "title": "Stoom over"})
    answer = browser.post(DRAFTS, data={**sent, "title": "Wie heeft stoom?"})
    assert answer.status_code == 409
    assert "Stoom over" in answer.text
    assert drafts_of(bram)[0].title == "Stoom over"


def test_without_script_a_longer_text_of_ones_own_is_no_other_device(thread, bram, sign_in):
    """Back to the page of before, and on from there: the earlier draft is all in it."""
    browser = sign_in(bram)
    page = browser.get(f"/threads/{thread.id}/reply").text
    sent = {"place": thread.place, "revision": hidden_field(page, "revision")}
    for body in ("Wij hebben", "Wij hebben stoom over"):
        assert browser.post(DRAFTS, data={**sent, "body": body}).status_code == 303
    assert [draft.body for draft in drafts_of(bram)] == ["Wij hebben stoom over"]


def test_a_page_that_knew_an_older_draft_does_not_overwrite_the_new_one(thread, bram, sign_in):
    """DISC-18: thrown away on the phone and begun again there, with the desk's page still open."""
    phone, desk = sign_in(bram), sign_in(bram)
    known = keep(desk, thread.place, "Aan het bureau").json["revision"]
    phone.post(f"{DRAFTS}/{drafts_of(bram)[0].id}/discard")
    keep(phone, thread.place, "Opnieuw, op de telefoon")
    assert keep(desk, thread.place, "Aan het bureau, meer", revision=known).status_code == 409
    assert [draft.body for draft in drafts_of(bram)] == ["Opnieuw, op de telefoon"]


def test_an_emptied_box_does_not_forget_what_another_device_wrote(thread, bram, sign_in):
    """DISC-18"""
    phone, desk = sign_in(bram), sign_in(bram)
    known = keep(desk, thread.place, "Kort").json["revision"]
    keep(phone, thread.place, "Kort, en op de telefoon langer", revision=known)
    assert keep(desk, thread.place, "", revision=known).json == {"saved_at": "", "revision": 0}
    assert [draft.body for draft in drafts_of(bram)] == ["Kort, en op de telefoon langer"]


def test_the_same_text_from_two_devices_is_no_conflict(thread, bram, sign_in):
    browser = sign_in(bram)
    keep(browser, thread.place, "Gelijk")
    assert keep(browser, thread.place, "Gelijk", revision=0).status_code == 200


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "1.0"])
def test_a_revision_that_is_no_number_is_no_error_of_ours(thread, bram, sign_in, revision):
    """Bad input"""
    browser = sign_in(bram)
    keep(browser, thread.place, "Eerst")
    assert keep(browser, thread.place, "Daarna", revision=revision).status_code < 500


def test_without_script_a_button_keeps_the_draft(thread, bram, sign_in):
    """Section 4: "Bewaar concept"."""
    browser = sign_in(bram)
    answer = browser.post(DRAFTS, data={"place": thread.place, "body": "Zonder script", "revision": ""})
    assert (answer.status_code, answer.location) == (303, DRAFTS)
    page = words_of(browser.get(DRAFTS).text)
    assert "Uw concept is bewaard." in page
    assert "Zonder script" in page
    assert thread.title in page


def test_an_emptied_box_forgets_the_draft(thread, bram, sign_in):
    browser = sign_in(bram)
    revision = keep(browser, thread.place, "Toch niet").json["revision"]
    assert keep(browser, thread.place, "  ", revision=revision).json == {"saved_at": "", "revision": 0}
    assert drafts_of(bram) == []


def test_a_placed_reply_leaves_no_draft(thread, bram, sign_in):
    browser = sign_in(bram)
    keep(browser, thread.place, "Bijna af")
    browser.post(f"/threads/{thread.id}/posts", data={"body": "Bijna af."})
    assert drafts_of(bram) == []


def test_a_draft_takes_twice_what_a_post_takes(thread, bram, sign_in):
    """Section 5: the draft keeps up to 40,000."""
    assert keep(sign_in(bram), thread.place, "a" * DRAFT_MOST).status_code == 200
    assert len(drafts_of(bram)[0].body) == 40_000


@pytest.mark.parametrize("headers", [AS_SCRIPT, {}])
def test_a_draft_that_is_too_long_says_so_and_keeps_the_one_before(thread, bram, sign_in, headers):
    """Bad input: too long; the sentence and the text are in the answer."""
    browser = sign_in(bram)
    revision = keep(browser, thread.place, "Wat er al stond").json["revision"]
    typed = "a" * (DRAFT_MOST + 1)
    answer = browser.post(DRAFTS, data={"place": thread.place, "body": typed, "revision": revision}, headers=headers)
    assert answer.status_code == 422
    if headers:
        assert "40.000" in answer.json["error"]
    else:
        assert "40.000" in words_of(answer.text)
        assert typed in answer.text
    assert [draft.body for draft in drafts_of(bram)] == ["Wat er al stond"]


def test_the_fifty_first_draft_is_refused_with_the_text_and_none_is_lost(anna, bram, energie, sign_in):
    """DISC section 1: at most 50, the oldest asks before it goes."""
    browser = sign_in(bram)
    places = [new_thread(anna, energie, f"Onderwerp {number:02}").place for number in range(51)]
    for place in places[:50]:
        assert browser.post(DRAFTS, data={"place": place, "body": "Later"}).status_code == 303
    answer = browser.post(DRAFTS, data={"place": places[50], "body": "De eenenvijftigste"})
    assert answer.status_code == 409
    assert "U hebt 50 concepten. Gooi er eerst een weg." in words_of(answer.text)
    assert "De eenenvijftigste" in answer.text
    assert keep(browser, places[50], "De eenenvijftigste").status_code == 409
    kept = drafts_of(bram)
    assert [draft.place for draft in kept] == places[:50]
    assert keep(browser, places[0], "Nog wel", revision=kept[0].revision).status_code == 200


def test_a_draft_can_be_thrown_away(thread, bram, sign_in):
    """Section 4: "Weggooien"."""
    browser = sign_in(bram)
    keep(browser, thread.place, "Weg ermee")
    answer = browser.post(f"{DRAFTS}/{drafts_of(bram)[0].id}/discard", follow_redirects=True)
    assert "U hebt geen concepten." in words_of(answer.text)
    assert drafts_of(bram) == []


def test_anothers_draft_is_not_there(thread, anna, bram, sign_in):
    """Bad input: another's id."""
    keep(sign_in(anna), thread.place, "Van Anna")
    [draft] = drafts_of(anna)
    browser = sign_in(bram)
    assert browser.post(f"{DRAFTS}/{draft.id}/discard").status_code == 404
    assert browser.post(f"{DRAFTS}/12345/discard").status_code == 404
    assert "Van Anna" not in browser.get(thread.link).text + browser.get(DRAFTS).text
    assert len(drafts_of(anna)) == 1


@pytest.mark.parametrize("place", ["", "thread:", "thread:1", "thread:-1", "thread:x", "group:1", "iets:7", "thread:٣",
                                   "thread:" + "9" * 400, "thread:1:2", "\x00"])  # fmt: skip
def test_a_draft_for_no_place_is_refused(bram, sign_in, place):
    """Bad input: a wrong id."""
    answer = keep(sign_in(bram), place, "Waarheen?")
    assert answer.status_code == 404
    assert drafts_of(bram) == []


def test_no_draft_is_kept_where_one_may_not_write(secret_thread, carla, personeelsmobiliteit, sign_in):
    """GRP-4: the same answer as for a place that never was."""
    places = [secret_thread.place, f"group:{group_called('externe-veiligheid').id}",
              f"group:{personeelsmobiliteit.id}"]  # fmt: skip
    browser = sign_in(carla)
    for place in places:
        assert keep(browser, place, "Hoi").json == keep(browser, "thread:1", "Hoi").json
    assert drafts_of(carla) == []


def test_a_draft_of_a_group_one_left_waits_unseen(personeelsmobiliteit, sign_in):
    """GRP-18: its title is not shown any more, and it is not lost."""
    tjitske = actor_named("tjitske")
    made = new_thread(actor_named("wietske"), personeelsmobiliteit, "Uitlenen in stille weken")
    browser = sign_in(tjitske)
    keep(browser, made.place, "Half af")
    browser.post("/groups/personeelsmobiliteit/leave")
    for page in (browser.get(DRAFTS).text, browser.get("/").text):
        assert "Uitlenen in stille weken" not in page
        assert "Half af" not in page
    assert len(drafts_of(tjitske)) == 1


@pytest.mark.parametrize(("writer", "slug"), [("tjitske", "personeelsmobiliteit"), ("paul", "externe-veiligheid")])
def test_who_left_the_group_while_writing_keeps_the_text_as_a_draft_and_reads_why(sign_in, writer, slug):
    """DISC section 5, GRP-4: the group itself is not there any more; coming back, the text is."""
    person, group = actor_named(writer), group_called(slug)
    leader = actor_named("wietske" if slug == "personeelsmobiliteit" else "emma")
    made = new_thread(leader, group, "Uitlenen in stille weken")
    browser = sign_in(person)
    browser.post(f"/groups/{slug}/leave")
    begun = {"title": "Wie leent uit?", "kind": "question", "body": "In november."}
    reply = {"body": "Wij doen mee."}
    for address, fields in ((f"/threads/{made.id}/posts", reply), (f"/groups/{slug}/threads", begun)):
        answer = browser.post(address, data=fields)
        assert answer.status_code == 404
        assert "U neemt niet meer deel aan deze werkgroep" in words_of(answer.text)
        assert "Uw tekst is bewaard als concept." in words_of(answer.text)
        assert all(fields[name] in answer.text for name in ("title", "body") if name in fields)
        assert "Uitlenen in stille weken" not in answer.text
    kept = {(draft.place, draft.title, draft.body) for draft in drafts_of(person)}
    assert kept == {(made.place, "", "Wij doen mee."), (f"group:{group.id}", "Wie leent uit?", "In november.")}


def test_who_never_took_part_learns_nothing_by_writing(secret_thread, carla, emma, externe_veiligheid, sign_in):
    """GRP-4: nor does who left before it was written."""
    paul = actor_named("paul")
    leave_group(paul, externe_veiligheid)
    later = new_thread(emma, externe_veiligheid, "Na zijn vertrek")
    for person, number in ((carla, secret_thread.id), (actor_named("paul"), later.id)):
        browser = sign_in(person)
        there, not_there = (browser.post(f"/threads/{each}/posts", data={"body": "Hoi"}) for each in (number, 12345))
        assert there.status_code == not_there.status_code == 404
        assert words_of(there.text) == words_of(not_there.text)
        assert drafts_of(person) == []


def test_a_new_thread_in_a_group_that_was_archived_meanwhile_becomes_a_draft(energie, bram, sign_in):
    """DISC section 5, GRP-14"""
    browser = sign_in(bram)
    energie.archived_at = now()
    db.session.commit()
    answer = browser.post("/groups/energie/threads", data={"title": "Net te laat", "body": "Jammer."})
    assert answer.status_code == 403
    assert "Deze werkgroep is gearchiveerd" in words_of(answer.text)
    assert "Net te laat" in answer.text
    assert [draft.title for draft in drafts_of(bram)] == ["Net te laat"]


def test_a_draft_of_a_closed_thread_is_still_listed(thread, anna, bram, sign_in):
    """Section 5: the text became a draft, so it can be found."""
    browser = sign_in(bram)
    keep(browser, thread.place, "Net te laat")
    close_thread(anna, thread)
    assert "Net te laat" in browser.get(DRAFTS).text
    assert len(posts_in(thread.id)) == 1


def test_two_devices_that_begin_at_one_moment_keep_one_draft(thread, bram, at_the_same_moment):
    """DISC-17: unique per person and place."""
    from app.accounts.models import Actor
    from app.discussions.service import DraftConflict, save_draft

    bram_id, place = bram.id, thread.place

    def typing(words):
        def act():
            kept = save_draft(Actor.of_person(bram_id), place, body=words, revision=0)
            return "conflict" if isinstance(kept, DraftConflict) else kept.body

        return act

    answers = at_the_same_moment(*[typing(f"Tekst {number}") for number in range(6)])
    assert answers.count("conflict") == 5
    assert [draft.body for draft in drafts_of(bram)] == [next(each for each in answers if each != "conflict")]


def test_of_devices_that_save_at_one_moment_one_does_and_the_others_hear_of_it(thread, bram, at_the_same_moment):
    """DISC-18: all knew the same text; none is overwritten."""
    from app.accounts.models import Actor
    from app.discussions.service import DraftConflict, save_draft

    bram_id, place, revision = bram.id, thread.place, save_draft(bram, thread.place, body="Tekst").revision
    db.session.rollback()

    def saving(words):
        def act():
            kept = save_draft(Actor.of_person(bram_id), place, body=words, revision=revision)
            return "conflict" if isinstance(kept, DraftConflict) else kept.body

        return act

    answers = at_the_same_moment(*[saving(f"Tekst {number}") for number in range(6)])
    assert answers.count("conflict") == 5
    assert [draft.body for draft in drafts_of(bram)] == [next(each for each in answers if each != "conflict")]


def test_drafts_are_listed_newest_first(thread, anna, bram, energie, sign_in, clock):
    browser, other = sign_in(bram), new_thread(anna, energie, "Een ander onderwerp")
    keep(browser, thread.place, "Eerste")
    clock.forward(minutes=1)
    keep(browser, other.place, "Tweede")
    page = browser.get(DRAFTS).text
    assert page.index("Tweede") < page.index("Eerste")
    assert db.session.scalar(select(func.max(Draft.changed_at))) - now() == timedelta(0)


def test_placing_on_the_phone_leaves_what_the_laptop_wrote_meanwhile(thread, bram, sign_in):
    """DISC-18"""
    phone, laptop = sign_in(bram), sign_in(bram)
    known = keep(phone, thread.place, "Kort").json["revision"]
    keep(laptop, thread.place, "Kort, en aan het bureau veel langer", revision=known)
    phone.post(f"/threads/{thread.id}/posts", data={"body": "Kort.", "revision": known})
    assert [draft.body for draft in drafts_of(bram)] == ["Kort, en aan het bureau veel langer"]
    placed = {"body": "Toch maar: Kort, en aan het bureau veel langer", "revision": known}
    phone.post(f"/threads/{thread.id}/posts", data=placed)
    assert drafts_of(bram) == []


def test_a_late_reply_overwrites_no_draft_of_another_device(thread, anna, bram, sign_in):
    """DISC-18, section 5"""
    phone, laptop = sign_in(bram), sign_in(bram)
    known = keep(phone, thread.place, "Kort").json["revision"]
    keep(laptop, thread.place, "Aan het bureau", revision=known)
    close_thread(anna, thread)
    answer = phone.post(f"/threads/{thread.id}/posts", data={"body": "Te laat", "revision": known})
    assert answer.status_code == 409
    assert "Te laat" in answer.text
    assert "Een ander apparaat heeft hier een concept" in words_of(answer.text)
    assert [draft.body for draft in drafts_of(bram)] == ["Aan het bureau"]


def test_a_draft_where_nobody_writes_any_more_can_still_be_read_and_copied(thread, anna, bram, energie, sign_in):
    """Section 5: "Verder schrijven" shows the text also in a closed thread, and in an archived group."""
    browser = sign_in(bram)
    keep(browser, thread.place, "Net te laat")
    keep(browser, f"group:{energie.id}", "Nog een vraag", title="Warmte over")
    close_thread(anna, thread)
    closed = browser.get(f"/threads/{thread.id}/reply")
    group_called("energie").archived_at = now()
    db.session.commit()
    archived = browser.get("/groups/energie/threads/new")
    assert (closed.status_code, archived.status_code) == (409, 409)
    assert "Net te laat" in closed.text
    assert "Warmte over\n\nNog een vraag" in archived.text


def test_a_draft_is_kept_for_180_days_after_its_last_change(thread, bram, sign_in, clock):
    """The page of drafts says so."""
    keep(sign_in(bram), thread.place, "Ooit")
    clock.forward(days=180)
    forget_old_drafts()
    assert len(drafts_of(bram)) == 1
    clock.forward(seconds=1)
    forget_old_drafts()
    assert drafts_of(bram) == []
