"""An answer by mail becomes a post when key and sender are of one person who may write there (NTF-29, 8.11)."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.accounts.models import Person, Sanction, SanctionKind
from app.accounts.queries import open_tie_of
from app.accounts.service import end_tie
from app.core.clock import now
from app.core.errors import Invalid
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import FOLD_MOST, Draft, PostFold, PostSource
from app.discussions.service import close_thread, save_draft
from app.groups.models import Visibility, WorkingGroup
from app.mailin.models import SIZE_MOST
from app.mailin.service import receive
from app.notifications.models import Sort
from app.notifications.service import reply_address, stop_address
from tests.conftest import actor_named
from tests.mailin.conftest import OUTSIDER, answers, fates, mail, mails, posts_of, words_in

BRAM, CARLA = "bram@brink.example", "carla@brink.example"


def test_an_answer_by_mail_becomes_a_post_in_the_thread(app, thread, bram, to_thread, outbox):
    """NTF-29, NTF-32"""
    receive(mail("Bram Boelens <Bram@Brink.example>", to_thread, "Wij hebben **zestig** graden over."))
    [post] = posts_of(thread)
    assert (post.author_id, post.created_by, post.source) == (bram.id, bram.tie_id, PostSource.MAIL)
    assert post.body_md == "Wij hebben **zestig** graden over."
    assert "<strong>zestig</strong>" in post.body_html
    assert fates() == [("posted", None)]
    assert mails()[0].post_id == post.id
    [answer] = outbox()
    assert (answer["To"], answer["Subject"]) == (BRAM, f"Geplaatst: {thread.title}")
    words = words_in(answer)
    assert "Wij hebben **zestig** graden over." in words
    assert "/mail/undo/" in words
    assert f"/posts/{post.id}" in words


def test_a_signature_without_dashes_is_folded_with_the_quote_and_not_lost(app, thread, bram, to_thread):
    """NTF-31: name and company are those of the sender; a draft keeps all of it."""
    signature = "Bram Boelens\nprocestechnoloog\nVezelwerk Emmen\nT 0591 12 34 56"
    receive(mail(BRAM, to_thread, f"Wij doen mee.\n\nGroet,\n\n{signature}\n\n> Wie doet mee?\n"))
    receive(mail(BRAM, to_thread, signature, message_id="<2@a.example>"))
    receive(mail(BRAM, to_thread, "Met dank.\n\nCarla Coenen\nPolymeer Coevorden\nT 0524 12 34 56",
                 message_id="<3@a.example>"))  # fmt: skip
    first, second, third = posts_of(thread)
    assert first.body_md == "Wij doen mee.\n\nGroet,"
    assert db.session.get_one(PostFold, first.id).body == f"{signature}\n\n> Wie doet mee?"
    assert second.body_md == signature
    assert third.body_md.endswith("T 0524 12 34 56")


def test_the_age_of_the_thread_does_not_matter(app, thread, bram, to_thread, clock):
    """NTF-29"""
    clock.forward(days=900)
    receive(mail(BRAM, to_thread))
    assert len(posts_of(thread)) == 1


def test_the_key_may_have_lost_its_case_and_stand_in_another_header(app, thread, to_thread):
    name, _at, domain = to_thread.partition("@")
    receive(mail(BRAM, "lijst@elders.example", Cc=f"Brink <{name.upper()}@{domain.upper()}>"))
    receive(mail(BRAM, "verborgen@elders.example", "Nog iets.", message_id="<2@a.example>", Delivered_To=to_thread))
    receive(mail(BRAM, "verborgen@elders.example", "En dit.", message_id="<3@a.example>"), recipients=[to_thread])
    assert len(posts_of(thread)) == 3


def test_names_in_a_mail_are_told_as_on_the_page(app, thread, bram, to_thread, outbox):
    """NTF-29: the same service and rendering as the page; whoever is nobody's name is said in the answer."""
    receive(mail(BRAM, to_thread, "@Anna Assink weet dit. @Niemand Nergens ook."))
    [post] = posts_of(thread)
    assert "mention" in post.body_html
    assert "Niemand Nergens" in words_in(outbox()[-1])


