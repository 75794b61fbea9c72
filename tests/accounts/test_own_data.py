"""Taking out one's own data: everything of one's own and nothing of others, also after leaving."""

import json

import pytest

from app.accounts import queries, service
from app.core.errors import Forbidden
from app.discussions.service import save_draft
from tests.conftest import actor_named, person_named, reply


def taken_by(browser):
    answer = browser.post("/account/data")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.json


def test_anna_takes_out_her_own_posts_and_nothing_of_others(app, thread, anna, bram, sign_in):
    """GRP-41, issue A: own data"""
    reply(bram, thread, "Een woord van Bram.")
    reply(anna, thread, "Nog een woord van Anna.")
    taken = taken_by(sign_in(anna))
    assert [post["text"] for post in taken["posts"]] == ["Wie kan 60 graden gebruiken?", "Nog een woord van Anna."]
    everything = json.dumps(taken, ensure_ascii=False)
    assert "Bram" not in everything
    assert "bram@brink.example" not in everything


def test_the_data_hold_account_ties_and_groups(app, anna, sign_in):
    taken = taken_by(sign_in(anna))
    assert taken["account"]["email"] == "anna@brink.example"
    assert [tie["company"] for tie in taken["account"]["ties"]] == [anna.company_name]
    assert {group["group"]: group["role"] for group in taken["groups"]}["Energie"] == "lead"


def test_the_data_hold_no_password_and_no_token(app, anna, sign_in):
    browser = sign_in(anna)
    everything = json.dumps(taken_by(browser))
    assert "argon2" not in everything
    assert browser.session_token not in everything


def test_what_was_written_is_there_after_leaving_too(app, thread, dirk, someone):
    """GRP-41"""
    service.end_tie(dirk, queries.open_tie_of(person_named("anna").id))
    browser = someone()
    browser.with_password("anna@brink.example")
    taken = taken_by(browser)
    assert [post["text"] for post in taken["posts"]] == ["Wie kan 60 graden gebruiken?"]
    assert taken["account"]["ties"][0]["ended_at"]


def test_nobody_takes_out_the_data_of_another(app, anna, dirk, femke):
    for actor in (anna, dirk, femke):
        with pytest.raises(Forbidden):
            service.take_out_own_data(actor, person_named("bram"))


def test_drafts_are_in_it(app, thread, anna, sign_in):
    """The page promises: everything you wrote, and your drafts."""
    save_draft(anna, thread.place, body="Nog niet af.")
    save_draft(actor_named("bram"), thread.place, body="Ook niet af.")
    everything = json.dumps(taken_by(sign_in(anna)))
    assert "Nog niet af." in everything
    assert "Ook niet af." not in everything
