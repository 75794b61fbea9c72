"""One box for everything a person may read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from app.accounts.models import TieKind, said_for
from app.accounts.policy import Anyone
from app.accounts.session import public
from app.core.clock import local_midnight
from app.core.i18n import day, number
from app.core.i18n import gettext as _
from app.core.markup import options, with_marks
from app.core.pagination import Pagination
from app.core.routing import number_in
from app.core.scopes import scopes_of
from app.core.text import tidy_line
from app.groups.policy import standings
from app.home import queries
from app.home.forms import KINDS
from app.home.queries import Writers
from app.home.views.blueprint import blueprint
from app.search import service as finding
from app.search.service import COUNTED, Filters, Hit, Reader, Results

FIELDS = ("q", "type", "group", "company", "author", "by", "since")
NO_FILTERS = ("q", "by")  # `by` is the number of the writer that was chosen, while the field has the name alone


class Choice(NamedTuple):
    """A filter that was chosen: in words, and the same search without it."""

    label: str
    words: str
    without: str


class Asked:
    """The search as the address says it, and what of it this person can be asked."""

    def __init__(self, actor: Anyone, args: Mapping[str, str]) -> None:
        typed = {name: tidy_line(args.get(name, "")) for name in FIELDS}
        self.given = {name: value for name, value in typed.items() if value}
        if "author" not in self.given:
            self.given.pop("by", None)
        self.question = finding.read(self.given.get("q", ""))
        self.kind = self.given.get("type")
        self.groups = sorted((each for each in standings(actor).values() if each.may_read), key=lambda each: each.name)
        self.group = next((each for each in self.groups if each.slug == self.given.get("group")), None)
        self.companies = queries.companies_to_choose(actor)
        self.company = next((each for each in self.companies if each.slug == self.given.get("company")), None)
        self.authors = queries.authors_called(self.given["author"], self.groups) if "author" in self.given else []
        self.author = self._author()
        self.since = day_in(self.given.get("since"))

    def _author(self) -> queries.Author | None:
        """The only one so called; of several the one who was chosen before, unless another name was typed since."""
        if len(self.authors) == 1:
            return self.authors[0]
        name, number = self.given.get("author", "").lower(), number_in(self.given.get("by"))
        return next((each for each in self.authors if each.person_id == number and each.name.lower() == name), None)

    @property
    def group_options(self) -> Markup:
        return options_of(self.groups, self.group)

    @property
    def company_options(self) -> Markup:
        return options_of(self.companies, self.company)

    @property
    def is_author_asked(self) -> bool:
        return len(self.authors) > 1 and self.author is None

    @property
    def can_be_found(self) -> bool:
        """An unknown value of a filter finds nothing, and does not say why."""
        chosen = {"type": self.kind if self.kind in finding.kinds() else None, "group": self.group,
                  "company": self.company, "author": self.author, "since": self.since}  # fmt: skip
        return all(chosen[name] is not None for name in self.given if name not in NO_FILTERS)

    @property
    def filters(self) -> Filters:
        return Filters(
            self.kind, self.group.group_id if self.group else None, self.company.id if self.company else None,
            self.author.person_id if self.author else None, self.since,
        )  # fmt: skip

    def address(self, **change: str | int | None) -> str:
        """The same search with this changed; the page begins at the first again."""
        if "author" in change:
            change["by"] = None
        asked = {name: value for name, value in {**self.given, **change}.items() if value}
        return f"{url_for('home.search')}?{urlencode(asked)}" if asked else url_for("home.search")

    @property
    def choices(self) -> list[Choice]:
        """Filters in words; the kind is a tab."""
        words = {
            "group": (_("Working group"), self.group.name if self.group else None),
            "company": (_("Company"), self.company.name if self.company else None),
            "author": (_("Writer"), self.author.name if self.author else None),
            "since": (_("Since"), day(self.since) if self.since else None),
        }
        return [
            Choice(label, said or self.given[name], self.address(**{name: None}))
            for name, (label, said) in words.items() if name in self.given
        ]  # fmt: skip


@blueprint.get("/search")
@public
def search() -> ResponseReturnValue:
    actor = current_user._get_current_object()
    asked = Asked(actor, request.args)
    results = Results()
    if asked.can_be_found:
        reader = Reader(scopes_of(actor), actor)
        page = number_in(request.args.get("page")) or 1
        results = finding.find(reader, asked.question, asked.filters, page)
    people = queries.writers_of({hit.author_id for hit in results.hits if hit.author_id})
    companies = names_of_companies(actor, asked, results.hits)
    return render_template(
        "home/search.html", asked=asked, results=results, tabs=tabs_of(asked, results), most=COUNTED,
        hits=[hit_line(hit, asked, people, companies) for hit in results.hits],
        pages=Pagination(results.page, results.last_page, lambda number: asked.address(page=number)),
    )  # fmt: skip


def tabs_of(asked: Asked, results: Results) -> list[tuple[str, str, str, bool]]:
    """(words, count, address, is this one): all, and each kind of which there is something."""
    counts = results.counts
    total = max(sum(counts.values()), results.total)
    tabs = [(_("Everything"), counted(total), asked.address(type=None), asked.kind is None)]
    for kind in sorted({*counts, *([asked.kind] if asked.kind in finding.kinds() else [])}, key=place_of):
        tabs.append((str(words_of(kind)[1]), counted(counts.get(kind, 0)), asked.address(type=kind),
                     asked.kind == kind))  # fmt: skip
    return tabs


def names_of_companies(actor: Anyone, asked: Asked, hits: Sequence[Hit]) -> dict[int, str]:
    """Those of the hits, also of companies that cannot be chosen; visitors read none."""
    if not actor.has_live_tie:
        return {}
    known = {company.id: company.name for company in asked.companies}
    return known | queries.company_names({hit.company_id for hit in hits if hit.company_id} - known.keys())


def hit_line(hit: Hit, asked: Asked, people: Writers, companies: Mapping[int, str]) -> dict[str, Any]:
    kind, _several, sign = words_of(hit.kind)
    group = next((each for each in asked.groups if each.group_id == hit.group_id), None)
    company = companies.get(hit.company_id or 0)
    is_guest = (hit.author_id, hit.company_id) in people.guests
    return {
        "kind": kind, "sign": sign, "title": with_marks(hit.title),
        "snippet": [with_marks(piece) for piece in hit.snippet],
        "url": hit.link or f"/{hit.kind.replace('_', '-')}s/{hit.ref_id}", "group": group.name if group else None,
        "company": said_for(company, TieKind.GUEST) if company and is_guest else company,
        "author": people.names.get(hit.author_id or 0), "at": hit.at,
    }  # fmt: skip


def options_of(offered: Sequence[Any], chosen: Any) -> Markup:
    """Of what has a slug and a name."""
    return options(tuple((each.slug, each.name) for each in offered), chosen.slug if chosen else "")


def words_of(kind: str) -> tuple[Any, Any, str]:
    return KINDS.get(kind, (kind, kind, "file-text"))


def place_of(kind: str) -> tuple[int, str]:
    return (list(KINDS).index(kind) if kind in KINDS else len(KINDS), kind)


def counted(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else number(count)


def day_in(text: str | None) -> datetime | None:
    """The beginning of a day that a form names, or None."""
    try:
        return local_midnight(date.fromisoformat(text or ""))
    except (ValueError, OverflowError):
        return None
