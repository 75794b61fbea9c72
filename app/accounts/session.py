"""The person behind the request, and the guard before every page.

Every page asks for a signed-in person with a live tie, unless its view says otherwise
with @public (anyone) or @without_tie (anyone who can sign in).
"""

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.exceptions import Forbidden as BareForbidden

from app.accounts import queries, service
from app.accounts.forms import SignInForm, StepForm, StepMailForm
from app.accounts.models import Actor, Challenge, Office, Person, SecondFactor, Visitor
from app.accounts.policy import silence_words, waits_for_second_step
from app.accounts.service.sessions import is_use_worth_noting, token_hash
from app.core.errors import Forbidden, NotFound, refusal_page, wants_json
from app.core.extensions import csrf, login_manager
from app.core.forms import Carried, Form, carried_fields
from app.core.i18n import choose_language_anew
from app.core.i18n import gettext as _
from app.core.ratelimit import count_write, network_of
from config import LOCALES

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
SIZES = {18: "m", 20: "l", 24: "xl"}


def public(view: View) -> View:
    """Open to visitors. tests/architecture holds the list of these, and nothing else is."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def without_tie(view: View) -> View:
    """Open to whoever can sign in, also when their company's membership or their tie has ended."""
    view.is_without_tie = True  # type: ignore[attr-defined]
    return view


def often(view: View) -> View:
    """Asked by scripts while one reads and types; not counted as writing."""
    view.is_often = True  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """The signed-in person as plain values; views pass it on, services never ask for it."""
    return cast(Actor, current_user._get_current_object())


def current_network() -> str:
    return network_of(request.remote_addr or "")


def browser_key() -> str:
    """A random name of this browser, in its cookie: codes work only where they were asked."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
    return cast(str, session["browser"])


def register(app: Flask) -> None:
    login_manager.anonymous_user = Visitor
    login_manager.session_protection = None  # bound to the server-side session, not to a network address
    app.before_request(guard)
    app.after_request(note_that_the_session_lives)
    app.register_error_handler(CSRFError, show_old_token)
    app.register_error_handler(Forbidden, show_forbidden)
    app.register_error_handler(NotFound, show_not_found)
    app.extensions["demo_code"] = lambda _factor: ""
    app.context_processor(lambda: {"actor": current_user._get_current_object(), "preferences": Preferences()})


@login_manager.user_loader
def load_actor(token: str) -> Actor | None:
    return Actor.of_session(token_hash(token))


class Bearer(UserMixin):
    """What Flask-Login writes in the cookie: the token of the server-side session."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


def let_in(token: str) -> None:
    """Put the session's token in the cookie; the rest of this request knows the person."""
    kept = {name: session[name] for name in ("browser",) if name in session}
    session.clear()  # nothing of before the sign-in survives it
    session.update(kept)
    session.permanent = True
    login_user(Bearer(token))
    g._login_user = Actor.of_session(token_hash(token))
    choose_language_anew()


def select_locale() -> str:
    """A person's own language; a visitor's by the link in the footer, never by Accept-Language."""
    if current_user.is_authenticated:
        return str(current_user.locale)
    chosen = request.args.get("lang") or request.cookies.get("lang")
    return chosen if chosen in LOCALES else str(current_app.config["DEFAULT_LOCALE"])


class Preferences:
    """Text size and light or dark, from the cookies that the buttons in the header set."""

    @property
    def size(self) -> str:
        cookie = request.cookies.get("size")
        if cookie in SIZES.values():
            return cast(str, cookie)
        return SIZES.get(current_user.text_size, "m") if current_user.is_authenticated else "m"

    @property
    def theme(self) -> str | None:
        cookie = request.cookies.get("theme")
        return cookie if cookie in ("light", "dark") else None


def guard() -> ResponseReturnValue | None:
    """Origin, person, tie, token, pace: in this order, before every view."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such page: routing answers
    changes = request.method not in SAFE
    if changes:
        refuse_foreign_origin()
    if getattr(view, "is_public", False):
        if changes:
            ask_for_token()
        return None
    if not current_user.is_authenticated:
        return ask_to_sign_in(view)
    if not current_user.has_live_tie and not getattr(view, "is_without_tie", False):
        if request.endpoint == "home.index":
            return redirect(url_for("accounts.account"), 303)
        raise NotFound
    if changes:
        make_room_for(view)
        ask_for_token()
        count_write(current_actor().id, often=getattr(view, "is_often", False))
    return None


def make_room_for(view: Callable[..., Any]) -> None:
    """Only who is signed in may send much, only where much is taken, and only in parts that need not fit in memory."""
    files, text = getattr(view, "takes", (0, 0))
    if request.mimetype != "multipart/form-data":
        return
    if files:  # and as much as one more for what is around them
        request.max_content_length = (files + 1) * current_app.config["UPLOAD_MAX"]
    if text:
        request.max_content_length = request.max_form_memory_size = text


def ask_for_token() -> None:
    """The token of the form, or CSRFError. A part without a name belongs to no form, and breaks those who read one."""
    if any(name is None for name in request.form):
        raise BadRequest
    csrf.protect()


def refuse_foreign_origin() -> None:
    """A form from elsewhere gets a bare 403; where a browser says neither, the token alone decides."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin not in own_origins(request.host):
        raise BareForbidden
    if site is not None and site not in ("same-origin", "none"):
        raise BareForbidden


