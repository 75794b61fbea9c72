"""Letters about what waits in the ledger: rights are asked again, and what belongs together goes as one."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from app.accounts.models import Actor, Person
from app.core import markup
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import in_language
from app.core.scopes import scopes_of
from app.core.transaction import atomic
from app.mail.models import UNSENT, Letter
from app.mail.service import compose, hand_in, looked_at_again, own_host, take_back, through_the_site
from app.notifications.events import DeliveriesPlanned
from app.notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    Preference,
    Sort,
    Stop,
    Watch,
)
from app.notifications.policy import STOPPED_BY_PLACE
from app.notifications.queries import is_on
from app.notifications.service.bell import shown_of, sort_of
from app.notifications.service.places import Aimed, places_around, stopped
from app.notifications.service.replying import reply_address
from app.notifications.service.stopping import can_stop, stop_address, stop_headers

logger = logging.getLogger(__name__)
TOGETHER = timedelta(minutes=20)  # after the first, however many more come
MOST_CHARACTERS = 8_000  # of a text in a letter, and of all texts in it; the rest is behind a link
TOGETHER_IN_HAND = 20  # letters of one transaction
AT_A_TIME = 500  # letters of one sweep
HUSHED, POSTS, LINES = KINDS = ("notifications/hushed", "notifications/posts", "notifications/lines")


class Conversation(NamedTuple):
    """What the letters about one place share, so that a mail program keeps them together."""

    place: str
    wider: str  # the place around it, "group:7"
    subject: str  # the first title, whatever it was changed into
    title: str
    url: str
    list_name: str  # of its group
    list_id: str
    takes_answers: bool


class News(NamedTuple):
    """An item as a letter tells it to someone who may read it at this moment."""

    of: Conversation
    why: str  # they get it, as a sentence
    url: str
    name: str
    company: str
    at: datetime
    text: str  # Markdown, as it was typed
    html: str  # as `markup` made it
    files: tuple[str, ...] = ()


class Line(NamedTuple):
    """An item of which a letter has one sentence."""

    sentence: str
    url: str
    is_hushed: bool = False


Words = dict[str, Any]
Loader = Callable[[Actor, Sequence[int]], dict[int, News]]
Hush = Callable[[str], bool]
_loaders: dict[str, Loader] = {}
_hushes: list[Hush] = []


class Due(NamedTuple):
    """A delivery that waits, with the line under the bell that it comes with, if that rings still."""

    id: int
    kind: str
    item: int
    place: str
    scope: str
    rings: bool


class Made(NamedTuple):
    """A letter that was composed, the deliveries in it, and those of which it says nothing."""

    letter: Letter | None
    told: tuple[int, ...]
    cancelled: tuple[int, ...]


def mails(kind: str, load: Loader) -> None:
    """Name how letters tell items of a kind, whole. What `load` leaves out is gone, unreadable or unwanted by now."""
    _loaders[kind] = load


def hushes(is_hushed: Hush) -> None:
    """Name a question about scopes: of which of them letters say no more than that there is something (NTF-21)."""
    _hushes.append(is_hushed)


def is_hushed(scope: str) -> bool:
    return any(hush(scope) for hush in _hushes)


def batched(due: Sequence[tuple[int, str]], size: int) -> Iterable[Sequence[tuple[int, str]]]:
    return (due[start:start + size] for start in range(0, len(due), size))


def due_places(most: int = AT_A_TIME) -> list[tuple[int, str]]:
    """Of whom and about which place a letter is due: nothing new for ten minutes, or the first waits for twenty."""
    moment = now()
    return [(row.person_id, row.place) for row in db.session.execute(
        select(Delivery.person_id, Delivery.place)
        .where(Delivery.state == DeliveryState.WAITING, Delivery.channel == Channel.MAIL)
        .group_by(Delivery.person_id, Delivery.place)
        .having(or_(func.max(Delivery.not_before) <= moment, func.min(Delivery.created_at) <= moment - TOGETHER))
        .order_by(func.min(Delivery.not_before), Delivery.person_id).limit(most)
    )]  # fmt: skip


def hand_over_due() -> int:
    """Make letters that are due, some of them in one transaction. How many places that settled, of those that are due.

    What cannot be made for one person holds up nobody else: it is tried again by the next sweep.
    """
    settled = 0
    for some in batched(sorted(due_places()), TOGETHER_IN_HAND):
        made = [each for each in starmap(_try_to_make, some) if each is not None]
        db.session.rollback()  # the reading ends; what follows is short
        settle(made)
        settled += len(made)
    return settled


def _try_to_make(person_id: int, place: str) -> Made | None:
    try:
        return make_letter(Actor.of_person(person_id), person_id, place)
    except Exception:
        db.session.rollback()
        logger.exception("no letter for person %s about %s; tried again in a minute", person_id, place)
        return None


def make_letter(actor: Actor | None, person_id: int, place: str) -> Made:
    """Compose it, in the language of its reader. NTF-4: whoever may not read an item now is told nothing of it."""
    waiting = _found(Delivery.person_id == person_id, Delivery.place == place,
                     Delivery.state == DeliveryState.WAITING)  # fmt: skip
    everything = tuple(each.id for each in waiting)
    if actor is None:
        return Made(None, (), everything)
    with in_language(actor.locale):
        told, telling = _told(actor, waiting)
        letter = _compose(actor, place, told, [telling[item] for item in dict.fromkeys(each.item for each in told)])
    ids = tuple(each.id for each in told)
    return Made(letter, ids, tuple(id_ for id_ in everything if id_ not in ids))


def _told(actor: Actor, due: Sequence[Due]) -> tuple[list[Due], dict[int, News | Line]]:
    """Those that this person may read and wants to hear of at this moment, and each item as a letter tells it."""
    scopes = set(scopes_of(actor))
    # Who is suspended hears that, and of nothing else.
    sorts = {sort_of(each.kind) for each in due} if actor.has_live_tie else {Sort.ACCOUNT}
    heard = {sort for sort in sorts if is_on(actor.id, sort, Channel.MAIL)}
    stops = stopped([_aimed(actor, each) for each in due])
    alive = [each for each in due if each.rings and each.scope in scopes and sort_of(each.kind) in heard
             and _aimed(actor, each) not in stops]  # fmt: skip
    telling = _whole(actor, alive) | _in_lines(alive)
    return [each for each in alive if each.item in telling], telling


def _aimed(actor: Actor, each: Due) -> Aimed:
    return Aimed(actor.id, sort_of(each.kind), each.place, each.scope)


def changed_since(letter_ids: Sequence[int]) -> set[int]:
    """Those of which something was read, deleted or hidden since, or whose reader moved, or chose while it was made."""
    rings = and_(_rings(), Notification.scope == Delivery.scope)
    return set(db.session.scalars(
        select(Letter.id).join(Delivery, Delivery.letter_id == Letter.id).join(Person, Person.id == Delivery.person_id)
        .join(Notification, rings, isouter=True)
        .where(Letter.id.in_(letter_ids), or_(Notification.id.is_(None), Person.email != Letter.to, _chose_since()))
    ))  # fmt: skip


def _chose_since() -> ColumnElement[bool]:
    """Whether the reader stopped mail, ticked a box or chose a level after the delivery was planned."""
    chosen = ((Stop.person_id, Stop.created_at), (Preference.person_id, Preference.set_at),
              (Watch.person_id, Watch.set_at))  # fmt: skip
    return or_(*(exists().where(person == Delivery.person_id, at > Delivery.created_at) for person, at in chosen))


@looked_at_again(*KINDS, changed=changed_since)
def look_again(letter: Letter) -> None:
    """One that waited for the mail server, of which something may not be told any more, is made anew of what is left.
    """
    person_id = db.session.scalar(select(Delivery.person_id).where(Delivery.letter_id == letter.id).limit(1))
    actor = Actor.of_person(person_id) if person_id else None
    due = _found(Delivery.letter_id == letter.id)
    told, telling = _told(actor, due) if actor else ([], {})
    is_moved = actor is not None and actor.email != letter.to
    if is_moved or len(told) < len(due) or (letter.kind != HUSHED and _is_hushed(told, telling.values())):
        _make_anew(letter)


def look_again_at_all_of(person_id: int) -> None:
    """What was made for them and did not go yet is made anew: they chose otherwise, or lost a right.

    In the transaction in which that happens.
    """
    unsent = (
        select(Letter.id).join(Delivery, Delivery.letter_id == Letter.id)
        .where(Delivery.person_id == person_id, Letter.kind.in_(KINDS), Letter.state.in_(UNSENT)).distinct()
    )  # fmt: skip
    for letter_id in db.session.scalars(unsent).all():
        _take_back(letter_id)


@atomic
def _make_anew(letter: Letter) -> None:
    _take_back(letter.id)


def _take_back(letter_id: int) -> None:
    if take_back(letter_id):
        db.session.execute(update(Delivery).where(Delivery.letter_id == letter_id)
                           .values(state=DeliveryState.WAITING, letter_id=None))  # fmt: skip
        publish(DeliveriesPlanned(actor_id=None, is_due=True))


@atomic
def settle(made: Sequence[Made]) -> None:
    """Hand the letters in and note what they hold."""
    for each in made:
        _settle(each)


def _settle(made: Made) -> None:
    """Unless another worker was quicker, or something changed meanwhile."""
    still = set(db.session.scalars(
        select(Delivery.id).where(Delivery.id.in_(made.told + made.cancelled), Delivery.state == DeliveryState.WAITING)
        .with_for_update()
    ))  # fmt: skip
    if made.letter is not None:
        if not still.issuperset(made.told):
            return  # the next sweep looks again at what is left
        hand_in(made.letter)
        db.session.flush()
        _set(made.told, state=DeliveryState.HANDED, letter_id=made.letter.id)
    _set([id_ for id_ in made.cancelled if id_ in still], state=DeliveryState.CANCELLED)


def _set(ids: Iterable[int], **values: object) -> None:
    if ids := list(ids):
        db.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(**values))


def _found(*which: ColumnElement[bool]) -> list[Due]:
    """In the order in which it happened."""
    found = db.session.execute(
        select(Delivery.id, Delivery.kind, Delivery.item, Delivery.place, Notification.scope)
        .join(Notification, _rings(), isouter=True)
        .where(*which, Delivery.channel == Channel.MAIL).order_by(Delivery.created_at, Delivery.id)
    )  # fmt: skip
    return [Due(id_, kind, item, place, scope or "", scope is not None) for id_, kind, item, place, scope in found]


def _rings() -> ColumnElement[bool]:
    """What rings no more was read, or taken away."""
    return and_(Notification.person_id == Delivery.person_id, Notification.kind == Delivery.kind,
                Notification.item == Delivery.item, Notification.read_at.is_(None))  # fmt: skip


def _whole(actor: Actor, due: Sequence[Due]) -> dict[int, News | Line]:
    return {item: news for kind, load in _loaders.items() if (items := [each.item for each in due if each.kind == kind])
            for item, news in load(actor, items).items()}  # fmt: skip


def _in_lines(due: Sequence[Due]) -> dict[int, News | Line]:
    """Kinds that name no way of their own: the sentence under the bell."""
    shown = shown_of((each.kind, each.item) for each in due if each.kind not in _loaders)
    return {item: Line(what.sentence or what.title, what.url, what.is_hushed) for (_kind, item), what in shown.items()}


def _compose(actor: Actor, place: str, due: Sequence[Due], telling: Sequence[News | Line]) -> Letter | None:
    if not due:
        return None
    sorts = [sort_of(each.kind) for each in due]
    sort = Sort.POST if Sort.POST in sorts else sorts[0]  # of a letter with more, what most of it is
    first = telling[0]
    if sort is Sort.NEW_THREAD and isinstance(first, News):
        place = first.of.wider
    elif sort in STOPPED_BY_PLACE:
        place = next(iter(places_around(place, due[0].scope)), "")
    stop_url = stop_address(actor.id, sort, place) if can_stop(sort) else ""
    is_narrow = bool(place) and sort in STOPPED_BY_PLACE
    words: Words = {"to": actor.email, "locale": actor.locale, "name": actor.name, "stop_url": stop_url,
                    "stop_all_url": stop_address(actor.id, sort, "") if is_narrow else "", "sort": sort.value,
                    "stop_at": place.partition(":")[0]}  # fmt: skip
    if _is_hushed(due, telling):
        letter = compose(kind=HUSHED, url="/notifications", **words)
    elif isinstance(first, News):
        letter = _conversation(actor, [each for each in telling if isinstance(each, News)], words)
    else:
        letter = compose(kind=LINES, lines=telling, **words)
    if stop_url:
        letter.headers = letter.headers | stop_headers(stop_url)
    return letter


def _is_hushed(due: Iterable[Due], telling: Iterable[News | Line]) -> bool:
    return any(map(is_hushed, {each.scope for each in due})) or any(
        isinstance(each, Line) and each.is_hushed for each in telling)  # fmt: skip


def _conversation(actor: Actor, news: Sequence[News], words: Words) -> Letter:
    first, of, host = news[0], news[0].of, own_host()
    answers_to = reply_address(actor.id, of.place) if of.takes_answers else ""
    letter = compose(kind=POSTS, of=of, posts=_within_bounds(news, current_app.config["BASE_URL"]),
                     why=news[-1].why, takes_answers=bool(answers_to), **words)  # fmt: skip
    is_of_one = len({each.name for each in news}) == 1
    letter.sender_name = through_the_site(f"{first.name} ({first.company})" if is_of_one else of.list_name)
    letter.reply_to = answers_to
    root = f"<{of.place.replace(':', '-')}@{host}>"
    letter.headers = {"In-Reply-To": root, "References": root, "List-Id": f"<{of.list_id}.{host}>"}
    return letter


def _within_bounds(news: Sequence[News], site: str) -> list[dict[str, object]]:
    """As the templates show them. What would make the letter too long is named, and read on its page (NTF-23)."""
    room, posts = MOST_CHARACTERS, []
    for each in news:
        is_cut = max(len(each.text), len(each.html) // 4) > room
        room -= 0 if is_cut else len(each.text)
        posts.append({
            **each._asdict(), "is_cut": is_cut,
            "text": "" if is_cut else each.text.replace("](/", f"]({site}/"),
            "html": "" if is_cut else markup.for_letter(each.html, site),
        })  # fmt: skip
    return posts