# Who wrote it, and to whom (8.11)


@pytest.mark.parametrize("sender", [CARLA, OUTSIDER, "bram@brink.example.evil.example", "", "bram", "Bram",
                                    f"{BRAM}, {CARLA}", f'"{BRAM}" <{OUTSIDER}>', f"{BRAM} <{OUTSIDER}>"])  # fmt: skip
def test_a_forged_sender_with_a_right_key_posts_nothing(app, thread, to_thread, sender):
    raw = mail("X <x@x.example>", to_thread).replace(b"From: X <x@x.example>", f"From: {sender}".encode())
    receive(raw)
    assert posts_of(thread) == []
    assert answers() == (["unknown_place"] if sender == CARLA else [])


def test_two_senders_in_one_mail_are_nobody(app, thread, to_thread):
    raw = mail(BRAM, to_thread)
    receive(b"From: " + OUTSIDER.encode() + b"\r\n" + raw)
    receive(raw.replace(b"To:", b"From: " + OUTSIDER.encode() + b"\r\nTo:", 1).replace(b"<1@", b"<2@"))
    assert (posts_of(thread), answers()) == ([], [])


def test_a_right_sender_with_the_key_of_another_posts_nothing(app, thread, carla, to_thread, outbox):
    receive(mail(CARLA, to_thread, "Ik ben Bram."))
    assert (posts_of(thread), fates()) == ([], [("refused", "unknown_place")])
    [answer] = outbox()
    assert answer["To"] == CARLA
    assert thread.title not in answer.as_string()


def test_a_dead_key_says_no_more_than_one_that_never_was(app, thread, bram, to_thread, energie, outbox):
    """Nothing tells of a thread that is hidden, of a group that became confidential, or of a key of another."""
    def said(message_id):
        receive(mail(BRAM, to_thread, message_id=message_id))
        letter = outbox()[-1]
        return letter["Subject"], letter.get_body(("plain",)).get_content()

    thread.hidden_at = now()
    db.session.commit()
    hidden = said("<1@a.example>")
    thread.hidden_at = None
    db.session.get_one(WorkingGroup, energie.id).visibility = Visibility.CONFIDENTIAL
    db.session.commit()
    confidential = said("<2@a.example>")
    receive(mail(BRAM, f"post+{'a' * 32}@brink.example", message_id="<3@a.example>"))
    never = outbox()[-1]
    assert hidden == confidential == (never["Subject"], never.get_body(("plain",)).get_content())
    assert posts_of(thread) == []
    assert fates() == [("refused", "unknown_place")] * 3


def test_a_member_of_a_confidential_group_cannot_answer_there_by_mail(app, secret_thread, emma, mail_comes_in):
    """NTF-21: no reply address; one that was made all the same is dead, also for who reads the group."""
    receive(mail("emma@brink.example", reply_address(emma.id, secret_thread.room)))
    assert (posts_of(secret_thread), answers()) == ([], ["unknown_place"])


@pytest.mark.parametrize("place", ["group:1", "thread:x", "thread:-1", "thread:9999999999", "", "thread:", "meeting:3"])
def test_a_key_of_any_other_place_is_as_dead(app, bram, thread, mail_comes_in, place):
    receive(mail(BRAM, reply_address(bram.id, place)))
    assert (posts_of(thread), answers()) == ([], ["unknown_place"])


