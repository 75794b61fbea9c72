"""Invitations of Vezelwerk, whose contact is Anna, and the link in their letters."""

import re

import pytest

from app.accounts.models import Company
from app.core.extensions import db
from app.invitations import service
from app.invitations.service import Plan
from tests.conftest import group_called

HEADER = "naam; e-mail; bedrijf; functie; werkgroepen; rol"
LINK = re.compile(r"/invitations/([\w-]{43})")


def plan_for(email="rosa@nieuw.example", name="Rosa Reitsma", groups=(), **more):
    ids = [group_called(slug).id for slug in groups]
    return Plan(email=email, name=name, function=more.pop("function", "monteur"), group_ids=ids, **more)


def invite(actor, *, company_id=None, **more):
    company = db.session.get_one(Company, company_id or actor.company_id)
    return service.invite_person(actor, company, plan_for(**more))


def group_ids(*slugs):
    return [str(group_called(slug).id) for slug in slugs]


@pytest.fixture
def tokens(outbox):
    """The tokens of the letters sent so far, oldest first."""
    return lambda: [found[1] for letter in outbox()
                    if (found := LINK.search(letter.get_body(("plain",)).get_content()))]  # fmt: skip


@pytest.fixture
def token(anna, tokens):
    """Of Rosa, whom Anna invited for energie and innovatie."""
    invite(anna, groups=("energie", "innovatie"))
    return tokens()[0]


def csv_of(*lines, header=HEADER):
    return "\r\n".join((header, *lines, "")).encode()


