"""Places of the region and how far they lie apart, as the crow flies between their centres. No outside service."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Final, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

EARTH = 6371.0  # km


class Area(StrEnum):
    NORTH = "north"
    CENTRAL = "central"
    SOUTHWEST = "southwest"
    SOUTHEAST = "southeast"
    OUTSIDE = "outside"


class Place(NamedTuple):
    """Degrees, to a hundredth."""

    latitude: float
    longitude: float
    area: Area


AREAS: Final[Mapping[str, LazyString]] = {
    Area.NORTH.value: _l("North Drenthe"), Area.CENTRAL.value: _l("Central Drenthe"),
    Area.SOUTHWEST.value: _l("Southwest Drenthe"), Area.SOUTHEAST.value: _l("Southeast Drenthe"),
    Area.OUTSIDE.value: _l("outside Drenthe"),
}  # fmt: skip

PLACES: Final[Mapping[str, Place]] = {
    "Almelo": Place(52.36, 6.66, Area.OUTSIDE), "Annen": Place(53.06, 6.72, Area.NORTH),
    "Assen": Place(52.99, 6.56, Area.NORTH), "Beilen": Place(52.86, 6.51, Area.CENTRAL),
    "Borger": Place(52.92, 6.79, Area.CENTRAL), "Coevorden": Place(52.66, 6.74, Area.SOUTHEAST),
    "Dalen": Place(52.70, 6.75, Area.SOUTHEAST), "De Wijk": Place(52.67, 6.29, Area.SOUTHWEST),
    "Delfzijl": Place(53.33, 6.92, Area.OUTSIDE), "Diever": Place(52.86, 6.32, Area.SOUTHWEST),
    "Drachten": Place(53.11, 6.10, Area.OUTSIDE), "Dwingeloo": Place(52.83, 6.37, Area.SOUTHWEST),
    "Eelde": Place(53.13, 6.56, Area.NORTH), "Emmen": Place(52.78, 6.90, Area.SOUTHEAST),
    "Emmer-Compascuum": Place(52.81, 7.05, Area.SOUTHEAST), "Exloo": Place(52.88, 6.87, Area.SOUTHEAST),
    "Gasselternijveen": Place(52.98, 6.84, Area.NORTH), "Gieten": Place(53.00, 6.76, Area.NORTH),
    "Groningen": Place(53.22, 6.57, Area.OUTSIDE), "Hardenberg": Place(52.58, 6.62, Area.OUTSIDE),
    "Havelte": Place(52.77, 6.24, Area.SOUTHWEST), "Heerenveen": Place(52.96, 5.92, Area.OUTSIDE),
    "Hoogersmilde": Place(52.90, 6.40, Area.CENTRAL), "Hoogeveen": Place(52.72, 6.48, Area.SOUTHWEST),
    "Hoogezand": Place(53.16, 6.76, Area.OUTSIDE), "Hooghalen": Place(52.92, 6.54, Area.CENTRAL),
    "Klazienaveen": Place(52.73, 6.99, Area.SOUTHEAST), "Leeuwarden": Place(53.20, 5.80, Area.OUTSIDE),
    "Meppel": Place(52.70, 6.19, Area.SOUTHWEST), "Meppen (D)": Place(52.69, 7.29, Area.OUTSIDE),
    "Nieuw-Amsterdam": Place(52.71, 6.86, Area.SOUTHEAST), "Norg": Place(53.07, 6.46, Area.NORTH),
    "Odoorn": Place(52.85, 6.85, Area.SOUTHEAST), "Peize": Place(53.15, 6.50, Area.NORTH),
    "Roden": Place(53.14, 6.43, Area.NORTH), "Rolde": Place(52.98, 6.64, Area.NORTH),
    "Ruinen": Place(52.76, 6.35, Area.SOUTHWEST), "Schoonebeek": Place(52.66, 6.88, Area.SOUTHEAST),
    "Sleen": Place(52.77, 6.80, Area.SOUTHEAST), "Smilde": Place(52.95, 6.46, Area.CENTRAL),
    "Stadskanaal": Place(52.99, 6.95, Area.OUTSIDE), "Steenwijk": Place(52.79, 6.12, Area.OUTSIDE),
    "Ter Apel": Place(52.88, 7.06, Area.OUTSIDE), "Veendam": Place(53.11, 6.88, Area.OUTSIDE),
    "Vries": Place(53.07, 6.58, Area.NORTH), "Westerbork": Place(52.85, 6.61, Area.CENTRAL),
    "Zuidlaren": Place(53.09, 6.68, Area.NORTH), "Zuidwolde": Place(52.67, 6.43, Area.SOUTHWEST),
    "Zweeloo": Place(52.79, 6.73, Area.SOUTHEAST), "Zwolle": Place(52.51, 6.09, Area.OUTSIDE),
}  # fmt: skip


@cache
def km_between(one: str, other: str) -> int:
    """Whole kilometres, the same both ways."""
    here, there = (PLACES[name] for name in sorted((one, other)))
    north, east = radians(there.latitude - here.latitude), radians(there.longitude - here.longitude)
    half = sin(north / 2) ** 2 + cos(radians(here.latitude)) * cos(radians(there.latitude)) * sin(east / 2) ** 2
    return round(2 * EARTH * asin(sqrt(half)))


def within(km: int, of: str) -> list[str]:
    """The places no further than so many kilometres from this one, itself among them."""
    return [name for name in PLACES if km_between(of, name) <= km]
