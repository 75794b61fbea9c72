"""Judged before placing, given back with a reason, and a change that waits while the old version stays."""

import pytest

from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.marketplace import queries, service
from app.marketplace.models import Audience, State
from app.notifications.models import Notification
from tests.conftest import actor_named, group_called, person_named
from tests.marketplace.conftest import draft, fields, in_days, listings, placed, version, with_setting


def lines_of(actor):
    return db.session.query(Notification).filter_by(person_id=actor.id, kind="listing").count()


@pytest.mark.parametrize(("setting", "category", "is_first", "waits"), [
    ("risk", "material", True, True), ("risk", "material", False, False), ("risk", "personnel", False, True),
    ("off", "personnel", True, False), ("all", "material", False, True)])  # fmt: skip
def test_the_setting_says_which_listings_wait(setting, category, is_first, waits, bram):
    """MKT-18"""
    if not is_first:
        placed(bram)
    made = draft(bram, category)
    with_setting(setting)
    service.place_listing(bram, made, version(category))
    assert (made.state is State.PENDING) == waits


def test_hazardous_waste_waits(bram):
    """MKT-18"""
    placed(bram)
    made = draft(bram, "residual_stream")
    with_setting("risk")
    service.place_listing(bram, made, version("residual_stream", use_certain="no", hazardous="yes"))
    assert made.state is State.PENDING


def test_risk_is_the_default_and_coordinators_choose(sign_in, bram, dirk, anna):
    """MKT-18"""
    made = draft(bram)
    service.place_listing(bram, made, version())
    assert made.state is State.PENDING
    page = sign_in(dirk).get("/market/review").text
    assert "Een plaatsing: material" in page or "Polyestervezels over" in page
    assert sign_in(anna).get("/market/review").status_code == 403
    chosen = sign_in(dirk).post("/market/moderation", data={"moderation": "off", "version": "0"})
    assert chosen.status_code == 303
    assert sign_in(dirk).post("/market/moderation", data={"moderation": "all", "version": "0"}).status_code == 409


def test_what_waits_is_seen_by_its_company_and_the_coordinator_alone(sign_in, bram, carla, dirk, femke):
    """MKT-6"""
    made = draft(bram)
    with_setting("all")
    service.place_listing(bram, made, version())
    for actor, status in ((dirk, 200), (carla, 404), (femke, 404), (bram, 404)):
        assert sign_in(actor).get(f"/listings/{made.id}/review").status_code == status
    assert sign_in(carla).get(f"/listings/{made.id}").status_code == 404
    assert "Polyestervezels" not in sign_in(carla).get("/market").text


def test_approved_it_is_placed_and_the_author_hears_of_it(sign_in, bram, carla, dirk):
    """MKT-18"""
    made = draft(bram)
    with_setting("all")
    service.place_listing(bram, made, version())
    sign_in(dirk).post(f"/listings/{made.id}/approve", data={"version": made.version})
    assert "Polyestervezels over" in sign_in(carla).get("/market").text
    assert lines_of(bram) == 1
    assert "is beoordeeld en geplaatst" in sign_in(bram).get("/notifications").text


def test_declined_it_comes_back_as_a_draft_with_everything_in_it_and_the_reason(sign_in, bram, dirk):
    """MKT-19"""
    browser = sign_in(bram)
    with_setting("all")
    browser.post("/market/publish", data=fields(quantity_min="12,5"))
    [made] = listings()
    coordinator = sign_in(dirk)
    without = {"version": made.version, "reason": "unclear", "body": ""}
    assert coordinator.post(f"/listings/{made.id}/decline", data=without).status_code == 422
    coordinator.post(f"/listings/{made.id}/decline", data={**without, "body": "Welke kleur is het?"})
    [made] = listings()
    assert made.state is State.DRAFT
    page = browser.get(f"/listings/{made.id}/edit").text
    assert "De coördinator gaf het terug (het is niet duidelijk): Welke kleur is het?" in page
    assert 'value="12,5"' in page
    assert lines_of(bram) == 1


def test_a_coordinators_own_listing_is_judged_by_another_coordinator_or_the_board(sign_in, dirk, bram):
    """MKT-18, sections 3 and 5: never by who placed it or their colleagues; the board sees nothing else."""
    person_named("carla").is_board = True
    db.session.commit()
    carla = actor_named("carla")
    other = draft(bram)
    with_setting("risk")
    service.place_listing(bram, other, version(title="Van een lid"))
    made = draft(dirk, "personnel")
    service.place_listing(dirk, made, version("personnel", title="Van de vereniging"))
    assert made.state is State.PENDING
    assert "Van de vereniging" not in sign_in(dirk).get("/market/review").text
    queue = sign_in(carla).get("/market/review").text
    assert ("Van de vereniging" in queue, "Van een lid" in queue) == (True, False)
    told = {row.person_id for row in db.session.query(Notification).filter_by(kind="listing_waiting", item=made.id)}
    assert (carla.id in told, dirk.id in told) == (True, False)
    for actor in (dirk, actor_named("bram")):
        with pytest.raises(Forbidden):
            service.approve_listing(actor, made, version=made.version)
    assert sign_in(carla).post(f"/listings/{made.id}/approve", data={"version": made.version}).status_code == 303
    assert made.state is State.PUBLISHED


