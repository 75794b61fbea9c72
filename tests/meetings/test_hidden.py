"""What was written for and after a meeting, and is hidden: nobody reads it, and nobody changes it meanwhile."""

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, NotFound
from app.core.extensions import db
from app.guard import service as guard
from app.guard.models import ActsAs
from app.meetings import service
from app.meetings.models import AgendaItem, Answer, Meeting, MinutesBlock
from app.meetings.queries import amendments_of, invitation_of, items_of, log_of
from app.meetings.service import Plan, Written
from app.meetings.subscribers import entry_of, meetings_data
from app.moderation import service as moderation
from app.moderation.models import Case, Desk, Reason
from tests.conftest import actor_named, group_called, person_named
from tests.meetings.conftest import come_in, end_items, item_plan, plan_draft, plan_published, text_on, times

SENTENCE = "Verborgen door de coördinator, regel 4, "
TEXT = "Wij spreken de prijs af."


def hide(kind, item):
    guard.hide(actor_named("dirk"), kind, item, rule=4, role=ActsAs.COORDINATOR)


def line_that_says(meeting, words):
    return next(each for each in log_of(meeting) if each.type == "line" and each.payload.get("body") == words)


def rewrite(actor, item, text, version, reason="Dit moest erbij."):
    plan = item_plan(item.title, item.purpose, body_md=text, body_html=f"<p>{text}</p>")
    service.change_item(actor, item, plan, version=version, reason=reason)


@pytest.fixture
def item(anna, meeting):
    """The second of the agenda, with a text that came after its publication."""
    rewrite(anna, items_of(meeting)[1], TEXT, 1)
    return items_of(meeting)[1]


@pytest.fixture
def block(anna, meeting):
    made = text_on(meeting, "Restwarmte")
    service.write_block(anna, made, Written(TEXT, f"<p>{TEXT}</p>"), base_version=1)
    return text_on(meeting, "Restwarmte")


def test_the_words_of_a_hidden_item_are_gone_from_changes_and_minutes_too(item, meeting, anna, bram, clock, sign_in):
    """MOD-13: its number and that it changed stay, as the minutes are built of them."""
    rewrite(anna, item, "Wij spreken niets af.", 2)
    browser = sign_in(bram)
    assert TEXT in browser.get(meeting.link).text
    hide("agenda_item", item.id)
    page = browser.get(meeting.link).text
    assert all(words in page for words in (SENTENCE, "2. Agendapunt 2", "(verborgen)", "Dit moest erbij."))
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    end_items(meeting)
    service.close_meeting(anna, meeting)
    shown = browser.get(f"{meeting.link}/minutes").text
    assert all(words in shown for words in ("2. Agendapunt 2", "(verborgen)"))
    assert not any(words in page + shown for words in (TEXT, "Restwarmte", "Wij spreken niets af."))
    guard.unhide(actor_named("dirk"), "agenda_item", item.id)
    assert all(words in browser.get(f"{meeting.link}/minutes").text for words in (TEXT, "2. Restwarmte"))


def test_what_was_hidden_of_an_item_stays_so_when_the_item_is_removed(item, meeting, anna, bram, sign_in):
    """MOD-13"""
    hide("agenda_item", item.id)
    service.remove_item(anna, db.session.get_one(AgendaItem, item.id), reason="Dit komt later.")
    page = sign_in(bram).get(meeting.link).text
    assert TEXT not in page
    assert "Dit komt later." in page


def test_of_a_hidden_item_everything_but_the_text_can_be_changed(item, meeting, anna, sign_in):
    """MOD-13: and the form does not show the text, to its author neither."""
    hide("agenda_item", item.id)
    browser, address = sign_in(anna), f"{meeting.link}/items/{item.id}"
    form = browser.get(address).text
    assert SENTENCE in form
    assert TEXT not in form
    assert 'name="body"' not in form
    sent = {"title": "Warmte", "purpose": "discuss", "planned_min": "30", "presenter": "0", "version": "2",
            "reason": "Beter gezegd."}  # fmt: skip
    answer = browser.post(address, data={**sent, "body": "Dan maar zo."})
    assert answer.status_code == 409
    assert "Dan maar zo.</textarea>" in answer.text
    assert browser.post(address, data=sent).status_code == 303
    db.session.rollback()
    kept = db.session.get_one(AgendaItem, item.id)
    assert (kept.title, kept.body_md, kept.hidden_at is None) == ("Warmte", TEXT, False)


