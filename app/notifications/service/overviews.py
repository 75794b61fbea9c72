"""The overview by mail: what is unread and was told by no other mail, once, at the person's own time (NTF-24).

Features say what they have that is new; what they may say of whom is asked at this moment.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import delete, select, update

from app.accounts.models import Actor, Person
from app.core.clock import now, today
from app.core.db import insert_unless_there, new_id, upsert
from app.core.extensions import db
from app.core.i18n import ENDLESS, in_language
from app.core.i18n import gettext as _
from app.core.scopes import scopes_of
from app.core.transaction import atomic
from app.mail.models import Letter
from app.mail.service import looked_at_again, take_back, write_letter
from app.notifications.models import (
    SITE_LEVEL,
    Channel,
    Delivery,
    DeliveryState,
    DigestRun,
    DigestSetting,
    Level,
    Rhythm,
    Sort,
)
from app.notifications.queries import digest_of, first_overview_at, levels_of, lines_to_tell
from app.notifications.service.bell import kinds, shown_of, sort_of
from app.notifications.service.stopping import OVERVIEW, stop_address, stop_headers
from app.notifications.service.wording import sentence_of_one

ITEMS_MOST = 20  # of what is new; the rest is a number, and may come the next time
WAITING_MOST = 50  # of what waits for the person: a letter stays below 100 kB (NTF-23)
NEWS_LIVES = timedelta(days=62)  # what nobody looked at for two months is no news
PERIODS = {Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7), Rhythm.MONTHLY: timedelta(days=31)}
WAITING = (Sort.TASK, Sort.NAMED, Sort.CALL)
KIND = "notifications/overview"
STALE = timedelta(hours=1)  # a letter that waits longer for the mail server says what was so
ANEW_MOST = timedelta(days=3)  # after its day; what it told is in the next then
LAST_NUMBER = re.compile(r":(\d+)$")


class Part(StrEnum):
    """Of the letter, in its order."""

    VOTE = "vote"
    TASK = "task"
    DECISION = "decision"
    NEWS = "news"


class OverviewLine(NamedTuple):
    """One thing to tell: its words, and how the ledger knows it, so that it is told once.

    `round` says how far it is told where it goes on, `with_it` what else is told by it. Of a line that is beyond the
    newest `ITEMS_MOST` nobody reads the words: it need not have any.
    """

    kind: str
    item: int
    words: str
    url: str
    at: datetime
    scope: str
    group_id: int | None = None
    part: Part = Part.NEWS
    round: int = 0
    place: str = ""
    with_it: tuple[int, ...] = ()


class Place(NamedTuple):
    """A working group, in plain values: what heads its lines, and whether a mail may say so at all (NTF-21)."""

    name: str
    url: str
    is_confidential: bool
    default: Level


class Asked(NamedTuple):
    """What a source is told: the person's groups and choices, what is told already, and how far back to look.

    `since` is for what nobody marks as read; nothing is older than `horizon`.
    """

    groups: Mapping[int, Place]
    levels: Mapping[str, Level]
    told: Sequence[int]
    since: datetime
    horizon: datetime

    def is_silent(self, group_id: int, thread: str = "") -> bool:
        """A thread goes before its group, that before the group's default (NTF-6, 7)."""
        default = self.groups[group_id].default if group_id in self.groups else SITE_LEVEL
        chosen = self.levels.get(thread) or self.levels.get(f"group:{group_id}")
        return (chosen or default) is Level.SILENT


class Section(NamedTuple):
    name: str
    url: str
    lines: Sequence[OverviewLine]


class Overview(NamedTuple):
    votes: Sequence[OverviewLine]
    tasks: Sequence[OverviewLine]
    decisions: Sequence[OverviewLine]
    sections: Sequence[Section]
    left: int  # counted no further than 100
    confidential: Sequence[OverviewLine]  # told without a word of theirs

    @property
    def lines(self) -> list[OverviewLine]:
        news = [line for section in self.sections for line in section.lines]
        return [*self.votes, *self.tasks, *self.decisions, *news, *self.confidential]


