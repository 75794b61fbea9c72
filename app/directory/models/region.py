"""The areas, places and outline of the region, from data files that another installation replaces by its own."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

DATA = Path(__file__).parents[1] / "data"
EARTH = 6371.0  # km, its mean radius


class Area(StrEnum):
    NORTH = "north"
    CENTRAL = "central"
    SOUTHWEST = "southwest"
    SOUTHEAST = "southeast"
    OUTSIDE = "outside"


class Place(NamedTuple):
    name: str
    municipality: str
    latitude: float  # degrees, WGS 84
    longitude: float
    area: Area

    def kilometres_to(self, other: "Place") -> int:
        """As the crow flies between the centres, in whole kilometres (the haversine formula)."""
        north, east = radians(other.latitude - self.latitude), radians(other.longitude - self.longitude)
        bow = sin(north / 2) ** 2 + cos(radians(self.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
        return round(2 * EARTH * asin(sqrt(bow)))


@cache
def places() -> Mapping[str, Place]:
    """Every place of the list, by its name."""
    listed = _read("places")
    found = (
        Place(name, municipality, latitude, longitude, Area(area))
        for area, lines in listed.items() for name, municipality, latitude, longitude in lines
    )  # fmt: skip
    return {place.name: place for place in sorted(found)}


@cache
def area_names() -> Mapping[str, LazyString]:
    """What each area is called."""
    return {
        Area.NORTH.value: _l("North of %(region)s", region=region_name()),
        Area.CENTRAL.value: _l("Middle of %(region)s", region=region_name()),
        Area.SOUTHWEST.value: _l("Southwest of %(region)s", region=region_name()),
        Area.SOUTHEAST.value: _l("Southeast of %(region)s", region=region_name()),
        Area.OUTSIDE.value: _l("Outside %(region)s", region=region_name()),
    }  # fmt: skip


def names_within(kilometres: int, of: Place) -> list[str]:
    """The places no further than so many kilometres from this one, itself among them."""
    return [place.name for place in places().values() if of.kilometres_to(place) <= kilometres]


def place_called(name: str) -> Place | None:
    """By its name however it is written: EMMEN is Emmen."""
    return _by_folded_name().get(name.casefold())


def nearest_names(name: str) -> list[str]:
    """The three of the list that look most like it."""
    folded = get_close_matches(name.casefold(), list(_by_folded_name()), n=3, cutoff=0.3)
    return [_by_folded_name()[each].name for each in folded]


@cache
def outline() -> list[tuple[float, float]]:
    """(longitude, latitude) around the region."""
    return [(east, north) for east, north in _read("outline")["outline"]]


@cache
def region_name() -> str:
    return str(_read("outline")["name"])


@cache
def _by_folded_name() -> Mapping[str, Place]:
    return {name.casefold(): place for name, place in places().items()}


def _read(name: str) -> dict[str, Any]:
    with (DATA / f"{name}.toml").open("rb") as source:
        return tomllib.load(source)
