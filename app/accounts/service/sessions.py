"""Proving who one is. A wrong try is kept and counted, so it is a result here and not an error."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from flask import current_app
from sqlalchemy import delete, update

from app.accounts import queries
from app.accounts.events import CodeSent, SessionsEnded, SignedIn, SignInFailed
from app.accounts.models import Actor, Challenge, Person, Purpose, Session
from app.accounts.models.signing_in import CODE_LIVES, CODE_TRIES
from app.accounts.service.credentials import verify_password
from app.accounts.service.ending import end_sessions
from app.core.clock import now, today
from app.core.db import one_at_a_time
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.mail.service import write_letter

TOKEN_BYTES = 32


class CodeAnswer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OLDER = "older"  # a code from an earlier letter
    ELSEWHERE = "elsewhere"  # nothing was asked in this browser
    OVER = "over"  # expired, used or burnt
    TOO_MANY = "too_many"  # wrong codes from this address today


class CodeTry(NamedTuple):
    answer: CodeAnswer
    tries_left: int = 0
    person: Person | None = None


def keyed_hash(*parts: str) -> str:
    """What only this installation can compute: codes, browsers and addresses are kept in this form."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, "\x00".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def pair_of(email: str, network: str) -> str:
    return keyed_hash("pair", email, network)[:24]


def sign_in_with_password(email: str, password: str, *, network: str) -> Person | None:
    """The person, or None after the failed try was written down. Hashing happens outside the transaction."""
    person = queries.person_by_email(email)
    if verify_password(person.password_hash if person else None, password):
        return person
    note_failure(pair_of(email, network))
    return None


def is_password_of(person: Person, password: str, *, network: str) -> bool:
    """Asked once more before password or address change (ASVS 6.2.3, 7.5.1); a wrong one is a failed sign-in too."""
    if verify_password(person.password_hash, password):
        return True
    note_failure(pair_of(person.email, network))
    return False


@atomic
def note_failure(pair: str) -> None:
    publish(SignInFailed(actor_id=None, pair=pair))


@atomic
def send_code(email: str, *, purpose: Purpose = Purpose.SIGN_IN, browser: str, network: str, locale: str,
              person: Person | None = None) -> bool:  # fmt: skip
    """Mail six digits to this address if it is known; the answer is the same if it is not.

    False when this network address asked too often for this account.
    """
    hashed_network = keyed_hash("network", network)
    one_at_a_time("codes", email)
    if not queries.may_ask_code(email, hashed_network):
        return False
    known = person or (queries.person_by_email(email) if purpose is Purpose.SIGN_IN else None)
    code = f"{secrets.randbelow(1_000_000):06}"
    key = keyed_hash("browser", browser)
    moment = now()
    db.session.execute(
        update(Challenge)
        .where(Challenge.email == email, Challenge.browser == key, Challenge.purpose == purpose,
               Challenge.replaced_at.is_(None), Challenge.used_at.is_(None))
        .values(replaced_at=moment)
    )  # fmt: skip
    challenge = Challenge(
        purpose=purpose, email=email, person_id=known.id if known else None, code_hash=_code_hash(browser, email, code),
        browser=key, network=hashed_network, expires_at=moment + CODE_LIVES,
    )  # fmt: skip
    db.session.add(challenge)
    db.session.flush()
    if known:
        write_letter(to=email, kind=f"accounts/{purpose.value}", locale=known.locale or locale, name=known.name,
                     code=code, useless_after=challenge.expires_at)  # fmt: skip
    publish(CodeSent(actor_id=None, challenge_id=challenge.id))
    return True


def sign_in_with_code(email: str, code: str, *, browser: str, network: str) -> CodeTry:
    return try_code(email, code, purpose=Purpose.SIGN_IN, browser=browser, network=network)


@atomic
def try_code(email: str, code: str, *, purpose: Purpose, browser: str, network: str) -> CodeTry:
    """Use the code up if it is right; count the try if it is wrong."""
    hashed_network = keyed_hash("network", network)
    one_at_a_time("codes", email)  # tries made at one moment each count
    challenge = queries.newest_challenge(purpose, email, keyed_hash("browser", browser))
    # A wrong code counts where it was asked; asking here and typing elsewhere must not go around it.
    networks = {hashed_network, challenge.network if challenge else hashed_network}
    if not all(queries.may_try_code(email, each) for each in networks):
        return CodeTry(CodeAnswer.TOO_MANY)
    if challenge is None:
        return CodeTry(CodeAnswer.ELSEWHERE)
    if not challenge.is_open:
        return CodeTry(CodeAnswer.OVER)
    digits = "".join(sign for sign in code if sign.isdecimal() and sign.isascii())
    hashed = _code_hash(browser, email, digits)
    person = db.session.get(Person, challenge.person_id) if challenge.person_id else None
    if hmac.compare_digest(hashed, challenge.code_hash) and person is not None and person.erased_at is None:
        challenge.used_at = now()
        return CodeTry(CodeAnswer.RIGHT, person=person)
    if any(hmac.compare_digest(hashed, earlier.code_hash) for earlier in queries.earlier_challenges(challenge)):
        return CodeTry(CodeAnswer.OLDER, CODE_TRIES - challenge.attempts)
    challenge.attempts += 1
    publish(SignInFailed(actor_id=None, pair=pair_of(email, network)))
    return CodeTry(CodeAnswer.WRONG, CODE_TRIES - challenge.attempts)


@atomic
def start_session(person: Person, *, browser: str, by_code: bool, stepped_up: bool = False) -> str:
    """A new session; the answer is the token that the browser keeps. Only its hash is stored.

    `stepped_up` says that the second step was taken just now.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = Session(person_id=person.id, token_hash=token_hash(token), browser=browser[:120], by_code=by_code,
                      stepped_up_at=now() if stepped_up else None)  # fmt: skip
    db.session.add(session)
    person.last_seen_on = today()
    db.session.flush()
    publish(SignedIn(actor_id=person.id, session_id=session.id))
    return token


@atomic
def note_use(actor: Actor) -> None:
    """At most once a day: the session lives 60 days from here."""
    db.session.execute(update(Session).where(Session.id == actor.session_id).values(last_used_at=now()))
    db.session.execute(update(Person).where(Person.id == actor.id).values(last_seen_on=today()))


def is_use_worth_noting(actor: Actor) -> bool:
    return actor.session_used_at is not None and now() - actor.session_used_at > timedelta(days=1)


@atomic
def sign_out(actor: Actor, session_id: int | None) -> None:
    db.session.execute(delete(Session).where(Session.id == session_id, Session.person_id == actor.id))
    publish(SessionsEnded(actor_id=actor.id, person_id=actor.id, session_ids=(session_id,) if session_id else ()))


@atomic
def end_other_sessions(actor: Actor, *, but: int | None) -> int:
    """Every session of this person except the one asking. Returns how many."""
    return end_sessions(actor.id, actor.id, but=but)


def _code_hash(browser: str, email: str, digits: str) -> str:
    return keyed_hash("code", browser, email, digits)