def test_the_lead_of_a_confidential_group_judges_no_listing_of_their_own(emma):
    """MKT-18: a deputy of another company does."""
    group = group_called("externe-veiligheid")
    made = draft(emma, "personnel", audience="group", group=str(group.id))
    with_setting("risk")
    service.place_listing(emma, made, version("personnel", audience=Audience.GROUP, group_id=group.id))
    assert made.state is State.PENDING


def test_a_joint_purchase_of_a_coordinator_waits_for_nobody(dirk):
    """MKT-53: placing it is theirs."""
    made = draft(dirk, "joint_purchase")
    with_setting("all")
    share = {"deadline": in_days(9), "market_share": "unknown"}
    service.place_listing(dirk, made, version("joint_purchase", values=share))
    assert made.state is State.PUBLISHED


def test_what_was_changed_after_sending_it_in_is_not_judged_unseen(bram, dirk):
    """The coordinator judges what they saw."""
    made = draft(bram)
    with_setting("all")
    service.place_listing(bram, made, version())
    with pytest.raises(Conflict):
        service.approve_listing(dirk, made, version=made.version + 1)
    with pytest.raises(Forbidden):
        service.approve_listing(bram, made, version=made.version)


def test_a_change_of_the_core_waits_while_others_see_the_old_version(sign_in, bram, carla, dirk):
    """MKT-20"""
    shown = placed(bram, title="Vezels, bont")
    with_setting("all")
    browser = sign_in(bram)
    browser.post(f"/listings/{shown.id}/publish", data=fields(title="Vezels, ongeverfd"))
    assert "Vezels, bont" in sign_in(carla).get(queries.get_listing(bram, shown.id).link).text
    assert "Vezels, ongeverfd" not in sign_in(carla).get("/market").text
    waiting = queries.get_listing(bram, shown.id)
    assert waiting.is_changing
    sign_in(dirk).post(f"/listings/{shown.id}/approve", data={"version": waiting.version})
    assert "Vezels, ongeverfd" in sign_in(carla).get("/market").text


def test_a_change_outside_the_core_is_placed_at_once(bram):
    """MKT-20: kind, category, title, amount, code and files are the core."""
    shown = placed(bram)
    with_setting("all")
    service.place_listing(bram, shown, version(packaging="bigbag"))
    assert queries.get_listing(bram, shown.id).values["packaging"] == "bigbag"
    service.place_listing(bram, shown, version(quantity_min="99", unit="kg"))
    assert queries.get_listing(bram, shown.id).is_changing


def test_a_declined_change_leaves_what_others_see(bram, dirk):
    """MKT-19, MKT-20"""
    shown = placed(bram)
    with_setting("all")
    service.place_listing(bram, shown, version(title="Iets heel anders"))
    service.decline_listing(dirk, shown, version=shown.version, reason="unclear", body="Wat dan?")
    shown = queries.get_listing(bram, shown.id)
    assert (shown.title, shown.state) == ("Polyestervezels over", State.PUBLISHED)
    assert shown.submitted_at is None


def test_a_declined_change_says_why_where_the_bell_leads_to_until_one_writes_on(sign_in, bram, carla, dirk):
    """MKT-19: to its owners, and to nobody else."""
    shown = placed(bram)
    with_setting("all")
    browser = sign_in(bram)
    browser.post(f"/listings/{shown.id}/publish", data=fields(title="Iets heel anders"))
    answer = {"version": queries.get_listing(bram, shown.id).version, "reason": "names", "body": "Noem Kees niet."}
    sign_in(dirk).post(f"/listings/{shown.id}/decline", data=answer)
    why = "De coördinator gaf het terug (er staan namen van mensen in): Noem Kees niet."
    assert f'href="{shown.link}"' in browser.get("/notifications").text
    for address in (shown.link, f"/listings/{shown.id}/edit"):
        assert why in browser.get(address).text
    assert "Noem Kees niet." not in sign_in(carla).get(shown.link).text
    browser.post(f"/listings/{shown.id}/publish", data=fields(title="Iets heel anders"))
    assert "Noem Kees niet." not in browser.get(shown.link).text


def test_of_a_confidential_group_its_lead_judges_and_the_coordinator_hears_nothing(sign_in, emma, dirk, carla):
    """MKT-7, GRP-4"""
    group = group_called("externe-veiligheid")
    bert = actor_named("bert")
    made = draft(bert, audience="group", group=str(group.id))
    with_setting("all")
    service.place_listing(bert, made, version(audience=Audience.GROUP, group_id=group.id, title="Slangen voor lossen"))
    assert made.state is State.PENDING
    assert sign_in(dirk).get(f"/listings/{made.id}/review").status_code == 404
    assert "Slangen" not in sign_in(dirk).get("/market/review").text
    assert sign_in(emma).post(f"/listings/{made.id}/approve", data={"version": made.version}).status_code == 303
    for actor, is_there in ((emma, True), (actor_named("paul"), True), (dirk, False), (carla, False)):
        assert ("Slangen voor lossen" in sign_in(actor).get("/market").text) == is_there
    assert sign_in(actor_named("marieke")).get(made.link).status_code == 404  # contact of Bert's own company
