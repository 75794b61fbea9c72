"""Pages of a list, counted without OFFSET where a dense position allows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.routing import number_in


@dataclass(frozen=True)
class Pagination:
    """Where one is in a list of `last` pages; `address` gives the URL of a page."""

    current: int
    last: int
    address: Callable[[int], str]

    @property
    def links(self) -> Iterator[int | None]:
        """The page numbers to show, None for a gap: 1 … 4 5 6 … 20."""
        wanted = {1, self.last, *range(self.current - 1, self.current + 2)}
        before = 0
        for number in sorted(n for n in wanted if 1 <= n <= self.last):
            if number - before > 1:
                yield before + 1 if number - before == 2 else None
            yield number
            before = number

    def url(self, number: int) -> str:
        return self.address(number)

    @property
    def has_previous(self) -> bool:
        return self.current > 1

    @property
    def has_next(self) -> bool:
        return self.current < self.last

    @property
    def previous_url(self) -> str:
        return self.address(self.current - 1)

    @property
    def next_url(self) -> str:
        return self.address(self.current + 1)


def page_asked(asked: str | None, last: int) -> int:
    """The page that an address names: the first where it names none, and no further than the last."""
    return min(max(number_in(asked) or 1, 1), last)


def page_of(position: int, size: int) -> int:
    """The page on which the item with this position (from 1) stands."""
    return max(1, -(-position // size))
