"""How it stands with the mail, for who runs the site: kind, state and reason, and no text (notifications 4)."""

import re
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.admin.forms import KINDS
from app.admin.views import kind_said
from app.core.clock import now
from app.core.extensions import db
from app.core.i18n import in_language
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
    assert "Inlogcode 0 3 1 0 0" in page
    assert "Uitnodiging 1 0 0 0 0" in page
    assert "Inlogcode opgegeven Het adres is geweigerd (550) 2" in page


def test_what_is_zero_is_left_out_where_the_page_is_narrow(desk):
    put(LetterState.SENT, count=3)
    row = re.findall(r"<tr>.*?</tr>", desk.get("/admin/mail").text)[1]
    assert re.findall(r'class="number( is-zero)?">(\d+)<', row) == [
        (" is-zero", "0"), ("", "3"), (" is-zero", "0"), (" is-zero", "0"), (" is-zero", "0")]  # fmt: skip


def test_who_turns_us_away_is_said_apart_and_the_letter_waits(desk):
    """NTF-39: it is about us; no address is called wrong for it."""
    put(LetterState.WAITING, Trouble.TURNED_AWAY, reply_code=554)
    page = words_of(desk.get("/admin/mail").text)
    assert "Inlogcode wacht Daar wil men geen mail van ons; het adres kan goed zijn (554) 2" in page


def test_each_kind_of_letter_has_words_in_both_languages(app):
    """A coordinator reads what it is, not how its templates are called."""
    found = {name.removesuffix("/subject.txt").replace("/email/", "/") for name in app.jinja_env.list_templates()
             if "/email/" in name and name.endswith("/subject.txt")}  # fmt: skip
    assert set(KINDS) == found
    for locale in ("nl", "en"):
        with in_language(locale):
            said = [kind_said(kind) for kind in KINDS]
        assert len(set(said)) == len(KINDS)
        assert not any("/" in words or "_" in words for words in said)


def test_a_kind_of_an_older_version_is_shown_as_it_was_named(desk):
    put(LetterState.SENT, kind="gone/letter")
    assert "gone/letter 0 1 0 0 0" in words_of(desk.get("/admin/mail").text)


@pytest.mark.parametrize("state", LetterState)
def test_no_word_and_no_address_of_a_letter_is_on_it(desk, state):
    """Notifications 4 and 8.9: not even where it goes, which tells who takes part in what."""
    put(state, Trouble.CUT_OFF)
    page = desk.get("/admin/mail")
    assert page.status_code == 200
    assert SECRET not in page.text


def test_where_nothing_was_written_it_says_so(desk):
    assert "Er is nog geen mail geschreven." in words_of(desk.get("/admin/mail").text)


def test_where_nothing_waits_and_nothing_went_wrong_it_says_so(desk):
    put(LetterState.SENT)
    page = words_of(desk.get("/admin/mail").text)
    assert "Er wacht geen mail." in page
    assert "Elke mail ging meteen." in page


@pytest.mark.parametrize(("hours", "is_warned"), [(0, False), (2, True)])
def test_a_letter_that_waits_long_is_said_with_a_sign(desk, hours, is_warned):
    put(LetterState.WAITING, created_at=now() - timedelta(hours=hours))
    page = desk.get("/admin/mail").text
    assert "De oudste mail wacht sinds" in page
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
