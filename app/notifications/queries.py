"""Reading the bell. Every question takes the scopes that the person may read now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.expression import SQLColumnExpression

from app.accounts.models import Actor, Company, Person, Tie, said_for
from app.core.db import MINUTE, Id, Rows, UTCDateTime, rows
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.mail.models import Letter, LetterState
from app.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    DigestRun,
    DigestSetting,
    Level,
    Notification,
    Preference,
    SetBy,
    Sort,
    Stop,
    Tab,
    Watch,
)
from app.notifications.policy import SORTS

ON_A_PAGE = 30
THREAD_PLACE, GROUP_PLACE = bindparam("thread_place", type_=String), bindparam("group_place", type_=String)
ALONE = case((Notification.place.is_(None), Notification.id))  # sets apart what has no place to be told together
ME, SINCE = bindparam("me", type_=Id), bindparam("since", type_=UTCDateTime)
LOST = (LetterState.FAILED, LetterState.UNCERTAIN, LetterState.DROPPED)
Lines = Mapping[str, Sequence[int] | Select[int]]  # of each kind the items


class Choice(NamedTuple):
    """What a person chose for a place, or an answer of theirs did."""

    place: str
    level: Level
    set_by: SetBy
    set_at: datetime


class Choices(NamedTuple):
    """What a person chose for a thread and for its group; None where they left it to what is wider."""

    in_thread: Level | None = None
    set_by: SetBy | None = None  # the one in the thread
    in_group: Level | None = None


class BellLine(NamedTuple):
    """What is of one place and kind, or one item without a place.

    While something of it is unread, the people and the number are those of what is unread, and it leads to the first
    of that.
    """

    id: int  # the newest of it
    kind: str
    item: int
    number: int
    people: int
    actor_name: str
    company_name: str
    other_name: str | None  # of two people the second
    at: datetime
    is_read: bool


class WaitingLine(NamedTuple):
    """A line under the bell that nobody read and no mail told of."""

    id: int
    kind: str
    item: int
    scope: str
    place: str | None
    at: datetime
    actor_name: str


def unread_count(person_id: int, scopes: Sequence[str], tab: Tab = Tab.FOR_ME) -> int:
    """Unread lines of a tab, counted no further than 100. The bell's own number is that of "For you" (NTF-12)."""
    return rows(_unread_count(), {"person": person_id, "scopes": scopes, "tab": tab}).scalar() or 0


def line_and_unread(person_id: int, kind: str, item: int, scopes: Sequence[str]) -> tuple[int | None, int]:
    """What the bell shows of this item (None when it does not, or no more), and the bell's number."""
    values = {"person": person_id, "kind": kind, "item": item, "scopes": scopes, "tab": Tab.FOR_ME}
    row = rows(_line_and_unread(), values).one()
    return row[0], row[1]


def lines(actor: Actor, scopes: Sequence[str], *, tab: Tab | None = None, page: int = 1, unread_only: bool = False,
          most: int = ON_A_PAGE) -> list[BellLine]:  # fmt: skip
    """Of a tab, or of both; the newest first."""
    values = {"person": actor.id, "scopes": scopes, "tab": tab, "most": most, "start": (page - 1) * most}
    return [BellLine(*row[:-1])._replace(company_name=said_for(row.company, row[-1]))
            for row in rows(_lines(tab is not None, unread_only), values)]  # fmt: skip


def line_count(actor: Actor, scopes: Sequence[str], tab: Tab | None = None) -> int:
    values = {"person": actor.id, "scopes": scopes, "tab": tab}
    return rows(_line_count(tab is not None), values).scalar() or 0


def is_unread(person_id: int, kind: str, item: int) -> bool:
    """Asked before `mark_items_read`: for what rings no more nobody waits for the write lock."""
    return rows(_unread(), {"person": person_id, "kind": kind, "item": item}).first() is not None


def is_any_unread(person_id: int, lines: Lines) -> bool:
    """The same of several kinds, in one statement."""
    return db.session.scalar(select(Notification.id).where(are_unread(person_id, lines)).limit(1)) is not None


def are_unread(person_id: int, lines: Lines) -> ColumnElement[bool]:
    among = [and_(Notification.kind == kind, Notification.item.in_(items)) for kind, items in lines.items()]
    return and_(Notification.person_id == person_id, Notification.read_at.is_(None), or_(*among))


def chosen_level(person_id: int, *places: str) -> Level | None:
    """What this person chose for the narrowest of these places, or None: then defaults rule."""
    chosen = levels_at(person_id, places)
    return next((chosen[place] for place in places if place in chosen), None)


