"""Mail about being named, or about what waits for one, is stopped for the place that the letter is about."""

import re

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.groups import service as groups
from app.groups.models import Role, Visibility
from app.notifications import queries, service
from app.notifications.models import Channel, Delivery, Notification, Sort, Stop
from app.notifications.service.stopping import Stopping
from app.notifications.tasks import hand_over_mail
from tests.conftest import actor_named, new_thread, person_named, reply, words_of

SETTINGS = "/account/notifications"


@pytest.fixture
def mailed(outbox, clock):
    """What was sent since it was last asked, ten minutes on."""
    known = [len(outbox())]

    def sent():
        clock.forward(minutes=10)
        hand_over_mail()
        known.append(len(outbox()))
        return outbox()[known[-2]:]

    return sent


def name_anna(thread, body="@Anna Assink, weet u het?"):
    return reply(actor_named("bram"), thread, body, mentions=[person_named("anna").id])


def link_of(letter):
    return re.search(r"<https?://[^/]+(/[^>]+)>", letter["List-Unsubscribe"])[1]


def words(letter):
    return letter.get_body(("plain",)).get_content()


def to_anna(letters):
    return [each for each in letters if each["To"].startswith("anna@")]


def ask_to_join(key, group):
    group.visibility = Visibility.ON_REQUEST
    db.session.commit()
    return groups.ask_to_join(actor_named(key), group, "Wij doen graag mee.")


@pytest.fixture
def letter(thread, mailed):
    """To Anna, who is named."""
    name_anna(thread)
    [letter] = mailed()
    return letter