def test_a_known_address_hears_three_times_a_day_that_its_mail_belongs_nowhere(app, clock, mail_comes_in):
    """NTF-36"""
    for number in range(5):
        receive(mail(BRAM, "post@brink.example", message_id=f"<{number}@a.example>"))
    receive(mail(OUTSIDER, "post@brink.example", message_id="<9@a.example>"))
    assert answers() == ["unknown_place"] * 3
    assert fates() == [("refused", "unknown_place")] * 3 + [("dropped", "unknown_place")] * 3
    clock.forward(days=1, minutes=1)
    receive(mail(BRAM, "post@brink.example", message_id="<10@a.example>"))
    assert answers() == ["unknown_place"] * 4


# Who may not write there


def sanction(person, kind, **more):
    dirk = actor_named("dirk")
    db.session.add(Sanction(person_id=person.id, kind=kind, rule=3, reason="Schelden", until=now() + timedelta(days=3),
                            created_by=dirk.tie_id, **more))  # fmt: skip
    db.session.commit()


def test_who_is_silenced_keeps_the_text_as_a_draft_and_reads_why(app, thread, bram, to_thread, outbox):
    """NTF-32; MOD-9"""
    sanction(bram, SanctionKind.SILENCE)
    receive(mail(BRAM, to_thread, files=[("meting.txt", b"60 graden")]))
    assert (posts_of(thread), fates(), answers()) == ([], [("refused", "silenced")], ["draft"])
    words = words_in(outbox()[-1])
    assert "Schelden" in words
    assert "meting.txt: Niet bewaard." in words
    assert queries.draft_at(bram, thread.place).body == "Wij hebben zestig graden over."


def test_who_is_suspended_is_refused_in_words_that_do_not_name_the_thread(app, thread, bram, to_thread, outbox):
    sanction(bram, SanctionKind.SUSPEND)
    receive(mail(BRAM, to_thread))
    assert (posts_of(thread), fates()) == ([], [("refused", "no_access")])
    assert thread.title not in outbox()[-1].as_string()
    assert "zestig graden" in words_in(outbox()[-1])


def test_who_left_their_company_is_refused_in_words(app, thread, bram, anna, to_thread, outbox):
    end_tie(anna, open_tie_of(bram.id))
    receive(mail(BRAM, to_thread))
    assert (posts_of(thread), fates(), answers()) == ([], [("refused", "no_access")], ["refused"])


@pytest.mark.parametrize(("change", "verdict"), [
    (lambda thread: setattr(thread, "closed_at", now()), "closed"),
    (lambda thread: setattr(thread, "frozen_at", now()), "frozen"),
    (lambda thread: setattr(thread.group, "archived_at", now()), "archived"),
])  # fmt: skip
def test_what_comes_too_late_waits_as_a_draft_and_the_answer_leads_there(app, thread, bram, to_thread, outbox, change,
                                                                          verdict, sign_in):  # fmt: skip
    """section 6"""
    change(thread)
    db.session.commit()
    receive(mail(BRAM, to_thread))
    assert (posts_of(thread), fates(), answers()) == ([], [("refused", verdict)], ["draft"])
    assert "/account/drafts" in words_in(outbox()[-1])
    assert "zestig graden" in sign_in(bram).get("/account/drafts").text


def test_a_file_that_came_too_late_waits_with_the_draft(app, thread, anna, bram, to_thread):
    close_thread(anna, thread)
    receive(mail(BRAM, to_thread, files=[("meting.txt", b"60 graden")]))
    draft = queries.draft_at(bram, thread.place)
    assert [each.name for each in queries.attachments_with(None, draft)] == ["meting.txt"]


def test_a_draft_that_waited_there_stands_before_it(app, thread, anna, bram, to_thread):
    """What a person typed is never lost."""
    save_draft(bram, thread.place, body="Begonnen op de pagina.")
    close_thread(anna, thread)
    receive(mail(BRAM, to_thread, "Van onderweg."))
    assert queries.draft_at(bram, thread.place).body == "Begonnen op de pagina.\n\nVan onderweg."


