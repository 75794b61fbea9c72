"""Listings of the demo: of every category, in every state, with photos drawn here and talks about them."""

import io
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import Actor
from app.core import clock, markup
from app.core.extensions import db
from app.demo.service.bytes import pdf, still
from app.demo.service.content import actor_of, content, days_from
from app.files import service as files
from app.marketplace import queries
from app.marketplace import service as market
from app.marketplace.forms.listings import accepted, check, listing_form
from app.marketplace.models import Category, CloseReason, FileRole, Kind, Listing, Talk
from app.marketplace.service import Typed, Upload

MOST = 8 << 20  # bytes
FIRST_HOUR, APART = 10, 17  # of a working day; minutes between listings
JUDGED_AFTER = timedelta(hours=3)
ANSWERED_WITHIN = timedelta(days=21)


def place_listings(now: datetime, people: dict[str, int]) -> None:
    """All of the content file, by the people and on the days it names."""
    for number, entry in enumerate(content("market")["listing"]):
        at = _moment(now, entry["days_ago"], APART * number)
        listing = _begin(actor_of(people[entry["by"]]), entry, at)
        if entry.get("state") == "draft":
            continue
        _place(listing.id, entry, at, people)
        if entry.get("state") == "pending":
            continue
        for talk in entry.get("talk", ()):
            _talk(listing.id, talk, at, now, people)
        for key in entry.get("take_part", ()):
            with clock.stopped_at(at + JUDGED_AFTER * 2):
                market.take_part(actor_of(people[key]), _found(listing.id))
        if entry.get("state") == "closed":
            with clock.stopped_at(now - timedelta(days=5)):
                market.close_listing(actor_of(people[entry["by"]]), _found(listing.id), CloseReason.HERE)
    market.tell_owners()  # as the clock did of those that are about to end, and takes what ended out of the index


def _begin(actor: Actor, entry: dict[str, Any], at: datetime) -> Listing:
    uploads = [Upload(files.store_photo(io.BytesIO(still(what)), most=MOST), f"{what}.jpg", FileRole.PHOTO)
               for what, _alt in entry.get("photos", ())]  # fmt: skip
    uploads += [_paper(lines, FileRole.FILE) for lines in entry.get("files", ())]
    if "safety_sheet" in entry:
        uploads.append(_paper(entry["safety_sheet"], FileRole.SAFETY_SHEET))
    with clock.stopped_at(at):
        fields = {name: _typed(value) for name, value in entry["fields"].items()}
        typed = {"title": entry["title"], "body": entry["text"].strip(), "audience": "members", **fields}
        return market.save_listing(actor, None, Typed(kind=Kind(entry["kind"]), category=Category(entry["category"]),
                                                      fields=typed, uploads=uploads))  # fmt: skip


def _place(listing_id: int, entry: dict[str, Any], at: datetime, people: dict[str, int]) -> None:
    """As the form places it; the coordinator approves what waits, unless it still does."""
    listing, author = _found(listing_id), actor_of(people[entry["by"]])
    html = markup.render(listing.typed["body"], person_id=None)
    photos = [file for file in queries.kept_files(_found(listing_id)) if file.role is FileRole.PHOTO]
    alts = {str(file.id): alt for file, (_what, alt) in zip(photos, entry.get("photos", ()), strict=True)}
    with clock.stopped_at(at):
        listing = _found(listing_id)
        form = listing_form(listing.category, listing.typed, groups=[], companies=[])
        if not check(form, listing.category, has_safety_sheet="safety_sheet" in entry, is_coordinator=False):
            raise ValueError(f"{entry['title']}: {form.errors}")
        market.place_listing(author, listing, accepted(form, listing.kind, listing.category, html, alts=alts))
    listing = _found(listing_id)
    if listing.submitted_at is not None and entry.get("state") != "pending":
        with clock.stopped_at(at + JUDGED_AFTER):
            market.approve_listing(actor_of(people["dirk"]), listing, version=listing.version)


def _talk(listing_id: int, plan: dict[str, Any], at: datetime, now: datetime, people: dict[str, int]) -> None:
    (by, hours, first), *later = plan["messages"]
    at += JUDGED_AFTER + timedelta(hours=hours)
    with clock.stopped_at(min(at, now - timedelta(minutes=30))):
        talk = market.open_talk(actor_of(people[by]), _found(listing_id), first)
    for number, (by, hours, words) in enumerate(later):
        at += timedelta(hours=hours)
        with clock.stopped_at(min(at, now - timedelta(minutes=25 - number))):
            market.say(actor_of(people[by]), db.session.get_one(Talk, talk.id), words)
    if "proposal" in plan:
        by, hours, words, amount, unit, rhythm = plan["proposal"]
        with clock.stopped_at(min(at + timedelta(hours=hours), now - timedelta(minutes=10))):
            market.make_proposal(actor_of(people[by]), db.session.get_one(Talk, talk.id), body=words,
                                 values={"quantity_min": amount, "unit": unit, "rhythm": rhythm},
                                 valid_until=(now + ANSWERED_WITHIN).date())  # fmt: skip


def _found(listing_id: int) -> Listing:
    return db.session.get_one(Listing, listing_id)


def _paper(lines: list[str], role: FileRole) -> Upload:
    return Upload(files.store(io.BytesIO(pdf(lines)), most=MOST), f"{lines[0]}.pdf", role)


def _typed(value: Any) -> Any:
    """A day that begins with + is so many days from today."""
    if isinstance(value, str) and value.startswith("+"):
        return (clock.today() + timedelta(days=int(value[1:]))).isoformat()
    return value


def _moment(now: datetime, days_ago: int, minutes: int) -> datetime:
    """In the day of its date, and at least half a day ago."""
    morning = days_from(now, -days_ago).replace(hour=FIRST_HOUR, minute=0)
    return min(morning + timedelta(minutes=minutes), now - timedelta(hours=12))
