"""What stands around every page: my groups with their counts, and the bell. Asked only when shown, once a request."""

from functools import cached_property
from typing import Any, NamedTuple

from flask import Flask, g
from flask_login import current_user

from app.accounts.models import Actor
from app.core.i18n import ENDLESS
from app.core.policy import holds, rules
from app.core.scopes import scopes_of
from app.discussions.queries import unread_threads_by_group
from app.groups.models import Visibility
from app.groups.policy import standings
from app.notifications.queries import unread_count


class RailGroup(NamedTuple):
    slug: str
    name: str
    is_confidential: bool
    unread: int


class Frame:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def unread(self) -> dict[int, int]:
        return unread_threads_by_group(self.actor)

    @cached_property
    def groups(self) -> list[RailGroup]:
        return [
            RailGroup(standing.slug, standing.name, standing.visibility is Visibility.CONFIDENTIAL,
                      self.unread.get(standing.group_id, 0))
            for standing in standings(self.actor).values() if standing.is_member
        ]  # fmt: skip

    @cached_property
    def unread_threads(self) -> int:
        return min(sum(self.unread.values()), ENDLESS)

    @cached_property
    def bell(self) -> int:
        return unread_count(self.actor.id, scopes_of(self.actor))


class Site(NamedTuple):
    name: str
    is_demo: bool


def current_frame() -> Frame:
    if "frame" not in g:
        g.frame = Frame(current_user._get_current_object())
    frame: Frame = g.frame
    return frame


def may(rule: str, *subject: Any) -> bool:
    """`can("close_thread", thread)` in templates: the same rules that services ask."""
    return holds(rules[rule], current_user._get_current_object(), *subject)


def register(app: Flask) -> None:
    site = Site(app.config["SITE_NAME"], app.config["DEMO"])
    app.jinja_env.globals["can"] = may
    app.context_processor(lambda: around(site))


def around(site: Site) -> dict[str, Any]:
    if current_user.is_authenticated:
        return {"site": site, "frame": current_frame()}
    return {"site": site, "frame": None}
