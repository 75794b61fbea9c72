"""What follows from what happens in meetings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts import service as accounts
from app.accounts.events import TieEnded
from app.accounts.models import Tie
from app.accounts.policy import Anyone
from app.accounts.queries import open_tie_of
from app.core.events import after_commit, on
from app.core.extensions import db
from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.core.text import plain_words
from app.files import service as files
from app.groups.events import MemberJoined, MemberLeft
from app.groups.models import WorkingGroup
from app.guard import service as guard
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.service import Excerpt, Line
from app.meetings import queries
from app.meetings.events import (
    AgendaAmended,
    AgendaPublished,
    LineHidden,
    LineUnhidden,
    LiveEvent,
    MeetingCancelled,
    MeetingClosed,
    MeetingEvent,
    MeetingMoved,
    MeetingOpened,
)
from app.meetings.models import (
    AgendaAmendment,
    AgendaItem,
    AgendaItemFile,
    Answer,
    Meeting,
    MeetingInvitation,
    MinutesBlock,
    StatementAck,
    meeting_id_of,
    room_of,
)
from app.meetings.policy import can_read_line, can_read_meeting, can_read_remark, readable_meetings
from app.meetings.service import (
    build_minutes,
    hide_line,
    invite_everyone,
    invite_newcomer,
    leave_meetings_of_tie,
    let_silent_people_go,
    unhide_line,
    withdraw_invitations,
)
from app.meetings.service.reading import AMENDED, ANNOUNCED, BEGUN, CANCELLED, MOVED
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Shown
from app.realtime.models import LogEntry
from app.realtime.queries import said_as
from app.realtime.service import broadcast, broadcast_said, each_ten_seconds
from app.search import service as search
from app.search.models import Entry

MEETING, ITEM = "meeting", "agenda_item"  # in reports
TITLE_SHOWN = case((Meeting.hidden_at.is_(None), Meeting.title), else_="")
files.owner(AgendaItemFile.sha256)


@on(AgendaPublished)
def invite(event: AgendaPublished) -> None:
    meeting = db.session.get_one(Meeting, event.meeting_id)
    _ring(event, meeting, invite_everyone(meeting), ANNOUNCED, meeting.id)


@on(AgendaAmended, MeetingMoved)
def tell_of_change(event: AgendaAmended | MeetingMoved) -> None:
    """Of an agenda that changes again and again one line: that of the last change."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    kind, people = MOVED if isinstance(event, MeetingMoved) else AMENDED, _invited(meeting)
    if kind == AMENDED:
        earlier = select(AgendaAmendment.id).where(
            AgendaAmendment.meeting_id == meeting.id, AgendaAmendment.id != event.amendment_id)  # fmt: skip
        notifications.take_away_earlier(AMENDED, earlier, of=[each for each in people if each != event.actor_id])
    _ring(event, meeting, people, kind, event.amendment_id)


@on(MeetingCancelled)
def tell_of_end(event: MeetingCancelled) -> None:
    """Nobody heard of a draft, so nobody hears that it goes. That it was to come is news no more."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    notifications.take_away(ANNOUNCED, meeting.id, of=_invited(meeting))
    _ring(event, meeting, _invited(meeting), CANCELLED, meeting.id)


@on(MeetingOpened)
def call_them_in(event: MeetingOpened) -> None:
    """To those who said that they come."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    _ring(event, meeting, queries.invited_who(meeting, Answer.YES), BEGUN, meeting.id)


@on(MeetingClosed)
def write_down(event: MeetingClosed) -> None:
    build_minutes(db.session.get_one(Meeting, event.meeting_id))


@on(MemberJoined)
def invite_to_what_comes(event: MemberJoined) -> None:
    for meeting in invite_newcomer(event.group_id, event.person_id, event.tie_id):
        if event.actor_id is not None and (tie := open_tie_of(event.actor_id)):
            notifications.notify([event.person_id], kind=ANNOUNCED, item=meeting.id, actor_id=event.actor_id,
                                 actor_tie_id=tie.id, scope=meeting.group.scope)  # fmt: skip


@on(MemberLeft)
def count_them_no_more(event: MemberLeft) -> None:
    withdraw_invitations(event.group_id, event.person_id)


@on(MemberLeft)
def let_them_out(event: MemberLeft) -> None:
    """Presence ends with the right; the lines of their pages are cut by `groups` (MTG-33)."""
    leave_meetings_of_tie(event.tie_id, group_id=event.group_id)


@on(TieEnded)
def let_them_out_everywhere(event: TieEnded) -> None:
    """Also where they came in without being a member, as coordinators do."""
    leave_meetings_of_tie(event.tie_id)


