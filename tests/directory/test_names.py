"""Names elsewhere lead to the pages of people and companies, for those who may read them."""

import re

import pytest

from app.accounts.models import CompanyState
from app.core.extensions import db
from app.documents import service as documents
from app.groups.models import Role
from app.groups.service import add_member
from tests.conftest import actor_named, company_called, person_named, reply
from tests.directory.conftest import VEZELWERK
from tests.documents.conftest import text


def links(page):
    return set(re.findall(r'class="name-link" href="([^"]+)"', page))


@pytest.fixture
def addresses(anna, energie, thread):
    page = documents.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    return [thread.link, page.link, f"/documents/{page.id}/history", "/groups/energie/members"]


def test_author_lines_lead_to_the_person_and_to_the_company_of_that_time(addresses, sign_in, anna, carla):
    browser = sign_in(carla)
    for address in addresses:
        found = links(browser.get(address).text)
        assert {f"/people/{anna.id}", f"/companies/{VEZELWERK}"} <= found, address
        for link in found:
            assert browser.get(link).status_code == 200, link


def test_a_company_without_a_page_is_no_link(addresses, sign_in, carla):
    company_called(VEZELWERK).state = CompanyState.SUSPENDED
    db.session.commit()
    for address in addresses:
        assert f"/companies/{VEZELWERK}" not in sign_in(carla).get(address).text


def test_a_guest_finds_no_link_that_leads_nowhere(app, sign_in, anna, gijs, energie, thread):
    add_member(anna, energie, person_named("gijs"), Role.GUEST)
    reply(gijs, thread, "Wij denken mee.")
    browser = sign_in(gijs)
    for address in (thread.link, "/groups/energie/members"):
        for link in links(browser.get(address).text):
            assert browser.get(link).status_code == 200, link
    assert f"/people/{gijs.id}" not in sign_in(anna).get(thread.link).text.partition("<main")[2]


def test_names_cost_no_statement(app, sign_in, anna, carla, thread, count_statements):
    """DISC: a page makes as many statements as before, whoever wrote on it."""
    browser, link, counts = sign_in(carla), thread.link, []
    for who in ("anna", "bram", "otto"):
        reply(actor_named(who), thread, f"Van {who}.")
        browser.get(link)  # which notes what was read
        with count_statements() as seen:
            browser.get(link)
        counts.append(len(seen))
    assert len(set(counts)) == 1
