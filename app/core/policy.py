"""Who may do what. Every rule is one function, declared in its feature's policy.py."""

import logging
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from app.core.errors import Forbidden

logger = logging.getLogger(__name__)
Rule = TypeVar("Rule", bound=Callable[..., bool])
rules: dict[str, Callable[..., bool]] = {}


class RuleLine(NamedTuple):
    """One line of the table of rules that people can read."""

    feature: str
    name: str
    sentence: str


def rule(predicate: Rule) -> Rule:
    """Register `can_close_thread` under the name templates use: "close_thread".

    Raises ValueError where another package has a rule of that name: templates would ask either.
    """
    name = predicate.__name__.removeprefix("can_")
    if rules.setdefault(name, predicate).__module__ != predicate.__module__:
        raise ValueError(f"two rules are called {name}")
    rules[name] = predicate
    return predicate


def authorize(predicate: Callable[..., bool], actor: Any, *subject: Any) -> None:
    if not holds(predicate, actor, *subject):
        raise Forbidden


def holds(predicate: Callable[..., bool], actor: Any, *subject: Any) -> bool:
    """The rule's answer; a rule that fails is a refusal."""
    try:
        return predicate(actor, *subject)
    except Exception:
        logger.exception("rule %s failed", predicate.__name__)
        return False


def rule_lines() -> Iterator[RuleLine]:
    for name, predicate in sorted(rules.items(), key=lambda item: (item[1].__module__, item[0])):
        sentence = " ".join((predicate.__doc__ or "").split())
        yield RuleLine(predicate.__module__.split(".")[1], name, sentence)
