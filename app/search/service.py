"""Make findable, forget. The index itself comes with the search page; callers need not change then."""

from collections.abc import Callable, Iterable

from app.search.models import Entry

Loader = Callable[[], Iterable[Entry]]
_loaders: dict[str, Loader] = {}


def register(kind: str, load_all: Loader) -> None:
    """Name a kind of entry and how a rebuild finds all of them."""
    _loaders[kind] = load_all


def kinds() -> tuple[str, ...]:
    return tuple(sorted(_loaders))


def index(entry: Entry) -> None:
    """Add or replace, inside the caller's transaction. Raises LookupError for a kind nobody registered."""
    if entry.kind not in _loaders:
        raise LookupError(entry.kind)


def forget(kind: str, ref_id: int) -> None:
    """Take out; forgetting twice is fine. Raises LookupError for a kind nobody registered."""
    if kind not in _loaders:
        raise LookupError(kind)
