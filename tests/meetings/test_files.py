"""Files on the agenda: free in a draft, with a reason once it is published, none after the opening."""

import io

import pytest
from sqlalchemy import select

from app.accounts.models import Tie
from app.accounts.service import end_tie, take_out_own_data
from app.audit.models import AuditEntry
from app.core.clock import StoppedClock, now
from app.core.errors import Conflict, NotFound
from app.core.extensions import db, limiter
from app.files import service as files
from app.files.models import FileContent
from app.files.service.contents import UNUSED_FOR
from app.groups.service import leave_group
from app.guard import service as guard
from app.guard.models import ActsAs
from app.meetings import service
from app.meetings.models import ITEM_FILES_MOST, AgendaItemFile, Meeting, Purpose
from app.meetings.queries import amendments_of, files_of, files_on, get_item, items_of
from app.meetings.subscribers import entry_of
from tests.conftest import actor_named, group_called, person_named, together
from tests.documents.test_files import CORPORA, DANGEROUS, png
from tests.meetings.conftest import come_in, end_items, item_plan, plan_draft, plan_published, upload
from tests.meetings.test_agenda import ITEM, item_of

WHY = "Deze kwamen net binnen."


def send(browser, meeting, *sent, title="Opening", **fields):
    """The form of the item with this title, with these (name, bytes)."""
    parts = [(io.BytesIO(body), name) for name, body in sent]
    return browser.post(f"/meetings/{meeting.id}/items/{item_of(meeting, title).id}/files",
                        data={"file": parts, **fields}, content_type="multipart/form-data")  # fmt: skip


def brought(meeting, *uploads, title="Opening", reason="", by="anna"):
    """These files on the item with this title; the rows that there are then."""
    service.add_files(actor_named(by), meeting, item_of(meeting, title).id, uploads or [upload()], reason=reason)
    return names(meeting, title)


def names(meeting, title="Opening"):
    return [file.name for file in files_on(item_of(meeting, title))]


def address_of(meeting, name="brief.txt"):
    number = db.session.scalar(select(AgendaItemFile.id).where(AgendaItemFile.name == name))
    return f"/meetings/{meeting.id}/files/{number}"


@pytest.fixture
def with_item(anna, draft):
    """A draft with one item to talk about, and any other business."""
    service.add_item(anna, draft, item_plan())
    service.add_item(anna, draft, item_plan("Rondvraag", Purpose.CLOSING_ROUND))
    return draft


def test_in_a_draft_files_come_and_go_freely(sign_in, anna, with_item):
    """MTG-5: several in one form, without the path of the computer they came from; two of one name are two."""
    browser = sign_in(anna)
    answer = send(browser, with_item, ("Mijn map/brief.txt", b"Eerste"), ("brief.txt", b"Tweede"), ("kaart.png", png()))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "3 bestanden zijn toegevoegd." in page
    assert names(with_item) == ["brief.txt", "brief.txt", "kaart.png"]
    assert page.count("tekst · 1 kB · ") == 2  # and each its time
    assert "3 bestanden" in browser.get(f"/meetings/{with_item.id}/agenda").text
    gone = browser.post(f"{address_of(with_item, 'kaart.png')}/remove")
    assert gone.status_code == 303
    assert "kaart.png staat niet meer op de agenda." in browser.get(gone.location).text
    assert names(with_item) == ["brief.txt", "brief.txt"]
    assert amendments_of(with_item) == []


def test_who_reads_the_meeting_sees_the_files_at_their_item_and_opens_them(sign_in, bram, meeting):
    """MTG-5, DOC-13, DOC-15: what can be shown opens in a tab of its own, and anything else is kept."""
    brought(meeting, upload("brief.pdf", b"%PDF-1.7\n"), upload("bron.html", b"<script>alert(1)</script>"),
            upload("foto.png", b"geen foto"), reason=WHY)  # fmt: skip
    browser = sign_in(bram)
    page = browser.get(f"/meetings/{meeting.id}").text
    assert f'{address_of(meeting, "brief.pdf")}?inline" target="_blank" rel="noopener">brief.pdf</a>' in page
    assert f'{address_of(meeting, "bron.html")}">bron.html</a>' in page
    assert "Dit bestand is iets anders dan de naam zegt: tekst." in page
    shown = browser.get(f"{address_of(meeting, 'brief.pdf')}?inline")
    assert (shown.headers["Content-Type"], shown.headers["Content-Security-Policy"]) == (
        "application/pdf", "default-src 'none'")  # fmt: skip
    kept = browser.get(f"{address_of(meeting, 'bron.html')}?inline")
    assert kept.data == b"<script>alert(1)</script>"
    assert kept.headers["Content-Type"] == "application/octet-stream"
    assert kept.headers["Content-Disposition"].startswith("attachment; filename=bron.html")
    assert kept.headers["Cache-Control"] == "no-store, private"