Source = Callable[[Actor, Asked], Iterable[OverviewLine]]
Groups = Callable[[Actor], Mapping[int, Place]]
_sources: list[Source] = []
_groups: list[Groups] = []


def overview_source(load: Source) -> Source:
    """Register what a feature has that is new for a person, the newest first, as they may read it now."""
    if load not in _sources:
        _sources.append(load)
    return load


def overview_groups(load: Groups) -> Groups:
    """Register whose groups head the lines: those that the person takes part in, by number."""
    _groups[:] = [load]
    return load


@atomic
def make_overview(person_id: int, slot: date) -> bool:
    """Once for this day, also by two schedulers at a time. Without news no letter, but it is noted (NTF-25)."""
    run = {"person_id": person_id, "slot": slot, "made_at": now()}
    first_at = first_overview_at(person_id)
    if not insert_unless_there(DigestRun, run, key=("person_id", "slot")):
        return False
    actor, chosen = Actor.of_person(person_id), db.session.get(DigestSetting, person_id)
    if actor is None or chosen is None or not actor.has_live_tie:
        return False
    with in_language(actor.locale):
        overview = overview_for(actor, first_at or now() - PERIODS.get(chosen.rhythm, PERIODS[Rhythm.WEEKLY]))
    if not overview.lines:
        return False
    _write(actor, chosen, slot, overview)
    return True


@looked_at_again(KIND)
def look_again(letter: Letter) -> None:
    """NTF-4: much may have been read, deleted or closed to them since it was made."""
    reader = db.session.execute(
        select(Person.id, Person.email).join(Delivery, Delivery.person_id == Person.id)
        .where(Delivery.letter_id == letter.id).limit(1)
    ).first()  # fmt: skip
    if reader is not None and (letter.created_at < now() - STALE or reader.email != letter.to):
        _make_anew(letter, reader.id)


@atomic
def _make_anew(letter: Letter, person_id: int) -> None:
    """Of the same day, unless its reader wants none by now."""
    chosen = digest_of(person_id)
    if not take_back(letter.id) or chosen is None or chosen.rhythm is Rhythm.NEVER:
        return
    if chosen.paused_until is not None and today() < chosen.paused_until:
        return
    run = DigestRun.person_id == person_id, DigestRun.letter_id == letter.id, DigestRun.slot >= today() - ANEW_MOST
    slot = db.session.scalar(delete(DigestRun).where(*run).returning(DigestRun.slot))
    if slot is not None:
        make_overview(person_id, slot)


def overview_for(actor: Actor, since: datetime) -> Overview:
    """In the language of this moment. Nothing of it is marked as read or told."""
    groups = {group_id: place for load in _groups for group_id, place in load(actor).items()}
    horizon = now() - NEWS_LIVES
    asked = Asked(groups, levels_of(actor.id), (), max(since, horizon), horizon)
    found = list(_under_the_bell(actor, asked))
    asked = asked._replace(told=[line.item for line in found])
    found += [line for load in _sources for line in load(actor, asked)]
    return _laid_out(found, groups)


def _laid_out(found: Iterable[OverviewLine], groups: Mapping[int, Place]) -> Overview:
    secret = {id_: place for id_, place in groups.items() if place.is_confidential}
    parts: dict[Part, list[OverviewLine]] = {part: [] for part in Part}
    confidential = []
    for line in found:
        if _tells_of(line, secret):
            confidential.append(line)
        else:
            parts[line.part].append(line)
    news = sorted(parts[Part.NEWS], key=lambda line: line.at, reverse=True)
    waits = [*parts[Part.VOTE], *parts[Part.TASK], *parts[Part.DECISION]][WAITING_MOST:]
    shown = {part: [line for line in parts[part] if line not in waits] for part in Part}
    left = min(len(news[ITEMS_MOST:]) + len(waits), ENDLESS)
    return Overview(shown[Part.VOTE], shown[Part.TASK], shown[Part.DECISION], _sections(news[:ITEMS_MOST], groups),
                    left, confidential)  # fmt: skip


