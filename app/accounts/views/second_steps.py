"""The second step: asked for, set up, renewed and taken away."""


import segno
from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import queries, service
from app.accounts.forms import BeginStepForm, ConfirmStepForm, OwnStepForm, SignInForm, StepForm, StepMailForm
from app.accounts.models import Actor, Person, Purpose, SecondFactor
from app.accounts.service.sessions import CodeAnswer, CodeTry, try_code
from app.accounts.session import (
    Step,
    browser_key,
    current_actor,
    current_network,
    current_step,
    demo_code_of,
    give_back_carried,
    public,
    safe_next,
    say,
    sign_in_page,
    step_page,
    still_carried,
    without_tie,
)
from app.accounts.views.blueprint import blueprint
from app.accounts.views.entering import enter, is_proven, seconds_to_wait, too_many_codes, why_not
from app.core.clock import now
from app.core.errors import NotFound, TooMany
from app.core.i18n import current_locale, ngettext
from app.core.i18n import gettext as _

QUIET = 4  # modules of white around a square that cameras read (ISO/IEC 18004)


@blueprint.get("/login/step")
@public
def second_step() -> ResponseReturnValue:
    step, target = current_step(), request.args.get("next", "")
    if step is None:
        return redirect(url_for("accounts.login", next=target or None), 303)
    if current_user.is_authenticated and current_actor().is_stepped_up:
        return redirect(safe_next(target), 303)
    return step_page(step, StepForm(formdata=None), carried=[], target=target, by=request.args.get("by", ""))


@blueprint.post("/login/step")
@public
def take_second_step() -> ResponseReturnValue:
    step, form, target = current_step(), StepForm(), request.form.get("next", "")
    if step is None:
        return begin_anew(target)
    if not form.validate():
        return step_page(step, form, carried=still_carried(), target=target, by=form.by.data or ""), 422
    tried = try_step(step, form.code.data, by_mail=form.by.data == "mail" and step.may_be_mailed)
    if tried.answer is CodeAnswer.RIGHT:
        return go_on(step, target)
    if tried.answer is CodeAnswer.OVER and step.challenge is not None and form.by.data != "mail":
        return begin_anew(target)
    form.code.errors = [why_step_is_wrong(tried, by_mail=form.by.data == "mail")]
    page = step_page(step, form, carried=still_carried(), target=target, by=form.by.data or "")
    return page, 429 if tried.answer is CodeAnswer.TOO_MANY else 422


@blueprint.post("/login/step/send")
@public
def send_step_code() -> ResponseReturnValue:
    """A mailed code after a password; who signed in with a mailed code types the password here."""
    step, target, carried = current_step(), request.form.get("next", ""), still_carried()
    if step is None:
        return begin_anew(target)
    if not step.may_be_mailed or step.has_no_way:
        raise NotFound
    form = StepMailForm()
    try:
        if step.by_code and not is_proven(step.person, form.current, always=True):
            return step_page(step, StepForm(formdata=None), carried=carried, target=target, mail_form=form), 422
        mail_code(step.person)
    except TooMany as refusal:  # said on the page itself, which holds on to the text that was being written
        form.current.errors = [str(refusal)]
        page = step_page(step, StepForm(formdata=None), carried=carried, target=target, by="mail", mail_form=form)
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)}
    if carried:
        return step_page(step, StepForm(formdata=None), carried=carried, target=target, by="mail")
    return redirect(url_for(".second_step", next=target or None, by="mail"), 303)


@blueprint.get("/account/security/step")
@without_tie
def own_second_step() -> ResponseReturnValue:
    return own_step_page()


@blueprint.post("/account/security/step")
@without_tie
def begin_second_step() -> ResponseReturnValue:
    """Behind the password, or the mailed code typed just now: who only found a screen open sets up nothing."""
    actor, form = current_actor(), BeginStepForm()
    person = queries.get_own_person(actor)
    if person.password_hash is None and queries.is_code_stale(actor.session_id):
        form.current.errors = [_("Sign out, and sign in with a code: for ten minutes after it you can set this up.")]
        return own_step_page(begin_form=form), 422
    if not is_proven(person, form.current):
        return own_step_page(begin_form=form), 422
    service.begin_second_step(actor, person)
    return redirect(url_for(".own_second_step", next=request.form.get("next") or None), 303)


@blueprint.post("/account/security/step/confirm")
@without_tie
def confirm_second_step() -> ResponseReturnValue:
    """The recovery codes stand in this one answer and nowhere else: so it is no redirect."""
    actor, form = current_actor(), ConfirmStepForm()
    person, factor = queries.get_own_person(actor), queries.second_factor_begun(actor)
    if factor is None:
        say(_("That took too long, or was done already. Look how it stands now."))
        return redirect(url_for(".own_second_step"), 303)
    if not form.validate():
        return own_step_page(confirm_form=form), 422
    codes = service.confirm_second_step(actor, person, factor, form.code.data)
    if codes is None:
        form.code.errors = [_("This code is not right. Type the one that the app shows now.")]
        return own_step_page(confirm_form=form), 422
    return codes_page(codes, is_new=True)


@blueprint.post("/account/security/step/codes")
@without_tie
def renew_recovery_codes() -> ResponseReturnValue:
    actor, form = current_actor(), OwnStepForm(name="renew")
    factor = own_factor(actor)
    person = queries.get_own_person(actor)
    if not is_step_right(person, form):
        return own_step_page(renew_form=form), 422
    return codes_page(service.renew_recovery_codes(actor, person, factor), is_new=False)