def levels_of(person_id: int) -> dict[str, Level]:
    """What this person chose, by place."""
    return {row[0]: row[1] for row in rows(_levels(), {"me": person_id})}


def first_overview_at(person_id: int) -> datetime | None:
    """When the first was made, or found to be empty."""
    return db.session.scalar(select(func.min(DigestRun.made_at)).where(DigestRun.person_id == person_id))


def lines_to_tell(person_id: int, kinds: Sequence[str], scopes: Sequence[str], since: datetime,
                  most: int) -> list[WaitingLine]:  # fmt: skip
    """Of these kinds, unread and told by no mail so far, the newest first (NTF-24)."""
    values = {"me": person_id, "kinds": kinds, "scopes": scopes, "since": since, "most": most}
    return [WaitingLine(*row) for row in rows(_lines_to_tell(), values)]


def was_told(item: SQLColumnExpression[int],
             since: SQLColumnExpression[int] | None = None) -> ColumnElement[bool]:  # fmt: skip
    """Whether a mail brought this item to the person `me`, at once or in an overview, or is about to (NTF-3).

    A letter that failed, or may never have come, told nothing (NTF-5). What changes or rings anew is told anew: then
    what was told before the row with the id `since` does not count. Ids are times; the rows of one transaction may
    be some moments apart.
    """
    told = [Delivery.person_id == ME, Delivery.item == item, Delivery.state != DeliveryState.CANCELLED, _came()]
    if since is not None:
        told.append(Delivery.id > since - MINUTE)
    return select(Delivery.id).outerjoin(Letter, Letter.id == Delivery.letter_id).where(*told).correlate_except(
        Delivery, Letter).exists()  # fmt: skip


