"""What waits for the coordinator: look, approve or give back with a reason; and which listings wait at all."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor
from app.accounts.session import is_asked_by_a_person, say
from app.core.errors import Conflict, Invalid
from app.core.extensions import db
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.routing import number_in
from app.core.settings import Setting, setting
from app.marketplace import queries, service
from app.marketplace.forms import DeclineForm, JudgeForm, ModerationForm
from app.marketplace.models import KINDS, PLANS, Listing
from app.marketplace.policy import can_choose_moderation, can_judge_listings
from app.marketplace.service import MODERATION, Version
from app.marketplace.views import show
from app.marketplace.views.blueprint import blueprint, market_actor


@blueprint.get("/market/review")
def queue() -> ResponseReturnValue:
    actor = market_actor()
    authorize(can_judge_listings, actor)
    return queue_page(actor, moderation_form())


@blueprint.post("/market/moderation")
@keeps_typed(ModerationForm)
def choose_moderation() -> ResponseReturnValue:
    actor, form = market_actor(), ModerationForm()
    authorize(can_choose_moderation, actor)
    if not form.validate():
        return queue_page(actor, form), 422
    try:
        service.choose_moderation(actor, form.moderation.data, version=number_in(form.version.data) or 0)
    except Conflict as conflict:
        fresh = moderation_form()
        fresh.moderation.errors = [str(conflict)]
        return queue_page(actor, fresh), 409
    say(_("Saved."))
    return redirect(url_for(".queue"), 303)


@blueprint.get("/listings/<int:listing_id>/review")
def review(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_waiting(actor, listing_id)
    answer = review_page(shown, JudgeForm(formdata=None), DeclineForm(formdata=None))
    if is_asked_by_a_person():
        service.mark_waiting_read(actor, shown)
    return answer


@blueprint.post("/listings/<int:listing_id>/approve")
@keeps_typed(JudgeForm)
def approve(listing_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), JudgeForm()
    shown = queries.get_waiting(actor, listing_id)
    if not form.validate():
        return review_page(shown, form, DeclineForm(formdata=None)), 422
    try:
        service.approve_listing(actor, shown, version=number_in(form.version.data) or 0, reason=form.body.data)
    except Invalid as refusal:
        form.body.errors = [str(refusal)]
        return review_page(queries.get_waiting(actor, listing_id), form, DeclineForm(formdata=None)), 422
    say(_("The listing is placed. Its owner hears of it."))
    return redirect(url_for(".queue"), 303)


@blueprint.post("/listings/<int:listing_id>/decline")
@keeps_typed(DeclineForm)
def decline(listing_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), DeclineForm()
    shown = queries.get_waiting(actor, listing_id)
    if not form.validate():
        return review_page(shown, JudgeForm(formdata=None), form), 422
    service.decline_listing(actor, shown, version=number_in(form.version.data) or 0, reason=form.reason.data,
                            body=form.body.data)  # fmt: skip
    say(_("The listing went back to its owner, with your reason."))
    return redirect(url_for(".queue"), 303)


def moderation_form() -> ModerationForm:
    chosen = db.session.get(Setting, MODERATION)
    return ModerationForm(formdata=None, moderation=setting(MODERATION), version=chosen.version if chosen else 0)


def queue_page(actor: Actor, form: ModerationForm) -> str:
    waiting = [show.waiting_line(each) for each in queries.waiting_listings(actor)]
    return render_template("marketplace/queue.html", waiting=waiting,
                           form=form if can_choose_moderation(actor) else None)  # fmt: skip


def review_page(shown: Listing, judge: JudgeForm, declining: DeclineForm) -> str:
    waiting = Version.of_json(shown.waiting or {})
    judge.version.data = declining.version.data = str(shown.version)
    return render_template(
        "marketplace/review.html", listing=shown, title=waiting.title, html=waiting.body_html, judge=judge,
        declining=declining, plan=PLANS[waiting.category], kind=KINDS[waiting.kind.value], company=shown.company.name,
        facts=show.facts(waiting.category, waiting.values), files=show.pictured(queries.files_to_judge(shown)),
        conditions=show.conditions(waiting.category, waiting.values),
        readers=show.readers(market_actor(), waiting, waiting.company_ids),
    )  # fmt: skip
