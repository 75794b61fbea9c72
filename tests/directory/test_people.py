"""Someone's page: who sees what of whom, and by their own choice."""

import pytest

from app.accounts.models import Person
from app.core.extensions import db
from app.directory import service
from app.directory.models import Audience
from tests.conftest import actor_named, person_named

PHONE, EMAIL = "06 1234 4321", "bram@brink.example"


@pytest.fixture
def with_phone(app):
    person_named("bram").phone = PHONE
    db.session.commit()


def choose(phone, email=Audience.GROUP):
    service.change_card(actor_named("bram"), person_named("bram"), about="", knows=[], phone_shown=phone,
                        email_shown=email)  # fmt: skip


# Anna is with Bram in energie, Carla in innovatie, Yvonne leads innovatie; Otto in energie, Emma in none of his.
@pytest.mark.parametrize(("chosen", "seeing"), [
    (Audience.NOBODY, {"bram"}), (Audience.GROUP, {"bram", "anna", "carla", "otto", "gijs"}),
    (Audience.MEMBERS, {"bram", "anna", "carla", "otto", "gijs", "emma", "femke", "dirk"}),
])  # fmt: skip
def test_a_telephone_number_is_seen_by_those_who_were_chosen(chosen, seeing, with_phone, sign_in):
    """PersonCard, DIR-5: default nobody."""
    choose(chosen)
    number = person_named("bram").id
    seen = {key for key in ("bram", "anna", "carla", "otto", "gijs", "emma", "femke", "dirk")
            if PHONE in sign_in(actor_named(key)).get(f"/people/{number}").text}  # fmt: skip
    assert seen == seeing


def test_who_chose_nothing_shows_no_number_and_the_address_in_the_own_groups_only(with_phone, sign_in):
    number = person_named("bram").id
    pages = {key: sign_in(actor_named(key)).get(f"/people/{number}").text for key in ("anna", "emma")}
    assert PHONE not in "".join(pages.values())
    assert [EMAIL in page.partition("<main")[2] for page in pages.values()] == [True, False]
    choose(Audience.NOBODY, Audience.MEMBERS)
    assert EMAIL in sign_in(actor_named("emma")).get(f"/people/{number}").text


def test_a_card_says_what_one_can_be_asked_about(sign_in, bram, carla):
    browser = sign_in(bram)
    answer = browser.post("/account/card", data={
        "about": "Twaalf jaar op de spinlijn.", "knows": "vezel spinnen\nextrusie", "phone_shown": "nobody",
        "email_shown": "group"})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, f"/people/{bram.id}")
    page = sign_in(carla).get(answer.location).text
    for words in ("Twaalf jaar op de spinlijn.", "vezel spinnen", "extruderen", "procestechnoloog"):
        assert words in page
    assert "extruderen</textarea>" in browser.get("/account/card").text.replace("\nvezel spinnen", "")


@pytest.mark.parametrize(("field", "typed", "says"), [
    ("knows", "toveren", "“toveren” staat niet op de lijst"), ("about", "a" * 501, "1 teken te lang"),
    ("knows", "\n".join(["malen"] * 11), "hoogstens 10"), ("phone_shown", "iedereen", None),
])  # fmt: skip
def test_a_card_that_is_refused_comes_back_as_it_was_typed(field, typed, says, sign_in, bram):
    fields = {"about": "Dit blijft staan.", "knows": "malen", "phone_shown": "nobody", "email_shown": "group"}
    answer = sign_in(bram).post("/account/card", data={**fields, field: typed})
    assert answer.status_code == 422
    assert says is None or says in answer.text
    assert field == "about" or "Dit blijft staan.</textarea>" in answer.text
    assert "toveren</textarea>" in answer.text or typed != "toveren"


def test_a_guest_says_too_what_others_see(sign_in, gijs):
    """Section 3: change own person card."""
    browser = sign_in(gijs)
    assert browser.get("/account/card").status_code == 200
    sent = {"about": "Kringlopen.", "knows": "", "phone_shown": "nobody", "email_shown": "group"}
    assert browser.post("/account/card", data=sent).status_code == 303
    assert "Kringlopen." in browser.get(f"/people/{gijs.id}").text


def test_nobody_erased_or_unknown_has_a_page(sign_in, anna, bram):
    from app.core.clock import now

    browser = sign_in(anna)
    assert browser.get("/people/1").status_code == 404
    db.session.get_one(Person, bram.id).erased_at = now()
    db.session.commit()
    assert browser.get(f"/people/{bram.id}").status_code == 404
