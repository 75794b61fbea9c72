"""A post by Otto in energie that Bram reports, and people who handle it. Anna leads; Dirk coordinates."""

import pytest

from app.accounts.models import Office
from app.accounts.queries import second_factor_of
from app.accounts.service import install_second_step
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.demo.service import STEP_SECRET
from app.moderation import queries, service
from app.moderation.models import Case, Reason
from app.moderation.service import Ground
from app.notifications import queries as under_the_bell
from tests.conftest import actor_named, person_named, reply

GROUND = {"rule": "4", "reason": "Dit is op de persoon gespeeld."}
WHY = Ground(4, "Dit is op de persoon gespeeld.")


def report(key, post, reason=Reason.CONDUCT, text=""):
    return service.file_report(actor_named(key), "post", post.id, reason=reason, text=text)


def case_about(post):
    return db.session.query(Case).filter_by(kind="post", item=post.id).order_by(Case.created_at.desc()).first()


def claimed(key, post):
    """The case, in hand of this person, who need not be asked by the tests."""
    service.claim_case(actor_named(key), queries.get_case(actor_named(key), case_about(post).id))
    return case_about(post)


def bell(key, kind):
    """How many unread lines of this kind this person sees and has counted."""
    actor = actor_named(key)
    return [line.kind for line in under_the_bell.lines(actor, scopes_of(actor), unread_only=True)].count(kind)


def appoint(key, office=Office.NONE, *, is_board=False):
    person = person_named(key)
    person.office, person.is_board = office, is_board
    db.session.commit()
    if office is not Office.NONE and second_factor_of(person.id) is None:
        install_second_step(person, STEP_SECRET)  # without which the office sleeps (GRP-52)


@pytest.fixture
def post(thread):
    """By Otto of another company than Anna, who leads the group."""
    return reply(actor_named("otto"), thread, "Wat een onzin, die Rik ook altijd.")


@pytest.fixture
def case(post):
    report("bram", post)
    return case_about(post)
