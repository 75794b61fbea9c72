"""Who announces what to whom, and who reads it."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from app.accounts.policy import Anyone
from app.announcements.models import Announcement, AnnouncementGroup, Audience, Kind, State
from app.core.policy import rule
from app.core.scopes import scope_source
from app.groups.models import Visibility
from app.groups.policy import Standing, own_standings, readable_group_ids, runs_group, standings

CONTACTS = "contacts"  # the scope of what the contacts of all members read


@rule
def can_announce(actor: Anyone) -> bool:
    """Coordinators announce to everyone, leads and deputies to their own groups; nobody in a silence."""
    return actor.has_live_tie and not actor.silence_in() and (actor.is_coordinator or bool(offered_groups(actor)))


@rule
def can_announce_for_board(actor: Anyone) -> bool:
    """Coordinators write in the name of the board, which reaches everyone; nobody in a silence."""
    return actor.is_coordinator and not actor.silence_in()


@rule
def can_send_announcement(actor: Anyone, announcement: Announcement) -> bool:
    """Who wrote an announcement changes, sends or discards it, as long as they may announce that to those people."""
    is_own = announcement.is_draft and announcement.created_by == actor.tie_id
    return is_own and may_announce(actor, announcement.kind, announcement.audience, announcement.group_ids)


@rule
def can_withdraw_announcement(actor: Anyone, announcement: Announcement) -> bool:
    """For ten minutes who wrote an announcement takes it back, one of the board any coordinator."""
    return announcement.is_waiting and answers_for(actor, announcement)


@rule
def can_send_announcement_again(actor: Anyone, announcement: Announcement) -> bool:
    """Who wrote an announcement of the board, and coordinators, see whom it did not reach, and send it again."""
    return announcement.is_board and announcement.is_sent and actor.is_coordinator and not actor.silence_in()


@rule
def can_read_announcement(actor: Anyone, announcement: Announcement) -> bool:
    """Whom an announcement is for reads it once it is sent; its writer, and coordinators the board's, before too."""
    return answers_for(actor, announcement) or (announcement.is_sent and is_for(actor, announcement))


def readable_announcements(actor: Anyone) -> Select[Announcement]:
    """The same sentence as can_read_announcement, asked of the database."""
    if not actor.has_live_tie:
        return select(Announcement).where(false())
    own = [Announcement.created_by == actor.tie_id]
    if actor.is_coordinator:
        own.append(Announcement.kind == Kind.BOARD)
    of_others = _names(AnnouncementGroup.group_id.not_in(readable_group_ids(actor)))
    is_for = [and_(Announcement.audience == Audience.GROUPS, _names(AnnouncementGroup.group_id.in_(_own_ids(actor))))]
    if actor.is_staff:
        is_for.append(Announcement.audience == Audience.ALL)
    if actor.is_staff and actor.is_contact:
        is_for.append(Announcement.audience == Audience.CONTACTS)
    return select(Announcement).where(
        or_(and_(or_(*own), ~of_others), and_(Announcement.state == State.SENT, or_(*is_for))))  # fmt: skip


def answers_for(actor: Anyone, announcement: Announcement) -> bool:
    """Its writer and, for the board, every coordinator, as long as they read the groups that it is for."""
    if not actor.has_live_tie or not set(announcement.group_ids) <= set(readable_group_ids(actor)):
        return False
    return announcement.created_by == actor.tie_id or (announcement.is_board and actor.is_coordinator)


def is_for(actor: Anyone, announcement: Announcement) -> bool:
    if announcement.audience is Audience.GROUPS:
        return not _own_ids(actor).isdisjoint(announcement.group_ids)
    return actor.is_staff and (announcement.audience is Audience.ALL or actor.is_contact)


def may_announce(actor: Anyone, kind: Kind, audience: Audience, group_ids: Collection[int]) -> bool:
    """A mail that leaves at once could not say a word of a confidential group (NTF-21): the board has none for them."""
    if not can_announce(actor) or (kind is Kind.BOARD and not can_announce_for_board(actor)):
        return False
    if audience is not Audience.GROUPS:
        return actor.is_coordinator
    offered = {standing.group_id: standing for standing in offered_groups(actor)}
    is_told_openly = all(offered[each].visibility is not Visibility.CONFIDENTIAL for each in group_ids
                         if each in offered)  # fmt: skip
    return bool(group_ids) and set(group_ids) <= set(offered) and (kind is Kind.NEWS or is_told_openly)


def offered_groups(actor: Anyone) -> list[Standing]:
    """The groups to which this person may announce something at this moment."""
    return [
        standing for standing in standings(actor).values()
        if standing.may_read and not standing.is_archived and runs_group(actor, standing)
        and not actor.silence_in(standing.group_id)
    ]  # fmt: skip


@scope_source
def contact_scopes(actor: Anyone) -> Iterable[str]:
    if actor.is_staff and actor.is_contact:
        yield CONTACTS


def _own_ids(actor: Anyone) -> set[int]:
    return {standing.group_id for standing in own_standings(actor)}


def _names(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it is for a group of which this is true."""
    return exists().where(AnnouncementGroup.announcement_id == Announcement.id, which).correlate(Announcement)
