"""The map: the outline and the places as shapes of one drawing, computed here and drawn by a template."""

from functools import cache
from math import cos, radians
from typing import NamedTuple

from app.directory.models import Place
from app.directory.models.region import outline
from app.directory.queries import CompanyLine

WIDTH = 360  # units; about as many pixels on a phone
MARGIN = 34  # room for a pin and half a name at the edge
LETTER, LINE = 6.6, 14  # how much room a name takes, about
BELOW, ABOVE = 24, -16  # from the middle of a pin to the foot of its name


class Pin(NamedTuple):
    place: str
    x: float
    y: float
    companies: int
    is_partner: bool  # nobody but partners is there: another shape
    name_y: float


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)  # fmt: skip


class Drawing(NamedTuple):
    width: float
    height: float
    land: str  # the points of the outline
    pins: list[Pin]


class Frame(NamedTuple):
    """Degrees to units: seen from far above, with north on top."""

    west: float
    north: float
    scale: float  # units to a degree of latitude
    narrow: float  # a degree of longitude is so much of one of latitude
    height: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = MARGIN + (longitude - self.west) * self.narrow * self.scale
        return round(x, 1), round(MARGIN + (self.north - latitude) * self.scale, 1)


def drawing_of(at_places: list[tuple[Place, list[CompanyLine]]]) -> Drawing:
    frame = _frame(tuple(place for place, _lines in at_places))
    land = " ".join(f"{x},{y}" for x, y in (frame.point(*point) for point in outline()))
    points = [frame.point(place.longitude, place.latitude) for place, _lines in at_places]
    feet = names_beside([(place.name, *point) for (place, _lines), point in zip(at_places, points, strict=True)])
    pins = [
        Pin(place.name, *point, len(lines), all(line.is_partner for line in lines), foot)
        for (place, lines), point, foot in zip(at_places, points, feet, strict=True)
    ]
    return Drawing(WIDTH, frame.height, land, pins)


def names_beside(pins: list[tuple[str, float, float]]) -> list[float]:
    """How high each name stands: below its pin, or above it where another name or pin is in the way."""
    taken = [(x, y, Box(x - 12, y - 12, x + 12, y + 12)) for _name, x, y in pins]
    names: list[Box] = []
    for name, x, y in pins:
        half = LETTER * len(name) / 2
        in_the_way = [*names, *(box for left, top, box in taken if (left, top) != (x, y))]
        below, above = (Box(x - half, y + foot - LINE + 3, x + half, y + foot + 3) for foot in (BELOW, ABOVE))
        names.append(above if any(map(below.meets, in_the_way)) and not any(map(above.meets, in_the_way)) else below)
    return [round(box.bottom - 3, 1) for box in names]


@cache
def _frame(shown: tuple[Place, ...]) -> Frame:
    """Around the region, and around every place that is to be seen."""
    points = [*outline(), *((place.longitude, place.latitude) for place in shown)]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    narrow = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrow)
    return Frame(west, north, scale, narrow, round(2 * MARGIN + (north - south) * scale, 1))