def test_a_draft_on_the_page_stays_when_an_answer_by_mail_is_posted(app, thread, bram, to_thread):
    save_draft(bram, thread.place, body="Begonnen op de pagina.")
    receive(mail(BRAM, to_thread, "Van onderweg."))
    assert [post.body_md for post in posts_of(thread)] == ["Van onderweg."]
    assert queries.draft_at(bram, thread.place).body == "Begonnen op de pagina."


def test_where_there_is_no_room_for_a_draft_the_text_comes_back_with_the_answer(app, thread, anna, bram, to_thread,
                                                                                 outbox):  # fmt: skip
    for number in range(50):
        db.session.add(Draft(person_id=bram.id, place=f"group:{number}", body="x"))
    db.session.commit()
    close_thread(anna, thread)
    receive(mail(BRAM, to_thread))
    assert (fates(), answers()) == ([("refused", "closed")], ["refused"])
    assert "Wij hebben zestig graden over." in words_in(outbox()[-1])


def test_a_text_longer_than_a_post_may_be_waits_as_a_draft(app, thread, bram, to_thread):
    receive(mail(BRAM, to_thread, "a" * 20_001))
    assert (posts_of(thread), fates(), answers()) == ([], [("refused", "too_long")], ["draft"])
    assert len(queries.draft_at(bram, thread.place).body) == 20_001


def test_a_text_longer_than_a_draft_comes_back_as_far_as_a_letter_goes(app, thread, bram, to_thread, outbox):
    receive(mail(BRAM, to_thread, "a " * 30_000))
    assert (posts_of(thread), fates(), answers()) == ([], [("refused", "too_long")], ["refused"])
    assert len(outbox()[-1].as_bytes()) < 100_000


# What is in it


@pytest.mark.parametrize("text", ["", "  \n \n", "\u200b\u2060"])
def test_a_mail_without_new_text_is_answered_and_kept(app, thread, to_thread, outbox, text):
    """section 6"""
    receive(mail(BRAM, to_thread, text))
    assert (posts_of(thread), fates()) == ([], [("refused", "empty")])
    assert "Uw mail bevatte geen nieuwe tekst" in words_in(outbox()[-1])
    assert mails()[0].sha256


def test_a_file_comes_along_and_one_that_may_not_is_named_in_the_answer(app, thread, to_thread, outbox, monkeypatch):
    """NTF-35: the limits of a post."""
    monkeypatch.setitem(app.config, "UPLOAD_MAX", 1000)
    receive(mail(BRAM, to_thread, files=[("meting.txt", b"60 graden"), ("film.mp4", b"x" * 1001),
                                         ("foto.jpg", b"\x7fELF is geen foto"), ("../../leeg.txt", b"")]))  # fmt: skip
    [post] = posts_of(thread)
    assert [each.name for each in queries.attachments_with(post, None)] == ["meting.txt"]
    words = words_in(outbox()[-1])
    for name in ("film.mp4:", "foto.jpg:", "leeg.txt:"):
        assert name in words
    assert "meting.txt" not in words.partition("kwamen niet mee")[2].partition("film")[0]


def test_more_files_than_go_with_a_post_are_named(app, thread, to_thread, outbox):
    """NTF-35"""
    receive(mail(BRAM, to_thread, files=[(f"{number}.txt", str(number).encode()) for number in range(12)]))
    [post] = posts_of(thread)
    assert len(queries.attachments_with(post, None)) == 10
    assert "10.txt:" in words_in(outbox()[-1])
    assert "11.txt:" in words_in(outbox()[-1])


def test_a_mail_above_thirty_megabytes_is_refused_in_words_and_its_head_kept(app, thread, to_thread, outbox):
    """NTF-35"""
    head = mail(BRAM, to_thread)
    receive(head + b"x" * (SIZE_MOST + 1 - len(head)))
    assert (posts_of(thread), fates()) == ([], [("refused", "too_large")])
    assert "groter dan 30 MB" in words_in(outbox()[-1])
    assert mails()[0].size == SIZE_MOST + 1


