"""Many tries at the same moment are not more tries than the same number one after another."""

import pytest
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.models import Challenge
from app.accounts.service.sessions import CodeAnswer, sign_in_with_code
from app.core.extensions import db
from tests.accounts.conftest import SIX_DIGITS, other_than, text_of
from tests.conftest import PASSWORD, together

ANNA = "anna@brink.example"
HERE = {"browser": "a browser", "network": "127.0.0.1"}


def ask(**more):
    return service.send_code(ANNA, locale="nl", **{**HERE, **more})


def code_in(outbox):
    return SIX_DIGITS.search(text_of(outbox()[-1])).group()


def test_one_code_typed_twice_at_once_lets_in_once(app, outbox):
    """GRP-49"""
    ask()
    code = code_in(outbox)
    tries = together(app, *[lambda: sign_in_with_code(ANNA, code, **HERE).answer] * 6)
    assert sorted(tries) == [CodeAnswer.OVER] * 5 + [CodeAnswer.RIGHT]


def test_wrong_codes_typed_at_once_each_cost_a_try(app, outbox):
    """GRP-49"""
    ask()
    wrong = other_than(code_in(outbox))
    tries = together(app, *[lambda: sign_in_with_code(ANNA, wrong, **HERE).answer] * 12)
    assert sorted(tries) == [CodeAnswer.OVER] * 7 + [CodeAnswer.WRONG] * 5


def test_fifteen_wrong_codes_a_day_hold_for_many_browsers_at_once(app, outbox):
    """GRP-49"""
    browsers = [f"browser {number}" for number in range(5)]
    for browser in browsers:
        ask(browser=browser)
    wrong = other_than(code_in(outbox))
    calls = [lambda name=name: sign_in_with_code(ANNA, wrong, browser=name, network="127.0.0.1").answer
             for name in browsers for _ in range(5)]  # fmt: skip
    answers = together(app, *calls)
    assert answers.count(CodeAnswer.WRONG) == 15
    assert db.session.scalar(select(func.sum(Challenge.attempts))) == 15


def test_five_codes_an_hour_hold_for_ten_asked_at_once(app, outbox):
    """GRP-49"""
    sent = together(app, *[ask] * 10)
    assert sorted(sent) == [False] * 5 + [True] * 5
    assert len(outbox()) == 5


@pytest.mark.slow
def test_ten_wrong_passwords_hold_for_thirty_at_once(app, someone):
    """decisions 13"""
    statuses = together(app, *[lambda: someone().with_password(ANNA, "wrong-password").status_code] * 30)
    assert sorted(statuses) == [422] * 10 + [429] * 20
    assert someone().with_password(ANNA, PASSWORD).status_code == 429