@after_commit(LiveEvent)
def tell_the_room(event: LiveEvent) -> None:
    """Whatever happens in a room is told from its log, to those on the list of the room (MTG-28).

    By whom a line was hidden is a sentence in the language of each reader, and one that is back has words that a page
    may never have had: they ask for both.
    """
    if isinstance(event, LineHidden | LineUnhidden):
        broadcast(room_of(event.meeting_id), "meeting:changed", {"meeting_id": event.meeting_id})
        return
    broadcast_said(said_as(room_of(event.meeting_id), event.seq), "meeting:event", meeting_id=event.meeting_id)


@after_commit(AgendaAmended, MeetingMoved)
def renew_the_room(event: AgendaAmended | MeetingMoved) -> None:
    """Who waits in the room for the opening has an agenda that is no more: their page asks for the new one."""
    broadcast(room_of(event.meeting_id), "meeting:changed", {"meeting_id": event.meeting_id})


each_ten_seconds(let_silent_people_go)


@on(AgendaPublished, AgendaAmended, MeetingMoved, MeetingCancelled)
def make_findable(event: MeetingEvent) -> None:
    """A draft that is given up was never findable."""
    meeting = db.session.get_one(Meeting, event.meeting_id)
    if meeting.published_at is not None:
        search.index(entry_of(meeting))


@on(ContentHidden, ContentUnhidden)
def find_by_what_is_read(event: ContentHidden | ContentUnhidden) -> None:
    """A meeting is found by its title and the texts of its items."""
    meeting = _meeting_of(event)
    if meeting is not None and meeting.published_at is not None:
        search.index(entry_of(meeting))


@after_commit(ContentHidden, ContentUnhidden)
def show_hiding_live(event: ContentHidden | ContentUnhidden) -> None:
    """Open rooms fetch what their words are now, each in the language of its reader."""
    if (meeting := _meeting_of(event)) is not None:
        broadcast(meeting.room, "meeting:changed", {"meeting_id": meeting.id})


def _meeting_of(event: ContentHidden | ContentUnhidden) -> Meeting | None:
    """The one whose title, or an item of whose agenda, is hidden or back."""
    if event.kind == MEETING:
        return queries.meeting_of_any_state(event.item)
    item = queries.item_of_any_state(event.item) if event.kind == ITEM else None
    return item.meeting if item is not None else None


def entry_of(meeting: Meeting) -> Entry:
    """With the items of its agenda and the names of their files, but for those that are hidden.

    In place of a hidden title stands the name of the group, in whatever language it is read; nothing is found by it.
    """
    is_hidden = meeting.hidden_at is not None
    brought = queries.files_of(meeting)
    items = [
        (item.title, plain_words(item.body_md), *(file.name for file in brought.get(item.id, ())))
        for item in queries.items_of(meeting) if item.hidden_at is None
    ]
    body = "\n\n".join("\n".join(filter(None, lines)) for lines in items)
    return Entry(kind="meeting", ref_id=meeting.id, title=meeting.group.name if is_hidden else meeting.title, body=body,
                 own_title=not is_hidden, allow=(meeting.group.scope,), at=meeting.starts_at,
                 group_id=meeting.group_id)  # fmt: skip


def all_entries() -> Iterable[Entry]:
    told = select(Meeting).where(Meeting.published_at.is_not(None)).order_by(Meeting.starts_at, Meeting.id)
    return (entry_of(meeting) for meeting in db.session.scalars(told).all())


def show_announced(meeting_ids: Sequence[int]) -> dict[int, Shown]:
    return _shown(meeting_ids, _("Meeting “%(title)s” is announced: %(when)s"))


def show_cancelled(meeting_ids: Sequence[int]) -> dict[int, Shown]:
    return _shown(meeting_ids, _("Meeting “%(title)s” of %(when)s is cancelled"))


def show_begun(meeting_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        id_: shown._replace(url=f"{shown.url}/live")
        for id_, shown in _shown(meeting_ids, _("Meeting “%(title)s” has begun")).items()
    }


def show_amended(amendment_ids: Sequence[int]) -> dict[int, Shown]:
    return _shown_amendments(amendment_ids, _("The agenda of “%(title)s” (%(when)s) changed"))


def show_moved(amendment_ids: Sequence[int]) -> dict[int, Shown]:
    return _shown_amendments(amendment_ids, _("Meeting “%(title)s” moved, now %(when)s. Do you come?"))


def _shown(meeting_ids: Sequence[int], sentence: str) -> dict[int, Shown]:
    return {
        id_: Shown(title, f"/meetings/{id_}", sentence % {"title": title, "when": full_date(starts_at)})
        for id_, (title, starts_at) in queries.headings_of(meeting_ids).items()
    }


