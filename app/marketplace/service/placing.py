"""Placing: at once, or after the coordinator judged it. Others go on seeing what they saw until then."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import select

from app.accounts.models import Actor
from app.core.clock import now, today
from app.core.db import upsert
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.markup import as_rendered
from app.core.policy import authorize, holds
from app.core.settings import change_setting, declare, setting
from app.core.text import folded
from app.core.transaction import atomic
from app.directory.models import Area
from app.marketplace import queries
from app.marketplace.events import (
    ListingApproved,
    ListingChanged,
    ListingDeclined,
    ListingPublished,
    ListingSubmitted,
)
from app.marketplace.models import (
    LIVES,
    Audience,
    Category,
    Kind,
    Listing,
    ListingCompany,
    ListingNotice,
    ListingWords,
    NoticeKind,
)
from app.marketplace.models.categories import CONDITIONS, is_hazardous_waste, kg_per_year
from app.marketplace.models.listings import FIND_MOST
from app.marketplace.policy import (
    can_choose_moderation,
    can_edit_listing,
    can_moderate_listing,
    can_place_joint_purchase,
    is_of_member,
    moderates,
)
from app.marketplace.service.waiting import wait_no_more
from app.marketplace.service.writing import WRITABLE, own_group_ids

MODERATION: Final = declare("market.moderation", "risk")  # off, risk or all
WITH_RISK: Final = (Category.PERSONNEL, Category.JOINT_PURCHASE)
CORE_VALUES: Final = ("quantity_min", "quantity_max", "unit", "rhythm", "eural", "hazardous", "waste_status",
                      "market_share", *CONDITIONS)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Version:
    """A listing as a form accepted it, rendered before the transaction. `values` holds plain strings and lists."""

    kind: Kind
    category: Category
    title: str
    body_md: str
    body_html: Markup
    values: dict[str, Any]
    audience: Audience = Audience.MEMBERS
    group_id: int | None = None
    company_ids: list[int] = field(default_factory=list)
    alts: dict[str, str] = field(default_factory=dict)  # by the id of the photo

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "body_html": str(self.body_html)}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Version":
        return cls(**{**kept, "kind": Kind(kept["kind"]), "category": Category(kept["category"]),
                      "audience": Audience(kept["audience"]), "body_html": as_rendered(kept["body_html"])})  # fmt: skip


@atomic
def place_listing(actor: Actor, listing: Listing, version: Version) -> Listing:
    """Let others see this version, or let it wait for the coordinator where the setting says so."""
    db.session.refresh(listing, with_for_update={"of": Listing})
    authorize(can_edit_listing, actor, listing)
    if listing.state not in WRITABLE:
        raise Conflict(_("This listing is closed. Nothing of it changes any more."))
    if version.category is Category.JOINT_PURCHASE and not holds(can_place_joint_purchase, actor, listing):
        raise Forbidden(_("A coordinator or the lead of a working group places a joint purchase. Your draft is kept."))
    if version.group_id not in (None, listing.group_id) and version.group_id not in own_group_ids(actor):
        raise Forbidden(_("You take no part in that working group."))
    if needs_judgment(actor, listing, version):
        listing.waiting, listing.submitted_at = version.as_json(), now()
        publish(ListingSubmitted(actor_id=actor.id, listing_id=listing.id))
    else:
        _show(actor.id, listing, version)
    return listing


@atomic
def approve_listing(actor: Actor, listing: Listing, *, version: int, reason: str = "") -> None:
    """Let others see what waited. Raises Conflict when it is another version by now."""
    waiting = _take_in_hand(actor, listing, version)
    if _asks_reason(waiting) and not reason:
        raise Invalid(_("Give the reason: a share of the market above 15 % or not known needs one."), field="body")
    if _asks_reason(waiting):
        waiting.values["share_reason"] = reason
    notice = _tell(actor, listing, NoticeKind.APPROVED, body=reason)
    _show(actor.id, listing, waiting)
    publish(ListingApproved(actor_id=actor.id, listing_id=listing.id, notice_id=notice.id))


@atomic
def decline_listing(actor: Actor, listing: Listing, *, version: int, reason: str, body: str) -> None:
    """Give it back as a draft, with everything in it; a change leaves what others see as it is."""
    _take_in_hand(actor, listing, version)
    wait_no_more(listing)
    notice = _tell(actor, listing, NoticeKind.DECLINED, reason=reason, body=body)
    publish(ListingDeclined(actor_id=actor.id, listing_id=listing.id, notice_id=notice.id))


@atomic
def choose_moderation(actor: Actor, which: str, *, version: int) -> None:
    authorize(can_choose_moderation, actor)
    change_setting(actor.id, MODERATION, which, version=version)


def needs_judgment(actor: Actor, listing: Listing, version: Version) -> bool:
    """Whether it waits for the coordinator first (MKT-18, MKT-20).

    Nobody judges the own listing. A joint purchase alone is for who would judge it to place (MKT-53).
    """
    if version.category is Category.JOINT_PURCHASE and moderates(actor, version.group_id):
        return False
    if listing.was_out and not _changes_the_core(listing, version):
        return False
    if _asks_reason(version):
        return True
    chosen = setting(MODERATION)
    if chosen != "risk":
        return bool(chosen == "all")
    is_hazardous = is_hazardous_waste(version.category, version.values)
    return is_hazardous or version.category in WITH_RISK or not queries.has_placed(listing.company_id)


def _asks_reason(version: Version) -> bool:
    """MKT-53: such a joint purchase is placed with a coordinator's reason only."""
    return version.category is Category.JOINT_PURCHASE and version.values.get("market_share") != "up_to_15"


