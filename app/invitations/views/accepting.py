"""Behind the link of a letter. Looking changes nothing; who accepts types their name and presses a button."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Actor
from app.accounts.service import start_session
from app.accounts.session import current_actor, current_network, let_in, public, say
from app.core.errors import Conflict
from app.core.forms import keeps_typed
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.invitations import queries, service
from app.invitations.forms import AcceptForm
from app.invitations.models import Invitation
from app.invitations.views.blueprint import ACCEPTS, ASKS, blueprint, count_letters


@blueprint.get("/invitations/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    shown = queries.by_token(token)
    if shown is None or not shown.is_open:
        return over_page(token, shown), 410 if shown else 404
    return invitation_page(token, shown, AcceptForm(formdata=None))


@blueprint.post("/invitations/<token>")
@public
@keeps_typed(AcceptForm)
def accept(token: str) -> ResponseReturnValue:
    form, shown = AcceptForm(), queries.by_token(token)
    if shown is None or not shown.is_open:
        return over_page(token, shown), 409 if shown else 404
    if not form.validate():
        return invitation_page(token, shown, form), 422
    count_letters(ACCEPTS, "accept", current_network())
    actor = signed_in()
    try:
        accepted = service.accept_invitation(token, form.name.data, actor, locale=current_locale())
    except Conflict as conflict:  # they act for a company already, or this is the account of someone else
        form.name.errors = [str(conflict)]
        return invitation_page(token, shown, form), 409
    if accepted is None:  # somebody was quicker
        return over_page(token, queries.by_token(token)), 409
    welcome = url_for(".name")
    if actor is None and not accepted.is_new:
        # A link lets nobody into an account that was there: they show who they are, as always.
        say(_("You act for %(company)s from now on. Sign in to begin.", company=shown.company.name))
        return redirect(url_for("accounts.login", next=welcome), 303)
    if actor is None:
        let_in(start_session(accepted.person, browser=request.user_agent.string, by_code=True))
    return redirect(welcome, 303)


@blueprint.post("/invitations/<token>/ask")
@public
def ask(token: str) -> ResponseReturnValue:
    """Whoever invited hears of it, once."""
    count_letters(ASKS, "ask", current_network())
    service.ask_new_invitation(token)
    say(_("Whoever invited you was told that you ask for a new invitation."))
    return redirect(url_for("accounts.login"), 303)


def signed_in() -> Actor | None:
    return current_actor() if current_user.is_authenticated else None


def invitation_page(token: str, shown: Invitation, form: AcceptForm) -> str:
    return render_template("invitations/invitation.html", token=token, invitation=shown, form=form,
                           account=signed_in())  # fmt: skip


def over_page(token: str, shown: Invitation | None) -> str:
    """Expired, revoked or used: one page for all. Of a link that is not known nobody can be told."""
    return render_template("invitations/over.html", token=token, is_known=shown is not None)
