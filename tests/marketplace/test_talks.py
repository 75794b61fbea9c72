"""A talk is of who reacted, of who placed it, and of the contacts of both. For anyone else there is none."""

import pytest

from app.accounts.models import Company, CompanyState, Tie
from app.accounts.service import change_company_state, end_tie, take_out_own_data
from app.core.clock import today
from app.core.errors import Conflict
from app.core.extensions import db, socketio
from app.marketplace import queries, service
from app.marketplace.models import Talk, TalkProposal, Verdict
from app.notifications.models import Notification
from app.realtime.models import LogEntry
from app.realtime.service import connections
from tests.conftest import actor_named, group_called, person_named, together
from tests.marketplace.conftest import draft, in_days, place_draft, placed, with_setting

NAMES = ("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "6f9619ff-8b86-4d01-b42d-00cf4fc964fe")


@pytest.fixture
def talk(offer, carla):
    """Carla of Polymeer asks Bram of Vezelwerk."""
    return service.open_talk(carla, offer, "Hoeveel is er nog?")


def said_in(talk):
    entries = db.session.query(LogEntry).filter_by(room=f"talk:{talk.id}").order_by(LogEntry.seq)
    return [entry.payload.get("body", entry.type) for entry in entries]


def lines_of(key):
    return db.session.query(Notification).filter_by(person_id=actor_named(key).id, kind="talk").all()


def proposal(browser, talk, **more):
    sent = {"body": "Twintig ton, in balen.", "quantity_min": "20", "unit": "t", "rhythm": "once",
            "valid_until": in_days(14), **more}  # fmt: skip
    return browser.post(f"/talks/{talk.id}/proposals", data=sent)


def test_a_reaction_opens_a_talk_that_only_the_two_sides_know(sign_in, offer, carla):
    """MKT-35, section 7.7: 404 on every address, for coordinator and administrator too."""
    answer = sign_in(carla).post(f"/listings/{offer.id}/talks", data={"body": "Hoeveel is er nog?"})
    assert answer.status_code == 303
    for key, status in (("carla", 200), ("bram", 200), ("anna", 200), ("dirk", 404), ("femke", 404), ("emma", 404),
                        ("wietske", 404), ("wim", 404), ("gijs", 404)):  # fmt: skip
        browser = sign_in(actor_named(key))
        for more in ("", "/events?after=0"):
            assert browser.get(f"{answer.location}{more}").status_code == status, (key, more)
        if key != "gijs":
            title = "Polyestervezels over" in browser.get("/talks").text
            assert title == (status == 200)
    assert "Hoeveel is er nog?" in sign_in(actor_named("bram")).get(answer.location).text


def test_a_message_reaches_the_other_side_once_however_often_it_is_sent(sign_in, talk, bram):
    """MKT-36, MTG-29"""
    browser, sent = sign_in(bram), {"body": "Veertig ton.", "client_id": NAMES[0]}
    first = browser.post(f"/talks/{talk.id}/messages", data=sent, headers={"Accept": "application/json"})
    again = browser.post(f"/talks/{talk.id}/messages", data=sent, headers={"Accept": "application/json"})
    assert (first.status_code, first.json) == (201, {"seq": 2}) == (again.status_code, again.json)
    assert said_in(talk) == ["Hoeveel is er nog?", "Veertig ton."]


def test_a_browser_keeps_what_was_not_sent_but_nothing_of_a_confidential_group(sign_in, talk, carla):
    """MKT-36, MTG-31, GRP-5"""
    assert f'data-unsent-key="brink:unsent:talk:{talk.id}:{carla.id}"' in sign_in(carla).get(talk.link).text
    group, bert, paul = group_called("externe-veiligheid"), actor_named("bert"), actor_named("paul")
    made = draft(bert, audience="group", group=str(group.id))
    with_setting("off")
    place_draft(bert, made)
    page = sign_in(paul).get(service.open_talk(paul, made, "Voor welke ketels?").link).text
    assert "Voor welke ketels?" in page
    assert "data-unsent-key" not in page


def test_the_page_names_the_senders_own_messages_as_they_were_sent_and_no_others(sign_in, talk, bram, carla):
    """MTG-31: what is in the log waits no more, also where the answer never came."""
    service.say(bram, talk, "Veertig ton.", client_id=NAMES[0])
    assert f'data-sent-as="{NAMES[0]}"' in sign_in(bram).get(talk.link).text
    assert NAMES[0] not in sign_in(carla).get(talk.link).text


def test_what_is_missed_is_fetched_by_its_seq(sign_in, talk, bram, carla):
    """MKT-36, MTG-30; only the sender reads under which name it was sent."""
    service.say(bram, talk, "Veertig ton.", client_id=NAMES[0])
    missed = sign_in(carla).get(f"/talks/{talk.id}/events?after=1").json
    assert (missed["seq"], missed["more"]) == (2, False)
    [event] = missed["events"]
    assert (event["talk_id"], event["seq"], event["payload"]) == (talk.id, 2, {"body": "Veertig ton."})
    assert (event["actor"]["name"], event["company"]["name"]) == ("Bram Boelens", "Vezelwerk Emmen")
    assert "client_id" not in event
    assert sign_in(bram).get(f"/talks/{talk.id}/events?after=1").json["events"][0]["client_id"] == NAMES[0]


def test_the_socket_says_the_same_as_the_form(app, sign_in, talk, bram, carla, emma, monkeypatch):
    """MKT-36, decisions 31: live for both, the same rights at each message."""
    clients = {actor.name: socketio.test_client(app, flask_test_client=sign_in(actor)) for actor in (bram, carla, emma)}
    monkeypatch.setattr(connections, "is_serving", True)
    talk_id = talk.id
    joined = clients[bram.name].emit("talk:join", {"talk_id": talk_id, "after": 0}, callback=True)
    assert [event["payload"]["body"] for event in joined["result"]["events"]] == ["Hoeveel is er nog?"]
    said = clients[carla.name].emit("talk:say", {"talk_id": talk_id, "body": "En hoe zwaar?"}, callback=True)
    assert said == {"ok": True, "result": {"seq": 2}}
    [heard] = [each["args"][0] for each in clients[bram.name].get_received() if each["name"] == "talk:event"]
    assert (heard["talk_id"], heard["seq"], heard["payload"]["body"]) == (talk_id, 2, "En hoe zwaar?")
    for message in ("talk:join", "talk:say"):
        refused = clients[emma.name].emit(message, {"talk_id": talk_id, "after": 0, "body": "Hoi"}, callback=True)
        assert not refused["ok"]
        assert refused == clients[emma.name].emit(message, {"talk_id": 1, "after": 0, "body": "Hoi"}, callback=True)
    too_much = clients[carla.name].emit("talk:say", {"talk_id": talk_id, "body": "a" * 10_001}, callback=True)
    assert not too_much["ok"]


def test_the_bell_rings_for_the_others_once_a_talk_and_again_when_it_goes_on(sign_in, talk, bram, carla):
    """MKT-36: one line for a talk; reading it silences the bell."""
    assert [len(lines_of(key)) for key in ("bram", "anna", "carla", "wietske")] == [1, 1, 0, 0]
    service.say(carla, talk, "Bent u er nog?")
    assert len(lines_of("bram")) == 1
    page = sign_in(bram).get("/notifications").text
    assert "Iets nieuws in uw gesprek over “Polyestervezels over”" in page
    sign_in(bram).get(f"/talks/{talk.id}")
    assert lines_of("bram")[0].read_at is not None
    service.say(carla, talk, "Hallo?")
    assert lines_of("bram")[0].read_at is None


def test_unread_talks_are_counted_until_they_are_opened(sign_in, talk, bram, carla):
    """MKT-35"""
    browser = sign_in(bram)
    service.say(carla, talk, "Bent u er nog?")
    assert (queries.unread_talks(bram), queries.unread_talks(carla)) == (1, 0)
    assert "2 nieuw" in browser.get("/talks").text
    browser.get(f"/talks/{talk.id}", headers={"Purpose": "prefetch"})
    assert "2 nieuw" in browser.get("/talks").text
    browser.get(f"/talks/{talk.id}")
    assert "nieuw" not in browser.get("/talks").text.split("<main")[1]
    assert queries.unread_talks(bram) == 0


def test_a_second_reaction_of_the_same_company_goes_on_in_its_talk_or_asks_to_be_added(offer, talk, carla):
    """Section 1: one talk for each listing and company."""
    assert service.open_talk(carla, offer, "Nog een vraag.").id == talk.id
    with pytest.raises(Conflict, match="heeft al een gesprek"):
        service.open_talk(actor_named("wim"), offer, "Ook wij.")
    assert db.session.query(Talk).count() == 1


def test_two_of_one_company_who_react_at_once_make_one_talk(app, offer):
    """Section 7.8"""
    offer_id = offer.id
    calls = [lambda key=key: service.open_talk(
        actor_named(key), queries.get_listing(actor_named(key), offer_id), f"Van {key}") for key in ("carla", "wim")]
    together(app, *calls)
    assert db.session.query(Talk).count() == 1


def test_one_cannot_react_to_a_listing_of_the_own_company_and_keeps_the_text(sign_in, offer, bram, anna):
    """Section 5"""
    answer = sign_in(anna).post(f"/listings/{offer.id}/talks", data={"body": "Ik wil hem zelf."})
    assert answer.status_code == 409
    assert "Dit is een plaatsing van uw eigen bedrijf." in answer.text
    assert "Ik wil hem zelf." in answer.text


def test_who_writes_while_the_listing_is_closed_keeps_the_text(sign_in, offer, bram, carla):
    """Section 5"""
    service.close_listing(bram, offer, "elsewhere")
    answer = sign_in(carla).post(f"/listings/{offer.id}/talks", data={"body": "Wij halen het op."})
    assert answer.status_code == 409
    assert "Deze plaatsing is gesloten." in answer.text
    assert "Wij halen het op." in answer.text


def test_an_empty_message_is_refused_in_place(sign_in, talk, bram):
    answer = sign_in(bram).post(f"/talks/{talk.id}/messages", data={"body": "  "})
    assert answer.status_code == 422
    assert "Schrijf hier iets." in answer.text or 'role="alert"' in answer.text


def test_a_colleague_reads_and_writes_once_added(sign_in, talk, carla, bram):
    """MKT-35: only one of the own company can be added."""
    wim = actor_named("wim")
    browser = sign_in(carla)
    assert browser.post(f"/talks/{talk.id}/people", data={"tie": str(actor_named("emma").tie_id)}).status_code == 404
    assert browser.post(f"/talks/{talk.id}/people", data={"tie": str(wim.tie_id)}).status_code == 303
    assert sign_in(wim).post(f"/talks/{talk.id}/messages", data={"body": "Ik doe mee."}).status_code == 303
    assert "Ik doe mee." in sign_in(bram).get(f"/talks/{talk.id}").text


def test_who_leaves_the_company_is_out_of_its_talks_at_once(sign_in, talk, carla, dirk):
    """Section 5, 7.7"""
    browser = sign_in(actor_named("bram"))
    end_tie(dirk, db.session.get_one(Tie, actor_named("bram").tie_id))
    assert browser.get(f"/talks/{talk.id}").status_code in (303, 404)
    assert sign_in(actor_named("anna")).get(f"/talks/{talk.id}").status_code == 200


def test_of_a_suspended_company_listings_rest_and_talks_close_and_nothing_is_lost(sign_in, offer, talk, dirk, carla):
    """MKT-25"""
    company = db.session.get_one(Company, offer.company_id)
    change_company_state(dirk, company, CompanyState.SUSPENDED)
    assert "Polyestervezels" not in sign_in(carla).get("/market").text
    page = sign_in(carla).get(f"/talks/{talk.id}").text
    assert "Dit gesprek is gesloten" in page
    assert "Hoeveel is er nog?" in page
    answer = sign_in(carla).post(f"/talks/{talk.id}/messages", data={"body": "En nu?"})
    assert (answer.status_code, "En nu?" in answer.text) == (409, True)


def test_back_again_one_reacts_anew_and_the_closed_talk_stays_to_be_read(sign_in, offer, talk, dirk, carla):
    """MKT-25, section 1: one talk for each listing and company while it is open."""
    form = f'action="/listings/{offer.id}/talks"'
    assert form not in sign_in(carla).get(offer.link).text
    company = db.session.get_one(Company, carla.company_id)
    for state in (CompanyState.SUSPENDED, CompanyState.MEMBER):
        change_company_state(dirk, company, state)
    page = sign_in(actor_named("carla")).get(offer.link).text
    assert form in page
    assert f'href="/talks/{talk.id}"' in page
    again = service.open_talk(actor_named("carla"), offer, "Wij zijn er weer.")
    assert (again.id != talk.id, said_in(talk)) == (True, ["Hoeveel is er nog?"])
    assert form not in sign_in(actor_named("carla")).get(offer.link).text


def test_a_personnel_talk_begins_with_what_companies_do_not_agree_on(sign_in, bram, carla):
    """MKT-52"""
    shown = placed(bram, "personnel", title="Twee operators in maart")
    assert "geen afspraken over loon" in sign_in(carla).get(shown.link).text
    talk = service.open_talk(carla, shown, "Voor welke dagen?")
    assert said_in(talk) == ["notice", "Voor welke dagen?"]
    assert "geen afspraken over loon" in sign_in(bram).get(f"/talks/{talk.id}").text


def test_a_proposal_is_made_by_one_side_and_answered_by_the_other(sign_in, talk, bram, carla):
    """MKT-40"""
    assert proposal(sign_in(carla), talk).status_code == 303
    [made] = db.session.query(TalkProposal).all()
    page = sign_in(bram).get(f"/talks/{talk.id}").text
    assert "20 ton eenmalig" in page
    assert "Aanvaarden" in page
    assert "Aanvaarden" not in sign_in(carla).get(f"/talks/{talk.id}").text
    assert sign_in(carla).post(f"/talks/{talk.id}/proposals/{made.id}/accept").status_code == 403
    assert sign_in(bram).post(f"/talks/{talk.id}/proposals/{made.id}/accept").status_code == 303
    assert db.session.get_one(TalkProposal, made.id).verdict is Verdict.ACCEPTED
    assert "Aanvaardde het voorstel." in sign_in(carla).get(f"/talks/{talk.id}").text


def test_a_new_proposal_waits_until_the_one_before_is_answered_or_over(sign_in, talk, bram, carla, clock):
    """MKT-40"""
    proposal(sign_in(carla), talk)
    answer = proposal(sign_in(bram), talk, body="Liever dertig ton.")
    assert answer.status_code == 409
    assert "Er is al een voorstel." in answer.text
    assert "Liever dertig ton." in answer.text
    clock.forward(days=15)
    assert proposal(sign_in(bram), talk, body="Dan dertig.", valid_until=in_days(5)).status_code == 303
    assert [each.verdict for each in queries.proposals_of(talk)] == [Verdict.EXPIRED, None]


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"valid_until": in_days(61)}, "binnen 60 dagen"), ({"valid_until": ""}, "binnen 60 dagen"),
    ({"unit": ""}, "Kies de eenheid"), ({"quantity_max": "3"}, "De hoogste hoeveelheid"),
    ({"body": ""}, 'role="alert"'),
    ({"first": in_days(9), "last": in_days(3)}, "De laatste dag ligt voor de eerste.")])  # fmt: skip