def test_after_publication_files_come_and_go_with_a_reason_that_everyone_reads(sign_in, anna, bram, meeting):
    """MTG-5: the amendment names the item and the files; one for all that came in one form."""
    browser = sign_in(anna)
    refused = send(browser, meeting, ("brief.txt", b"Brief"), ("kaart.txt", b"Kaart"), reason="nu")
    assert refused.status_code == 422
    assert "Zeg waarom" in refused.text
    assert 'name="reason" type="text" value="nu"' in refused.text
    assert db.session.scalars(select(FileContent)).all() == []  # asked before anything was stored
    assert send(browser, meeting, ("brief.txt", b"Brief"), ("kaart.txt", b"Kaart"), reason=WHY).status_code == 303
    address = address_of(meeting)
    assert browser.post(f"{address}/remove", data={"reason": ""}).status_code == 422
    assert names(meeting) == ["brief.txt", "kaart.txt"]
    assert browser.post(f"{address}/remove", data={"reason": "De brief verandert nog."}).status_code == 303
    shown = sign_in(bram).get(f"/meetings/{meeting.id}").text
    for words in ("Bestanden toegevoegd: Opening", "</span>brief.txt, kaart.txt</ins>", f"Reden: {WHY}",
                  "Bestand verwijderd: Opening", "</span>brief.txt</del>",
                  "Reden: De brief verandert nog."):  # fmt: skip
        assert words in shown
    assert [each.kind for each in amendments_of(meeting)] == ["file_added", "file_removed"]
    assert "De agenda van “Overleg energie”" in sign_in(bram).get("/notifications?tab=other").text
    audited = select(AuditEntry.details).where(AuditEntry.event == "AgendaAmended")
    amendments = [each.id for each in amendments_of(meeting)]
    assert sorted(details["amendment_id"] for details in db.session.scalars(audited)) == amendments


def test_after_the_opening_no_file_comes_or_goes_any_more(sign_in, anna, bram, meeting, clock):
    """MTG-5: up to the opening. The minutes name what came before it, and who takes part still reads the files."""
    brought(meeting, reason=WHY)
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    browser = sign_in(anna)
    assert send(browser, meeting, ("later.txt", b"Te laat"), reason=WHY).status_code == 409
    late = browser.post(f"{address_of(meeting)}/remove", data={"reason": WHY})
    assert late.status_code == 409
    assert "Deze vergadering is geopend." in late.text
    assert names(meeting) == ["brief.txt"]
    assert db.session.scalars(select(FileContent)).one().size == len(b"Geachte netbeheerder")  # nothing else was stored
    end_items(meeting)
    service.close_meeting(anna, meeting)
    minutes = sign_in(bram).get(f"/meetings/{meeting.id}/minutes").text
    assert "Bestanden toegevoegd: Opening" in minutes
    assert sign_in(bram).get(address_of(meeting)).data == b"Geachte netbeheerder"


def test_in_the_room_the_files_stand_below_their_item(sign_in, anna, meeting, clock):
    """MTG-5: those of the running item are seen, the others wait."""
    brought(meeting, title="Restwarmte", reason=WHY)
    brought(meeting, upload("opening.txt"), reason=WHY)
    clock.set(meeting.starts_at)
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    service.next_item(anna, meeting)
    page = sign_in(anna).get(f"/meetings/{meeting.id}/live").text
    first, second = (item_of(meeting, title).id for title in ("Opening", "Restwarmte"))
    assert f'data-files-of="{first}">' in page
    assert f'data-files-of="{second}" hidden>' in page
    assert f'href="{address_of(meeting)}">brief.txt</a>' in page


def test_any_other_business_takes_no_files_and_an_item_with_files_does_not_become_it(sign_in, anna, with_item):
    """MTG-6"""
    browser = sign_in(anna)
    answer = send(browser, with_item, ("brief.txt", b"Brief"), title="Rondvraag")
    assert answer.status_code == 409
    assert "Bij de rondvraag horen geen bestanden." in answer.text
    assert db.session.scalars(select(FileContent)).all() == []
    brought(with_item)
    number = item_of(with_item, "Opening").id
    answer = browser.post(f"/meetings/{with_item.id}/items/{number}", data={
        **ITEM, "title": "Wat verder ter tafel komt", "purpose": "closing_round", "version": "1"})
    assert answer.status_code == 422
    assert "Verwijder eerst die van dit punt." in answer.text
    assert 'value="Wat verder ter tafel komt"' in answer.text
    assert get_item(db.session.get_one(Meeting, with_item.id), number).purpose is Purpose.INFORM