def _changes_the_core(listing: Listing, version: Version) -> bool:
    same = (listing.kind, listing.category, listing.title) == (version.kind, version.category, version.title)
    values = any(listing.values.get(name) != version.values.get(name) for name in CORE_VALUES)
    shown, meant = queries.files_of(listing), queries.files_to_place(listing, version.category)
    return not same or values or {file.id for file in shown} != {file.id for file in meant}


def _take_in_hand(actor: Actor, listing: Listing, version: int) -> Version:
    db.session.refresh(listing, with_for_update={"of": Listing})
    authorize(can_moderate_listing, actor, listing)
    if listing.version != version or listing.waiting is None:
        raise Conflict(_("This listing was changed in the meantime. Look at it again."))
    if db.session.scalar(select(Listing.id).where(Listing.id == listing.id, is_of_member())) is None:
        raise Conflict(_("The company of this listing takes no part any more. There is nothing to judge."))
    return Version.of_json(listing.waiting)


def _show(actor_id: int, listing: Listing, version: Version) -> None:
    """From here on others see this version, with the files that its writer kept and its category takes (MKT-51)."""
    values = version.values
    listing.kind, listing.category, listing.title = version.kind, version.category, version.title
    listing.body_md, listing.body_html, listing.values = version.body_md, str(version.body_html), values
    listing.audience, listing.group_id = version.audience, version.group_id
    listing.readers = [ListingCompany(company_id=each) for each in version.company_ids]
    listing.area, listing.site = Area(values["area"]), values.get("site")
    listing.rhythm, listing.kg_per_year = values.get("rhythm"), kg_per_year(values)
    listing.first_day, listing.last_day = _day(values.get("from")), _day(values.get("until"))
    words = {"listing_id": listing.id, "words": _words_of(listing)}
    upsert(ListingWords, words, key=("listing_id",), change=("words",))
    wait_no_more(listing)
    for file in {*queries.kept_files(listing), *queries.files_of(listing)}:
        file.is_out = file.is_kept and listing.plan.takes(file.role)
        file.alt = version.alts.get(str(file.id), file.alt)
        if not file.is_kept:
            db.session.delete(file)
    if listing.was_out:
        publish(ListingChanged(actor_id=actor_id, listing_id=listing.id))
        return
    listing.published_at, listing.expires_on = now(), today() + LIVES
    publish(ListingPublished(actor_id=actor_id, listing_id=listing.id))


def _words_of(listing: Listing) -> str:
    said = [listing.title, listing.company.name, listing.body_md,
            *(str(value) for value in listing.values.values())]  # fmt: skip
    words = dict.fromkeys(folded(" ".join(said)).split())  # each once, in their order
    return " ".join(words)[:FIND_MOST]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _tell(actor: Actor, listing: Listing, kind: NoticeKind, *, reason: str = "", body: str = "") -> ListingNotice:
    notice = ListingNotice(listing_id=listing.id, kind=kind, reason=reason, body=body, created_by=actor.tie_id)
    db.session.add(notice)
    db.session.flush()
    return notice