def own_origins(host: str) -> set[str]:
    """Our address as a browser names it; on this machine by whichever of its names was used: a host we trust."""
    base = current_app.config["BASE_URL"]
    return {base, f"{urlsplit(base).scheme}://{host}"}


def is_asked_by_a_person() -> bool:
    """A page that someone sees: not HEAD, and not fetched ahead of being asked for."""
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return request.method == "GET" and "prefetch" not in ahead


def ask_to_sign_in(view: Callable[..., Any]) -> ResponseReturnValue:
    """To the sign-in page; what was typed goes along in the page and comes back after it."""
    if wants_json():
        return jsonify(error=_("You are signed out. Sign in again; your text is still here.")), 401
    if request.method in SAFE:
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), 303)
    typed = carried_fields(getattr(view, "form_class", None), request.form)
    return sign_in_page(SignInForm(formdata=None), carried=hide(typed, request.path)), 401


class Step(NamedTuple):
    """Of whom the second step is asked: who signs in and waits for it (then there is a challenge), or who is in."""

    person: Person
    factor: SecondFactor | None
    challenge: Challenge | None
    by_code: bool  # the first step was a mailed code

    @property
    def may_be_mailed(self) -> bool:
        """After a password only; and who looks after the association needs an app (GRP-52)."""
        return self.person.office is Office.NONE and (self.challenge is None or not self.by_code)

    @property
    def asks_password(self) -> bool:
        return self.by_code and self.person.password_hash is not None

    @property
    def has_no_way(self) -> bool:
        """Neither an app nor a password: one of the two must be made first."""
        return self.factor is None and (not self.may_be_mailed or (self.by_code and self.person.password_hash is None))


def current_step() -> Step | None:
    """None for a visitor of whom nothing is asked (any more)."""
    if current_user.is_authenticated:
        actor = current_actor()
        return Step(queries.get_own_person(actor), queries.second_factor_of(actor.id), None,
                    queries.is_session_by_code(actor.session_id))  # fmt: skip
    challenge = service.open_second_step(session.get("step_id"), browser=browser_key())
    if challenge is None or challenge.person_id is None:
        return None
    return Step(queries.get_person(challenge.person_id), queries.second_factor_of(challenge.person_id), challenge,
                bool(session.get("step_by_code")))  # fmt: skip


def ask_second_step(view: Callable[..., Any] | None) -> ResponseReturnValue:
    """Before what waits for it: an answer that says no more than that, and brings the person back (RFC 9470)."""
    if wants_json():
        return jsonify(error=_("Take the second step of signing in first. Your text is still here.")), 401
    if request.method in SAFE:
        return redirect(url_for("accounts.second_step", next=request.full_path.rstrip("?")), 303)
    typed = carried_fields(getattr(view, "form_class", None), request.form)
    asked = cast(Step, current_step())
    return step_page(asked, StepForm(formdata=None), carried=hide(typed, request.path)), 401


def step_page(step: Step, form: StepForm, *, carried: list[tuple[str, str]], target: str = "", by: str = "",
              mail_form: StepMailForm | None = None) -> str:  # fmt: skip
    """`by` "mail" once a code was mailed; else the app is asked for where there is one."""
    by = "mail" if by == "mail" or step.factor is None else "app"
    return render_template(
        "accounts/second_step.html", form=form, mail_form=mail_form or StepMailForm(formdata=None), step=step, by=by,
        is_mailed=bool(session.get("step_sent_at")), carried=carried, next=target,
        demo_code=demo_code_of(step.factor),
    )  # fmt: skip


def demo_code_of(factor: SecondFactor | None) -> str:
    """What the app would show now, where it is shown: in the demo alone."""
    return str(current_app.extensions["demo_code"](factor)) if factor else ""


def lead_to_set_up() -> ResponseReturnValue:
    """An office that sleeps wakes with a second step (GRP-52)."""
    say(_("Your office asks for a second step. Set it up here; then you can go on."))
    return redirect(url_for("accounts.own_second_step", next=request.full_path.rstrip("?")), 303)


