"""What stands around every page: my groups with their counts, and the bell. Asked only when shown, once a request."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from flask import Flask, current_app, g
from flask_login import current_user
from markupsafe import Markup

from app.accounts.models import Actor
from app.core.drawing import drawn
from app.core.i18n import ENDLESS, current_locale
from app.core.policy import holds, rules
from app.core.scopes import scopes_of
from app.directory.policy import can_see_directory
from app.discussions.queries import unread_threads_by_group
from app.groups.models import Visibility
from app.groups.policy import has_locked_groups, own_standings
from app.moderation.policy import can_see_cases
from app.notifications.queries import unread_count

KEPT = 1_000  # about 5 kB each


class RailGroup(NamedTuple):
    slug: str
    name: str
    is_confidential: bool
    unread: int


class Shown(NamedTuple):
    """All that the rail and the dock show."""

    site_name: str
    here: str
    locale: str
    name: str
    initials: str
    hue: int
    company_name: str
    has_live_tie: bool
    runs_the_site: bool
    sees_directory: bool
    is_staff: bool
    moderates: bool
    looks_after: str  # the address of the company whose contact this person is
    groups: tuple[RailGroup, ...] = ()
    unread_threads: int = 0
    bell: int = 0
    has_locked_groups: bool = False


class Frame:
    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @property
    def sees_directory(self) -> bool:
        return can_see_directory(self.actor)

    def drawn(self, part: str, here: str) -> Markup:
        """The rail or the dock, on the page that is called `here`: "home", "group:energie"."""
        actor = self.actor
        shown = Shown(
            current_app.config["SITE_NAME"], here, current_locale(), actor.name, actor.initials, actor.hue,
            actor.company_name or "", actor.has_live_tie, actor.is_coordinator or actor.is_admin,
            self.sees_directory, actor.is_staff, can_see_cases(actor),
            actor.company_slug if actor.is_contact and actor.is_staff else "",
        )  # fmt: skip
        if actor.has_live_tie:
            shown = shown._replace(groups=self.groups, unread_threads=self.unread_threads, bell=self.bell,
                                   has_locked_groups=has_locked_groups(actor))  # fmt: skip
        return _drawn(part, shown)

    @cached_property
    def unread(self) -> Mapping[int, int]:
        return unread_threads_by_group(self.actor)

    @cached_property
    def groups(self) -> tuple[RailGroup, ...]:
        return tuple(
            RailGroup(standing.slug, standing.name, standing.visibility is Visibility.CONFIDENTIAL,
                      self.unread.get(standing.group_id, 0))
            for standing in own_standings(self.actor)
        )  # fmt: skip

    @cached_property
    def unread_threads(self) -> int:
        return min(sum(self.unread.values()), ENDLESS)

    @cached_property
    def bell(self) -> int:
        return unread_count(self.actor.id, scopes_of(self.actor))


@lru_cache(maxsize=KEPT)
def _drawn(part: str, shown: Shown) -> Markup:
    """As HTML, kept under everything it shows: most pages differ from the one before in nothing of it."""
    return drawn(f"home/_{part}.html", frame=shown)


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