def test_a_proposal_with_a_mistake_comes_back_with_a_sentence(wrong, sentence, sign_in, talk, bram):
    answer = proposal(sign_in(bram), talk, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_proposal_has_no_field_for_a_price(sign_in, talk, bram):
    """MKT-40, product: money stays outside."""
    page = sign_in(bram).get(f"/talks/{talk.id}").text
    assert not [word for word in ("price", "prijs", "amount_eur", "cost") if f'name="{word}"' in page]


def test_accepting_while_the_other_withdraws_has_one_outcome_and_the_second_sees_it(app, sign_in, talk, bram, carla):
    """Section 5, 7.8: the first commit wins."""
    proposal(sign_in(carla), talk)
    made, talk_id = db.session.query(TalkProposal).one().id, talk.id

    def answer(key, verb):
        actor = actor_named(key)
        return verb(actor, queries.get_talk(actor, talk_id), made)

    results = together(app, lambda: answer("bram", service.accept_proposal),
                       lambda: answer("carla", service.withdraw_proposal))  # fmt: skip
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "TalkProposal"]
    assert len([each for each in said_in(talk) if each == "answer"]) == 1


def test_a_talk_makes_as_many_statements_however_long_it_is(sign_in, talk, bram, carla, count_statements):
    """architecture, Speed"""
    browser = sign_in(carla)
    browser.get(f"/talks/{talk.id}")
    with count_statements() as few:
        browser.get(f"/talks/{talk.id}")
    for number in range(30):
        service.say(carla, talk, f"Bericht {number}.")
    with count_statements() as many:
        page = browser.get(f"/talks/{talk.id}").text
    assert "Bericht 29." in page
    assert len(many) <= len(few) <= 16


