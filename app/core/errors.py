"""The ways a request can be refused, and the page each one shows."""

import logging
import secrets
from urllib.parse import quote

from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException, SecurityError

from app.core.extensions import db, login_manager
from app.core.forms import carried_fields
from app.core.i18n import gettext as _

logger = logging.getLogger(__name__)
WRITTEN = ("body", "text", "reason", "outcome", "remark")  # what people write in, where no form of ours is known


class Refusal(Exception):
    """A request we understood and decline. The message is shown to the person.

    `typed` is text of theirs that the page gives back, so that nothing is lost; `field` names the field at fault.
    """

    status = 400
    typed: str | None = None

    def __init__(self, message: str = "", *, typed: str | None = None, back_url: str | None = None,
                 field: str | None = None) -> None:  # fmt: skip
        super().__init__(message)
        self.typed = typed
        self.back_url = back_url
        self.field = field


class NotFound(Refusal):
    """It does not exist, or this person may not know that it does."""

    status = 404


class Forbidden(Refusal):
    """The person may see it but not do this to it."""

    status = 403


class Conflict(Refusal):
    """It changed in the meantime, or is in a state that does not allow this."""

    status = 409


class Invalid(Refusal):
    """What was sent cannot be taken as it is."""

    status = 422


class TooMany(Refusal):
    """Too often in too short a time. `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def register(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def show_refusal(refusal: Refusal) -> ResponseReturnValue:
        answer = app.make_response(refusal_page(
            refusal.status, str(refusal), typed=refusal.typed, back_url=refusal.back_url))  # fmt: skip
        if isinstance(refusal, TooMany):
            answer.headers["Retry-After"] = str(refusal.retry_after)
        return answer

    @app.errorhandler(RateLimitExceeded)
    def show_limit(_limit: RateLimitExceeded) -> ResponseReturnValue:
        answer = app.make_response(refusal_page(429))
        answer.headers["Retry-After"] = "60"
        return answer

    @app.errorhandler(SecurityError)
    def show_forged_host(_error: SecurityError) -> ResponseReturnValue:
        """Someone addressed us by a name that is not ours: a page of ours could not even link to itself."""
        return app.response_class("Bad Request\n", 400, content_type="text/plain; charset=utf-8")

    @app.errorhandler(HTTPException)
    def show_http_error(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error  # a redirect that routing made
        # What a form of another site brought along is not shown on ours.
        back_url = _page_above() if status == 405 else None
        answer = app.make_response(refusal_page(status, typed="" if status == 403 else None, back_url=back_url))
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(Exception)
    def show_failure(error: Exception) -> ResponseReturnValue:
        """Details go to the log only; the page carries the number by which to find them."""
        incident = secrets.token_hex(4)
        logger.error("incident %s: %s %s", incident, request.method, request.path, exc_info=error)
        db.session.rollback()
        # The page must not ask the database who this is: that may be what failed.
        g._login_user = login_manager.anonymous_user()
        return refusal_page(500, incident=incident)


def refusal_page(status: int, message: str = "", *, typed: str | None = None, back_url: str | None = None,
                 incident: str | None = None) -> ResponseReturnValue:  # fmt: skip
    title, sentence = _words_for(status)
    message = message or sentence
    if wants_json():
        return jsonify(error=message), status
    typed = typed if typed is not None else _typed_text()
    return render_template("errors/refusal.html", status=status, title=title, message=message, typed=typed,
                           back_url=back_url, incident=incident), status  # fmt: skip


def _page_above() -> str | None:
    """The nearest page above an address that is none: the form that is sent there stands on it, or near it."""
    pages, path = current_app.create_url_adapter(request), "/" + request.path.lstrip("/")
    while pages is not None and (path := path.rpartition("/")[0]):
        if pages.test(path, method="GET"):
            return quote(path)
    return None


def wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _typed_text() -> str | None:
    """What the person had typed in the fields of this address's form, if it could be read."""
    form_class = getattr(current_app.view_functions.get(request.endpoint or ""), "form_class", None)
    try:
        fields = carried_fields(form_class, request.form)
        written = [field.value for field in fields if field.label]
        if form_class is None:
            written = [request.form.get(name, "") for name in WRITTEN]
    except HTTPException:
        return None
    return "\n\n".join(filter(None, written)) or None


def _words_for(status: int) -> tuple[str, str]:
    if status == 404:
        return _("This page is not there"), _("It does not exist, or you may not see it.")
    if status == 403:
        return _("You may not do this"), _("You can read this, but not change it in this way.")
    if status == 405:
        return (_("This address is for a form only"),
                _("It opens only when a form is sent. Go back to the page where that form stands."))  # fmt: skip
    if status == 409:
        return _("This changed in the meantime"), _("Look at the newest version and try again.")
    if status == 413:
        return _("This is too large"), _("What you sent is larger than this page takes. Nothing was saved.")
    if status == 429:
        return _("One moment, please"), _("This was tried too often in a short time. Wait a minute and try again.")
    if status >= 500:
        return _("Something went wrong here"), _("This is our fault, not yours. Nothing was saved. Try again later.")
    return _("This request was not understood"), _("Go back and try again. Nothing was saved.")