def test_a_hidden_item_is_found_by_nothing_that_it_says(item, meeting):
    """MOD-13"""
    assert TEXT in entry_of(meeting).body
    hide("agenda_item", item.id)
    assert TEXT not in entry_of(meeting).body
    assert "Restwarmte" not in entry_of(meeting).body


def test_who_reports_a_change_of_a_hidden_item_reads_none_of_its_words(item, meeting, bram, sign_in):
    """MOD-13: the reason of the change is not hidden with it."""
    hide("agenda_item", item.id)
    form = sign_in(bram).get(f"/reports/new?kind=agenda_amendment&id={amendments_of(meeting)[0].id}").text
    assert "Dit moest erbij." in form
    assert TEXT not in form


def test_those_in_the_room_and_who_closes_the_meeting_read_the_number_of_a_hidden_item(open_meeting, anna, sign_in):
    """MOD-13: in what the room knows of its agenda too."""
    item = items_of(open_meeting)[1]
    hide("agenda_item", item.id)
    browser = sign_in(anna)
    for address in (f"{open_meeting.link}/live", f"{open_meeting.link}/closing"):
        page = browser.get(address).text
        assert "Agendapunt 2" in page
        assert "Restwarmte" not in page
    refused = browser.post(f"{open_meeting.link}/close")
    assert (refused.status_code, "Agendapunt 2" in refused.text, "Restwarmte" in refused.text) == (409, True, False)


@pytest.fixture
def told_of(anna, energie, draft):
    """A coming meeting with words of every kind, and everybody heard of it."""
    words = {"title": "Prijsafspraak", "place": "Prijszaal", "online_link": "https://prijs.example/"}
    made = plan_published(anna, energie, **words)
    service.answer_invitation(actor_named("bram"), made, Answer.YES)
    return made


def test_a_hidden_meeting_is_still_held_and_only_its_words_are_gone(told_of, anna, bram, clock, sign_in):
    """MOD-13: in lists, on the home page and under the bell too; people answer, come in, speak and read the minutes."""
    browser = sign_in(bram)
    pages = ("/", "/agenda", "/groups/energie/meetings", told_of.link, "/notifications")
    assert all("Prijsafspraak" in browser.get(page).text for page in pages)
    hide("meeting", told_of.id)
    for page in pages:
        shown = browser.get(page).text
        assert "Vergadering Energie" in shown, page
        assert "prij" not in shown.lower().replace("prijs af", ""), page
        assert (SENTENCE in shown) is (page != "/notifications"), page
    assert browser.post(f"{told_of.link}/answer", data={"answer": "yes", "via": "hall"}).status_code == 303
    clock.set(told_of.starts_at)
    come_in(anna, told_of)
    come_in(bram, told_of)
    service.open_meeting(anna, told_of)
    room = browser.get(f"{told_of.link}/live").text
    assert all(words in room for words in ("Vergadering Energie", SENTENCE, "Restwarmte"))
    assert "Prijs" not in room
    guard.unhide(actor_named("dirk"), "meeting", told_of.id)
    assert "Prijsafspraak" in browser.get(f"{told_of.link}/live").text


def test_of_a_hidden_meeting_everything_but_the_words_can_be_changed(told_of, anna, sign_in):
    """MOD-13, promise 3: the form does not show them, to their author neither; what was typed for them comes back."""
    hide("meeting", told_of.id)
    browser, address = sign_in(anna), f"{told_of.link}/edit"
    form = browser.get(address).text
    assert SENTENCE in form
    assert "Prijs" not in form
    assert not any(f'name="{field}"' in form for field in ("title", "place", "online_link"))
    sent = {"chair": str(anna.tie_id), "note_taker": "0", "quorum_rule": "number", "quorum": "3",
            "version": str(told_of.version), "reason": "Er moeten er drie zijn."}  # fmt: skip
    answer = browser.post(f"{told_of.link}/amend", data={**sent, "title": "Dan maar zo", "place": "Hier"})
    assert answer.status_code == 409
    assert all(f'value="{words}"' in answer.text for words in ("Dan maar zo", "Hier"))
    assert browser.post(f"{told_of.link}/amend", data=sent).status_code == 303
    db.session.rollback()
    kept = db.session.get_one(Meeting, told_of.id)
    assert (kept.title, kept.place, kept.online_link) == ("Prijsafspraak", "Prijszaal", "https://prijs.example/")
    assert (kept.quorum, kept.hidden_at is None) == (3, False)