@blueprint.post("/account/security/step/remove")
@without_tie
def remove_second_step() -> ResponseReturnValue:
    actor, form = current_actor(), OwnStepForm(name="remove")
    factor = own_factor(actor)
    person = queries.get_own_person(actor)
    if not is_step_right(person, form):
        return own_step_page(remove_form=form), 422
    service.remove_second_step(actor, person, factor)
    say(_("Your second step is removed. Other devices are signed out."))
    return redirect(url_for(".own_second_step"), 303)


def try_step(step: Step, code: str, *, by_mail: bool) -> CodeTry:
    browser, network = browser_key(), current_network()
    if by_mail:
        return try_code(step.person.email, code, purpose=Purpose.STEP_UP, browser=browser, network=network)
    return service.try_second_step(step.person, code, browser=browser, network=network, challenge=step.challenge)


def go_on(step: Step, target: str) -> ResponseReturnValue:
    """In, or further in: to the text that was being written, else to the page that was asked for."""
    session.pop("step_sent_at", None)
    if step.challenge is not None:
        service.use_up(step.challenge)
        return enter(step.person, by_code=step.by_code, target=target, stepped_up=True)
    service.step_up(current_actor())
    return give_back_carried("stepped_up") or redirect(safe_next(target), 303)


def begin_anew(target: str) -> ResponseReturnValue:
    """It took more than ten minutes or five tries: from the first step, with the text that came along."""
    form = SignInForm(formdata=None)
    form.email.errors = [_("The second step took too long, or was wrong too often. Sign in from the beginning.")]
    return sign_in_page(form, carried=still_carried(), target=target), 422


def why_step_is_wrong(tried: CodeTry, *, by_mail: bool) -> str:
    if by_mail:
        return why_not(tried)
    if tried.answer is CodeAnswer.TOO_MANY:
        return _("Too many wrong codes were typed here today. Try tomorrow, or from elsewhere.")
    if tried.answer is CodeAnswer.OVER or not tried.tries_left:
        return _("Too many wrong codes. Wait ten minutes and try again.")
    return why_not(tried)


def mail_code(person: Person) -> None:
    """Six digits to the address of who gave the password. Raises TooMany: so soon again, or so often."""
    if wait := seconds_to_wait(session.get("step_sent_at", 0)):
        words = ngettext("You can ask for a new code after %(num)s second.",
                         "You can ask for a new code after %(num)s seconds.", wait)  # fmt: skip
        raise TooMany(words, retry_after=wait)
    sent = service.send_code(person.email, purpose=Purpose.STEP_UP, browser=browser_key(), network=current_network(),
                             locale=current_locale(), person=person)  # fmt: skip
    if not sent:
        raise too_many_codes()
    session["step_sent_at"] = now().timestamp()


def own_factor(actor: Actor) -> SecondFactor:
    factor = queries.second_factor_of(actor.id)
    if factor is None:
        raise NotFound
    return factor


def is_step_right(person: Person, form: OwnStepForm) -> bool:
    """Asked again before what would weaken it, however short ago it was taken; tries count as in signing in."""
    if not form.validate():
        return False
    tried = service.try_second_step(person, form.code.data, browser=browser_key(), network=current_network())
    if tried.answer is not CodeAnswer.RIGHT:
        form.code.errors = [why_step_is_wrong(tried, by_mail=False)]
    return tried.answer is CodeAnswer.RIGHT


def own_step_page(*, begin_form: BeginStepForm | None = None, confirm_form: ConfirmStepForm | None = None,
                  renew_form: OwnStepForm | None = None, remove_form: OwnStepForm | None = None) -> str:  # fmt: skip
    """How it stands: none, one being set up with its secret in sight, or one in use."""
    actor = current_actor()
    person, factor = queries.get_own_person(actor), queries.second_factor_of(actor.id)
    begun = queries.second_factor_begun(actor) if factor is None else None
    address = service.address_of(begun, person) if begun else ""
    return render_template(
        "accounts/own_second_step.html", person=person, factor=factor, begun=begun,
        secret=service.secret_of(begun) if begun else "", address=address,
        square=square_of(address) if begun else None,
        codes_left=queries.recovery_codes_left(factor.id) if factor else 0,
        asks_password=queries.asks_password(person, actor.session_id), next=request.values.get("next", ""),
        begin_form=begin_form or BeginStepForm(formdata=None),
        confirm_form=confirm_form or ConfirmStepForm(formdata=None),
        renew_form=renew_form or OwnStepForm(formdata=None, name="renew"),
        remove_form=remove_form or OwnStepForm(formdata=None, name="remove"),
        demo_code=demo_code_of(factor),
    )  # fmt: skip


def codes_page(codes: list[str], *, is_new: bool) -> str:
    target = request.form.get("next", "")
    return render_template("accounts/recovery_codes.html", codes=codes, is_new=is_new,
                           go_on=safe_next(target) if target else url_for(".security"))  # fmt: skip


def square_of(address: str) -> tuple[int, str]:
    """(width, path) of the QR code, in modules: drawn in the page itself, so that nothing of it is kept or fetched."""
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=QUIET))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), "".join(dark)