def _sections(news: Iterable[OverviewLine], groups: Mapping[int, Place]) -> list[Section]:
    """By group, in the order of their names; what is of no group of theirs comes last."""
    def heading(line: OverviewLine) -> tuple[bool, str, str]:
        place = groups.get(line.group_id or 0)
        return (False, place.name, place.url) if place else (True, _("For everyone"), "")

    return [Section(name, url, list(lines))
            for (_last, name, url), lines in groupby(sorted(news, key=heading), key=heading)]  # fmt: skip


def _tells_of(line: OverviewLine, secret: Mapping[int, Place]) -> bool:
    """Whether it is of a confidential group: by its number, wherever that stands, or by a name in its words."""
    if line.group_id in secret or _number_in(line.scope) in secret or _number_in(line.place) in secret:
        return True
    return any(place.name in line.words or place.url in f"{line.url}/" for place in secret.values())


def _under_the_bell(actor: Actor, asked: Asked) -> Iterable[OverviewLine]:
    """What waits for the person, and news that rings; posts come by their threads, reactions never."""
    wanted = [kind for kind in kinds() if sort_of(kind) in (*WAITING, Sort.NEWS)]
    rung = lines_to_tell(actor.id, wanted, scopes_of(actor), asked.horizon, most=ENDLESS)
    shown = shown_of((line.kind, line.item) for line in rung)
    for line in rung:
        what, group_id = shown.get((line.kind, line.item)), _number_in(line.scope)
        waits = sort_of(line.kind) in WAITING
        if what is None or (not waits and group_id is not None and asked.is_silent(group_id, line.place or "")):
            continue
        said = what.sentence or sentence_of_one(line.kind, line.actor_name, what.title)
        yield OverviewLine(line.kind, line.item, said, what.url, line.at, line.scope, group_id,
                   Part.TASK if waits else Part.NEWS, line.id, line.place or "")  # fmt: skip


def _number_in(scope: str) -> int | None:
    """Of the group that a scope or place names, "group:7", "market:judges:7"; ids are one row of numbers for all."""
    found = LAST_NUMBER.search(scope)
    return int(found.group(1)) if found else None


def _write(actor: Actor, chosen: DigestSetting, slot: date, overview: Overview) -> None:
    """The letter and, in the same transaction, what it tells."""
    stop_url = stop_address(actor.id, OVERVIEW, "")
    letter = write_letter(
        to=actor.email, kind=KIND, locale=actor.locale, name=actor.name, slot=slot,
        overview=overview, chosen=chosen, stop_url=stop_url,
    )  # fmt: skip
    letter.headers = stop_headers(stop_url)
    db.session.flush()  # what follows names the letter
    told = {(item, round_): _delivery(actor.id, line, item, round_, letter.id)
            for line in overview.lines for item, round_ in _items_of(line)}  # fmt: skip
    # What stood in a letter that failed is told by this one: its row is there already.
    upsert(Delivery, list(told.values()), key=("person_id", "item", "round", "channel"), change=("letter_id",))
    db.session.execute(update(DigestRun).where(DigestRun.person_id == actor.id, DigestRun.slot == slot)
                       .values(letter_id=letter.id))  # fmt: skip


def _items_of(line: OverviewLine) -> list[tuple[int, int]]:
    return [(line.item, line.round), *((item, 0) for item in line.with_it)]


def _delivery(person_id: int, line: OverviewLine, item: int, round_: int, letter_id: int) -> dict[str, object]:
    return {
        "id": new_id(), "person_id": person_id, "kind": line.kind, "item": item, "round": round_,
        "channel": Channel.DIGEST, "place": line.place or line.scope, "scope": line.scope, "reason": "overview",
        "state": DeliveryState.HANDED, "not_before": now(), "letter_id": letter_id, "created_at": now(),
    }  # fmt: skip
