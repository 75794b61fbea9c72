"""The form of a listing: kept at every submit, placed when it is complete."""

import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.session import often, say
from app.core import markup
from app.core.errors import Invalid, NotFound, Refusal, wants_json
from app.core.forms import choices, keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.i18n import moment_said
from app.core.policy import authorize, holds
from app.core.routing import number_in
from app.core.transaction import end_reading
from app.files import service as files
from app.groups.policy import own_standings
from app.marketplace import queries, service
from app.marketplace.forms import ListingForm, kind_and_category, listing_form, typed_fields
from app.marketplace.forms.listings import BareListingForm, accepted, check, values_of
from app.marketplace.models import (
    FILES_MOST,
    KINDS,
    MOST_OF,
    PHOTOS_MOST,
    PLANS,
    Category,
    FileRole,
    Kind,
    Listing,
)
from app.marketplace.models.listings import ALT_MOST
from app.marketplace.policy import can_edit_listing, can_place_joint_purchase, can_place_listing, knows_working_copy
from app.marketplace.service import Typed, Upload, VersionConflict
from app.marketplace.views import show
from app.marketplace.views.blueprint import blueprint, market_actor

FILES_AT_ONCE = PHOTOS_MOST + FILES_MOST + 1
ROLES = {"photos": FileRole.PHOTO, "files": FileRole.FILE, "safety_sheet": FileRole.SAFETY_SHEET}


class Sent(NamedTuple):
    """What came with a form: what was typed, and a sentence for each file that was refused."""

    typed: Typed
    refusals: list[str]


@blueprint.get("/market/new")
def new() -> ResponseReturnValue:
    """Two choices, then the form of that category."""
    actor = market_actor()
    authorize(can_place_listing, actor)
    chosen = kind_and_category(request.args)
    if chosen is None:
        return render_template("marketplace/new.html", kinds=KINDS, plans=PLANS, kind=request.args.get("kind", ""),
                               is_half=bool(request.args))  # fmt: skip
    return form_page(None, *chosen, form=form_for(None, chosen[1], None), client_id=str(uuid.uuid4()))


@blueprint.post("/market")
@keeps_typed(ListingForm)
@takes(files=FILES_AT_ONCE)
@often
def save() -> ResponseReturnValue:
    return kept(None)


@blueprint.post("/market/publish")
@keeps_typed(ListingForm)
@takes(files=FILES_AT_ONCE)
def publish() -> ResponseReturnValue:
    return placed(None)