def _shown_amendments(amendment_ids: Sequence[int], sentence: str) -> dict[int, Shown]:
    return {
        id_: Shown(title, f"/meetings/{meeting_id}", sentence % {"title": title, "when": full_date(starts_at)})
        for id_, (meeting_id, title, starts_at) in queries.meetings_amended(amendment_ids).items()
    }


def _invited(meeting: Meeting) -> list[int]:
    return [line.person_id for line in queries.answers_of(meeting)]


def _ring(event: MeetingEvent, meeting: Meeting, people: Iterable[int], kind: str, item: int) -> None:
    tie = open_tie_of(event.actor_id) if event.actor_id is not None else None
    if event.actor_id is not None and tie is not None:
        notifications.notify(people, kind=kind, item=item, actor_id=event.actor_id, actor_tie_id=tie.id,
                             scope=meeting.group.scope)  # fmt: skip


def excerpt_of_line(line: LogEntry) -> Excerpt:
    meeting = db.session.get_one(Meeting, meeting_id_of(line))
    return Excerpt(meeting.heading, line.payload.get("body", ""), f"{meeting.link}/transcript#line-{line.seq}", line.at,
                   meeting.group_id, 1 + len(queries.changes_of(line)))  # fmt: skip


def around_line(line: LogEntry) -> tuple[Sequence[Line], Sequence[Line]]:
    before, after = queries.lines_around(line, most=3)
    return [_said(each) for each in before], [_said(each) for each in after]


def _said(each: queries.Neighbour) -> Line:
    words = _("removed message") if "removed" in each.payload else each.payload.get("body", "")
    return Line(each.name, "" if each.hidden_at else words, each.at)


def excerpt_of_meeting(meeting: Meeting) -> Excerpt:
    """All that a person wrote on it: title, place, link, why at short notice, and why it is cancelled."""
    words = (meeting.title, meeting.place, meeting.online_link, meeting.short_notice_reason, meeting.cancel_reason)
    return Excerpt(meeting.title, "\n\n".join(filter(None, words)), meeting.link, meeting.created_at,
                   meeting.group_id, meeting.version)  # fmt: skip


def excerpt_of_item(item: AgendaItem) -> Excerpt:
    meeting = item.meeting
    return Excerpt(f"{meeting.heading}: {item.title}", f"{item.title}\n\n{item.body_md}".strip(),
                   f"{meeting.link}#item-{item.id}", item.created_at, meeting.group_id, item.version)  # fmt: skip


def excerpt_of_amendment(amendment: AgendaAmendment) -> Excerpt:
    """What it says in words: the reason, and the texts that it brought, unless they are hidden themselves."""
    meeting = amendment.meeting
    about = (ITEM, amendment.item_id) if amendment.item_id is not None else (MEETING, meeting.id)
    texts = () if guard.is_hidden(*about) else ("title", "body_md", "place")
    words = (amendment.after.get(name, "") for name in texts)
    return Excerpt(meeting.heading, "\n\n".join(filter(None, (amendment.reason, *words))),
                   f"{meeting.link}#amendment-{amendment.id}", amendment.at, meeting.group_id)  # fmt: skip


def excerpt_of_text(block: MinutesBlock) -> Excerpt:
    meeting = block.minutes.meeting
    title = f"{meeting.heading}: {block.item.heading}" if block.item else meeting.heading
    return Excerpt(title, block.body_md, f"{meeting.link}/minutes#block-{block.id}",
                   block.changed_at or meeting.starts_at, meeting.group_id, block.version)  # fmt: skip


def excerpt_of_remark(invitation: MeetingInvitation) -> Excerpt:
    meeting = invitation.meeting
    return Excerpt(meeting.heading, invitation.remark, f"{meeting.link}#who",
                   invitation.answered_at or invitation.invited_at, meeting.group_id, invitation.version)  # fmt: skip


def can_read_words(actor: Anyone, meeting: Meeting) -> bool:
    """As of the items on its agenda."""
    return meeting.hidden_at is None and meeting.published_at is not None and can_read_meeting(actor, meeting)


def can_read_announced(actor: Anyone, row: AgendaItem | AgendaAmendment) -> bool:
    """What those who plan write together in a draft is nobody's to report."""
    return row.hidden_at is None and row.meeting.published_at is not None and can_read_meeting(actor, row.meeting)


def can_read_text(actor: Anyone, block: MinutesBlock) -> bool:
    return block.hidden_at is None and bool(block.body_md) and can_read_meeting(actor, block.minutes.meeting)


guard.content(MEETING, load=queries.meeting_of_any_state, reads=can_read_words,
              author=lambda meeting: meeting.written_by, excerpt=excerpt_of_meeting)  # fmt: skip
guard.content(ITEM, load=queries.item_of_any_state, reads=can_read_announced, author=lambda item: item.written_by,
              excerpt=excerpt_of_item)  # fmt: skip
