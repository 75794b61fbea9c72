"""What follows from what happens on the market."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import and_, select

from app.accounts import service as accounts
from app.accounts.events import CompanyStateChanged
from app.accounts.models import Actor, Tie
from app.accounts.policy import Anyone, company_scope
from app.core.clock import local_midnight, now
from app.core.events import after_commit, on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.text import plain_words
from app.files import service as files
from app.guard import service as guard
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.service import Excerpt
from app.marketplace import queries
from app.marketplace.events import (
    ListingApproved,
    ListingChanged,
    ListingClosed,
    ListingDeclined,
    ListingDiscarded,
    ListingPaused,
    ListingPublished,
    ListingRenewed,
    ListingResumed,
    ListingSubmitted,
    ListingWarned,
    ProposalAccepted,
    ProposalDeclined,
    ProposalMade,
    ProposalWithdrawn,
    TalkClosed,
    TalkMessageSent,
)
from app.marketplace.models import (
    Audience,
    Kind,
    Line,
    Listing,
    ListingFile,
    ListingNotice,
    NoticeKind,
    Talk,
    TalkProposal,
)
from app.marketplace.models.listings import listing_link
from app.marketplace.models.talks import talk_id_of, talk_room
from app.marketplace.policy import can_read_listing, can_read_message, can_use_market, readable_listings
from app.marketplace.service import (
    close_talks_of_ended_companies,
    count_listings,
    count_talks,
    move_listings,
    move_talks,
    pause_listings_of_ended_company,
    who_keeps_listings,
    who_talks_along,
)
from app.marketplace.service.reading import NOTICE, PAUSED
from app.marketplace.service.talks import TALK
from app.marketplace.service.waiting import WAITING
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Asked, OverviewLine, Shown
from app.realtime.models import LogEntry
from app.realtime.queries import said_as
from app.realtime.service import broadcast, broadcast_said
from app.search import service as search
from app.search.models import Entry

LISTING, TALK_LINE = "listing", "talk_line"
Spoken = TalkMessageSent | ProposalMade | ProposalAccepted | ProposalDeclined | ProposalWithdrawn

files.owner(ListingFile.sha256)


@on(ListingPublished, ListingChanged, ListingRenewed, ListingResumed)
def make_findable(event: ListingPublished | ListingChanged | ListingRenewed | ListingResumed) -> None:
    listing = db.session.get_one(Listing, event.listing_id)
    if listing.is_out:
        search.index(entry_of(listing))


@on(ListingPaused, ListingClosed, ListingDiscarded)
def forget(event: ListingPaused | ListingClosed | ListingDiscarded) -> None:
    search.forget(LISTING, event.listing_id)


@on(ContentHidden)
def forget_hidden(event: ContentHidden) -> None:
    """Out of search and from under the bell of whoever does not see it any more."""
    if event.kind == LISTING:
        search.forget(LISTING, event.item)
        notifications.withdraw(PAUSED, [event.item])


@on(ContentUnhidden)
def find_again(event: ContentUnhidden) -> None:
    listing = queries.listing_of_any_state(event.item) if event.kind == LISTING else None
    if listing is not None and listing.is_out:
        search.index(entry_of(listing))
    if listing is not None and listing.paused_at is not None and not listing.company.is_live:
        notifications.restore(PAUSED, [listing.id])


@on(ListingApproved, ListingDeclined, ListingWarned)
def tell_owners(event: ListingApproved | ListingDeclined | ListingWarned) -> None:
    notice = db.session.get_one(ListingNotice, event.notice_id)
    listing = notice.listing
    if notice.kind is NoticeKind.ENDED:
        search.forget(LISTING, listing.id)
    owners = dict.fromkeys(queries.owner_ids(listing), listing.company_id)
    for scope, told in _by_scope(owners, listing).items():
        notifications.notify(told, kind=NOTICE, item=notice.id, actor_id=event.actor_id or 0,
                             actor_tie_id=notice.created_by or listing.created_by, scope=scope)  # fmt: skip


@on(ListingSubmitted)
def call_who_judges(event: ListingSubmitted) -> None:
    """Handed in again, it rings again; they read nothing of it that others do not let them."""
    listing = db.session.get_one(Listing, event.listing_id)
    judges, scope = queries.judges_of(listing)
    notifications.notify(judges, kind=WAITING, item=listing.id, actor_id=event.actor_id or 0,
                         actor_tie_id=listing.created_by, scope=scope, anew=True)  # fmt: skip


@on(TalkMessageSent, ProposalMade, ProposalAccepted, ProposalDeclined, ProposalWithdrawn)
def ring_for_the_others(event: Spoken) -> None:
    """One line for a talk, however much is said: it comes back on top."""
    talk = db.session.get_one(Talk, event.talk_id)
    spoken = db.session.get_one(LogEntry, (talk.room, event.seq))
    _ring_in_talk(talk, event.actor_id, spoken.tie_id or talk.created_by)


@on(TalkClosed)
def tell_who_is_left(event: TalkClosed) -> None:
    """MKT-25: of the company that takes part no more, nobody has a live tie."""
    talk = db.session.get_one(Talk, event.talk_id)
    _ring_in_talk(talk, event.actor_id, talk.created_by)


@on(ListingPaused)
def tell_the_other_side(event: ListingPaused) -> None:
    """MKT-25: when its company ended. What its owner rests for a while is theirs to tell."""
    if event.actor_id is None:
        listing = db.session.get_one(Listing, event.listing_id)
        scope = f"market:{listing.group_id}" if listing.audience is Audience.GROUP else None
        _ring(queries.others_on(listing), PAUSED, listing.id, None, listing.created_by, scope)


@on(ListingResumed)
def tell_it_no_more(event: ListingResumed) -> None:
    notifications.withdraw(PAUSED, [event.listing_id])


def _ring_in_talk(talk: Talk, actor_id: int | None, tie_id: int) -> None:
    for scope, told in _by_scope(queries.parties_of(talk), talk.listing).items():
        notifications.notify(told, kind=TALK, item=talk.id, actor_id=actor_id or 0, actor_tie_id=tie_id, scope=scope,
                             anew=True)  # fmt: skip


def _by_scope(people: Mapping[int, int], listing: Listing) -> dict[str, list[int]]:
    """Whose group alone may read it hears of it for as long as they read that group; others as of their company."""
    in_group = queries.members_it_is_for(listing)
    told: dict[str, list[int]] = {}
    for person_id, company_id in people.items():
        scope = f"market:{listing.group_id}" if person_id in in_group else company_scope(company_id)
        told.setdefault(scope, []).append(person_id)
    return told


def _ring(people: Mapping[int, int], kind: str, item: int, actor_id: int | None, tie_id: int,
          scope: str | None = None) -> None:  # fmt: skip
    """For each person as someone of their company, or in this scope."""
    for company_id in set(people.values()):
        of_company = [person_id for person_id, company in people.items() if company == company_id]
        notifications.notify(of_company, kind=kind, item=item, actor_id=actor_id or 0, actor_tie_id=tie_id,
                             scope=scope or company_scope(company_id), anew=True)  # fmt: skip


@on(CompanyStateChanged)
def let_go_of_a_company(event: CompanyStateChanged) -> None:
    """MKT-25: its listings rest and its talks end."""
    pause_listings_of_ended_company(event.company_id)
    close_talks_of_ended_companies(event.company_id, event.state)


@after_commit(TalkMessageSent, ProposalMade, ProposalAccepted, ProposalDeclined, ProposalWithdrawn)
def show_it_live(event: Spoken) -> None:
    broadcast_said(said_as(talk_room(event.talk_id), event.seq), "talk:event", talk_id=event.talk_id)


def entry_of(listing: Listing) -> Entry:
    """Found by whom its audience names; its own company has it among its own."""
    allow = {
        Audience.MEMBERS: ("market",), Audience.GROUP: (f"market:{listing.group_id}",),
        Audience.NAMED: tuple(f"market-company:{each}" for each in sorted({listing.company_id, *listing.reader_ids})),
    }[listing.audience]  # fmt: skip
    last_day = listing.expires_on
    return Entry(kind=LISTING, ref_id=listing.id, title=listing.title, body=plain_words(listing.body_md),
                 allow=allow, at=listing.published_at or now(), group_id=listing.group_id,
                 company_id=listing.company_id,
                 until=local_midnight(last_day + timedelta(days=1)) if last_day else None)  # fmt: skip


def all_entries() -> Iterable[Entry]:
    placed = select(Listing).where(Listing.published_at.is_not(None)).order_by(Listing.published_at, Listing.id)
    return (entry_of(listing) for listing in db.session.scalars(placed).all() if listing.is_out)


def show_notices(notice_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(ListingNotice.id, ListingNotice.kind, Listing).join(Listing, Listing.id == ListingNotice.listing_id)
        .where(ListingNotice.id.in_(notice_ids))
    )  # fmt: skip
    return {
        notice_id: Shown(listing.title, listing.link, _sentence(kind, listing.title))
        for notice_id, kind, listing in found
    }


def show_talks(talk_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(Talk.id, Listing.title, Talk.closed_at).join(Listing, Listing.id == Talk.listing_id)
        .where(Talk.id.in_(talk_ids))
    )  # fmt: skip
    return {
        talk_id: Shown(title, f"/talks/{talk_id}",
                       _("Your talk about “%(title)s” is closed", title=title) if closed_at else
                       _("Something new in your talk about “%(title)s”", title=title))
        for talk_id, title, closed_at in found
    }  # fmt: skip


def show_waiting(listing_ids: Sequence[int]) -> dict[int, Shown]:
    """By the title of the version that waits."""
    found = db.session.execute(select(Listing.id, Listing.waiting).where(Listing.id.in_(listing_ids)))
    return {
        listing_id: Shown(waiting["title"], f"/listings/{listing_id}/review",
                          _("The listing “%(title)s” waits for your judgment", title=waiting["title"]))
        for listing_id, waiting in found if waiting
    }  # fmt: skip


def show_paused(listing_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(select(Listing.id, Listing.title).where(Listing.id.in_(listing_ids)))
    return {
        listing_id: Shown(title, listing_link(listing_id, title),
                          _("“%(title)s” is paused: its company takes no part any more", title=title))
        for listing_id, title in found
    }  # fmt: skip


def news_of_listings(actor: Actor, asked: Asked) -> Iterable[OverviewLine]:
    """New ones of other companies. Those for one group stand with its news, unless it is silent."""
    for news in queries.news_for_overview(actor, asked) if can_use_market(actor) else ():
        if news.group_id is not None and asked.is_silent(news.group_id):
            continue
        said = _("Offered: “%(title)s” (%(company)s)", title=news.title, company=news.company_name) \
            if news.kind is Kind.OFFER else \
            _("Asked for: “%(title)s” (%(company)s)", title=news.title, company=news.company_name)  # fmt: skip
        yield OverviewLine(LISTING, news.id, said, news.link, news.published_at,
                           f"market:{news.group_id}" if news.group_id else "market", news.group_id)  # fmt: skip


@after_commit(ContentHidden, ContentUnhidden)
def show_hiding_live(event: ContentHidden | ContentUnhidden) -> None:
    """Open talks ask for their page again."""
    line = queries.line_of_any_state(event.item) if event.kind == TALK_LINE else None
    if line is not None:
        broadcast(line.room, "talk:changed", {"talk_id": talk_id_of(line), "seq": line.seq})


def excerpt_of(listing: Listing) -> Excerpt:
    return Excerpt(listing.title, listing.body_md, listing.link, listing.published_at or listing.created_at,
                   listing.group_id, listing.version)  # fmt: skip


def can_read_placed(actor: Anyone, listing: Listing) -> bool:
    """As others do: of one that is hidden nobody, its own company neither, reads what it said."""
    return listing.hidden_at is None and can_read_listing(actor, listing)


def excerpt_of_line(line: LogEntry) -> Excerpt:
    """That message alone: what the talk is about is not the coordinator's to know."""
    proposal = db.session.get(TalkProposal, line.item_id) if line.type == Line.PROPOSAL else None
    return Excerpt(_("A message in a private talk"), proposal.body if proposal else line.payload.get("body", ""),
                   f"/talks/{talk_id_of(line)}#line-{line.seq}", line.at)  # fmt: skip


