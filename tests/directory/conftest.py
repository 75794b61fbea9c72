"""Vezelwerk, of which Anna is the contact, and Polymeer, of which Carla is; each with a site."""

import io

import pytest
from markupsafe import Markup
from PIL import Image

from app.core.extensions import db
from app.directory import service
from app.directory.models import CapabilityKind, Profile
from app.directory.service import About, SitePlan
from app.files import service as files
from tests.conftest import company_called

VEZELWERK, POLYMEER = "vezelwerk-emmen", "polymeer-coevorden"
REASON = "Op verzoek van de directie aangevuld."


def about(**more):
    return About(**{"summary": "Wij spinnen garen.", "text_md": "", "text_html": Markup(""), **more})


def profile(slug=VEZELWERK):
    db.session.rollback()
    return db.session.get_one(Profile, company_called(slug).id)


def describe(actor, slug=VEZELWERK, version=0, reason="", **more):
    service.describe_company(actor, company_called(slug), about(**more), version=version, reason=reason)


def add_site(actor, place, slug=VEZELWERK, name="Fabriek", **more):
    return service.add_site(actor, company_called(slug), SitePlan(name=name, place=place, **more))


def claim(actor, term, slug=VEZELWERK, kind=CapabilityKind.PROCESS, **more):
    return service.add_claim(actor, company_called(slug), term, kind, **more)


def picture(size=(40, 40), kind="PNG"):
    made = io.BytesIO()
    Image.new("RGB", size, "purple").save(made, kind)
    return made.getvalue()


def stored(body):
    return files.store(io.BytesIO(body), most=10 << 20)


def form_of_about(**more):
    return {"version": "0", "summary": "Wij spinnen garen.", "text": "", "size": "", "website": "", "phone": "",
            "email": "", **more}  # fmt: skip


@pytest.fixture
def vezelwerk(app):
    return company_called(VEZELWERK)


@pytest.fixture
def polymeer(app):
    return company_called(POLYMEER)


@pytest.fixture
def sites(anna, carla):
    """Vezelwerk in Emmen and Assen, Polymeer in Coevorden."""
    return [add_site(anna, "Emmen"), add_site(anna, "Assen", name="Proefhal"), add_site(carla, "Coevorden", POLYMEER)]
