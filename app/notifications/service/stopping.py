"""Stopping mail from a letter, without signing in: one kind for one place, and back again (RFC 8058)."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ColumnElement, and_, delete, select, update

from app.accounts import service as accounts
from app.accounts.models import Actor
from app.accounts.policy import person_scope
from app.accounts.queries import open_tie_of
from app.core.clock import now
from app.core.db import new_id, upsert
from app.core.errors import NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.events import Unsubscribed
from app.notifications.models import Channel, DigestSetting, Level, Preference, Rhythm, SetBy, Sort, Stop, Watch
from app.notifications.policy import SORTS, STOPPED_BY_PLACE
from app.notifications.queries import choice_at, digest_of, stops_of
from app.notifications.service.bell import notify
from app.notifications.service.places import is_place, names_of

OVERVIEW = "overview"  # what is stopped, beside the sorts
BY_LEVEL = {Sort.POST.value: Level.SILENT, Sort.NEW_THREAD.value: Level.OVERVIEW}  # the others have a box, or a row
STOPPED = "stopped"
MOST_SHOWN = 100  # of what one stopped; the older ones follow when these are taken back
LINK = re.compile(r"(/|%2F)notifications(?:/|%2F)stop(?:/|%2F)[\w.-]+", re.I)  # also within the link of a mail filter


class Stopping(NamedTuple):
    """What a link in a letter stops: for whom, which sort or the overview, and where, "thread:12"."""

    person_id: int
    what: str
    place: str


def title_of(asked: Stopping) -> str:
    """For the reader of the letter, as they may read now; whoever looks at the page need not be them."""
    reader = Actor.of_person(asked.person_id) if is_place(asked.place) else None
    name = names_of(reader, [asked.place]).get(asked.place) if reader else None
    return name.title if name and not name.is_hushed else ""


def everywhere(asked: Stopping) -> Stopping | None:
    """The same mail wherever it is about, where a letter stops it for one place."""
    return asked._replace(place="") if _is_by_place(asked) else None


def can_stop(sort: Sort) -> bool:
    return Channel.MAIL in SORTS[sort].chosen


def stop_address(person_id: int, what: str, place: str) -> str:
    """Of the page with a button, and what a mail program posts to."""
    return str(current_app.config["BASE_URL"]) + stop_path(person_id, what, place)


def stop_headers(address: str) -> dict[str, str]:
    """By which a mail program offers it with one press (RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def stop_path(person_id: int, what: str, place: str) -> str:
    return f"/notifications/stop/{stop_token(person_id, what, place)}"


def stop_token(person_id: int, what: str, place: str) -> str:
    """Whoever holds it may stop this; `read_token` reads it."""
    return str(_signer().dumps([person_id, str(what), place]))


def without_stop_links(text: str) -> str:
    """A text that others read, quoted from somebody's letter: each chooses for themselves there."""
    return LINK.sub(r"\1account\1notifications", text)


def read_token(token: str) -> Stopping | None:
    """What we signed, or None: a link that was cut or made up."""
    try:
        person_id, what, place = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Stopping(person_id, what, place)


def running_stop(asked: Stopping) -> Stop | None:
    """The last one by this link that was not taken back."""
    return db.session.scalar(select(Stop).where(_runs(asked)).order_by(Stop.id.desc()).limit(1))


def holds_still(asked: Stopping) -> bool:
    """Whether the person did not choose otherwise since, in their settings."""
    return _now(asked) == _stopped(asked)


def _runs(asked: Stopping) -> ColumnElement[bool]:
    return and_(Stop.person_id == asked.person_id, Stop.what == asked.what, Stop.place == asked.place,
                Stop.undone_at.is_(None))  # fmt: skip


@atomic
def stop(asked: Stopping) -> None:
    """It holds from now on, also for what waits to be sent. Asked twice it is done once."""
    if holds_still(asked):
        return
    before = _now(asked)
    _put(asked, _stopped(asked))
    made = Stop(id=new_id(), person_id=asked.person_id, what=asked.what, place=asked.place, before=before)
    db.session.add(made)
    db.session.flush()
    publish(Unsubscribed(actor_id=asked.person_id, person_id=asked.person_id, what=asked.what, place=asked.place))
    if tie := open_tie_of(asked.person_id):
        notify([asked.person_id], kind=STOPPED, item=made.id, actor_id=0, actor_tie_id=tie.id,
               scope=person_scope(asked.person_id), mailed=())  # fmt: skip


@atomic
def take_back(asked: Stopping) -> bool:
    """Whether it is as it was before, and not what the person chose meanwhile."""
    made = running_stop(asked)
    if made is None:
        return False
    is_stopped = holds_still(asked)
    if is_stopped:
        _put(asked, made.before)
    db.session.execute(update(Stop).where(_runs(asked)).values(undone_at=now()))  # two presses at once made two
    return is_stopped


def stopped_places(person_id: int) -> Sequence[Stop]:
    """What this person stopped for one place, by links in letters, and may take back (section 5)."""
    return stops_of(person_id, [sort.value for sort in STOPPED_BY_PLACE], MOST_SHOWN)


def get_stop(actor: Actor, stop_id: int) -> Stopping:
    """One of one's own, or NotFound."""
    found = db.session.scalar(select(Stop).where(Stop.id == stop_id, Stop.person_id == actor.id))
    if found is None:
        raise NotFound
    return Stopping(found.person_id, found.what, found.place)


def _stopped(asked: Stopping) -> dict[str, Any]:
    if asked.what == OVERVIEW:
        return {"rhythm": Rhythm.NEVER.value}
    if asked.what in BY_LEVEL:
        return {"level": BY_LEVEL[asked.what].value, "set_by": SetBy.PERSON.value}
    return {"runs": True} if _is_by_place(asked) else {"is_on": False}


def _is_by_place(asked: Stopping) -> bool:
    """Then the row itself is what is asked, wherever mail is planned and made."""
    return asked.what in STOPPED_BY_PLACE and is_place(asked.place)


def _now(asked: Stopping) -> dict[str, Any]:
    """Nothing where nobody chose anything."""
    if asked.what == OVERVIEW:
        setting = digest_of(asked.person_id)
        return {"rhythm": setting.rhythm.value} if setting else {}
    if asked.what in BY_LEVEL:
        chosen = choice_at(asked.person_id, asked.place)
        return {"level": chosen.level.value, "set_by": chosen.set_by.value} if chosen else {}
    if _is_by_place(asked):
        return {"runs": True} if running_stop(asked) else {}
    box = db.session.get(Preference, _box(asked), populate_existing=True)
    return {"is_on": box.is_on} if box else {}


def _put(asked: Stopping, state: dict[str, Any]) -> None:
    if asked.what == OVERVIEW:
        values = {"person_id": asked.person_id, "rhythm": Rhythm(state.get("rhythm", Rhythm.NEVER)), "set_at": now()}
        upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "set_at"))
    elif asked.what in BY_LEVEL:
        if not state:
            db.session.execute(delete(Watch).where(Watch.person_id == asked.person_id, Watch.place == asked.place))
            return
        values = {"person_id": asked.person_id, "place": asked.place, "level": Level(state["level"]),
                  "set_by": SetBy(state["set_by"]), "set_at": now()}  # fmt: skip
        upsert(Watch, values, key=("person_id", "place"), change=("level", "set_by", "set_at"))
    elif not _is_by_place(asked):
        person_id, sort, channel = _box(asked)
        values = {"person_id": person_id, "sort": sort, "channel": channel, "is_on": state.get("is_on", True),
                  "set_at": now()}  # fmt: skip
        upsert(Preference, values, key=("person_id", "sort", "channel"), change=("is_on", "set_at"))


def _box(asked: Stopping) -> tuple[int, Sort, Channel]:
    return asked.person_id, Sort(asked.what), Channel.MAIL


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop mail")


@accounts.own_data("stopped_mail")
def stop_data(person_id: int) -> list[dict[str, str | None]]:
    made = db.session.scalars(select(Stop).where(Stop.person_id == person_id).order_by(Stop.id))
    return [{"what": each.what, "place": each.place, "at": each.created_at.isoformat(),
             "taken_back_at": each.undone_at.isoformat() if each.undone_at else None} for each in made]  # fmt: skip
