"""Signing in and out, and one's own account."""

import json

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from app.accounts import queries, service
from app.accounts.forms import CodeForm, EmailForm, NewEmailForm, PasswordForm, ProfileForm, SignInForm, StepForm
from app.accounts.models import Actor, CompanyState, Person
from app.accounts.policy import waits_for_second_step
from app.accounts.service.sessions import CodeAnswer
from app.accounts.session import (
    Step,
    ask_second_step,
    browser_key,
    current_actor,
    current_network,
    public,
    safe_next,
    say,
    sign_in_page,
    step_page,
    still_carried,
    without_tie,
)
from app.accounts.views.blueprint import blueprint
from app.accounts.views.entering import (
    count_failure,
    enter,
    is_proven,
    refuse_many_failures,
    seconds_to_wait,
    too_many_codes,
    why_not,
)
from app.core.clock import now
from app.core.errors import TooMany
from app.core.i18n import current_locale
from app.core.i18n import gettext as _


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")), 303)
    return sign_in_page(SignInForm(formdata=None), carried=[], target=request.args.get("next", ""))


@blueprint.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    form, network = SignInForm(), current_network()
    target = request.form.get("next", "")
    if not form.validate():
        return sign_in_page(form, carried=still_carried(), target=target), 422
    try:
        refuse_many_failures(form.email.data, network)
        person = service.sign_in_with_password(form.email.data, form.password.data, network=network)
        count_failure(form.email.data, network, failed=person is None)
    except TooMany as refusal:
        return sign_in_later(form, refusal, target=target)
    if person is None:
        form.password.errors = [_("Address and password do not go together. You can also ask for a code by mail.")]
        return sign_in_page(form, carried=still_carried(), target=target), 422
    return welcome(person, by_code=False, target=target)


@blueprint.post("/login/code/send")
@public
def send_code() -> ResponseReturnValue:
    form = EmailForm()
    # "Send a new code" does not say where to go on: then it stays what it was.
    target, carried = request.form.get("next", session.get("code_next", "")), still_carried()
    if not form.validate():
        again = SignInForm(formdata=None, email=form.email.data)
        again.email.errors = form.email.errors
        return sign_in_page(again, carried=carried, target=target), 422
    if wait := seconds_until_new_code(form.email.data):
        session["code_next"] = target
        return asked_too_soon(wait, carried)
    sent = service.send_code(form.email.data, browser=browser_key(), network=current_network(),
                             locale=current_locale())  # fmt: skip
    if not sent:
        too_many = TooMany(_("Five codes were asked for this address within an hour. Try again later, or use your "
                             "password."), retry_after=3600)  # fmt: skip
        return sign_in_later(SignInForm(formdata=None, email=form.email.data), too_many, target=target)
    session.update(code_email=form.email.data, code_next=target, code_sent_at=now().timestamp())
    if carried:  # the text travels in the page only, so there is no redirect
        return code_page(CodeForm(formdata=None), carried)
    return redirect(url_for("accounts.code"), 303)


@blueprint.get("/login/code")
@public
def code() -> ResponseReturnValue:
    if "code_email" not in session:  # the link of the letter, opened where nothing was asked
        say(_("A code works in the browser that asked for it. Ask for a new code here."))
        return redirect(url_for("accounts.login"), 303)
    return code_page(CodeForm(formdata=None), [])


@blueprint.post("/login/code")
@public
def sign_in_with_code() -> ResponseReturnValue:
    form, email = CodeForm(), session.get("code_email", "")
    if not form.validate():
        return code_page(form, still_carried()), 422
    tried = service.sign_in_with_code(email, form.code.data, browser=browser_key(), network=current_network())
    if tried.person is None:
        form.code.errors = [why_not(tried)]
        return code_page(form, still_carried()), 429 if tried.answer is CodeAnswer.TOO_MANY else 422
    return welcome(tried.person, by_code=True, target=session.get("code_next", ""))


@blueprint.post("/logout")
@without_tie
def logout() -> ResponseReturnValue:
    actor = current_actor()
    service.sign_out(actor, actor.session_id)
    logout_user()
    session.clear()
    say(_("You are signed out."))
    return redirect(url_for("home.index"), 303)