def test_a_form_that_left_out_words_which_are_back_empties_none_of_them(told_of, anna, sign_in):
    """promise 3: it was asked for while they were hidden."""
    sent = {"chair": str(anna.tie_id), "note_taker": "0", "quorum_rule": "none", "version": str(told_of.version),
            "reason": "Er moeten er drie zijn."}  # fmt: skip
    answer = sign_in(anna).post(f"{told_of.link}/amend", data=sent)
    assert answer.status_code == 422
    assert all(f'value="{words}"' in answer.text for words in ("Prijsafspraak", "Prijszaal", "https://prijs.example/"))


def test_why_a_hidden_meeting_is_cancelled_and_was_published_late_is_hidden_with_it(dirk, anna, bram, energie, sign_in):
    """MOD-13: that it does not take place, everybody reads."""
    late = plan_draft(anna, energie, when=times(days=2))
    service.add_item(anna, late, item_plan())
    service.publish_agenda(dirk, late, reason="Haast vanwege de prijs.")
    service.cancel_meeting(anna, late, reason="De prijs is al bekend.")
    browser = sign_in(bram)
    assert all(words in browser.get(late.link).text for words in ("Haast vanwege", "al bekend"))
    hide("meeting", late.id)
    page = browser.get(late.link).text
    assert all(words in page for words in (SENTENCE, "Deze vergadering gaat niet door."))
    assert not any(words in page for words in ("Haast vanwege", "al bekend", "Overleg energie"))


def test_the_author_of_a_meeting_is_who_wrote_its_words_last(told_of, bram, dirk):
    """MOD-3: Henk, the deputy, gave it another title; the time that Dirk chose is no word."""
    plan = Plan(title="Stoom", chair_id=told_of.chair_id)
    service.change_meeting(actor_named("henk"), told_of, plan, version=told_of.version, reason="Beter gezegd.")
    service.move_meeting(dirk, told_of, times(days=20), reason="Dat komt beter uit.")
    report = moderation.file_report(bram, "meeting", told_of.id, reason=Reason.CONDUCT)
    assert report.case.author_id == actor_named("henk").id
    assert (report.case.title, report.case.text) == ("Stoom", "Stoom")


def test_own_data_holds_no_title_of_a_hidden_meeting(told_of, bram):
    """MOD-42: nothing that the person cannot open now."""
    assert "Prijsafspraak" in [line["meeting"] for line in meetings_data(bram.id)]
    hide("meeting", told_of.id)
    assert "Prijsafspraak" not in str(meetings_data(bram.id))


def test_a_draft_of_a_meeting_and_that_of_another_group_are_not_reported(draft, emma, bram, gijs):
    """MOD-1, trust 1"""
    secret = plan_published(emma, group_called("externe-veiligheid"))
    for reader, meeting in ((actor_named("henk"), draft), (bram, secret), (gijs, secret)):
        with pytest.raises(NotFound):
            moderation.file_report(reader, "meeting", meeting.id, reason=Reason.CONDUCT)


def test_a_hidden_remark_leaves_the_answer_and_takes_no_other_words(meeting, anna, bram, sign_in):
    """MOD-13, promise 3: the answer still counts and changes; what was typed for a remark comes back."""
    service.answer_invitation(bram, meeting, Answer.YES, remark="Na de prijsafspraak.")
    invitation = invitation_of(bram, meeting)
    hide("meeting_remark", invitation.id)
    for reader in (anna, bram):
        page = sign_in(reader).get(meeting.link).text
        assert all(words in page for words in (SENTENCE, "Bram Boelens (in de zaal)"))
        assert "prijsafspraak" not in page
    assert SENTENCE not in sign_in(actor_named("otto")).get(meeting.link).text  # who never read remarks
    browser, address = sign_in(bram), f"{meeting.link}/answer"
    assert 'name="remark"' not in browser.get(meeting.link).text
    answer = browser.post(address, data={"answer": "yes", "via": "hall", "remark": "Dan maar zo."})
    assert (answer.status_code, 'value="Dan maar zo."' in answer.text) == (409, True)
    assert browser.post(address, data={"answer": "maybe", "via": "online"}).status_code == 303
    service.move_meeting(anna, meeting, times(days=20), reason="Dat komt beter uit.")
    db.session.expire_all()
    kept = invitation_of(bram, meeting)
    assert (kept.answer, kept.remark, kept.version) == (Answer.NONE, "Na de prijsafspraak.", 2)
    guard.unhide(actor_named("dirk"), "meeting_remark", invitation.id)
    assert browser.post(address, data={"answer": "yes", "via": "hall", "remark": "Om drie uur."}).status_code == 303
    assert "Om drie uur." in sign_in(anna).get(meeting.link).text