@blueprint.get("/listings/<int:listing_id>/edit")
def edit(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_own_listing(actor, listing_id)
    authorize(can_edit_listing, actor, shown)
    return form_page(shown, shown.kind, shown.category, form=form_for(shown, shown.category, shown.typed))


@blueprint.post("/listings/<int:listing_id>")
@keeps_typed(ListingForm)
@takes(files=FILES_AT_ONCE)
@often
def save_listing(listing_id: int) -> ResponseReturnValue:
    return kept(queries.get_own_listing(market_actor(), listing_id))


@blueprint.post("/listings/<int:listing_id>/publish")
@keeps_typed(ListingForm)
@takes(files=FILES_AT_ONCE)
def publish_listing(listing_id: int) -> ResponseReturnValue:
    return placed(queries.get_own_listing(market_actor(), listing_id))


@blueprint.get("/listings/<int:listing_id>/preview")
def preview(listing_id: int) -> ResponseReturnValue:
    """What others will see of the working copy; of what cannot be read yet, nothing."""
    actor = market_actor()
    shown = queries.get_own_listing(actor, listing_id)
    if not knows_working_copy(actor, shown):
        raise NotFound
    form = form_for(shown, shown.category, shown.typed)
    values = values_of(form, shown.category, leaves_out_wrong=True)
    kind, category, title = shown.kind, shown.category, form.title.data
    files_shown, may_edit = queries.files_to_place(shown, category), can_edit_listing(actor, shown)
    body = form.body.data or ""
    end_reading()
    html = markup.render(body[: markup.MAX_LENGTH], person_id=actor.id)
    return render_template(
        "marketplace/preview.html", listing_id=listing_id, title=title or _("Without a title"), html=html,
        plan=PLANS[category], kind=KINDS[kind.value], facts=show.facts(category, values), company=actor.company_name,
        conditions=show.conditions(category, values), files=show.pictured(files_shown), can_edit=may_edit,
    )  # fmt: skip


@blueprint.post("/listings/<int:listing_id>/discard")
def discard(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    service.discard_listing(actor, queries.get_own_listing(actor, listing_id))
    say(_("The draft is gone."))
    return redirect(url_for(".mine"), 303)


def kept(shown: Listing | None) -> ResponseReturnValue:
    """Keep what was typed, however little; a script gets the moment and the version."""
    try:
        saved, sent = saved_from_form(shown)
    except VersionConflict as conflict:
        return both_wrote(conflict)
    if wants_json():
        return jsonify(saved_at=moment_said(saved.typed_at), version=saved.version,
                       url=url_for(".save_listing", listing_id=saved.id))  # fmt: skip
    if sent.refusals:
        return form_page(saved, sent.typed.kind, sent.typed.category, refusals=sent.refusals,
                         form=form_for(saved, sent.typed.category, sent.typed.fields)), 422  # fmt: skip
    say(_("Kept as a draft."))
    asked = ".preview" if "preview" in request.form else ".edit"
    return redirect(url_for(asked, listing_id=saved.id), 303)


def placed(shown: Listing | None) -> ResponseReturnValue:
    """Keep it, and place it when it is complete; else the form says what is missing, and the draft is kept."""
    actor = market_actor()
    try:
        saved, sent = saved_from_form(shown)
    except VersionConflict as conflict:
        return both_wrote(conflict)
    kind, category = sent.typed.kind, sent.typed.category
    form = form_for(saved, category, sent.typed.fields)
    if category is Category.JOINT_PURCHASE and not holds(can_place_joint_purchase, actor, saved):
        sentence = _("A coordinator or the lead of a working group places a joint purchase. Your draft is kept.")
        return form_page(saved, kind, category, form=form, refusals=[sentence]), 403
    has_sheet = any(file.role is FileRole.SAFETY_SHEET for file in queries.kept_files(saved))
    is_fine = check(form, category, has_safety_sheet=has_sheet, is_coordinator=actor.is_coordinator)
    if not is_fine or sent.refusals:
        return form_page(saved, kind, category, form=form, refusals=sent.refusals), 422
    saved_id = saved.id
    end_reading()
    html = markup.render(form.body.data, person_id=actor.id)
    alts = {name.removeprefix("alt-"): str(words)[:ALT_MOST] for name, words in sent.typed.fields.items()
            if name.startswith("alt-")}  # fmt: skip
    version = accepted(form, kind, category, html, alts=alts)
    made = service.place_listing(actor, queries.get_own_listing(actor, saved_id), version)
    if made.submitted_at is not None:
        say(_("Sent in. The coordinator looks at it; you will hear of it."))
        return redirect(url_for(".mine"), 303)
    say(_("Your listing is placed."))
    return redirect(made.link, 303)


def both_wrote(conflict: VersionConflict) -> ResponseReturnValue:
    """Nothing is written over: the form with what was typed, which the next time goes on top of the newer one."""
    if wants_json():
        return jsonify(error=str(conflict)), 409
    shown = queries.get_own_listing(market_actor(), conflict.listing_id)
    chosen = kind_and_category(request.form) or (shown.kind, shown.category)
    form = form_for(shown, chosen[1], typed_fields(request.form))
    return form_page(shown, *chosen, form=form, refusals=[str(conflict)]), 409


def saved_from_form(shown: Listing | None) -> tuple[Listing, Sent]:
    """The working copy with what this form holds. Conflict gives the form back, to be sent once more."""
    actor = market_actor()
    if shown is None:
        authorize(can_place_listing, actor)
    else:
        authorize(can_edit_listing, actor, shown)
    chosen = kind_and_category(request.form)
    if chosen is None:
        raise Invalid(_("Choose what it is first: an offer or a request, and its category."),
                      typed=request.form.get("body"), back_url=url_for(".new"))  # fmt: skip
    number = shown.id if shown is not None else None
    room = room_for(shown)
    end_reading()
    uploads, refusals = uploads_sent(chosen[1], room)
    typed = Typed(
        kind=chosen[0], category=chosen[1], fields=typed_fields(request.form), client_id=client_id_sent(),
        version=number_in(request.form.get("version")), uploads=uploads,
        dropped={number_in(each) or 0 for each in request.form.getlist("drop")},
    )  # fmt: skip
    shown = queries.get_own_listing(actor, number) if number is not None else None
    return service.save_listing(actor, shown, typed), Sent(typed, refusals)


def room_for(shown: Listing | None) -> dict[FileRole, int]:
    """How many more photos and files the working copy takes, after what this form takes out."""
    dropped = request.form.getlist("drop")
    held = [file.role for file in queries.kept_files(shown) if str(file.id) not in dropped] if shown else []
    return {role: number - held.count(role) for role, number in MOST_OF.items()}


def uploads_sent(category: Category, room: dict[FileRole, int]) -> tuple[list[Upload], list[str]]:
    """What could be stored, and a sentence for each that could not."""
    plan, taken, refusals = PLANS[category], list[Upload](), list[str]()
    for role, sent in files_sent():
        name = files.name_of(sent)
        try:
            if not plan.takes(role):
                raise Refusal(_("This category takes no files."))
            if room[role] <= 0:
                raise Refusal(_("There is no room for more of these."))
            store = files.store_photo if role is FileRole.PHOTO else files.store
            stored = store(cast(BinaryIO, sent.stream), most=current_app.config["UPLOAD_MAX"])
            room[role] -= 1
            taken.append(Upload(stored, name, role))
        except Refusal as refusal:
            refusals.append(f"{name}: {refusal}")
    return taken, refusals


def files_sent() -> Iterator[tuple[FileRole, FileStorage]]:
    """A browser sends an empty part where nothing was chosen."""
    for field, role in ROLES.items():
        for sent in request.files.getlist(field):
            if sent.filename:
                yield role, sent


def client_id_sent() -> str | None:
    client_id: str | None = BareListingForm(formdata=request.form).client_id.data
    return client_id


def form_for(shown: Listing | None, category: Category, typed: Any) -> Any:
    """With the groups one takes part in, and the one that it is for already."""
    actor = market_actor()
    groups = [(standing.group_id, standing.name) for standing in own_standings(actor) if not standing.is_archived]
    if shown is not None and shown.group_id not in (None, *(group_id for group_id, _name in groups)):
        groups.append((cast(int, shown.group_id), _("The working group it is for now")))
    others = [each for each in queries.companies_to_name() if each[0] != actor.company_id]
    return listing_form(category, typed, groups=groups, companies=others)


def form_page(shown: Listing | None, kind: Kind, category: Category, *, form: Any, client_id: str = "",
              refusals: list[str] | None = None) -> str:  # fmt: skip
    actor = market_actor()
    answer = queries.latest_answer(shown) if shown is not None and not shown.submitted_at else None
    return render_template(
        "marketplace/edit.html", listing=shown, kind=kind.value, category=category.value, plan=PLANS[category],
        kinds=choices(KINDS), categories=choices({each.value: plan.label for each, plan in PLANS.items()}), form=form,
        client_id=client_id or client_id_of(shown), version=shown.version if shown else "", refusals=refusals or [],
        files=show.pictured(queries.kept_files(shown)) if shown else show.pictured([]), photos_most=PHOTOS_MOST,
        files_most=FILES_MOST, state=shown.state.value if shown else "draft", typed=shown.typed if shown else {},
        declined=show.declined(answer),
        may_place=category is not Category.JOINT_PURCHASE or shown is None
        or holds(can_place_joint_purchase, actor, shown),
    )  # fmt: skip


def client_id_of(shown: Listing | None) -> str:
    return (shown.client_id if shown else None) or str(uuid.uuid4())
