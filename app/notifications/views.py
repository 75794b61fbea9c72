"""The bell's page."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import second_factors
from app.accounts.session import current_actor, is_asked_by_a_person, public, safe_next, say
from app.core.errors import NotFound
from app.core.extensions import csrf
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.core.routing import number_in
from app.core.scopes import scopes_of
from app.notifications import queries, service
from app.notifications.forms import ReadForm
from app.notifications.models import Tab
from app.notifications.subscribers import STEP

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Two tabs; without one that is known, what waits for this person themselves."""
    actor = current_actor()
    scopes = scopes_of(actor)
    tab = Tab.OTHER if request.args.get("tab") == Tab.OTHER else Tab.FOR_ME
    last = page_of(queries.line_count(actor, scopes, tab), queries.ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    pages = Pagination(page, last, lambda number: url_for(".index", tab=tab.value, page=number))
    lines = service.sentences(queries.lines(actor, scopes, tab=tab, page=page))
    unread = {each.value: queries.unread_count(actor.id, scopes, each) for each in Tab}
    return render_template("notifications/index.html", tab=tab.value, lines=lines, pages=pages, unread=unread)


@blueprint.after_app_request
def read_at_the_second_step(response: Response) -> Response:
    """Its page stands on a floor that knows no bell."""
    if request.endpoint == "accounts.own_second_step" and response.status_code == 200 and is_asked_by_a_person():
        actor = current_actor()
        service.read_in_place(actor.id, {STEP: [factor.id for factor in second_factors(actor.id)]})
    return response


@blueprint.post("/read")
@keeps_typed(ReadForm)
def read() -> ResponseReturnValue:
    """The line that the form names, or all: only where it says so, for a form may come in without its fields."""
    form = ReadForm()
    number = number_in(form.id.data)
    if number is None and form.all.data != "1":
        raise NotFound
    service.mark_read(current_actor(), number)
    if number is None:
        say(_("Everything is marked as read."))
    return redirect(safe_next(form.next.data or url_for(".index")), 303)


@blueprint.get("/stop/<token>")
@public
def stop_page(token: str) -> ResponseReturnValue:
    """Behind the link in a letter. Looking changes nothing: mail programs look too."""
    asked = service.read_token(token)
    if asked is None:
        raise NotFound
    return stopping_page(token, asked)


@blueprint.post("/stop/<token>")
@public
@csrf.exempt
def stop(token: str) -> ResponseReturnValue:
    """One press, also by a mail program on its own, which has no cookie: the link itself is what shows the right to.

    RFC 8058: answered at once, without a redirect.
    """
    asked = service.read_token(token)
    if asked is None:
        raise NotFound
    service.stop(asked)
    return stopping_page(token, asked)


@blueprint.post("/stop/<token>/undo")
@public
def take_back_stop(token: str) -> ResponseReturnValue:
    asked = service.read_token(token)
    if asked is None:
        raise NotFound
    if service.take_back(asked):
        say(_("You get this mail again, as you did before."))
    return redirect(url_for(".stop_page", token=token), 303)


def stopping_page(token: str, asked: service.Stopping) -> str:
    stopped = service.running_stop(asked)
    if stopped and current_actor().id == asked.person_id and is_asked_by_a_person():
        service.read_in_place(asked.person_id, {service.STOPPED: [stopped.id]})
    wider = service.everywhere(asked)
    return render_template("notifications/stop.html", token=token, what=asked.what, at=asked.place.partition(":")[0],
                           title=service.title_of(asked), is_stopped=stopped is not None and service.holds_still(asked),
                           all_token=service.stop_token(*wider) if wider else "")  # fmt: skip