def test_a_remark_is_reported_by_those_who_read_it_only(meeting, anna, bram, carla):
    """MOD-1, trust 1: one with a no is read by nobody but its writer, an empty one says nothing."""
    service.answer_invitation(bram, meeting, Answer.YES, remark="Na de prijsafspraak.")
    invitation = invitation_of(bram, meeting)
    silent = invitation_of(actor_named("otto"), meeting)
    for reader, number in ((carla, invitation.id), (actor_named("otto"), invitation.id), (anna, silent.id)):
        with pytest.raises(NotFound):
            moderation.file_report(reader, "meeting_remark", number, reason=Reason.CONDUCT)
    case = moderation.file_report(anna, "meeting_remark", invitation.id, reason=Reason.CONDUCT).case
    assert (case.author_id, case.text) == (bram.id, "Na de prijsafspraak.")
    service.answer_invitation(bram, meeting, Answer.NO, remark="Toch niet.")
    with pytest.raises(NotFound):
        moderation.file_report(actor_named("henk"), "meeting_remark", invitation.id, reason=Reason.CONDUCT)


def test_who_reads_english_reads_of_a_hidden_meeting_in_english(told_of, bram, sign_in):
    """MOD-13"""
    hide("meeting", told_of.id)
    person_named("bram").locale = "en"
    db.session.commit()
    for page in (told_of.link, "/agenda"):
        shown = sign_in(bram).get(page).text
        assert all(words in shown for words in ("Meeting of Energie", "Hidden by the coordinator, rule 4, "))


def test_a_hidden_change_leaves_that_there_was_one(item, meeting, bram, sign_in):
    """MOD-13: who changed what when; neither why nor into what."""
    browser, change = sign_in(bram), amendments_of(meeting)[0]
    hide("agenda_amendment", change.id)
    page = browser.get(meeting.link).text
    assert all(words in page for words in (SENTENCE, "Punt gewijzigd: Restwarmte"))
    assert "Dit moest erbij." not in page
    assert TEXT in page  # the item itself is not hidden


def test_nobody_writes_on_in_a_hidden_text_of_the_minutes_and_nothing_typed_is_lost(block, meeting, anna, sign_in):
    """MOD-13, promise 3"""
    browser, address = sign_in(anna), f"{meeting.link}/minutes/{block.id}"
    hide("minutes_block", block.id)
    assert f"{address}/write" not in browser.get(f"{meeting.link}/minutes").text
    for answer in (browser.get(address), browser.post(f"{address}/write")):
        assert answer.status_code == 409
        assert SENTENCE in answer.text
        assert TEXT not in answer.text
    answer = browser.post(address, data={"body": "Een betere tekst.", "base_version": "2"})
    assert answer.status_code == 409
    assert "Een betere tekst." in answer.text
    with pytest.raises(Conflict):
        service.write_block(anna, db.session.get_one(MinutesBlock, block.id), Written("Toch.", ""), base_version=2)
    assert browser.post(f"{address}/stop").status_code == 303
    db.session.rollback()
    assert db.session.get_one(MinutesBlock, block.id).body_md == TEXT


def test_the_author_of_an_item_is_who_wrote_its_text_last(item, meeting, bram, sign_in):
    """MOD-3, MOD-7: Henk, the deputy, rewrote what Anna had written."""
    rewrite(actor_named("henk"), item, "Wij spreken iets anders af.", 2)
    report = moderation.file_report(bram, "agenda_item", item.id, reason=Reason.CONDUCT)
    assert (report.case.author_id, report.case.desk) == (actor_named("henk").id, Desk.COORDINATOR)
    assert f"kind=agenda_item&amp;id={item.id}" in sign_in(actor_named("anna")).get(meeting.link).text
    assert f"kind=agenda_item&amp;id={item.id}" not in sign_in(actor_named("henk")).get(meeting.link).text