def test_one_press_stops_being_named_in_that_thread_and_nowhere_else(letter, thread, energie, bram, visitor, mailed):
    """NTF-20: that kind for that place; the bell goes on."""
    other = new_thread(bram, energie, "Stoom over")
    mailed()
    assert visitor.post(link_of(letter), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    post = name_anna(thread)
    assert db.session.scalars(select(Delivery).where(Delivery.item == post.id, Delivery.kind == "mention")).all() == []
    assert mailed() == []
    rung = select(Notification).where(Notification.kind == "mention", Notification.item == post.id)
    assert db.session.scalars(rung).one().read_at is None
    name_anna(other)
    assert [each["To"] for each in mailed()] == [letter["To"]]
    assert queries.is_on(person_named("anna").id, Sort.NAMED, Channel.MAIL)


def test_it_is_stopped_for_whoever_pressed_alone(letter, thread, dirk, visitor, mailed):
    """NTF-20: what A was sent never touches B."""
    visitor.post(link_of(letter))
    reply(actor_named("anna"), thread, "@Bram Bos, en u?", mentions=[person_named("bram").id])
    assert [each["To"].split("@")[0] for each in mailed()] == ["bram"]


def test_what_waits_to_be_sent_is_stopped_too(letter, thread, visitor, mailed):
    """NTF-4, NTF-20: asked again when the letter is made."""
    name_anna(thread)
    visitor.post(link_of(letter))
    assert mailed() == []


def test_the_letter_says_what_it_stops_and_offers_everywhere(letter):
    """NTF-19, NTF-20"""
    said = words(letter)
    assert "Geen mail meer als iemand u in dit onderwerp noemt of antwoordt: http" in said
    assert "Nergens meer zulke mail: http" in said
    html = letter.get_body(("html",)).get_content()
    assert link_of(letter) in html
    assert "Nergens meer zulke mail" in html


def test_the_page_offers_everywhere_as_a_second_choice(letter, thread, energie, bram, visitor, mailed):
    """NTF-20"""
    other = new_thread(bram, energie, "Stoom over")
    mailed()
    page = visitor.get(link_of(letter)).text
    assert "“Restwarmte in Emmen”" in page
    narrow, wide = re.findall(r'action="(/notifications/stop/[^"]+)"', page)
    assert narrow == link_of(letter)
    done = visitor.post(wide)
    assert "Gedaan. Toch weer aan?" in done.text
    assert "Overal stoppen" not in done.text
    name_anna(other)
    assert mailed() == []
    visitor.post(f"{wide}/undo")
    name_anna(other)
    assert len(mailed()) == 1


def test_it_can_be_taken_back_behind_the_link(letter, thread, visitor, mailed):
    """NTF-20: the next page offers undo."""
    for _ in range(2):
        visitor.post(link_of(letter))
    assert len(db.session.scalars(select(Stop)).all()) == 1
    assert "U krijgt deze mail weer" in visitor.post(f"{link_of(letter)}/undo", follow_redirects=True).text
    name_anna(thread)
    assert len(mailed()) == 1


def test_the_settings_show_what_was_stopped_and_take_it_back(letter, thread, visitor, anna, sign_in, mailed):
    """NTF-20, section 5"""
    visitor.post(link_of(letter))
    browser = sign_in(anna)
    page = browser.get(SETTINGS).text
    part = words_of(page[page.index('id="stops"') : page.index('id="sample"')])
    assert "Restwarmte in Emmen" in part
    [number] = re.findall(r'name="stop" value="(\d+)"', page)
    assert browser.post(f"{SETTINGS}/stops", data={"stop": number}).status_code == 303
    shown = browser.get(SETTINGS).text
    assert "U krijgt deze mail weer" in shown
    assert 'id="stops"' not in shown
    name_anna(thread)
    assert len(mailed()) == 1


def test_nobody_takes_back_what_another_stopped(letter, visitor, bram, sign_in):
    visitor.post(link_of(letter))
    number = db.session.scalar(select(Stop.id))
    for wrong in (str(number), "x", ""):
        assert sign_in(bram).post(f"{SETTINGS}/stops", data={"stop": wrong}).status_code == 404
    assert db.session.scalar(select(Stop.undone_at)) is None


def test_a_place_that_is_read_no_more_is_not_named(secret_thread, anna, sign_in):
    """NTF-13: but it can be taken back."""
    service.stop(Stopping(anna.id, Sort.NAMED.value, secret_thread.room))
    page = sign_in(anna).get(SETTINGS).text
    assert secret_thread.title not in page
    assert "Een onderwerp dat u niet meer leest" in page


def test_the_settings_ask_no_more_for_more_stops(anna, bram, energie, sign_in, count_statements):
    """architecture: as many statements for many as for few."""
    browser, asked = sign_in(anna), []
    for number in range(6):
        place = new_thread(bram, energie, f"Onderwerp {number}").room
        service.stop(Stopping(anna.id, Sort.NAMED.value, place))
        with count_statements() as seen:
            browser.get(SETTINGS)
        asked.append(len(seen))
    assert asked[1] == asked[-1]


def test_a_request_to_join_is_stopped_for_its_working_group(energie, innovatie, anna, dirk, visitor, mailed):
    """NTF-20: what waits for a lead, of that group alone."""
    groups.add_member(dirk, innovatie, person_named("anna"), Role.DEPUTY)
    ask_to_join("carla", energie)
    [letter] = to_anna(mailed())
    assert "Geen mail meer over wat in deze werkgroep op u wacht: http" in words(letter)
    assert "Energie" in visitor.get(link_of(letter)).text
    visitor.post(link_of(letter))
    ask_to_join("hilda", energie)
    assert to_anna(mailed()) == []
    ask_to_join("hilda", innovatie)
    assert len(to_anna(mailed())) == 1


def test_being_named_in_a_group_is_stopped_for_each_of_its_threads(thread, energie, anna, mailed):
    """NTF-20"""
    service.stop(Stopping(anna.id, Sort.NAMED.value, energie.scope))
    name_anna(thread)
    assert mailed() == []


def test_looking_whether_it_was_stopped_is_one_statement_for_a_thousand(energie, anna, bram, count_statements):
    """Speed: however many are told."""
    people = [anna.id, *range(10_000, 11_000)]
    aimed = [service.places.Aimed(each, Sort.NAMED, f"thread:{each % 7}", energie.scope) for each in people]
    service.stop(Stopping(anna.id, Sort.NAMED.value, f"thread:{anna.id % 7}"))
    with count_statements() as seen:
        assert service.places.stopped(aimed) == {aimed[0]}
    assert len(seen) == 1