def test_what_names_and_subjects_hide_writes_no_header_and_no_letter_elsewhere(app, thread, bram, to_thread, outbox):
    """Header injection: a line end in a title, a name, a Message-ID or a file's name."""
    thread.title = "Warmte\r\nBcc: x@elders.example"
    db.session.get_one(Person, bram.id).name = "Bram\r\nBcc: x@elders.example"
    db.session.commit()
    raw = mail(BRAM, to_thread, files=[("KWAAD.txt", b"")]).replace(b"KWAAD", b"x\r\n Bcc: x@elders.example")
    raw = raw.replace(b"<1@vezelwerk.example>", b"<1@a.example>\r\n Bcc: x@elders.example")
    receive(raw)
    assert len(posts_of(thread)) == 1
    [answer] = outbox()
    assert (answer["Bcc"], answer["To"]) == (None, BRAM)


@pytest.mark.parametrize("raw", [
    b"\x00\xff\xfe", b"geen mail\r\n", b"\r\n\r\n", b"From: bram@brink.example\r\n", b"From:\r\n\r\n", b"\xff" * 5000,
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 500,
    b"Content-Type: text/plain; charset=" + b"x" * 500 + b"\r\n\r\n\xff\xfe",
])  # fmt: skip
def test_what_is_no_mail_posts_nothing_and_stops_nothing(app, thread, to_thread, raw):
    with suppress(Invalid):
        receive(raw)
    receive(mail(BRAM, to_thread))
    assert len(posts_of(thread)) == 1


@pytest.mark.parametrize("kind", [b"multipart/mixed; boundary=nergens", b"text/plain; charset=bestaat-niet",
                                  b"message/rfc822", b"multipart/alternative", b"image/png"])  # fmt: skip
def test_a_mail_with_a_broken_body_is_posted_or_answered(app, thread, to_thread, kind):
    """The answer is in words, and nothing is lost."""
    head = f"From: {BRAM}\r\nTo: {to_thread}\r\nMessage-ID: <1@a.example>\r\n".encode()
    receive(head + b"MIME-Version: 1.0\r\nContent-Type: " + kind + b"\r\n\r\nHet antwoord.\r\n")
    assert len(answers()) == 1
    assert mails()[0].sha256


# What came before


def test_what_was_cut_stays_with_the_post(app, thread, bram, to_thread, monkeypatch):
    """NTF-31"""
    import app.mailin.service.placing as placing

    cut = placing.take_apart
    monkeypatch.setattr(placing, "take_apart", lambda raw: cut(raw)._replace(folded="> Wie kan dit?\n> Anna"))
    receive(mail(BRAM, to_thread))
    [post] = posts_of(thread)
    fold = db.session.get_one(PostFold, post.id)
    assert (fold.body, fold.opened_at) == ("> Wie kan dit?\n> Anna", None)
    assert FOLD_MOST == 100_000


@pytest.mark.parametrize("before", ["", "https://eur01.safelinks.example/?url="])
def test_the_link_that_stops_mail_is_kept_from_readers(app, thread, bram, to_thread, before):
    """NTF-20: whoever answers between the lines of our letter may quote its foot too."""
    stop = stop_address(bram.id, Sort.POST.value, thread.room)
    link = before + (quote(stop, safe="") if before else stop)
    said = f"Zie mijn antwoorden hieronder in rood.\n\nHoe warm?\n\nZestig.\n\nStil voor dit onderwerp: {link}\n"
    receive(mail(BRAM, to_thread, f"{said}\n> Stil voor dit onderwerp: {link}\n"))
    [post] = posts_of(thread)
    kept = "\n".join([post.body_md, post.body_html, *db.session.scalars(select(PostFold.body)).all()])
    assert "Zestig." in kept
    assert stop.rpartition("/")[2] not in kept
    assert post.body_md.count("account") == 1
