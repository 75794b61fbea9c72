"""The page behind the link in an answer: it takes back a post that came by mail."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor
from app.accounts.session import public
from app.core.errors import Conflict, Forbidden
from app.core.i18n import gettext as _
from app.core.panels import Panel, panel
from app.mailin import service

blueprint = Blueprint("mailin", __name__, url_prefix="/mail")


@panel("mail queue", 10)
def what_strangers_lost(_actor: Actor, _subject: None) -> Panel | None:
    kept = service.kept_of_strangers()
    return Panel("mailin/_kept.html", {"lost": kept.lost, "most": kept.most}) if kept.lost else None


@blueprint.get("/undo/<token>")
@public
def undo(token: str) -> ResponseReturnValue:
    """Without signing in, and without a word of what was written: a link goes through many hands."""
    return render_template("mailin/undo.html", undo=service.get_undo(token), token=token)


@blueprint.post("/undo/<token>")
@public
def take_back(token: str) -> ResponseReturnValue:
    address = url_for(".undo", token=token)
    try:
        service.take_back_post(token)
    except Forbidden:
        raise Conflict(_("This post can no longer be taken back."), typed="", back_url=address) from None
    return redirect(address, 303)