guard.content("agenda_amendment", load=queries.amendment_of_any_state, reads=can_read_announced,
              author=lambda amendment: amendment.created_by, excerpt=excerpt_of_amendment)  # fmt: skip
guard.content("meeting_remark", load=queries.invitation_of_any_state, reads=can_read_remark,
              author=lambda invitation: invitation.tie_id, excerpt=excerpt_of_remark)  # fmt: skip
guard.content("minutes_block", load=queries.text_of_any_state, reads=can_read_text,
              author=lambda block: block.changed_by, excerpt=excerpt_of_text)  # fmt: skip
guard.content("meeting_line", load=queries.line_of_any_state, reads=can_read_line, author=lambda line: line.tie_id,
              excerpt=excerpt_of_line, hide=hide_line, unhide=unhide_line, around=around_line)  # fmt: skip
search.register("meeting", all_entries, reads=search.reads_by(readable_meetings, Meeting.id))
notifications.register(ANNOUNCED, show_announced, Sort.CALL)
notifications.register(CANCELLED, show_cancelled, Sort.CALL)
notifications.register(BEGUN, show_begun, Sort.NEWS)
notifications.register(AMENDED, show_amended, Sort.NEWS)
notifications.register(MOVED, show_moved, Sort.CALL)


@accounts.own_data("meetings")
def meetings_data(person_id: int) -> list[dict[str, str | None]]:
    """What they answered, brought, said and wrote; not what others did there."""
    parts = (_invitations_data, _files_data, _said_data, _written_data)
    return [line for part in parts for line in part(person_id)]


def _invitations_data(person_id: int) -> list[dict[str, str | None]]:
    """Where they were invited, what they answered, and when they confirmed the statement."""
    own = and_(StatementAck.meeting_id == Meeting.id, StatementAck.tie_id == MeetingInvitation.tie_id)
    found = db.session.execute(
        select(WorkingGroup.name, TITLE_SHOWN.label("title"), Meeting.starts_at, MeetingInvitation.answer,
               MeetingInvitation.via, MeetingInvitation.remark, StatementAck.at)
        .select_from(MeetingInvitation).join(Meeting, Meeting.id == MeetingInvitation.meeting_id)
        .join(WorkingGroup, WorkingGroup.id == Meeting.group_id)
        .outerjoin(StatementAck, own)
        .where(MeetingInvitation.person_id == person_id).order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip
    return [
        {"group": row.name, "meeting": row.title, "starts_at": row.starts_at.isoformat(), "answer": row.answer.value,
         "via": row.via and row.via.value, "remark": row.remark, "confirmed_at": row.at and row.at.isoformat()}
        for row in found
    ]  # fmt: skip


def _files_data(person_id: int) -> list[dict[str, str | None]]:
    """What they put on an agenda and stands there still."""
    file = AgendaItemFile
    return _left_on_items(person_id, file, by=file.created_by, file=file.name, added_at=file.created_at)


def _written_data(person_id: int) -> list[dict[str, str | None]]:
    """Texts of minutes as they last left them."""
    text = MinutesBlock
    return _left_on_items(person_id, text, by=text.changed_by, minutes=text.body_md, written_at=text.changed_at)


def _left_on_items(person_id: int, left: type[AgendaItemFile] | type[MinutesBlock], *, by: InstrumentedAttribute[Any],
                   **parts: InstrumentedAttribute[Any]) -> list[dict[str, str | None]]:  # fmt: skip
    """Of each: where it is, and these parts of it, of which the last is its moment."""
    *_words, moment = parts.values()
    shown = case((AgendaItem.hidden_at.is_(None), AgendaItem.title), else_="")
    found = db.session.execute(
        select(WorkingGroup.name.label("group"), TITLE_SHOWN.label("meeting"), shown.label("item"),
               *(column.label(name) for name, column in parts.items()))
        .select_from(left).join(AgendaItem, AgendaItem.id == left.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id).join(WorkingGroup, WorkingGroup.id == Meeting.group_id)
        .join(Tie, Tie.id == by).where(Tie.person_id == person_id).order_by(moment, left.id)
    ).mappings()  # fmt: skip
    return [{name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
            for row in found]


def _said_data(person_id: int) -> list[dict[str, str | None]]:
    """Their lines in meeting rooms, until the transcript goes."""
    said = db.session.scalars(
        select(LogEntry).join(Tie, Tie.id == LogEntry.tie_id)
        .where(Tie.person_id == person_id, LogEntry.type.in_(("line", "line_changed")),
               LogEntry.room.like("meeting:%"))
        .order_by(LogEntry.at, LogEntry.id)
    )  # fmt: skip
    return [{"room": entry.room, "line": entry.payload.get("body"), "said_at": entry.at.isoformat()} for entry in said]
