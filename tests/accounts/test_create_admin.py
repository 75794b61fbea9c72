"""flask people create-admin: the first person of a new site."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Actor, Company, Person
from app.audit.queries import first_broken_entry
from app.core.extensions import db
from tests.accounts.conftest import set_up_second_step


@pytest.fixture
def command(app):
    def run(*words):
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["people", "create-admin", *words])
        db.session.rollback()
        return done

    return run


def test_the_first_administrator_signs_in_by_code(command, browser, code_mailed):
    """decisions 5, GRP-52: and sets up a second step, without which they administer nothing."""
    assert command("Baas@Brink.example", "--name", "Bea Baas").exit_code == 0
    person = db.session.scalars(select(Person).where(Person.email == "baas@brink.example")).one()
    actor = Actor.of_person(person.id)
    assert actor.office == "admin"
    assert not actor.is_admin  # before the second step
    assert db.session.get_one(Company, actor.company_id).vote_weight == 0
    browser.ask_code("baas@brink.example")
    browser.type_code(code_mailed())
    set_up_second_step(browser)
    assert browser.get("/admin").status_code == 200
    assert Actor.of_person(person.id).is_admin
    assert not Actor.of_person(person.id).is_coordinator


def test_the_association_is_made_once(command):
    """decisions 5: the association's own company and a staff tie."""
    command("een@brink.example")
    command("twee@brink.example")
    assert db.session.scalar(select(func.count(Company.id)).where(Company.vote_weight == 0)) == 1


def test_an_address_in_use_is_refused_in_one_line(command):
    done = command("anna@brink.example")
    assert done.exit_code == 1
    assert "anna@brink.example is somebody already." in done.output
    assert db.session.scalar(select(func.count(Person.id)).where(Person.email == "anna@brink.example")) == 1


@pytest.mark.parametrize("word", ["geen adres", "", "a@", "x" * 300 + "@brink.example"])
def test_what_is_no_address_is_refused_and_makes_nobody(command, word):
    before = db.session.scalar(select(func.count(Person.id)))
    assert command(word).exit_code != 0
    assert db.session.scalar(select(func.count(Person.id))) == before


def test_what_the_command_did_is_in_the_log(command):
    command("een@brink.example")
    assert first_broken_entry() is None
