"""Renewing, pausing, closing, and taking part in a joint purchase."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import say
from app.core.forms import keeps_typed
from app.core.i18n import day
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.marketplace import queries, service
from app.marketplace.forms import CloseForm
from app.marketplace.models import CloseReason, Listing
from app.marketplace.policy import can_edit_listing
from app.marketplace.views.blueprint import blueprint, market_actor


@blueprint.post("/listings/<int:listing_id>/renew")
def renew(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    service.renew_listing(actor, queries.get_listing(actor, listing_id))
    shown = queries.get_listing(actor, listing_id)
    say(_("This listing expires on %(day)s.", day=day(shown.expires_on)) if shown.expires_on else _("This is a draft."))
    return redirect(shown.link, 303)


@blueprint.post("/listings/<int:listing_id>/pause")
def pause(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_listing(actor, listing_id)
    service.pause_listing(actor, shown)
    say(_("The listing is paused: nobody finds it now."), undo_url=url_for(".resume", listing_id=listing_id))
    return redirect(shown.link, 303)


@blueprint.post("/listings/<int:listing_id>/resume")
def resume(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_listing(actor, listing_id)
    service.resume_listing(actor, shown)
    say(_("Others find your listing again."))
    return redirect(shown.link, 303)


@blueprint.get("/listings/<int:listing_id>/close")
def ask_close(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_listing(actor, listing_id)
    authorize(can_edit_listing, actor, shown)
    return close_page(shown, CloseForm(formdata=None))


@blueprint.post("/listings/<int:listing_id>/close")
@keeps_typed(CloseForm)
def close(listing_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), CloseForm()
    shown = queries.get_listing(actor, listing_id)
    authorize(can_edit_listing, actor, shown)
    if not form.validate():
        return close_page(shown, form), 422
    service.close_listing(actor, shown, CloseReason(form.reason.data))
    say(_("The listing is closed."))
    return redirect(url_for(".mine"), 303)


@blueprint.post("/listings/<int:listing_id>/take-part")
def take_part(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_listing(actor, listing_id)
    service.take_part(actor, shown)
    say(_("Your company takes part."), undo_url=url_for(".stop_taking_part", listing_id=listing_id))
    return redirect(shown.link, 303)


@blueprint.post("/listings/<int:listing_id>/stop-taking-part")
def stop_taking_part(listing_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_listing(actor, listing_id)
    service.stop_taking_part(actor, shown)
    say(_("Your company takes no part any more."))
    return redirect(shown.link, 303)


def close_page(shown: Listing, form: CloseForm) -> str:
    return render_template("marketplace/close.html", listing=shown, form=form)
