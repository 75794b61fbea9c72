"""What a person may read, as words: "group:7". Packages add theirs; nothing keeps the answer."""

from collections.abc import Callable, Iterable
from typing import Any

Source = Callable[[Any], Iterable[str]]
_sources: list[Source] = []


def scope_source(function: Source) -> Source:
    if function not in _sources:
        _sources.append(function)
    return function


def scopes_of(actor: Any) -> list[str]:
    """Every scope this person may read at this moment."""
    return [scope for source in _sources for scope in source(actor)]