def test_each_refused_file_names_itself_and_the_others_are_kept(sign_in, anna, with_item, app, monkeypatch):
    """MTG-5, DOC-10"""
    monkeypatch.setitem(app.config, "UPLOAD_MAX", 1_000_000)
    answer = send(sign_in(anna), with_item, ("goed.txt", b"goed"), ("groot.txt", b"a" * 1_300_000), ("leeg.txt", b""))
    assert answer.status_code == 200
    assert "<li>goed.txt: toegevoegd</li>" in answer.text
    assert "<strong>groot.txt</strong>: Dit bestand is 1,3 MB; het mag 1 MB zijn." in answer.text
    assert "<strong>leeg.txt</strong>: Dit bestand is leeg." in answer.text
    assert names(with_item) == ["goed.txt"]


def test_an_item_holds_ten_files_and_the_eleventh_is_refused_by_name(sign_in, anna, with_item):
    """MTG-5: also of those that come in another form."""
    browser = sign_in(anna)
    assert send(browser, with_item, *((f"{n}.txt", b"%d" % n) for n in range(8))).status_code == 303
    answer = send(browser, with_item, *((f"{n}.txt", b"%d" % n) for n in range(8, 11)))
    assert "<strong>10.txt</strong>: Bij een punt horen hoogstens 10 bestanden." in answer.text
    assert names(with_item) == [f"{n}.txt" for n in range(ITEM_FILES_MOST)]
    full = send(browser, with_item, ("nog.txt", b"nog"))
    assert full.status_code == 409
    assert "Bij een punt horen hoogstens 10 bestanden." in full.text


def test_of_two_who_fill_an_item_at_one_moment_one_is_told_that_it_is_full(app, with_item):
    """MTG-5: together they would have brought twelve."""
    number, item_id = with_item.id, item_of(with_item, "Opening").id
    loads = [[upload(f"{key} {n}.txt", f"{key} {n}".encode()) for n in range(6)] for key in ("anna", "dirk")]

    def add(key, load):
        return service.add_files(actor_named(key), db.session.get_one(Meeting, number), item_id, load)

    results = together(app, lambda: add("anna", loads[0]), lambda: add("dirk", loads[1]))
    assert [type(each) for each in results].count(Conflict) == 1
    assert len(names(db.session.get_one(Meeting, number))) == 6


def test_who_chooses_no_file_reads_that_and_keeps_the_reason(sign_in, anna, meeting):
    answer = send(sign_in(anna), meeting, reason=WHY)
    assert answer.status_code == 422
    assert "Kies eerst een bestand." in answer.text
    assert f'value="{WHY}"' in answer.text


def test_the_files_of_an_item_go_with_it(anna, with_item, meeting):
    """MTG-5: the amendment says that the item went; nobody owns the bytes then, and they are swept."""
    brought(with_item, upload("a.txt", b"concept"))
    service.remove_item(anna, item_of(with_item, "Opening"))
    brought(meeting, upload("b.txt", b"agenda"), reason=WHY)
    service.remove_item(anna, item_of(meeting, "Opening"), reason="Dit kan vervallen.")
    assert [each.kind for each in amendments_of(meeting)] == ["file_added", "item_removed"]
    assert db.session.scalars(select(AgendaItemFile)).all() == []
    with StoppedClock() as later:
        later.set(now() + UNUSED_FOR * 2)
        assert files.forget_unused() == 2


def test_a_file_on_an_agenda_is_not_swept(with_item):
    brought(with_item)
    with StoppedClock() as later:
        later.set(now() + UNUSED_FOR * 2)
        assert files.forget_unused() == 0


def test_of_two_who_remove_one_file_the_second_finds_none(anna, with_item):
    brought(with_item)
    number = files_of(with_item)[item_of(with_item, "Opening").id][0].id
    service.remove_file(anna, with_item, number)
    with pytest.raises(NotFound):
        service.remove_file(anna, with_item, number)


def test_knowing_the_address_is_not_enough(sign_in, visitor, emma, dirk, externe_veiligheid, meeting):
    """DOC-16, GRP-4: neither as an outsider, nor through another meeting; and a draft is its planners' alone."""
    secret = plan_published(emma, externe_veiligheid, brought=[upload("draaiboek.txt")])
    address = address_of(secret, "draaiboek.txt")
    assert sign_in(emma).get(address).status_code == 200
    assert sign_in(dirk).get(address).status_code == 404
    assert visitor.get(address).status_code == 303
    assert sign_in(emma).get(address.replace(str(secret.id), str(meeting.id))).status_code == 404
    draft = plan_draft(emma, externe_veiligheid)
    service.add_item(emma, draft, item_plan())
    brought(draft, upload("concept.txt"), by="emma")
    assert sign_in(actor_named("bert")).get(address_of(draft, "concept.txt")).status_code == 404