@blueprint.get("/password/reset")
@public
def reset() -> ResponseReturnValue:
    return render_template("accounts/reset.html", form=EmailForm(formdata=None))


@blueprint.post("/password/reset")
@public
def send_reset_code() -> ResponseReturnValue:
    """The way back in is the mailed code; the new password is chosen on the page after it."""
    form = EmailForm()
    if not form.validate():
        return render_template("accounts/reset.html", form=form), 422
    if wait := seconds_until_new_code(form.email.data):
        session["code_next"] = url_for("accounts.security")
        return asked_too_soon(wait, [])
    sent = service.send_code(form.email.data, browser=browser_key(), network=current_network(),
                             locale=current_locale())  # fmt: skip
    if not sent:
        raise too_many_codes()
    session.update(code_email=form.email.data, code_next=url_for("accounts.security"), code_sent_at=now().timestamp())
    return redirect(url_for("accounts.code"), 303)


@blueprint.get("/account")
@without_tie
def account() -> ResponseReturnValue:
    person = queries.get_own_person(current_actor())
    form = ProfileForm(formdata=None, name=person.name, phone=person.phone or "", locale=person.locale,
                       text_size=person.text_size)  # fmt: skip
    return account_page(person, form)


@blueprint.post("/account")
@without_tie
def change_profile() -> ResponseReturnValue:
    actor, form = current_actor(), ProfileForm()
    person = queries.get_own_person(actor)
    if not form.validate():
        return account_page(person, form), 422
    service.change_profile(actor, person, name=form.name.data, phone=form.phone.data or None, locale=form.locale.data,
                           text_size=form.text_size.data)  # fmt: skip
    say(_("Saved."))
    response = redirect(url_for("accounts.account"), 303)
    response.delete_cookie("size")  # the choice on this page rules from now on
    return response


@blueprint.get("/account/security")
@without_tie
def security() -> ResponseReturnValue:
    return security_page()


@blueprint.post("/account/security")
@without_tie
def change_password() -> ResponseReturnValue:
    actor = current_actor()
    person, form = queries.get_own_person(actor), PasswordForm(own_words=own_words(actor))
    if not form.validate() or not is_proven(person, form.current):
        return security_page(password_form=form), 422
    service.change_password(actor, person, service.hash_password(form.password.data))
    say(_("Your password is changed. Other devices are signed out."))
    return redirect(url_for("accounts.security"), 303)


@blueprint.post("/account/email")
@without_tie
def change_email() -> ResponseReturnValue:
    actor, form = current_actor(), NewEmailForm()
    person = queries.get_own_person(actor)
    if not form.validate() or not is_proven(person, form.current):
        return security_page(email_form=form), 422
    sent = service.ask_new_email(actor, person, form.email.data, browser=browser_key(), network=current_network(),
                                 locale=current_locale())  # fmt: skip
    if not sent:
        raise too_many_codes()
    session["new_email"] = form.email.data
    return redirect(url_for("accounts.confirm_email_page"), 303)


@blueprint.get("/account/email/code")
@without_tie
def confirm_email_page() -> ResponseReturnValue:
    if "new_email" not in session:
        return redirect(url_for("accounts.security"), 303)
    return render_template("accounts/email_code.html", form=CodeForm(formdata=None), email=session["new_email"])


@blueprint.post("/account/email/code")
@without_tie
def confirm_email() -> ResponseReturnValue:
    actor, form, email = current_actor(), CodeForm(), session.get("new_email", "")
    if form.validate():
        tried = service.confirm_new_email(actor, queries.get_own_person(actor), email, form.code.data,
                                          browser=browser_key(), network=current_network())  # fmt: skip
        if tried.answer is CodeAnswer.RIGHT:
            session.pop("new_email", None)
            say(_("Your e-mail address is changed. Other devices are signed out."))
            return redirect(url_for("accounts.security"), 303)
        form.code.errors = [why_not(tried)]
    return render_template("accounts/email_code.html", form=form, email=email), 422


@blueprint.post("/account/sessions/end")
@without_tie
def sign_out_everywhere() -> ResponseReturnValue:
    actor = current_actor()
    service.end_other_sessions(actor, but=actor.session_id)
    say(_("You are signed out on all other devices."))
    return redirect(url_for("accounts.security"), 303)


