"""Files with a text: chosen with it or before it, kept when something is refused, read by whoever reads the post."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.accounts.service import take_out_own_data
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.core.extensions import db, limiter
from app.discussions.models import FILES_MOST, Attachment, Draft, Post, Thread
from app.discussions.queries import first_post
from app.discussions.service import (
    Files,
    FilesConflict,
    delete_post,
    discard_draft,
    edit_post,
    erase_deleted_posts,
    keep_files,
    reply_to_thread,
    restore_post,
    save_draft,
)
from app.discussions.service.hiding import hide_post
from app.discussions.tasks import forget_old_drafts
from app.files import service as files
from app.files.models import FileContent
from tests.conftest import new_thread, person_named, reply, together, written
from tests.discussions.conftest import AS_FRAGMENT, AS_SCRIPT, drafts_of, hidden_field, posts_in, text_in_box
from tests.documents.conftest import upload
from tests.documents.test_files import DANGEROUS, png


def part(name, body=b"Gemeten."):
    return io.BytesIO(body), name


def send(browser, address, *parts, **fields):
    sent = {"file": [part(*each) if isinstance(each, tuple) else part(each) for each in parts], **fields}
    return browser.post(address, data=sent, content_type="multipart/form-data")


def send_alone(browser, place, name, body=b"Gemeten.", **fields):
    """As the script does: one file for the text that is being written."""
    return browser.post("/account/drafts/files", data={"file": [part(name, body)], "place": place, **fields},
                        content_type="multipart/form-data", headers=AS_SCRIPT)  # fmt: skip


def names_of(post):
    db.session.rollback()
    found = db.session.scalars(select(Attachment).where(Attachment.post_id == post.id).order_by(Attachment.id))
    return [each.name for each in found]


def waiting():
    db.session.rollback()
    return db.session.scalars(select(Attachment).where(Attachment.post_id.is_(None)).order_by(Attachment.id)).all()


def with_files(body, *uploads):
    return replace(written(body), files=Files(uploads=uploads))


def ticked(page):
    """(number, whether it goes along) of each file in the list of a form."""
    found = re.findall(r'name="attachment" value="(\d+)"( checked)?', page)
    return [(int(number), bool(checked)) for number, checked in found]


def test_two_files_go_along_with_a_reply_without_a_script(thread, bram, anna, sign_in):
    """DISC-27: in the same form; names without the path of the computer they came from."""
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", ("map/meting.txt", b"60"), ("foto.png", png()),
                  body="Zie de meting.")  # fmt: skip
    assert answer.status_code == 303
    post = posts_in(thread.id)[-1]
    assert (names_of(post), post.file_count) == (["meting.txt", "foto.png"], 2)
    page = sign_in(anna).get(thread.link).text
    for attachment in db.session.scalars(select(Attachment)):
        assert f'href="/attachments/{attachment.id}' in page
    assert "tekst · 1 kB" in page
    assert "afbeelding (PNG)" in page
    assert drafts_of(bram) == waiting() == []


def test_a_new_thread_takes_them_along_too_and_shows_a_paperclip_in_the_list(energie, bram, anna, sign_in):
    """DISC-27, section 4"""
    new_thread(anna, energie, "Zonder bijlagen")
    answer = send(sign_in(bram), "/groups/energie/threads", "plan.txt", title="Met een plan", body="Hier is het plan.")
    assert answer.status_code == 303
    page = sign_in(anna).get("/groups/energie/threads").text
    rows = {re.search(r">([^<]+)</a></h3>", row)[1]: "met bijlagen" in row for row in page.split("<li")
            if "</a></h3>" in row}  # fmt: skip
    assert rows == {"Met een plan": True, "Zonder bijlagen": False}


def test_a_file_that_fails_names_itself_and_loses_neither_the_text_nor_the_others(thread, bram, sign_in, app,
                                                                                   monkeypatch):  # fmt: skip
    """DISC-27: without a script; what came through is kept and listed, and goes along at the next press."""
    monkeypatch.setitem(app.config, "UPLOAD_MAX", 1_000_000)
    browser = sign_in(bram)
    answer = send(browser, f"/threads/{thread.id}/posts", ("goed.txt", b"60"), ("groot.txt", b"a" * 1_300_000),
                  ("leeg.txt", b""), body="Zie de meting.", client_id=str(uuid4()))  # fmt: skip
    assert answer.status_code == 422
    assert "<strong>groot.txt</strong>: Dit bestand is 1,3 MB; het mag 1 MB zijn." in answer.text
    assert "<strong>leeg.txt</strong>: Dit bestand is leeg." in answer.text
    assert text_in_box(answer.text) == "Zie de meting."
    assert len(posts_in(thread.id)) == 1
    [kept] = waiting()
    assert ticked(answer.text) == [(kept.id, True)]
    again = send(browser, f"/threads/{thread.id}/posts", body="Zie de meting.", attachment=[kept.id], listed=[kept.id])
    assert again.status_code == 303
    assert names_of(posts_in(thread.id)[-1]) == ["goed.txt"]
    assert drafts_of(bram) == waiting() == []


@pytest.mark.parametrize(("name", "body", "sentence"), [
    ("foto.png", b"\x89PNG\r\n\x1a\nkapot", "Dit bestand is niet te lezen als wat de naam zegt."),
    ("foto.jpg", b"<svg onload=alert(1)>", "Dit bestand is iets anders dan de naam zegt: tekst."),
    ("stuk.pdf", b"<script>alert(1)</script>", "Dit bestand is iets anders dan de naam zegt: tekst."),
])  # fmt: skip
def test_a_picture_or_pdf_that_is_none_is_refused_with_a_sentence(name, body, sentence, thread, bram, sign_in):
    """DISC-27"""
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", (name, body), body="Kijk.")
    assert answer.status_code == 422
    assert f"<strong>{name}</strong>: {sentence}" in answer.text
    assert waiting() == []


def test_a_photo_under_the_name_of_another_kind_of_photo_is_taken(thread, bram, sign_in):
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", ("schermafdruk.jpg", png()), body="Kijk.")
    assert answer.status_code == 303


def test_the_eleventh_file_is_refused_by_name(thread, bram, sign_in):
    """DISC-27: also counted with those that wait already."""
    browser = sign_in(bram)
    for number in range(9):
        send_alone(browser, thread.place, f"{number}.txt", str(number).encode())
    numbers = [each.id for each in waiting()]
    answer = send(browser, f"/threads/{thread.id}/posts", ("9.txt", b"9"), ("10.txt", b"10"), body="Veel.",
                  attachment=numbers, listed=numbers)  # fmt: skip
    assert "<strong>10.txt</strong>: Een bericht heeft hoogstens 10 bijlagen." in answer.text
    assert len(waiting()) == FILES_MOST
    alone = send_alone(browser, thread.place, "nog-een.txt", b"Nog een.")
    assert (alone.status_code, alone.json["error"]) == (400, "Een bericht heeft hoogstens 10 bijlagen.")
    unticked = send_alone(browser, thread.place, "nog-een.txt", b"Nog een.", listed=numbers, attachment=numbers[1:])
    assert unticked.status_code == 201
    assert numbers[0] not in [each.id for each in waiting()]


def test_together_they_may_be_a_hundred_megabytes(thread, bram, sign_in, monkeypatch):
    monkeypatch.setattr("app.discussions.service.attaching.FILES_SIZE_MOST", 1_500)
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", ("een.txt", b"a" * 1_000), ("twee.txt", b"b" * 1_000),
                  body="Samen te veel.")  # fmt: skip
    assert "<strong>twee.txt</strong>: Samen mogen de bijlagen van een bericht 2 kB zijn." in answer.text
    held = Files(uploads=[upload("drie.txt", b"c" * 1_000)])
    with pytest.raises(FilesConflict):
        keep_files(bram, thread.place, held)


def test_a_text_that_is_refused_keeps_the_files_that_came_with_it(thread, bram, sign_in):
    """DISC-27"""
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", "meting.txt", body="")
    assert answer.status_code == 422
    assert [name for name, in ((each.name,) for each in waiting())] == ["meting.txt"]
    assert ticked(answer.text) == [(waiting()[0].id, True)]


def test_files_sent_one_by_one_wait_in_the_draft_on_every_device(thread, bram, anna, sign_in):
    """DISC-27, DISC-17: and belong to nobody else."""
    browser = sign_in(bram)
    sent = send_alone(browser, thread.place, "meting.txt")
    [kept] = waiting()
    assert sent.status_code == 201
    assert ticked(sent.json["html"]) == [(kept.id, True)]
    for page in (thread.link, f"/threads/{thread.id}/reply"):
        assert ticked(sign_in(bram).get(page).text) == [(kept.id, True)]
        assert ticked(sign_in(anna).get(page).text) == []
    assert sign_in(bram).get(f"/attachments/{kept.id}").data == b"Gemeten."
    assert sign_in(anna).get(f"/attachments/{kept.id}").status_code == 404
    assert "meting.txt" in browser.get("/account/drafts").text
    assert send_alone(browser, thread.place, "meting.txt").status_code == 201
    assert len(waiting()) == 1  # the same once more is still one


def test_a_draft_of_files_alone_takes_the_text_that_follows_without_a_quarrel(thread, bram, sign_in):
    """DISC-18: the page that was opened before knows no revision of it."""
    browser = sign_in(bram)
    send_alone(browser, thread.place, "meting.txt")
    saved = browser.post("/account/drafts", data={"place": thread.place, "body": "Zie", "revision": "0"},
                         headers=AS_SCRIPT)  # fmt: skip
    assert saved.status_code == 200
    emptied = {"place": thread.place, "body": "", "revision": str(saved.json["revision"])}
    browser.post("/account/drafts", data=emptied, headers=AS_SCRIPT)
    assert [each.name for each in waiting()] == ["meting.txt"]


def test_a_file_without_a_tick_does_not_go_along_and_is_gone(thread, bram):
    """DISC-27: taking away."""
    one, two = keep_files(bram, thread.place, Files(uploads=[upload("een.txt", b"1"), upload("twee.txt", b"2")]))
    chosen, listed = frozenset([two.id]), frozenset([one.id, two.id])
    post = reply_to_thread(bram, thread, replace(written("Zie."), files=Files(chosen=chosen, listed=listed)))
    assert names_of(post) == ["twee.txt"]
    assert waiting() == []
    assert drafts_of(bram) == []


def test_what_another_device_brought_meanwhile_waits_on(thread, bram):
    """DISC-18: it was not on the page from which was posted."""
    [here] = keep_files(bram, thread.place, Files(uploads=[upload("hier.txt", b"1")]))
    keep_files(bram, thread.place, Files(uploads=[upload("daar.txt", b"2")]))
    chosen = frozenset([here.id])
    reply_to_thread(bram, thread, replace(written("Zie."), files=Files(chosen=chosen, listed=chosen)))
    assert [each.name for each in waiting()] == ["daar.txt"]


def test_who_ticks_a_file_that_is_gone_reads_that_and_nothing_is_posted(thread, bram, sign_in):
    """DISC-27: a text that says "see the file" does not go without it."""
    [kept] = keep_files(bram, thread.place, Files(uploads=[upload()]))
    number = kept.id
    discard_draft(bram, kept.draft_id)
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", body="Zie.", attachment=[number], listed=[number])
    assert answer.status_code == 409
    assert "Een bestand in uw lijst is er niet meer." in answer.text
    assert text_in_box(answer.text) == "Zie."
    assert len(posts_in(thread.id)) == 1


def test_nobody_takes_along_a_file_of_another(thread, bram, anna, sign_in):
    [hers] = keep_files(anna, thread.place, Files(uploads=[upload()]))
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", body="Zie.", attachment=[hers.id], listed=[hers.id])
    assert answer.status_code == 409
    assert [each.id for each in waiting()] == [hers.id]


def test_the_same_press_twice_gives_one_post_with_the_files_once(thread, bram, sign_in):
    """DISC-19: nothing of the second press stays behind in a draft."""
    browser, client_id = sign_in(bram), str(uuid4())
    for _press in range(2):
        answer = send(browser, f"/threads/{thread.id}/posts", "meting.txt", body="Zie.", client_id=client_id)
        assert answer.status_code == 303
    assert len(posts_in(thread.id)) == 2
    assert names_of(posts_in(thread.id)[-1]) == ["meting.txt"]
    assert drafts_of(bram) == waiting() == []


def test_ten_presses_at_one_moment_give_one_post_with_the_files_once(app, thread, bram):
    """DISC-19, section 7.2"""
    client_id, thread_id, brought = str(uuid4()), thread.id, upload()
    text = replace(with_files("Zie.", brought), client_id=client_id)
    calls = [lambda: reply_to_thread(bram, db.session.get_one(Thread, thread_id), text).id] * 10
    assert len(set(together(app, *calls))) == 1
    assert names_of(posts_in(thread_id)[-1]) == ["verslag.txt"]
    assert len(posts_in(thread_id)) == 2


def test_a_draft_that_goes_while_files_come_into_it_fails_nobody(app, thread, bram, at_the_same_moment):
    """DISC-18, DISC-27: two devices, one of which places or throws away what the other still adds to."""
    thread_id, place = thread.id, thread.place
    brought = [upload(f"{number}.txt", b"%d" % number) for number in range(8)]

    def keep(number):
        return lambda: keep_files(bram, place, Files(uploads=[brought[number]])) and None

    def discard():
        if drafts := drafts_of(bram):
            discard_draft(bram, drafts[0].id)

    def place_it():
        reply_to_thread(bram, db.session.get_one(Thread, thread_id), written("Zie."))

    def type_on():
        save_draft(bram, place, body="Zie de meting.")

    for turn in range(12):
        acts = [keep(turn % 4), type_on, discard if turn % 2 else place_it, keep(turn % 4 + 4), type_on]
        answers = at_the_same_moment(*acts)
        assert not [each for each in answers if each is not None and not isinstance(each, NotFound)]


def test_a_script_is_told_when_other_files_were_placed_than_it_sent(thread, bram, sign_in):
    """DISC-19: what was added after a first press whose answer never came is still to be placed."""
    browser, client_id = sign_in(bram), str(uuid4())
    [first] = keep_files(bram, thread.place, Files(uploads=[upload("een.txt", b"1")]))
    sent = {"body": "Zie.", "client_id": client_id, "attachment": [first.id], "listed": [first.id]}
    address = f"/threads/{thread.id}/posts"
    assert browser.post(address, data=sent, headers=AS_SCRIPT).json["is_as_sent"]
    [second] = keep_files(bram, thread.place, Files(uploads=[upload("twee.txt", b"2")]))
    sent["attachment"] = sent["listed"] = [first.id, second.id]
    assert not browser.post(address, data=sent, headers=AS_SCRIPT).json["is_as_sent"]


def test_who_edits_keeps_takes_away_and_adds(thread, bram, anna, sign_in):
    """DISC-27, DISC-34: the history names what came and went."""
    post = reply_to_thread(bram, thread, with_files("Zie.", upload("oud.txt", b"1"), upload("blijft.txt", b"2")))
    reply(anna, thread, "Dank.")  # answered: no edit is silent
    browser = sign_in(bram)
    page = browser.get(f"/posts/{post.id}/edit").text
    (old, _on), (stays, _too) = ticked(page)
    answer = send(browser, f"/posts/{post.id}/edit", ("nieuw.txt", b"3"), body="Zie.", attachment=[stays],
                  listed=[old, stays], version=hidden_field(page, "version"))  # fmt: skip
    assert answer.status_code == 303
    assert names_of(post) == ["blijft.txt", "nieuw.txt"]
    assert db.session.get_one(Post, post.id).file_count == 2
    assert browser.get(f"/attachments/{old}").status_code == 404
    history = sign_in(anna).get(f"/posts/{post.id}/history").text
    assert "nieuw.txt: toegevoegd" in history
    assert "oud.txt: weggehaald" in history
    assert "Bijlagen: oud.txt, blijft.txt" in history


def test_a_file_that_was_sent_alone_leaves_the_text_of_the_edit_in_its_box(thread, bram, sign_in):
    """DISC-27: the draft that holds it has no text of its own."""
    post = reply(bram, thread, "Dit staat er.")
    browser = sign_in(bram)
    send_alone(browser, post.place, "meting.txt")
    page = browser.get(f"/posts/{post.id}/edit").text
    assert text_in_box(page) == "Dit staat er."
    [(waits, is_ticked)] = ticked(page)
    sent = {"body": "Dit staat er.", "version": hidden_field(page, "version"), "attachment": [waits], "listed": [waits]}
    assert is_ticked
    assert browser.post(f"/posts/{post.id}/edit", data=sent).status_code == 303
    assert names_of(post) == ["meting.txt"]


def test_a_file_that_loses_its_tick_leaves_the_draft_of_an_edit_that_changes_nothing(thread, bram, sign_in):
    """DISC-27: it is taken away, and does not come back into the next form."""
    post = reply_to_thread(bram, thread, with_files("Zie.", upload("blijft.txt", b"1")))
    browser = sign_in(bram)
    send_alone(browser, post.place, "toch-niet.txt")
    (stays, _on), (waits, _too) = ticked(browser.get(f"/posts/{post.id}/edit").text)
    sent = {"body": "Zie.", "version": "1", "attachment": [stays], "listed": [stays, waits]}
    assert browser.post(f"/posts/{post.id}/edit", data=sent).status_code == 303
    assert waiting() == drafts_of(bram) == []
    assert names_of(post) == ["blijft.txt"]
    assert db.session.get_one(Post, post.id).version == 1


def test_a_file_that_fails_in_an_edit_leaves_the_post_as_it_was(thread, bram, sign_in):
    """DISC-27, DISC-35"""
    post = reply_to_thread(bram, thread, with_files("Zie.", upload("oud.txt", b"1")))
    browser = sign_in(bram)
    page = browser.get(f"/posts/{post.id}/edit").text
    [(old, _on)] = ticked(page)
    answer = send(browser, f"/posts/{post.id}/edit", ("goed.txt", b"3"), ("leeg.txt", b""), body="Zie beter.",
                  listed=[old], version="1")  # fmt: skip
    assert answer.status_code == 422
    assert text_in_box(answer.text) == "Zie beter."
    assert ticked(answer.text) == [(old, False), (waiting()[0].id, True)]
    assert names_of(post) == ["oud.txt"]


def test_an_edit_over_a_newer_version_keeps_the_files_that_came_with_it(thread, bram, sign_in):
    """DISC-35"""
    post = reply(bram, thread, "Eerst.")
    edit_post(bram, post, written("Elders."), version=1)
    answer = send(sign_in(bram), f"/posts/{post.id}/edit", "meting.txt", body="Hier.", version="1")
    assert answer.status_code == 409
    assert [each.name for each in waiting()] == ["meting.txt"]
    assert ticked(answer.text) == [(waiting()[0].id, True)]


def test_the_same_edit_sent_twice_has_the_new_file_once(thread, bram, sign_in):
    post = reply(bram, thread, "Eerst.")
    browser = sign_in(bram)
    for _press in range(2):
        assert send(browser, f"/posts/{post.id}/edit", "meting.txt", body="Eerst.", version="1").status_code == 303
    assert names_of(post) == ["meting.txt"]


def test_a_preview_and_a_saved_draft_keep_the_files_that_came_along(thread, bram, sign_in):
    """DISC-27: without a script every button sends the whole form."""
    browser = sign_in(bram)
    shown = send(browser, "/preview", "een.txt", ("leeg.txt", b""), place=thread.place, body="*Zie.*")
    assert "<em>Zie.</em>" in shown.text
    assert "<strong>leeg.txt</strong>: Dit bestand is leeg." in shown.text
    [one] = waiting()
    assert ticked(shown.text) == [(one.id, True)]
    saved = send(browser, "/account/drafts", ("twee.txt", b"2"), place=thread.place, body="Zie.", listed=[one.id])
    assert saved.status_code == 303
    assert [each.name for each in waiting()] == ["twee.txt"]
    partly = send(browser, "/account/drafts", ("leeg.txt", b""), place=thread.place, body="Zie beter.")
    assert "<strong>leeg.txt</strong>: Dit bestand is leeg." in partly.text
    assert drafts_of(bram)[0].body == "Zie beter."


@pytest.mark.parametrize(("address", "body"), [("/preview", ""), ("/account/drafts", "a" * 40_001)])
@pytest.mark.parametrize("headers", [AS_SCRIPT, {}])
def test_where_the_text_is_refused_too_a_file_that_failed_names_itself(address, body, headers, thread, bram, sign_in):
    """DISC-27: and those that came through wait in the draft."""
    sent = {"file": [part("een.txt"), part("leeg.txt", b"")], "place": thread.place, "body": body}
    answer = sign_in(bram).post(address, data=sent, content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 422
    assert "leeg.txt: Dit bestand is leeg." in answer.text
    assert [each.name for each in waiting()] == ["een.txt"]


def test_the_file_stops_with_the_right_to_read_its_post(thread, bram, anna, sign_in, visitor):
    """DISC-37, MOD-13: deleted and hidden it is there for nobody, restored it is back."""
    post = reply_to_thread(bram, thread, with_files("Zie.", upload()))
    [attachment] = db.session.scalars(select(Attachment))
    address = f"/attachments/{attachment.id}"

    def answers():
        return [browser.get(address).status_code for browser in (sign_in(bram), sign_in(anna), visitor)]

    assert answers() == [200, 200, 303]
    delete_post(bram, post)
    assert answers() == [404, 404, 303]
    assert "verslag.txt" not in sign_in(anna).get(thread.link).text
    assert "met bijlagen" not in sign_in(anna).get("/groups/energie/threads").text
    restore_post(bram, db.session.get_one(Post, post.id))
    assert answers() == [200, 200, 303]
    assert "verslag.txt" in sign_in(anna).get(thread.link).text
    hide_post(db.session.get_one(Post, post.id))
    db.session.commit()
    assert answers() == [404, 404, 303]


def test_a_file_of_a_confidential_group_is_there_for_its_members_alone(externe_veiligheid, emma, dirk, sign_in):
    """GRP-4, GRP-5"""
    thread = new_thread(emma, externe_veiligheid, "Bijna-ongeval")
    reply_to_thread(emma, thread, with_files("Zie.", upload()))
    [attachment] = db.session.scalars(select(Attachment))
    address = f"/attachments/{attachment.id}"
    assert sign_in(emma).get(address).status_code == 200
    assert sign_in(emma, stepped_up=False).get(address).status_code in (303, 404)
    assert sign_in(dirk).get(address).status_code == 404


def test_a_picture_is_shown_small_and_asked_about_each_time(thread, bram, anna, sign_in, monkeypatch):
    """DOC-17"""
    post = reply_to_thread(bram, thread, with_files("Kijk.", upload("foto.png", png())))
    [attachment] = db.session.scalars(select(Attachment))
    page, address = sign_in(anna).get(thread.link).text, f"/attachments/{attachment.id}/thumbnail"
    assert f'src="{address}"' in page
    answer = sign_in(anna).get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    again = {"If-None-Match": answer.headers["ETag"]}
    with monkeypatch.context() as without_bytes:
        without_bytes.setattr("app.files.service.sending.storage", None)  # nobody fetches it from a bucket
        assert sign_in(anna).get(address, headers=again).status_code == 304
    delete_post(bram, db.session.get_one(Post, post.id))
    assert sign_in(anna).get(address, headers=again).status_code == 404


def test_a_post_that_arrives_live_shows_its_files(thread, bram, anna, sign_in):
    """DISC-53"""
    reply_to_thread(bram, thread, with_files("Zie.", upload()))
    assert "verslag.txt" in sign_in(anna).get(f"{thread.link}?after=1", headers=AS_FRAGMENT).text


def test_all_files_of_a_page_cost_one_statement_more(thread, bram, anna, sign_in, count_statements):
    """performance: and where no post has any, none."""
    browser = sign_in(anna)

    def cost():
        browser.get(thread.link)
        with count_statements() as seen:
            browser.get(thread.link)
        return len(seen)

    reply(bram, thread, "Zonder.")
    without = cost()
    for number in range(5):
        reply_to_thread(bram, thread, with_files(f"Bericht {number}.", upload(), upload("kaart.txt", b"Kaart")))
    assert cost() == without + 1


def test_a_post_is_found_by_the_names_of_its_files(thread, bram, anna, sign_in):
    """As a document is, and the item of an agenda."""
    reply_to_thread(bram, thread, with_files("Zie.", upload("warmtewisselaar.txt")))
    assert "/posts/" in sign_in(anna).get("/search?q=warmtewisselaar").text


def test_ones_own_data_name_the_files(thread, bram):
    """art. 15 AVG"""
    post = reply_to_thread(bram, thread, with_files("Zie.", upload()))
    keep_files(bram, thread.place, Files(uploads=[upload("wacht.txt", b"1")]))
    lines = take_out_own_data(bram, person_named("bram"))["attachments"]
    assert [(line["name"], line["post"]) for line in lines] == [("verslag.txt", str(post.id)), ("wacht.txt", "")]


def test_with_a_draft_and_with_an_erased_post_the_files_go(thread, bram, monkeypatch):
    """Section 1: a draft is kept for 180 days, a deleted post for 30; then nobody owns the bytes any more."""
    keep_files(bram, thread.place, Files(uploads=[upload("oud.txt", b"1")]))
    db.session.execute(Draft.__table__.update().values(changed_at=now() - timedelta(days=181)))
    db.session.commit()
    forget_old_drafts()
    assert waiting() == []
    post = reply_to_thread(bram, thread, with_files("Zie.", upload("weg.txt", b"2")))
    delete_post(bram, post)
    db.session.execute(Post.__table__.update().where(Post.id == post.id)
                       .values(deleted_at=now() - timedelta(days=31)))  # fmt: skip
    db.session.commit()
    erase_deleted_posts()
    assert names_of(post) == []
    db.session.execute(FileContent.__table__.update().values(stored_at=now() - timedelta(days=2)))
    db.session.commit()
    assert files.forget_unused() == 2


def test_the_sweep_leaves_what_a_post_or_a_draft_holds(thread, bram):
    reply_to_thread(bram, thread, with_files("Zie.", upload("blijft.txt", b"1")))
    keep_files(bram, thread.place, Files(uploads=[upload("wacht.txt", b"2")]))
    db.session.execute(FileContent.__table__.update().values(stored_at=now() - timedelta(days=2)))
    db.session.commit()
    assert files.forget_unused() == 0


def test_where_nobody_writes_nobody_leaves_a_file(energie, thread, carla, sign_in, gijs):
    """GRP-2: and of a place that one may not read there is nothing to say."""
    for place in (thread.place, f"group:{energie.id}", f"post:{first_post(thread).id}", "thread:1", "onzin"):
        assert send_alone(sign_in(gijs), place, "meting.txt").status_code in (403, 404)
    assert waiting() == []


def test_nothing_is_stored_of_who_may_not_write(thread, energie, sign_in, bram):
    """As documents do: the right is asked before the bytes are taken."""
    energie.archived_at = now()
    db.session.commit()
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", "meting.txt", body="Zie.")
    assert answer.status_code == 403
    assert "Uw tekst is bewaard als concept." in answer.text
    assert db.session.scalars(select(FileContent)).all() == waiting() == []


def test_fifty_drafts_leave_no_room_for_the_files_of_another(thread, bram, sign_in):
    for number in range(50):
        db.session.add(Draft(person_id=bram.id, place=f"thread:{number}", body="Vol."))
    db.session.commit()
    with pytest.raises(Conflict):
        keep_files(bram, thread.place, Files(uploads=[upload()]))
    alone = send_alone(sign_in(bram), thread.place, "meting.txt")
    assert (alone.status_code, alone.json["error"]) == (409, "U hebt 50 concepten. Gooi er eerst een weg.")
    answer = send(sign_in(bram), f"/threads/{thread.id}/posts", "meting.txt", ("leeg.txt", b""), body="Zie.")
    assert "<strong>meting.txt</strong>: U hebt 50 concepten." in answer.text


@pytest.mark.slow
@pytest.mark.skipif(not DANGEROUS, reason="SKIPPED WITHOUT CORPORA")
def test_no_file_that_others_made_dangerous_runs_or_hangs_as_an_attachment(thread, bram, sign_in):
    """DISC-27, DOC section 7.7 and 7.8: taken and given back byte for byte to keep, or refused with a sentence."""
    browser, refused = sign_in(bram), 0
    for path in DANGEROUS:
        limiter.reset()
        body = path.read_bytes()
        answer = send_alone(browser, thread.place, path.name, body)
        assert answer.status_code in (201, 422), path.name
        if answer.status_code == 422:
            assert answer.json["error"].endswith((".", "!")), path.name
            refused += 1
            continue
        [kept] = waiting()
        shown = browser.get(f"/attachments/{kept.id}?inline")
        assert shown.data == body
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        if not shown.headers["Content-Disposition"].startswith("attachment"):
            assert shown.headers["Content-Type"] in ("application/pdf", "image/png"), path.name
        discard_draft(bram, kept.draft_id)
    assert refused < len(DANGEROUS) / 2
    assert browser.get(thread.link).status_code == 200


def test_a_file_of_a_hostile_name_is_a_name_and_nothing_else(thread, bram, anna, sign_in):
    """trust, hostile shapes"""
    reply_to_thread(bram, thread, with_files("Zie.", upload('"><script>alert(1)</script>.txt')))
    page = sign_in(anna).get(thread.link).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.txt" in page
