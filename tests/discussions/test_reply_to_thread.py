"""Replying: a post gets the next place, once, and the right people hear of it."""

import pytest
from sqlalchemy import select

from app.core.errors import Forbidden, NotFound
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import Post
from tests.conftest import actor_named, reply


def test_a_reply_appears_in_the_thread(thread, bram, sign_in):
    browser = sign_in(bram)
    answer = browser.post(f"/threads/{thread.id}/posts", data={"body": "Wij hebben 60 graden over."})
    assert answer.status_code == 303
    assert "Wij hebben 60 graden over." in browser.get(answer.location).text


def test_an_outsider_of_a_confidential_group_does_not_learn_that_the_thread_exists(secret_thread, carla, sign_in):
    """GRP-4"""
    answer = sign_in(carla).post(f"/threads/{secret_thread.id}/posts", data={"body": "Hoi"})
    assert answer.status_code == 404
    with pytest.raises(NotFound):
        queries.get_thread(carla, secret_thread.id)
