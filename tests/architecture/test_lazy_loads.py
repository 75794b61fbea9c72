"""What refuses lazy loads in all other tests does so, and only where it should."""

import pytest

from app.core.extensions import db
from app.discussions.models import Thread
from tests.conftest import LazyLoad


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_asks_for_nothing_that_its_queries_left_out(app, thread, method):
    """performance.md: no lazy loads."""
    number = thread.id
    db.session.expunge_all()
    with app.test_request_context("/", method=method), pytest.raises(LazyLoad, match=r"Thread\.group"):
        db.session.get_one(Thread, number).group  # noqa: B018


def test_what_changes_something_may_load_its_few_rows_anew(app, thread):
    number = thread.id
    db.session.expunge_all()
    with app.test_request_context("/", method="POST"):
        assert db.session.get_one(Thread, number).group.slug == "energie"
