"""A form changes what it says and nothing else: every column's name is sent along in every form (trust, Sweeps)."""

import pytest

from app.accounts.models import Person
from app.core.extensions import db, limiter
from app.discussions.models import Thread
from tests.conftest import person_named
from tests.trust.table import LATER, TABLE, of_this_moment, table_here
from tests.trust.traces import everything

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

POSTS = sorted(name for name, cases in TABLE.items() if cases[0].sent is not None)
# Fields that a form has by right, beside the columns of the same name.
BY_RIGHT = {"email", "name", "phone", "locale", "text_size", "title", "kind", "body", "purpose", "theme", "visibility",
            "rules_md", "version", "code", "position", "client_id", "revision", "place",
            "id", "remark", "label", "about", "summary", "roles", "size", "website", "makes", "needs",
            "offers", "certificates", "figures", "street", "postcode", "is_pickup", "is_main", "reason", "term",
            "phone_shown", "email_shown", "text", "function", "as_contact", "as_delegate", "rhythm"}  # fmt: skip
# What a draft of a listing keeps as it was typed, whatever its category.
OF_LISTINGS = {"area", "audience", "before", "level", "rhythm", "role", "site", "until", "way", "what"}
PLANTED = "7777777"


def column_names():
    return sorted({column.name for table in db.metadata.tables.values() for column in table.columns})


def rows_with_planted(rows):
    return {(name, row) for name, lines in rows.items() for row in lines if PLANTED in row}


@pytest.mark.parametrize("endpoint", POSTS)
def test_no_column_can_be_set_by_its_name(endpoint, world, browser_as):
    """As a plain name, as part of an object, and as one of the form's own prefixes."""
    if endpoint not in table_here():
        pytest.skip("tried on SQLite: the database has no part in it")
    before = {}
    for case in TABLE[endpoint][: 2 if endpoint.startswith(LATER) else None]:
        limiter.reset()
        browser = browser_as("dirk")
        sent = of_this_moment(case.sent, world, "dirk")
        by_right = BY_RIGHT | OF_LISTINGS if endpoint.startswith("marketplace.") else BY_RIGHT
        names = [name for name in column_names() if name not in sent and name not in by_right]
        shapes = [*names, *(f"person.{name}" for name in names), *(f"post[{name}]" for name in names[:40])]
        before = before or everything()
        browser.post(of_this_moment(case.address, world, "dirk"), data={**dict.fromkeys(shapes, PLANTED), **sent})
    after = everything()
    assert rows_with_planted(after) == rows_with_planted(before)


@pytest.mark.parametrize("field", ["office", "is_coordinator", "is_admin", "tie_id", "company_id", "password_hash",
                                   "email", "erased_at", "is_contact", "state", "role"])  # fmt: skip
def test_nobody_gives_themselves_an_office_on_the_page_of_their_account(field, world, browser_as):
    value = "admin" if field == "office" else "1"
    browser = browser_as("carla")
    before = vars_of("carla")
    browser.post("/account", data={"name": "Carla Cazemier", "locale": "nl", "text_size": "18", field: value})
    assert vars_of("carla") == before


def vars_of(key):
    db.session.rollback()
    found = person_named(key)
    return {column.key: getattr(found, column.key) for column in Person.__table__.columns}


def test_a_post_is_its_writers_whoever_the_form_names(world, browser_as):
    """And stands where the address says, at the end, at this moment."""
    emma, before = person_named("emma").id, db.session.get_one(Thread, world.open_id).last_position
    browser_as("bram").post(f"/threads/{world.open_id}/posts", data={
        "body": "Van mij.", "author_id": emma, "created_by": emma, "thread_id": world.secret_id, "position": 1,
        "created_at": "2020-01-01", "hidden_at": "2020-01-01", "source": "mail", "body_html": "<script>"})  # fmt: skip
    db.session.rollback()
    assert db.session.get_one(Thread, world.open_id).last_position == before + 1
    page = browser_as("bram").get(f"/threads/{world.open_id}?page=1", follow_redirects=True).text
    assert "Van mij." in page
    assert "<script>Van" not in page


def test_the_sweep_would_see_a_column_that_can_be_set(world, browser_as):
    """Positive control: a field that the form does have."""
    before = everything()
    browser_as("bram").post(f"/threads/{world.open_id}/posts", data={"body": PLANTED})
    assert rows_with_planted(everything()) != rows_with_planted(before)