def sign_in_page(form: Form, *, carried: list[tuple[str, str]], target: str = "") -> str:
    return render_template("accounts/login.html", form=form, carried=carried, next=target,
                           **current_app.extensions["demo_people"]())  # fmt: skip


def hide(fields: list[Carried], target: str) -> list[tuple[str, str]]:
    """Typed fields as hidden inputs of the sign-in forms."""
    if not fields:
        return []
    return [("carried_to", target), *((f"carried.{field.name}", field.value) for field in fields)]


def still_carried() -> list[tuple[str, str]]:
    """The hidden inputs that came with this sign-in form, cut to what their target takes."""
    target = _carried_target()
    return hide(_carried_to(target), target)


def give_back_carried(reason: str) -> str | None:
    """The page with the text in its box again, or None when nothing was carried."""
    target = _carried_target()
    fields = _carried_to(target)
    return resend_page(target, fields, reason) if fields else None


def show_old_token(_error: CSRFError) -> ResponseReturnValue:
    """Our own page with an old token: nothing was done, nothing typed is lost."""
    message = _("This page had been open for too long. Nothing was saved yet.")
    if wants_json():
        return jsonify(error=message), 400
    if (carrying := give_back_carried("old_token")) is not None:  # a sign-in form with a text in it
        return carrying, 400
    view = current_app.view_functions[request.endpoint or ""]
    try:
        fields = carried_fields(getattr(view, "form_class", None), request.form)
    except HTTPException:
        fields = []
    return resend_page(request.path, fields, "old_token"), 400


def show_not_found(refusal: NotFound) -> ResponseReturnValue:
    """What waits for the second step is there after it, or is not: before it nobody is told which."""
    actor = current_user._get_current_object()
    view = current_app.view_functions.get(request.endpoint or "")
    if waits_for_second_step(actor):
        return ask_second_step(view)
    if actor.sleeps_in_office and request.method in SAFE and not wants_json():
        return ask_second_step(view) if actor.has_second_step else lead_to_set_up()
    return refusal_page(404, str(refusal), typed=refusal.typed, back_url=refusal.back_url)


def show_forbidden(refusal: Forbidden) -> ResponseReturnValue:
    """In a silence nothing else need be wrong: the page says until when it lasts. Nor in an office that sleeps."""
    if current_actor().sleeps_in_office and request.method in SAFE and not wants_json():
        return lead_to_set_up()
    running = next(iter(current_actor().silences), None)
    words = str(refusal)
    if request.method not in SAFE and running and not words:
        words = silence_words(running)
    return refusal_page(403, words, typed=refusal.typed, back_url=refusal.back_url)


def resend_page(target: str, fields: list[Carried], reason: str) -> str:
    return render_template("accounts/resend.html", target=target, fields=fields, reason=reason,
                           button=_("Send again"))  # fmt: skip


def safe_next(target: str | None) -> str:
    """A page of this site, or home."""
    try:
        parts = urlsplit(target or "") if _is_plain(target) else None
    except ValueError:  # a bracket without its pair
        parts = None
    if not parts or parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("home.index")
    return parts._replace(fragment="").geturl()


def note_that_the_session_lives(response: Any) -> Any:
    """Once a day: the session's last use, and a cookie that lives as long again."""
    actor = current_user._get_current_object() if request.endpoint not in (None, "static") else None
    if isinstance(actor, Actor) and is_use_worth_noting(actor) and response.status_code < 400:
        service.note_use(actor)
        session.modified = True
    return response


def _is_plain(target: str | None) -> bool:
    return bool(target) and all(sign.isprintable() and sign != "\\" for sign in target or "")


def _carried_target() -> str:
    """The path of one of our pages; never another site, whatever the form said."""
    try:
        return urlsplit(request.form.get("carried_to", "")).path
    except ValueError:
        return ""


def _carried_to(target: str) -> list[Carried]:
    typed = MultiDict(
        (name.removeprefix("carried."), value) for name, value in request.form.items(multi=True)
        if name.startswith("carried.")
    )  # fmt: skip
    try:
        endpoint, _args = current_app.url_map.bind("").match(target, method="POST")
    except (HTTPException, ValueError):
        return []
    return carried_fields(getattr(current_app.view_functions[endpoint], "form_class", None), typed)


def say(words: str, *, undo_url: str | None = None, undo_words: str = "", is_warning: bool = False) -> None:
    """A short line on the next page, with a button that takes back what was done, under its own words if need be."""
    flash(words, f"undo:{undo_url} {undo_words}".rstrip() if undo_url else "error" if is_warning else "done")
