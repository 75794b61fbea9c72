"""The list with its filters, one listing, its files, and one's own."""

import uuid
from functools import lru_cache
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.accounts.models import Actor
from app.accounts.session import is_asked_by_a_person
from app.core import markup
from app.core.drawing import drawn
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.pagination import Pagination, page_asked, page_of
from app.directory.models import places
from app.files import service as files
from app.guard.queries import why_hidden
from app.marketplace import queries, service
from app.marketplace.forms import FilterForm, filters_of
from app.marketplace.forms.others import CLOSE_REASONS
from app.marketplace.models import (
    KINDS,
    LISTINGS_ON_A_PAGE,
    PLANS,
    Category,
    Listing,
    State,
)
from app.marketplace.policy import (
    can_edit_listing,
    can_judge_listings,
    can_react,
    can_renew_listing,
    can_take_part,
    knows_working_copy,
)
from app.marketplace.views import show
from app.marketplace.views.blueprint import blueprint, market_actor

PARTS_OF_OWN = (State.DRAFT, State.PENDING, State.PUBLISHED, State.PAUSED, State.EXPIRED, State.CLOSED, State.BLOCKED,
                State.ARCHIVED)  # fmt: skip
FORMS_KEPT = 200  # about 15 kB each
NUMBER_FROM = 3  # companies in a joint purchase, before others read how many


