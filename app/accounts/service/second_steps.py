"""The second step of signing in: codes of an app (RFC 6238), each accepted once, and recovery codes on paper."""

import hmac
import secrets
from typing import Any

import pyotp
from flask import current_app
from sqlalchemy import delete, update

from app.accounts import queries
from app.accounts.events import SecondFactorChanged, SignInFailed, SteppedUp
from app.accounts.models import Actor, Challenge, Person, Purpose, RecoveryCode, SecondFactor, Session
from app.accounts.models.signing_in import CODE_LIVES, CODE_TRIES
from app.accounts.policy import can_reset_second_step, can_see_account
from app.accounts.service.ending import end_sessions
from app.accounts.service.people import own_data
from app.accounts.service.sessions import CodeAnswer, CodeTry, keyed_hash, pair_of
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.sealing import seal, unseal
from app.core.transaction import atomic
from app.mail.service import write_letter

STEP = 30  # seconds that a code of the app stands
NEIGHBOURS = (-1, 0, 1)  # steps: a clock may be half a minute off
RECOVERY_CODES = 10
RECOVERY_LENGTH = 16  # digits, so that a phone shows one keyboard for both; 53 bits, and tries are limited
SEALED_FOR = "second step"


@atomic
def await_second_step(person: Person, *, browser: str, network: str) -> int:
    """The first step was right: ten minutes and five tries for the second, in this browser."""
    return _await(person, browser, network).id


def open_second_step(challenge_id: int | None, *, browser: str) -> Challenge | None:
    """Of who signs in: what waits for the second step in this browser, for as long as it may."""
    challenge = db.session.get(Challenge, challenge_id) if challenge_id else None
    if challenge is None or challenge.purpose is not Purpose.SECOND_STEP or not challenge.is_open:
        return None
    return challenge if challenge.browser == keyed_hash("browser", browser) else None


@atomic
def try_second_step(person: Person, code: str, *, browser: str, network: str,
                    challenge: Challenge | None = None) -> CodeTry:  # fmt: skip
    """Use the code up if it is right; count the try if it is wrong: five, and fifteen a day from one address.

    Without a `challenge` it is asked of someone who is signed in.
    """
    hashed_network = keyed_hash("network", network)
    one_at_a_time("codes", person.email)  # of one code sent twice at one moment, one is accepted
    networks = {hashed_network, challenge.network if challenge else hashed_network}
    if not all(queries.may_try_code(person.email, each) for each in networks):
        return CodeTry(CodeAnswer.TOO_MANY)
    asked = challenge or _running_step(person, browser) or _await(person, browser, network)
    if not asked.is_open:
        return CodeTry(CodeAnswer.OVER)
    factor = queries.second_factor_of(person.id)
    if factor is not None and (_is_code_of(factor, code) or _is_recovery_code(factor, code)):
        asked.used_at = now()
        return CodeTry(CodeAnswer.RIGHT, person=person)
    asked.attempts += 1
    publish(SignInFailed(actor_id=None, pair=pair_of(person.email, network)))
    return CodeTry(CodeAnswer.WRONG, CODE_TRIES - asked.attempts)


@atomic
def use_up(challenge: Challenge) -> None:
    """The second step was taken by a mailed code: what waited for it is over too."""
    challenge.used_at = now()


@atomic
def step_up(actor: Actor) -> None:
    """The second step was taken in the session that asks: for twelve hours it need not be taken again."""
    db.session.execute(update(Session).where(Session.id == actor.session_id).values(stepped_up_at=now()))
    publish(SteppedUp(actor_id=actor.id, session_id=actor.session_id or 0))


@atomic
def begin_second_step(actor: Actor, person: Person) -> SecondFactor:
    """A new secret, which counts for nothing until a code of it was typed. One begun before is forgotten.

    Raises Conflict for who has a second step: removing that asks for a code of it first.
    """
    authorize(can_see_account, actor, person)
    if queries.second_factor_of(person.id) is not None:
        raise Conflict(_("You have a second step already. Remove it before you set up another."))
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id,
                                                  SecondFactor.activated_at.is_(None)))  # fmt: skip
    factor = SecondFactor(person_id=person.id, secret=_sealed(pyotp.random_base32()), session_id=actor.session_id)
    db.session.add(factor)
    db.session.flush()
    return factor


@atomic
def confirm_second_step(actor: Actor, person: Person, factor: SecondFactor, code: str) -> list[str] | None:
    """From now on it counts. Returns the recovery codes, which nobody sees again; None where the code was not right.

    All other sessions of this person end: they never took this step.
    """
    authorize(can_see_account, actor, person)
    one_at_a_time("codes", person.email)
    if queries.second_factor_of(person.id) is not None:
        raise Conflict(_("You have a second step already. Remove it before you set up another."))
    if not _is_code_of(factor, code):
        return None
    factor.activated_at = now()
    end_sessions(actor.id, person.id, but=actor.session_id)
    step_up(actor)
    _changed(actor.id, person, factor, "added")
    return _new_codes(factor)


@atomic
def install_second_step(person: Person, secret: str) -> None:
    """Of the seed: this secret, in use from now on, without recovery codes and without a letter."""
    db.session.add(SecondFactor(person_id=person.id, secret=_sealed(secret), activated_at=now()))


@atomic
def renew_recovery_codes(actor: Actor, person: Person, factor: SecondFactor) -> list[str]:
    """Ten new ones; those of before work no more. A right code was typed just before."""
    authorize(can_see_account, actor, person)
    _changed(actor.id, person, factor, "codes_renewed")
    return _new_codes(factor)