accounts.hands_over("listings", label=lambda: _("Listings"), how_many=count_listings,
                    suits=who_keeps_listings, move=move_listings)  # fmt: skip
accounts.hands_over("talks", label=lambda: _("Talks"), how_many=count_talks, suits=who_talks_along,
                    move=move_talks)  # fmt: skip
guard.content(LISTING, load=queries.listing_of_any_state, reads=can_read_placed,
              author=lambda listing: listing.created_by, excerpt=excerpt_of)  # fmt: skip
guard.content(TALK_LINE, load=queries.line_of_any_state, reads=can_read_message, author=lambda line: line.tie_id,
              excerpt=excerpt_of_line, is_private=True)  # fmt: skip
search.register(LISTING, all_entries, reads=search.reads_by(readable_listings, Listing.id))
notifications.overview_source(news_of_listings)
notifications.register(NOTICE, show_notices, Sort.TASK)
notifications.register(TALK, show_talks, Sort.NAMED)
notifications.register(WAITING, show_waiting, Sort.TASK)
notifications.register(PAUSED, show_paused, Sort.NEWS)


@accounts.own_data("listings")
def listings_data(person_id: int) -> list[dict[str, object]]:
    """Of a company that this person left that they placed something and when: others may have changed it since."""
    actor = Actor.of_person(person_id)
    own_tie = actor.tie_id if actor is not None and actor.has_live_tie else None
    found = db.session.scalars(
        select(Listing).join(Tie, Tie.id == Listing.created_by).where(Tie.person_id == person_id)
        .order_by(Listing.created_at, Listing.id)
    )  # fmt: skip
    return [
        {"kind": listing.kind.value, "category": listing.category.value, "at": listing.created_at.isoformat(),
         **(_texts_of(listing) if listing.created_by == own_tie else {})}
        for listing in found
    ]  # fmt: skip


