"""Which companies the list and the map show: one answer for both (DIR-23)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, Self

from app.accounts.models import Actor
from app.core.routing import number_in
from app.directory.models import CompanySize, Place, Role, places
from app.directory.models.region import Area
from app.directory.queries.companies import CompanyLine, companies


class Filters(NamedTuple):
    """What the address asks for; a word that nobody knows filters nothing."""

    area: str = ""
    place: str = ""
    role: str = ""
    size: str = ""
    capability: int = 0
    partner: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Self:
        known: dict[str, Collection[str]] = {
            "area": list(Area), "place": places(), "role": list(Role), "size": list(CompanySize), "partner": ("1",),
        }  # fmt: skip
        chosen = {name: asked[name] for name, values in known.items() if asked.get(name) in values}
        return cls(**chosen, capability=number_in(asked.get("capability")) or 0)

    @property
    def chosen(self) -> dict[str, str | int]:
        """Those in use, as they stand in the address."""
        return {name: value for name, value in self._asdict().items() if value}

    def without(self, dropped: str) -> Self:
        left: dict[str, Any] = {name: value for name, value in self.chosen.items() if name != dropped}
        return type(self)(**left)

    def fits(self, line: CompanyLine) -> bool:
        return (
            (not self.place or self.place in line.places)
            and (not self.area or any(_area_of(place) == self.area for place in line.places))
            and (not self.role or self.role in line.roles)
            and (not self.size or self.size == line.size)
            and (not self.partner or line.is_partner)
            and (not self.capability or self.capability in {each[0] for each in line.capabilities})
        )


class Finding(NamedTuple):
    """The companies that fit, and of which others there is a choice."""

    filters: Filters
    lines: list[CompanyLine]
    everyone: list[CompanyLine]

    @property
    def at_places(self) -> list[tuple[Place, list[CompanyLine]]]:
        """Each place with its companies; one with sites in several places stands at each (DIR-26)."""
        wanted = self.filters.place
        found = {place: [line for line in self.lines if place in line.places] for place in places()}
        return [
            (places()[place], lines) for place, lines in found.items() if lines and (not wanted or place == wanted)
        ]

    @property
    def nowhere(self) -> list[CompanyLine]:
        """Those that have not said where they are: the list names them, the map cannot."""
        return [line for line in self.lines if not any(place in places() for place in line.places)]

    @property
    def to_drop(self) -> list[tuple[str, int]]:
        """Of filters that together leave nothing: each that alone is in the way, with what there is without it."""
        counts = [(name, count_fitting(self.filters.without(name), self.everyone)) for name in self.filters.chosen]
        return [(name, count) for name, count in counts if count]

    @property
    def claimed(self) -> list[tuple[int, str, str]]:
        """Each capability that some company has."""
        return sorted({each for line in self.everyone for each in line.capabilities}, key=lambda each: each[1])

    @property
    def places_in_use(self) -> Counter[str]:
        return Counter(place for line in self.everyone for place in line.places if place in places())


def find(actor: Actor, filters: Filters) -> Finding:
    everyone = companies(actor)
    return Finding(filters, [line for line in everyone if filters.fits(line)], everyone)


def count_fitting(filters: Filters, lines: Iterable[CompanyLine]) -> int:
    return sum(filters.fits(line) for line in lines)


def _area_of(name: str) -> str:
    place = places().get(name)
    return place.area if place else ""
