"""The bell's page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.core.pagination import Pagination, page_of
from app.core.routing import number_in
from app.core.scopes import scopes_of
from app.notifications import queries, service

blueprint = Blueprint("notifications", __name__, url_prefix="/notifications")


@blueprint.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    scopes = scopes_of(actor)
    last = page_of(queries.line_count(actor, scopes), queries.ON_A_PAGE)
    page = min(max(number_in(request.args.get("page")) or 1, 1), last)
    pages = Pagination(page, last, lambda number: url_for(".index", page=number))
    lines = service.sentences(queries.lines(actor, scopes, page=page))
    return render_template("notifications/index.html", notifications=lines, pages=pages)


@blueprint.post("/read")
def read() -> ResponseReturnValue:
    service.mark_read(current_actor(), number_in(request.form.get("id")))
    return redirect(url_for(".index"), 303)