def _texts_of(listing: Listing) -> dict[str, object]:
    return {"title": listing.title, "text": listing.body_md, "fields": listing.values, "draft": listing.typed,
            "state": listing.state.value}  # fmt: skip


@accounts.own_data("talks")
def talks_data(person_id: int) -> list[dict[str, object]]:
    """What this person said and proposed in talks, not what others did there."""
    said = db.session.execute(
        select(LogEntry, TalkProposal).join(Tie, Tie.id == LogEntry.tie_id)
        .outerjoin(TalkProposal, and_(TalkProposal.id == LogEntry.item_id, LogEntry.type == Line.PROPOSAL.value))
        .where(Tie.person_id == person_id, LogEntry.room.like("talk:%")).order_by(LogEntry.at, LogEntry.id)
    )  # fmt: skip
    return [
        {"talk": entry.room, "at": entry.at.isoformat(), **entry.payload,
         **({"proposal": proposal.body, **proposal.values} if proposal is not None else {})}
        for entry, proposal in said
    ]  # fmt: skip


def _sentence(kind: NoticeKind, title: str) -> str:
    if kind is NoticeKind.APPROVED:
        return _("Your listing “%(title)s” was judged and placed", title=title)
    if kind is NoticeKind.DECLINED:
        return _("Your listing “%(title)s” was declined: read why", title=title)
    if kind is NoticeKind.ENDED:
        return _("Your listing “%(title)s” has expired; you can still renew it", title=title)
    return _("Your listing “%(title)s” expires soon: renew it or let it go", title=title)
