"""Of unknown senders so much is kept and no more: the oldest loses its text first, and nobody else does."""

import pytest

from app.core.clock import now
from app.core.extensions import db
from app.mailin.models import InboundMail, MailState
from app.mailin.service import receive
from app.mailin.service.ceiling import kept_of_strangers
from app.mailin.tasks import forget_old_mail
from tests.conftest import words_of
from tests.mailin.conftest import OUTSIDER, mail, mails

ANNA, BRAM = "anna@brink.example", "bram@brink.example"


@pytest.fixture
def room_for(app, monkeypatch):
    """So many bytes."""
    return lambda size: monkeypatch.setitem(app.config, "MAIL_STRANGERS_MOST", size)


def from_a_stranger(number, text="Koop nu."):
    raw = mail(OUTSIDER, "brink@localhost", f"{text} {number}", message_id=f"<{number}@elders.example>")
    receive(raw)
    return len(raw)


def lost():
    return [each.sha256 is None for each in mails()]


def test_the_oldest_of_unknown_senders_loses_its_text_first(app, room_for, clock):
    sizes = [from_a_stranger(number) for number in range(4)]
    room_for(sizes[2] + sizes[3])
    forget_old_mail()
    assert lost() == [True, True, False, False]
    assert [each.sender for each in mails()] == ["", "", OUTSIDER, OUTSIDER]
    assert [each.state for each in mails()] == [MailState.DROPPED] * 4
    forget_old_mail()
    assert lost() == [True, True, False, False]


def test_what_fits_is_kept_to_its_thirty_days(app, room_for):
    room_for(sum(from_a_stranger(number) for number in range(3)))
    forget_old_mail()
    assert lost() == [False] * 3


def test_nothing_of_anyone_known_is_lost(app, thread, to_thread, room_for):
    """Posted, refused, to a dead key, by a machine in their name, or not decided yet."""
    receive(mail(BRAM, to_thread))
    receive(mail(ANNA, to_thread, message_id="<2@a.example>"))
    receive(mail(BRAM, "brink@localhost", message_id="<3@a.example>"))
    receive(mail(BRAM, to_thread, message_id="<4@a.example>", Auto_Submitted="auto-replied"))
    receive(mail(BRAM, "brink@localhost", message_id="<5@a.example>"))
    from_a_stranger(6)
    db.session.add(InboundMail(message_id="<7@a.example>", key="", sender=OUTSIDER, size=9, sha256=mails()[0].sha256,
                               received_at=now()))  # fmt: skip
    db.session.commit()
    room_for(0)
    forget_old_mail()
    assert lost() == [False] * 5 + [True, False]


def test_the_page_of_the_mail_says_so(app, room_for, dirk, sign_in):
    said = "2 mails van onbekende afzenders verloren hun tekst"
    sizes = [from_a_stranger(number) for number in range(3)]
    assert said not in words_of(sign_in(dirk).get("/admin/mail").text)
    room_for(sizes[2])
    forget_old_mail()
    assert said in words_of(sign_in(dirk).get("/admin/mail").text)


def test_what_went_after_its_thirty_days_is_not_counted_as_lost(app, clock):
    from_a_stranger(1)
    clock.forward(days=31)
    forget_old_mail()
    assert lost() == [True]
    assert kept_of_strangers() == (app.config["MAIL_STRANGERS_MOST"], 0)
