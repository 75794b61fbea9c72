"""Places: how they are called, in which group something lies, and whose mail was stopped for one of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from app.accounts.models import Actor
from app.notifications.models import Sort
from app.notifications.policy import STOPPED_BY_PLACE
from app.notifications.queries import stops_at


class PlaceName(NamedTuple):
    """As its reader may know it now. Of one that is hushed a page for whoever holds a link says no name (NTF-21)."""

    title: str
    url: str
    is_hushed: bool = False


class Aimed(NamedTuple):
    """Mail of a sort for one person about a place, and the scope of who may read it."""

    person_id: int
    sort: Sort
    place: str
    scope: str


Names = Callable[[Actor, Sequence[int]], Mapping[int, PlaceName]]
Around = Callable[[str], str]
_names: dict[str, Names] = {}
_arounds: list[Around] = []


def names_place(kind: str, names: Names) -> None:
    """Name how places of a kind are called, many at a time; what the reader may not know now is left out."""
    _names[kind] = names


def lies_in(around: Around) -> None:
    """Name the place that something of a scope lies in: of "group-lead:7" it is "group:7"; "" where it is in none."""
    _arounds.append(around)


def names_of(reader: Actor, places: Collection[str]) -> dict[str, PlaceName]:
    """One question for each kind of place."""
    return {
        f"{kind}:{number}": name for kind, names in _names.items()
        if (numbers := [number for each in places if (number := _number_in(each, kind)) is not None])
        for number, name in names(reader, numbers).items()
    }  # fmt: skip


def is_place(place: str) -> bool:
    """Whether it has a name, and mail can be stopped for it alone; "case:5" is only what a letter is about."""
    return any(_number_in(place, kind) is not None for kind in _names)


def places_around(place: str, scope: str) -> list[str]:
    """Where mail about this can be stopped: the place itself, then what it lies in."""
    around = (look(scope) for look in _arounds)
    return [each for each in (place, *around) if is_place(each)]


def stopped(aimed: Collection[Aimed]) -> set[Aimed]:
    """What of this its reader stopped for that place (NTF-20): one statement at most, however many they are."""
    around = {each: places_around(each.place, each.scope) for each in aimed if each.sort in STOPPED_BY_PLACE}
    places = {place for found in around.values() for place in found}
    if not places:
        return set()
    stops = stops_at({each.person_id for each in around}, {each.sort.value for each in around}, places)
    return {each for each, found in around.items()
            if any((each.person_id, each.sort.value, place) in stops for place in found)}  # fmt: skip


def _number_in(place: str, kind: str) -> int | None:
    words, _colon, number = place.rpartition(":")
    return int(number) if words == kind and number.isdecimal() else None