def test_the_case_of_a_line_shows_it_between_the_lines_before_and_after_it(open_meeting, anna, bram, dirk, sign_in):
    """MOD-5: three of each, in their order; of those that are hidden or removed no word."""
    come_in(bram, open_meeting)
    for number in range(1, 10):
        service.say(anna, open_meeting, f"Zin nummer {number}.")
    fourth, fifth, sixth = (line_that_says(open_meeting, f"Zin nummer {number}.") for number in (4, 5, 6))
    hide("meeting_line", fourth.id)
    service.remove_line(anna, open_meeting, sixth.seq)
    moderation.file_report(bram, "meeting_line", fifth.id, reason=Reason.CONDUCT)
    page = sign_in(dirk).get(db.session.scalars(select(Case)).one().link).text
    places = [page.index(words) for words in (
        "Zin nummer 2.", "Zin nummer 3.", "(verborgen)", "Zin nummer 5.", "verwijderd bericht", "Zin nummer 7.",
        "Zin nummer 8.")]  # fmt: skip
    assert places == sorted(places)
    assert not any(f"Zin nummer {number}." in page for number in (1, 4, 6, 9))


def test_the_case_of_a_line_keeps_the_version_that_was_reported(open_meeting, anna, bram, dirk, sign_in):
    """MOD-5, section 6: each change of a line makes another one."""
    come_in(bram, open_meeting)
    seq = service.say(anna, open_meeting, "Eerst zo.")
    service.change_line(anna, open_meeting, seq, "Toen zo.")
    line = line_that_says(open_meeting, "Toen zo.")
    moderation.file_report(bram, "meeting_line", line.id, reason=Reason.CONDUCT)
    case, browser = db.session.scalars(select(Case)).one(), sign_in(dirk)
    assert (case.subject_version, case.text) == (2, "Toen zo.")
    assert "na de melding gewijzigd" not in browser.get(case.link).text
    service.change_line(anna, open_meeting, seq, "Nu zo.")
    page = browser.get(case.link).text
    assert all(words in page for words in ("na de melding gewijzigd", "Toen zo.", "Nu zo."))


def test_a_draft_and_an_empty_text_are_not_reported(anna, energie, meeting, sign_in):
    """MOD-1: those who plan write a draft together; of a text that is empty there is nothing to say."""
    draft = plan_draft(anna, energie)
    planned = service.add_item(anna, draft, item_plan())
    henk = actor_named("henk")
    assert "/reports/new" not in sign_in(henk).get(draft.link).text
    for kind, item in (("agenda_item", planned.id), ("minutes_block", text_on(meeting, "Restwarmte").id)):
        with pytest.raises(NotFound):
            moderation.file_report(actor_named("henk"), kind, item, reason=Reason.CONDUCT)


def test_facts_of_the_minutes_are_nobodys_text(meeting, anna, clock):
    """MOD-1: what the log says is not written by anyone."""
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    end_items(meeting)
    service.close_meeting(anna, meeting)
    fact = db.session.query(MinutesBlock).filter(MinutesBlock.facts.is_not(None)).first()
    with pytest.raises(NotFound):
        moderation.file_report(actor_named("bram"), "minutes_block", fact.id, reason=Reason.CONDUCT)


def test_in_a_confidential_group_no_text_of_a_meeting_has_a_link_to_report_it(emma, sign_in):
    """decisions 36"""
    meeting = plan_published(emma, group_called("externe-veiligheid"))
    rewrite(emma, items_of(meeting)[1], TEXT, 1)
    service.write_block(emma, text_on(meeting, "Restwarmte"), Written(TEXT, f"<p>{TEXT}</p>"), base_version=1)
    browser = sign_in(actor_named("bert"))
    for page in (meeting.link, f"{meeting.link}/minutes"):
        answer = browser.get(page).text
        assert TEXT in answer
        assert "/reports/new" not in answer


def test_a_hidden_text_is_not_shown_to_who_saved_after_another_did(item, meeting, anna, sign_in):
    """MOD-13: the rest of what was saved in the meantime is."""
    hide("agenda_item", item.id)
    fields = {"title": "Stoomnet", "purpose": "discuss", "planned_min": "60", "presenter": "0", "body": "Mijn tekst.",
              "reason": "Dit moest erbij."}  # fmt: skip
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/items/{item.id}", data={**fields, "version": "1"})
    assert answer.status_code == 409
    assert 'value="Restwarmte" readonly' in answer.text
    assert TEXT not in answer.text
    assert "Mijn tekst.</textarea>" in answer.text