def test_the_file_stops_with_the_membership_and_with_the_tie(sign_in, emma, dirk, externe_veiligheid):
    """DOC-16, MTG-33"""
    address = address_of(plan_published(emma, externe_veiligheid, brought=[upload()]))
    bert, joke = actor_named("bert"), actor_named("joke")
    of_bert, of_joke = sign_in(bert), sign_in(joke)
    for browser in (of_bert, of_joke):
        assert browser.get(address).status_code == 200
    leave_group(bert, group_called("externe-veiligheid"))
    end_tie(dirk, db.session.get_one(Tie, joke.tie_id))
    assert of_bert.get(address).status_code == 404
    assert of_joke.get(address).status_code == 303  # to sign in: her sessions ended


def test_a_member_reads_the_files_and_changes_none(sign_in, bram, meeting):
    """Section 3: amending is for those who lead."""
    brought(meeting, reason=WHY)
    browser = sign_in(bram)
    assert send(browser, meeting, ("van bram.txt", b"Hoi"), reason=WHY).status_code == 403
    assert browser.post(f"{address_of(meeting)}/remove", data={"reason": WHY}).status_code == 403
    assert names(meeting) == ["brief.txt"]


def test_a_meeting_is_found_by_the_names_of_its_files_by_its_readers_alone(sign_in, emma, dirk, externe_veiligheid):
    """SRCH-25: and no longer once the file is gone."""
    secret = plan_published(emma, externe_veiligheid, brought=[upload("Zwaluwplan.txt")])
    assert "Zwaluwplan.txt" in entry_of(secret).body
    assert f"/meetings/{secret.id}" in sign_in(emma).get("/search?q=zwaluwplan").text
    assert f"/meetings/{secret.id}" not in sign_in(dirk).get("/search?q=zwaluwplan").text
    number = files_on(items_of(secret)[0])[0].id
    service.remove_file(emma, secret, number, reason="Dit komt later.")
    assert f"/meetings/{secret.id}" not in sign_in(emma).get("/search?q=zwaluwplan").text


def test_a_person_takes_out_which_files_they_put_on_an_agenda(anna, bram, meeting):
    """accounts.own_data"""
    brought(meeting, reason=WHY)
    kept = take_out_own_data(anna, person_named("anna"))["meetings"]
    assert [(line["meeting"], line["item"], line["file"]) for line in kept if "file" in line] == [
        ("Overleg energie", "Opening", "brief.txt")]  # fmt: skip
    assert not any("file" in line for line in take_out_own_data(bram, person_named("bram"))["meetings"])


@pytest.mark.slow
@pytest.mark.skipif(not DANGEROUS, reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")
def test_no_file_that_others_made_dangerous_is_shown_or_hangs(sign_in, anna, with_item):
    """DOC-14, corpora/files: pictures and PDF alone may be shown, and come back byte for byte."""
    browser, shown = sign_in(anna), set()
    for path in DANGEROUS:
        limiter.reset()
        assert send(browser, with_item, (path.name, path.read_bytes())).status_code == 303, path.name
        address = address_of(with_item, path.name)
        answer = browser.get(f"{address}?inline")
        assert answer.data == path.read_bytes()
        if not answer.headers["Content-Disposition"].startswith("attachment"):
            shown.add(answer.headers["Content-Type"])
            assert path.suffix in (".pdf", ".png"), path.name
        assert browser.get(f"/meetings/{with_item.id}").status_code == 200
        assert browser.post(f"{address}/remove").status_code == 303
    assert shown <= {"application/pdf", "image/png"}


def test_the_files_of_a_hidden_item_are_hidden_with_it_until_it_is_put_back(sign_in, anna, dirk, meeting):
    """MOD-13: not on the page, not at their address, which says why; and not in search."""
    brought(meeting, upload("brief.txt"), reason=WHY)
    browser, address = sign_in(actor_named("otto")), address_of(meeting)
    item_id = item_of(meeting, "Opening").id
    assert browser.get(address).status_code == 200

    guard.hide(dirk, "agenda_item", item_id, rule=4, role=ActsAs.COORDINATOR)

    answer = browser.get(address)
    assert answer.status_code == 404
    assert "Verborgen door de coördinator, regel 4" in answer.text
    assert "brief.txt" not in browser.get(meeting.link).text
    assert "brief.txt" not in entry_of(meeting).body
    guard.unhide(dirk, "agenda_item", item_id)
    assert browser.get(address).status_code == 200
    assert "brief.txt" in browser.get(meeting.link).text