@blueprint.get("/market")
def index() -> ResponseReturnValue:
    actor = market_actor()
    filters = filters_of(request.args)
    counts = queries.listing_counts(actor, filters)
    shown = counts.of(filters.kind)
    last = page_of(shown, LISTINGS_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    asked = {name: value for name, value in request.args.items() if name != "page" and value}
    near = places().get(asked.get("near", ""))
    cards = [show.card(row, near) for row in queries.listings_on_page(actor, filters, page)] if shown else []
    drawn_form = filter_form(current_locale(), tuple(sorted(asked.items())), tuple(queries.companies_to_name()))
    return render_template(
        "marketplace/index.html", counts=counts, filter_form=drawn_form, kind=filters.kind or "", shown=shown,
        cards=cards, pages=Pagination(page, last, lambda number: market_url({**asked, "page": str(number)})),
        of_kind=lambda kind: market_url({**asked, "kind": kind}), is_asked=bool(asked),
        unread=queries.unread_talks(actor), can_judge=can_judge_listings(actor),
    )  # fmt: skip


@lru_cache(maxsize=FORMS_KEPT)
def filter_form(_locale: str, asked: tuple[tuple[str, str], ...], companies: tuple[tuple[int, str], ...]) -> Markup:
    """Drawn once for all who ask the same: it holds every place and every company."""
    form = FilterForm(formdata=MultiDict(asked))
    form.offer_companies(companies)
    return drawn("marketplace/_filters.html", form=form)


def market_url(asked: dict[str, str]) -> str:
    return f"/market?{urlencode({name: value for name, value in asked.items() if value})}"


@blueprint.get("/market/mine")
def mine() -> ResponseReturnValue:
    """One's own by state, then those of colleagues."""
    actor = market_actor()
    rows = queries.own_listings(actor)
    parts = [(state.value, [row for row in rows if row.is_mine and row.listing.state is state])
             for state in PARTS_OF_OWN]  # fmt: skip
    return render_template(
        "marketplace/mine.html", parts=[part for part in parts if part[1]], state_words=show.state_words,
        of_company=[row for row in rows if not row.is_mine], plans=PLANS, kinds=KINDS,
    )  # fmt: skip


@blueprint.get("/listings/<int:listing_id>", defaults={"words": ""})
@blueprint.get("/listings/<int:listing_id>-<words>")
def listing(listing_id: int, words: str) -> ResponseReturnValue:
    actor = market_actor()
    shown = readable_or_hidden(actor, listing_id)
    if shown.was_out and request.path != shown.link:
        return redirect(shown.link, 302)
    page = ".edit" if can_edit_listing(actor, shown) else ".preview"
    elsewhere = None if shown.was_out else redirect(url_for(page, listing_id=listing_id), 302)
    answer = elsewhere or listing_page(shown)
    if is_asked_by_a_person():
        service.mark_listing_read(actor, shown)
    return answer


@blueprint.get("/listings/<int:listing_id>/files/<int:file_id>")
def file(listing_id: int, file_id: int) -> ResponseReturnValue:
    found = queries.get_file(market_actor(), listing_id, file_id)
    return files.send_content(found.content, found.name, inline="inline" in request.args)


@blueprint.get("/listings/<int:listing_id>/files/<int:file_id>/small")
def thumbnail(listing_id: int, file_id: int) -> ResponseReturnValue:
    found = queries.get_file(market_actor(), listing_id, file_id)
    answer = files.send_thumbnail(found.content, request.if_none_match)
    return answer.make_conditional(request)


def readable_or_hidden(actor: Actor, listing_id: int) -> Listing:
    """For whoever would read it, were it not hidden, NotFound with the words of that."""
    try:
        return queries.get_listing(actor, listing_id)
    except NotFound:
        raise NotFound(why_hidden("listing", listing_id) if queries.is_hidden_from(actor, listing_id) else "") from None


def listing_page(shown: Listing, **more: object) -> str:
    """What others see, with what this person can do."""
    actor = market_actor()
    is_own = shown.company_id == actor.company_id
    state = shown.state
    if state is State.CLOSED and not is_own:
        return render_template("marketplace/closed.html", listing=shown, company=shown.company.name)
    talks = queries.talks_on(actor, shown)
    around: dict[str, object] = {
        "listing": shown, "plan": PLANS[shown.category], "kind": KINDS[shown.kind.value], "state": state.value,
        "state_words": show.state_words(state.value), "company": shown.company.name,
        "html": markup.as_rendered(shown.body_html), "facts": show.facts(shown.category, shown.values),
        "conditions": show.conditions(shown.category, shown.values), "is_own": is_own,
        "may_report": not is_own and not (shown.group and shown.group.is_confidential),
        "files": show.pictured(queries.files_of(shown)), "can_edit": can_edit_listing(actor, shown),
        "can_renew": can_renew_listing(actor, shown),
        "can_react": can_react(actor, shown) and not any(is_open for _number, _name, is_open in talks),
        "readers": show.readers(actor, shown, sorted(shown.reader_ids)) if is_own else "",
        "declined": why_declined(shown) if is_own and knows_working_copy(actor, shown) else "",
        "talks": talks, "form": None, "client_id": str(uuid.uuid4()),
        "close_reason": CLOSE_REASONS.get(shown.close_reason or ""), **purchase(shown),
    }  # fmt: skip
    return render_template("marketplace/listing.html", **{**around, **more})


def why_declined(shown: Listing) -> str:
    """Of a change that others do not see: until its owner writes on, or hands it in again."""
    answer = queries.latest_answer(shown)
    is_open = answer is not None and shown.submitted_at is None and answer.created_at >= shown.typed_at
    return show.declined(answer) if is_open else ""


def purchase(shown: Listing) -> dict[str, object]:
    """Of a joint purchase: who takes part, for who placed it; for others only how many, from three companies on."""
    if shown.category is not Category.JOINT_PURCHASE:
        return {"participants": None, "participant_count": 0, "takes_part": False, "can_take_part": False}
    actor = market_actor()
    companies = queries.participants_of(shown)
    is_own = shown.company_id == actor.company_id
    return {
        "participants": [name for _number, name in companies] if is_own else None,
        "participant_count": len(companies) if len(companies) >= NUMBER_FROM else 0,
        "takes_part": actor.company_id in [number for number, _name in companies],
        "can_take_part": can_take_part(actor, shown),
    }  # fmt: skip
