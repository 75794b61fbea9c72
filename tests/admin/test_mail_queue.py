"""How it stands with the mail, for who runs the site: kind, state and reason, and no text (notifications 4)."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core.clock import now
from app.core.extensions import db
from app.mail.models import Letter, LetterState, Trouble
from app.mail.queries import ON_A_PAGE
from tests.conftest import words_of

SECRET = "geheimwoord"


def put(state, trouble=None, *, kind="accounts/sign_in", count=1, **more):
    for _number in range(count):
        number = db.session.query(Letter).count()
        db.session.add(Letter(kind=kind, to=f"{SECRET}@{SECRET}.example", subject=SECRET, body_text=SECRET,
                              body_html=SECRET, message_id=f"<{number}@x>", state=state, trouble=trouble, tries=2,
                              **more))  # fmt: skip
        db.session.commit()


@pytest.fixture
def desk(dirk, sign_in):
    return sign_in(dirk)


def test_it_counts_by_kind_and_says_why_what_did_not_go_did_not(desk):
    put(LetterState.SENT, count=3)
    put(LetterState.FAILED, Trouble.RECEIVER_REFUSED, reply_code=550)
    put(LetterState.CLAIMED, kind="invitations/invitation")
    page = words_of(desk.get("/admin/mail").text)
    assert "accounts/sign_in 0 3 1 0 0" in page
    assert "invitations/invitation 1 0 0 0 0" in page
    assert "accounts/sign_in opgegeven Het adres is geweigerd (550) 2" in page


@pytest.mark.parametrize("state", LetterState)
def test_no_word_and_no_address_of_a_letter_is_on_it(desk, state):
    """Notifications 4 and 8.9: not even where it goes, which tells who takes part in what."""
    put(state, Trouble.CUT_OFF)
    page = desk.get("/admin/mail")
    assert page.status_code == 200
    assert SECRET not in page.text


def test_where_nothing_was_written_it_says_so(desk):
    assert "Er is nog geen brief geschreven." in words_of(desk.get("/admin/mail").text)


def test_where_nothing_waits_and_nothing_went_wrong_it_says_so(desk):
    put(LetterState.SENT)
    page = words_of(desk.get("/admin/mail").text)
    assert "Er wacht geen brief." in page
    assert "Elke brief ging meteen." in page


@pytest.mark.parametrize(("hours", "is_warned"), [(0, False), (2, True)])
def test_a_letter_that_waits_long_is_said_with_a_sign(desk, hours, is_warned):
    put(LetterState.WAITING, created_at=now() - timedelta(hours=hours))
    page = desk.get("/admin/mail").text
    assert "De oudste brief wacht sinds" in page
    assert ("banner-amber" in page) is is_warned


def test_what_went_wrong_is_shown_by_the_page_the_newest_first(desk):
    put(LetterState.FAILED, Trouble.TEXT_REFUSED, kind="oldest")
    put(LetterState.UNCERTAIN, Trouble.NO_ANSWER, count=ON_A_PAGE)
    first, second = (desk.get(f"/admin/mail?page={number}").text for number in (1, 2))
    assert first.count("De mailserver zei niet") == ON_A_PAGE
    assert ("De tekst is geweigerd" in first, "De tekst is geweigerd" in second) == (False, True)
    assert desk.get("/admin/mail?page=x").status_code == desk.get("/admin/mail?page=99").status_code == 200


def test_it_is_in_english_for_who_reads_that(femke, sign_in):
    db.session.get_one(Person, femke.id).locale = "en"
    put(LetterState.WAITING, Trouble.UNREACHABLE)
    assert "The mail server did not answer" in sign_in(femke).get("/admin/mail").text


def test_the_check_says_since_when_letters_wait(app):
    put(LetterState.WAITING)
    db.session.rollback()
    said = app.test_cli_runner().invoke(args=["check"])
    assert "; letters wait since " in said.output