@atomic
def remove_second_step(actor: Actor, person: Person, factor: SecondFactor) -> None:
    """One's own; a right code was typed just before. All other sessions end, and the person is mailed."""
    authorize(can_see_account, actor, person)
    _remove(actor.id, person, factor, "removed")
    end_sessions(actor.id, person.id, but=actor.session_id)


@atomic
def reset_second_step(actor: Actor | None, person: Person, reason: str) -> bool:
    """Of who lost it, by whoever may, with a reason; `actor` None is a command. All their sessions end.

    False where there is none: nobody is told then.
    """
    if actor is not None:
        authorize(can_reset_second_step, actor, person)
    factor = queries.second_factor_of(person.id)
    if factor is None:
        return False
    factor.reason = reason
    _remove(actor.id if actor else None, person, factor, "reset")
    end_sessions(actor.id if actor else person.id, person.id)
    return True


def secret_of(factor: SecondFactor) -> str:
    """As the app wants it typed; nothing where SECRET_KEY is not the one it was sealed with."""
    return unseal(factor.secret, key=current_app.config["SECRET_KEY"], purpose=SEALED_FOR) or ""


def address_of(factor: SecondFactor, person: Person) -> str:
    """What the square picture says to the app: otpauth://…"""
    site = current_app.config["SITE_NAME"]
    return pyotp.TOTP(secret_of(factor)).provisioning_uri(name=person.email, issuer_name=site)


def present_code(factor: SecondFactor) -> str:
    """The next code that will be accepted, or nothing for some seconds. For the demo, which shows it."""
    step = int(now().timestamp()) // STEP
    usable = next((each for each in (step, step + 1) if each > factor.last_counter), None)
    return pyotp.HOTP(secret_of(factor)).at(usable) if usable else ""


def _sealed(secret: str) -> str:
    return seal(secret, key=current_app.config["SECRET_KEY"], purpose=SEALED_FOR)


def _running_step(person: Person, browser: str) -> Challenge | None:
    """Tries of the last ten minutes count on, so that a new page gives no five new ones."""
    newest = queries.newest_challenge(Purpose.SECOND_STEP, person.email, keyed_hash("browser", browser))
    return newest if newest is not None and newest.used_at is None and newest.expires_at > now() else None


def _await(person: Person, browser: str, network: str) -> Challenge:
    challenge = Challenge(
        purpose=Purpose.SECOND_STEP, email=person.email, person_id=person.id, code_hash="",
        browser=keyed_hash("browser", browser), network=keyed_hash("network", network), expires_at=now() + CODE_LIVES,
    )  # fmt: skip
    db.session.add(challenge)
    db.session.flush()
    return challenge


def _is_code_of(factor: SecondFactor, code: str) -> bool:
    """Each code once: one that was accepted, and every one before it, is refused from then on (RFC 6238, 5.2)."""
    digits = _digits(code)
    secret, step = secret_of(factor), int(now().timestamp()) // STEP
    if not secret:
        return False
    makes = pyotp.HOTP(secret)
    fitting = [step + each for each in NEIGHBOURS if hmac.compare_digest(makes.at(step + each), digits)]
    if not fitting or fitting[-1] <= factor.last_counter:
        return False
    factor.last_counter = fitting[-1]
    return True


def _is_recovery_code(factor: SecondFactor, code: str) -> bool:
    unused = queries.unused_recovery_code(factor.id, _recovery_hash(factor, code))
    if unused is None:
        return False
    unused.used_at = now()
    _changed(factor.person_id, db.session.get_one(Person, factor.person_id), factor, "code_used")
    return True


def _new_codes(factor: SecondFactor) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    codes = [f"{secrets.randbelow(10**RECOVERY_LENGTH):0{RECOVERY_LENGTH}}" for _code in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(factor_id=factor.id, code_hash=_recovery_hash(factor, code)) for code in codes)
    return ["-".join(code[first:first + 4] for first in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def _recovery_hash(factor: SecondFactor, code: str) -> str:
    """Keyed, as mailed codes are: from a copy of the database nobody can try them out."""
    return keyed_hash("recovery", str(factor.id), _digits(code))


def _digits(code: str) -> str:
    """Spaces and dashes are as good as none."""
    return "".join(sign for sign in code if sign.isdecimal() and sign.isascii())


def _remove(actor_id: int | None, person: Person, factor: SecondFactor, change: str) -> None:
    factor.removed_at, factor.removed_by, factor.secret = now(), actor_id, ""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.factor_id == factor.id))
    _changed(actor_id, person, factor, change)


def _changed(actor_id: int | None, person: Person, factor: SecondFactor, change: str) -> None:
    """The person is mailed, whoever did it: an address that others do not read may be all that is left to them."""
    write_letter(to=person.email, kind="accounts/second_step", locale=person.locale, name=person.name, change=change,
                 left=queries.recovery_codes_left(factor.id), reason=factor.reason or "")  # fmt: skip
    publish(SecondFactorChanged(actor_id=actor_id, person_id=person.id, factor_id=factor.id, change=change))


@own_data("second_step")
def second_step_data(person_id: int) -> list[dict[str, Any]]:
    """When, never the secret: who holds this file must not be able to sign in with it."""
    return [
        {"kind": factor.kind.value, "since": factor.activated_at and factor.activated_at.isoformat(),
         "removed_at": factor.removed_at and factor.removed_at.isoformat(), "reason": factor.reason,
         "recovery_codes_left": queries.recovery_codes_left(factor.id)}
        for factor in queries.second_factors(person_id)
    ]  # fmt: skip