def test_a_long_talk_shows_its_newest_page_and_leads_to_the_one_before(sign_in, talk, carla):
    for number in range(104):
        service.say(carla, talk, f"Bericht {number}.")
    browser = sign_in(carla)
    newest = browser.get(f"/talks/{talk.id}").text
    assert ("Bericht 103." in newest, "Bericht 2." in newest) == (True, False)
    assert "?before=6" in newest
    assert "Hoeveel is er nog?" in browser.get(f"/talks/{talk.id}?before=6").text


def test_an_older_page_leads_to_the_newest_and_what_is_said_there_stays_unread(sign_in, talk, bram, carla):
    """MKT-36, decisions 8"""
    browser, newest = sign_in(bram), "Naar wat het laatst is gezegd"
    for number in range(104):
        service.say(carla, talk, f"Bericht {number}.")
    older = browser.get(f"/talks/{talk.id}?before=6").text
    assert (newest in older, "data-older" in older, queries.unread_talks(bram)) == (True, True, 1)
    page = browser.get(f"/talks/{talk.id}").text
    assert (newest in page, "data-older" in page, queries.unread_talks(bram)) == (False, False, 0)


def test_own_data_hold_what_one_placed_and_said_and_nothing_of_others(sign_in, offer, talk, bram, carla):
    """Own data"""
    said = sign_in(carla).post("/account/data").text
    assert "Hoeveel is er nog?" in said
    service.say(bram, talk, "Een antwoord van Bram.")
    assert "Een antwoord van Bram." not in sign_in(carla).post("/account/data").text
    assert "Polyestervezels over" in sign_in(bram).post("/account/data").text


def test_a_person_takes_out_what_they_said_and_proposed_in_talks(offer, bram, carla):
    """accounts.own_data: not what the other side did."""
    talk = service.open_talk(carla, offer, "Kan het ook in balen?")
    service.say(bram, talk, "Zeker.")
    service.make_proposal(carla, talk, body="Tien balen in december.", values={"quantity": 10}, valid_until=today())
    said, proposed = take_out_own_data(carla, person_named("carla"))["talks"]
    assert (said["body"], proposed["proposal"], proposed["quantity"]) == (
        "Kan het ook in balen?", "Tien balen in december.", 10)  # fmt: skip
    assert [line["body"] for line in take_out_own_data(bram, person_named("bram"))["talks"]] == ["Zeker."]