def was_meant_for_mail(item: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether it was to go to `me` by mail at once, come or not."""
    return select(Delivery.id).where(
        Delivery.person_id == ME, Delivery.item == item, Delivery.channel == Channel.MAIL,
    ).correlate_except(Delivery).exists()  # fmt: skip


def told_up_to(item: SQLColumnExpression[int]) -> ScalarSelect[int]:
    """The last round of the item that an overview brought to `me`: of a thread the position of a post."""
    return (
        select(func.max(Delivery.round)).outerjoin(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.person_id == ME, Delivery.item == item, Delivery.channel == Channel.DIGEST, _came())
        .correlate_except(Delivery, Letter).scalar_subquery()
    )  # fmt: skip


def replied_since(place: str, moment: datetime) -> set[int]:
    """Those whose answer there made them follow it after this moment (NTF-8)."""
    return set(rows(_replied_since(), {"place": place, "since": moment}).scalars())


def choice_at(person_id: int, place: str) -> Choice | None:
    row = rows(_choices_at(), {"me": person_id, "places": [place]}).first()
    return Choice(*row) if row else None


def levels_at(person_id: int, places: Sequence[str]) -> dict[str, Level]:
    """What this person chose for each of these places, where they did."""
    return {row.place: row.level for row in rows(_choices_at(), {"me": person_id, "places": list(places)})}


def digest_of(person_id: int) -> DigestSetting | None:
    return db.session.get(DigestSetting, person_id, populate_existing=True)


def switched_off(person_id: int) -> set[tuple[Sort, Channel]]:
    """The boxes that this person unticked."""
    off = select(Preference.sort, Preference.channel).where(Preference.person_id == person_id, ~Preference.is_on)
    return {(row[0], row[1]) for row in db.session.execute(off)}


def muted_among(person_ids: Collection[int], sort: Sort, channel: Channel) -> set[int]:
    """Those of these people who switched this channel off for what is of this sort; asked only where anybody may."""
    if channel not in SORTS[sort].chosen:
        return set()
    values = {"sort": sort, "channel": channel, "people": list(person_ids)}
    return set(rows(_muted_among(), values).scalars())


def is_on(person_id: int, sort: Sort, channel: Channel) -> bool:
    """Whether what is of this sort goes out to this person by this channel, as far as boxes say."""
    return SORTS[sort].goes_by(channel) and not muted_among([person_id], sort, channel)


def stops_at(person_ids: Collection[int], what: Collection[str], places: Collection[str]) -> set[tuple[int, str, str]]:
    """Which of these people stopped which of these sorts of mail for which of these places."""
    found = db.session.execute(select(Stop.person_id, Stop.what, Stop.place).where(
        Stop.person_id.in_(person_ids), Stop.what.in_(what), Stop.place.in_(places), Stop.undone_at.is_(None)))
    return {(person_id, sort, place) for person_id, sort, place in found}


def stops_of(person_id: int, what: Collection[str], most: int) -> Sequence[Stop]:
    """Those that run and are of one place, the newest first."""
    return db.session.scalars(
        select(Stop).where(Stop.person_id == person_id, Stop.what.in_(what), Stop.place != "", Stop.undone_at.is_(None))
        .order_by(Stop.id.desc()).limit(most)).all()  # fmt: skip


def choice_columns(person: SQLColumnExpression[int], thread: ColumnElement[str],
                   group: ColumnElement[str]) -> tuple[ScalarSelect[Any], ...]:  # fmt: skip
    """Those of `Choices`, in a statement of the thread."""
    return (_chosen(Watch.level, person, thread), _chosen(Watch.set_by, person, thread),
            _chosen(Watch.level, person, group))  # fmt: skip


def ruling_level(person: SQLColumnExpression[int], default: ColumnElement[Level]) -> ColumnElement[Level]:
    """Of the person in the row: thread before group, group before the default (NTF-6).

    The statement is told the two places; of a thread that is still to come there is none.
    """
    return func.coalesce(_chosen(Watch.level, person, THREAD_PLACE), _chosen(Watch.level, person, GROUP_PLACE), default,
                         type_=Watch.level.type)  # fmt: skip


def who_chose(*levels: Level) -> Select[int]:
    """Those of whom a choice for one of the two places may say this; a narrower choice may say otherwise."""
    return select(Watch.person_id).where(Watch.place.in_((THREAD_PLACE, GROUP_PLACE)), Watch.level.in_(levels))


def _chosen(column: InstrumentedAttribute[Any], person: SQLColumnExpression[int],
            place: ColumnElement[str]) -> ScalarSelect[Any]:  # fmt: skip
    chosen = select(column).where(Watch.person_id == person, Watch.place == place)
    return chosen.correlate_except(Watch).scalar_subquery()


def _came() -> ColumnElement[bool]:
    return or_(Letter.id.is_(None), Letter.state.not_in(LOST))


@cache
def _replied_since() -> Rows:
    return select(Watch.person_id).where(Watch.place == bindparam("place", type_=String), Watch.set_by == SetBy.REPLY,
                                         Watch.set_at > SINCE)  # fmt: skip


@cache
def _choices_at() -> Rows:
    places: BindParameter[str] = bindparam("places", expanding=True)
    return select(Watch.place, Watch.level, Watch.set_by, Watch.set_at).where(
        Watch.person_id == ME, Watch.place.in_(places))  # fmt: skip


@cache
def _muted_among() -> Rows:
    sort, channel = bindparam("sort", type_=Preference.sort.type), bindparam("channel", type_=Preference.channel.type)
    among = Preference.person_id.in_(bindparam("people", type_=Id, expanding=True))
    return select(Preference.person_id).where(
        Preference.sort == sort, Preference.channel == channel, ~Preference.is_on, among)  # fmt: skip


@cache
def _levels() -> Rows:
    return select(Watch.place, Watch.level).where(Watch.person_id == ME)


@cache
def _lines_to_tell() -> Rows:
    kinds: BindParameter[str] = bindparam("kinds", expanding=True)
    return (
        select(Notification.id, Notification.kind, Notification.item, Notification.scope, Notification.place,
               Notification.created_at, Person.name)
        .join(Tie, Tie.id == Notification.actor_tie_id).join(Person, Person.id == Tie.person_id)
        .where(Notification.person_id == ME, Notification.read_at.is_(None), Notification.created_at > SINCE,
               Notification.kind.in_(kinds), _in_scopes(Notification), ~was_told(Notification.item, Notification.id))
        .order_by(Notification.id.desc()).limit(bindparam("most", type_=Integer))
    )  # fmt: skip


@cache
def _unread() -> Rows:
    return select(Notification.id).where(
        Notification.person_id == bindparam("person"), Notification.kind == bindparam("kind"),
        Notification.item == bindparam("item"), Notification.read_at.is_(None))  # fmt: skip


@cache
def _unread_count() -> Rows:
    some = (
        select(Notification.kind, Notification.place, ALONE).distinct()
        .where(Notification.person_id == bindparam("person"), Notification.tab == bindparam("tab"),
               Notification.read_at.is_(None), _in_scopes(Notification))
        .limit(ENDLESS).subquery()
    )  # fmt: skip
    return select(func.count()).select_from(some)


@cache
def _line_and_unread() -> Rows:
    line = select(Notification.id).where(
        Notification.person_id == bindparam("person"), Notification.kind == bindparam("kind"),
        Notification.item == bindparam("item"), Notification.tab.is_not(None))  # fmt: skip
    return select(line.scalar_subquery(), _unread_count().scalar_subquery())


@cache
def _line_count(of_tab: bool) -> Rows:
    every = (
        select(Notification.tab, Notification.kind, Notification.place, ALONE).distinct()
        .where(Notification.person_id == bindparam("person"), _in_tab(of_tab), _in_scopes(Notification))
    )  # fmt: skip
    return select(func.count()).select_from(every.subquery())


@cache
def _lines(of_tab: bool, unread_only: bool) -> Rows:
    """First the newest of each line on the page: what else there is of a line is asked of those few only."""
    line = _newest_of_lines(of_tab, unread_only).cte("line")
    told = _told(line, unread_only).subquery("told")
    what = (
        select(told.c.line, told.c.is_new, func.min(told.c.id).label("first"), func.max(told.c.id).label("last"),
               func.count().label("number"), func.count(told.c.person.distinct()).label("people"),
               (func.min(told.c.person) + func.max(told.c.person)).label("two_people"))
        .where(told.c.is_new == told.c.has_new).group_by(told.c.line, told.c.is_new).subquery("what")
    )  # fmt: skip
    leading, last, other = aliased(Notification), aliased(Notification), aliased(Person)
    return (
        select(line.c.id, line.c.kind, leading.item, what.c.number, what.c.people, Person.name,
               Company.name.label("company"), other.name, line.c.created_at, what.c.is_new == 0, Tie.kind)
        .join_from(line, what, what.c.line == line.c.id)
        .join(leading, leading.id == case((what.c.is_new == 1, what.c.first), else_=what.c.last))
        .join(last, last.id == what.c.last)
        .join(Tie, Tie.id == last.actor_tie_id)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .outerjoin(other, and_(what.c.people == 2, other.id == what.c.two_people - Person.id))
        .order_by(line.c.id.desc())
    )  # fmt: skip


def _newest_of_lines(of_tab: bool, unread_only: bool) -> Rows:
    newer = aliased(Notification)
    is_newest = ~select(newer.id).where(
        newer.person_id == Notification.person_id, newer.tab == Notification.tab, newer.kind == Notification.kind,
        newer.place == Notification.place, newer.id > Notification.id, _in_scopes(newer),
        *[newer.read_at.is_(None)] * unread_only).exists()  # fmt: skip
    return (
        select(Notification.id, Notification.person_id, Notification.tab, Notification.kind, Notification.place,
               Notification.created_at)
        .where(Notification.person_id == bindparam("person"), _in_tab(of_tab), _in_scopes(Notification), is_newest,
               *[Notification.read_at.is_(None)] * unread_only)
        .order_by(Notification.id.desc())
        .offset(bindparam("start", type_=Integer)).limit(bindparam("most", type_=Integer))
    )  # fmt: skip


def _told(line: CTE, unread_only: bool) -> Rows:
    """What each line is of, and who did it.

    Whose they are is asked of the line: told of the person, SQLite would begin with all that they ever heard of.
    """
    one = aliased(Notification)
    of_place = select(line.c.id.label("line"), one.id).where(
        one.person_id == line.c.person_id, one.tab == line.c.tab, one.kind == line.c.kind,
        one.place == line.c.place, _in_scopes(one), *[one.read_at.is_(None)] * unread_only)  # fmt: skip
    part = union_all(of_place, select(line.c.id, line.c.id).where(line.c.place.is_(None))).subquery("part")
    is_new = case((Notification.read_at.is_(None), 1), else_=0)
    return (
        select(part.c.line, Notification.id, Tie.person_id.label("person"), is_new.label("is_new"),
               func.max(is_new).over(partition_by=part.c.line).label("has_new"))
        .join_from(part, Notification, Notification.id == part.c.id).join(Tie, Tie.id == Notification.actor_tie_id)
    )  # fmt: skip


def _in_tab(of_tab: bool) -> ColumnElement[bool]:
    return Notification.tab == bindparam("tab") if of_tab else Notification.tab.is_not(None)


def _in_scopes(notification: type[Notification]) -> ColumnElement[bool]:
    return notification.scope.in_(bindparam("scopes", expanding=True))
