"""Who opens an address to which a form is sent, by Enter in the address bar: what it is, and the way back."""

import pytest

from app.accounts.models import Person
from app.core.extensions import db
from tests.conftest import person_named, words_of

HEAD = "Dit adres is alleen voor een formulier"


@pytest.mark.parametrize(("address", "above"), [
    ("/account/notifications/boxes", "/account/notifications"),
    ("/login/code/send", "/login/code"),
])  # fmt: skip
def test_it_says_what_it_is_and_leads_to_the_page_above_it(address, above, anna, sign_in):
    answer = sign_in(anna).get(address)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert f"<h1>{HEAD}</h1>" in answer.text
    assert f'class="button button-primary" href="{above}"' in answer.text
    assert "Deze pagina is er niet" not in answer.text


def test_a_thread_is_the_page_above_its_forms(thread, anna, sign_in):
    page = sign_in(anna).get(f"/threads/{thread.id}/posts").text
    assert f'href="/threads/{thread.id}"' in page
    assert "Terug naar waar u was" in words_of(page)


def test_a_visitor_is_led_to_the_front_page_too(visitor):
    page = visitor.get("/logout")
    assert page.status_code == 405
    assert HEAD in page.text
    assert "Naar de voorpagina" in words_of(page.text)


def test_it_is_in_english_for_who_reads_that(anna, sign_in):
    db.session.get_one(Person, person_named("anna").id).locale = "en"
    db.session.commit()
    assert "This address is for a form only" in sign_in(anna).get("/account/notifications/boxes").text