@blueprint.get("/account/data")
@without_tie
def own_data() -> ResponseReturnValue:
    return render_template("accounts/data.html")


@blueprint.post("/account/data")
@without_tie
def take_out_own_data() -> ResponseReturnValue:
    actor = current_actor()
    if waits_for_second_step(actor):  # it holds what they wrote in confidential groups
        return ask_second_step(take_out_own_data)
    taken = service.take_out_own_data(actor, queries.get_own_person(actor))
    return Response(
        json.dumps(taken, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="brink.json"'},
    )  # fmt: skip


def welcome(person: Person, *, by_code: bool, target: str) -> ResponseReturnValue:
    """The first step was right. Who has a second one is asked for it; everyone else is signed in."""
    factor = queries.second_factor_of(person.id)
    if factor is None:
        return enter(person, by_code=by_code, target=target)
    carried = still_carried()
    number = service.await_second_step(person, browser=browser_key(), network=current_network())
    session.update(step_id=number, step_by_code=by_code)
    session.pop("step_sent_at", None)
    if carried:  # the text travels in the page only, so there is no redirect
        challenge = service.open_second_step(number, browser=browser_key())
        return step_page(Step(person, factor, challenge, by_code), StepForm(formdata=None), carried=carried)
    return redirect(url_for("accounts.second_step", next=target or None), 303)


def sign_in_later(form: SignInForm, refusal: TooMany, *, target: str) -> ResponseReturnValue:
    """Too often: said on the page itself, which holds on to the text that was being written."""
    form.email.errors = [str(refusal)]
    page = sign_in_page(form, carried=still_carried(), target=target)
    return page, refusal.status, {"Retry-After": str(refusal.retry_after)}


def seconds_until_new_code(email: str) -> int:
    """Of the address that this browser asked for, whoever that is. Another, say without the slip, need not wait."""
    if email != session.get("code_email"):
        return 0
    return seconds_to_wait(session.get("code_sent_at", 0))


def asked_too_soon(wait: int, carried: list[tuple[str, str]]) -> ResponseReturnValue:
    """No new letter: the one before it is still on its way, and its code would no longer work."""
    return code_page(CodeForm(formdata=None), carried, is_too_soon=True), 429, {"Retry-After": str(wait)}


def code_page(form: CodeForm, carried: list[tuple[str, str]], *, is_too_soon: bool = False) -> str:
    email = session.get("code_email", "")
    return render_template("accounts/code.html", form=form, email=email, carried=carried, is_too_soon=is_too_soon,
                           wait_seconds=seconds_until_new_code(email))  # fmt: skip


def account_page(person: Person, form: ProfileForm) -> str:
    actor = current_actor()
    return render_template("accounts/account.html", form=form, person=person, silences=actor.silences,
                           suspension=actor.suspension, tie=actor if actor.has_live_tie else None,
                           why=why_no_tie())  # fmt: skip


def why_no_tie() -> str | None:
    actor = current_actor()
    if actor.has_live_tie:
        return None
    if actor.suspension is not None:
        return "suspended"
    if actor.tie_id is None:
        return "guest_ended" if queries.was_guest_until_the_end(actor.id) else "no_tie"
    if actor.company_state is CompanyState.SUSPENDED:
        return "company_suspended"
    return "guest_ended" if actor.kind == "guest" else "company_ended"


def own_words(actor: Actor) -> tuple[str, ...]:
    """What others guess first: this person's names, address and company, and the site's name."""
    site = current_app.config["SITE_NAME"]
    return (actor.name, *actor.name.split(), actor.email, actor.email.split("@")[0], actor.company_name, site,
            *site.split(), "brink")  # fmt: skip


def security_page(*, password_form: PasswordForm | None = None, email_form: NewEmailForm | None = None) -> str:
    actor = current_actor()
    person = queries.get_own_person(actor)
    return render_template(
        "accounts/security.html", password_form=password_form or PasswordForm(formdata=None),
        email_form=email_form or NewEmailForm(formdata=None), person=person,
        has_password=person.password_hash is not None, asks_password=queries.asks_password(person, actor.session_id),
        sessions=queries.live_session_count(actor.id), factor=queries.second_factor_of(actor.id),
    )  # fmt: skip
