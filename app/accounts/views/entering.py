"""Showing who one is, and coming in."""

import math

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItem
from wtforms import PasswordField

from app.accounts import queries, service
from app.accounts.models import Person
from app.accounts.service.sessions import CodeAnswer, CodeTry, pair_of
from app.accounts.session import current_actor, current_network, give_back_carried, let_in, safe_next
from app.accounts.views.blueprint import FAILURES_OF_NETWORK, FAILURES_OF_PAIR, NEW_CODE_AFTER
from app.core.clock import now
from app.core.errors import TooMany
from app.core.i18n import gettext as _
from app.core.ratelimit import count, is_used_up, seconds_until_free


def enter(person: Person, *, by_code: bool, target: str, stepped_up: bool = False) -> ResponseReturnValue:
    """Signed in: to the text that was being written, else to the page that was asked for.

    Whose office asks for a second step that they do not have goes to set it up first.
    """
    token = service.start_session(person, browser=request.user_agent.string, by_code=by_code, stepped_up=stepped_up)
    let_in(token)
    if (carrying := give_back_carried("signed_in")) is not None:
        return carrying
    if current_actor().sleeps_in_office:
        return redirect(url_for("accounts.own_second_step", next=target or None), 303)
    return redirect(safe_next(target), 303)


def why_not(tried: CodeTry) -> str:
    if tried.answer is CodeAnswer.OLDER:
        return _("Use the code from the latest mail.")
    if tried.answer is CodeAnswer.ELSEWHERE:
        return _("Ask for a new code here.")
    if tried.answer is CodeAnswer.TOO_MANY:
        return _("Too many wrong codes were typed here today. Sign in with your password, or try tomorrow.")
    if tried.answer is CodeAnswer.OVER or not tried.tries_left:
        return _("This code is no longer valid. Ask for a new code.")
    if tried.tries_left == 1:
        return _("This code is not right. You have 1 try left.")
    return _("This code is not right. You have %(num)d tries left.", num=tried.tries_left)


def is_proven(person: Person, field: PasswordField, *, always: bool = False) -> bool:
    """Whether it is the person themselves who sits there; tries count as those of signing in. Raises TooMany.

    `always` asks it of who typed a mailed code just now, too.
    """
    if not always and not queries.asks_password(person, current_actor().session_id):
        return True
    if not field.data:
        field.errors = [_("Type the password that you have now.")]
        return False
    network = current_network()
    refuse_many_failures(person.email, network)
    is_right = service.is_password_of(person, field.data, network=network)
    count_failure(person.email, network, failed=not is_right)
    if not is_right:
        field.errors = [_("This is not your password of now.")]
    return is_right


def refuse_many_failures(email: str, network: str) -> None:
    for limit, key in failure_limits(email, network):
        if is_used_up(limit, "password", key):
            raise too_many_failures(limit, key)


def count_failure(email: str, network: str, *, failed: bool) -> None:
    """Asked again after the hashing: of a hundred tries sent at one moment, ten get an answer."""
    for limit, key in failure_limits(email, network):
        if not count(limit, "password", key) if failed else is_used_up(limit, "password", key):
            raise too_many_failures(limit, key)


def failure_limits(email: str, network: str) -> tuple[tuple[RateLimitItem, str], ...]:
    return (FAILURES_OF_PAIR, pair_of(email, network)), (FAILURES_OF_NETWORK, network)


def seconds_to_wait(sent_at: float) -> int:
    """Until another code can be asked for, after the one of that moment (seconds since 1970; 0: none was)."""
    return max(0, math.ceil(sent_at + NEW_CODE_AFTER - now().timestamp()))


def too_many_codes() -> TooMany:
    return TooMany(_("Five codes were asked for this address within an hour. Try again later."), retry_after=3600)


def too_many_failures(limit: RateLimitItem, key: str) -> TooMany:
    return TooMany(_("This was tried too often from here. Wait a quarter of an hour, or ask for a code by mail."),
                   retry_after=seconds_until_free(limit, "password", key))  # fmt: skip
