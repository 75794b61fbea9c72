"""Passwords: argon2id (19 MiB, two passes), 10 to 200 characters, none of the common ones, no other rules."""

import re
import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.events import PasswordChanged
from app.accounts.models import Actor, Person
from app.accounts.policy import can_see_account
from app.accounts.service.ending import end_sessions
from app.core.events import publish
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic

SHORTEST, LONGEST = 10, 200
COMMON = 10_000_000  # found within so many guesses
ESTIMATED_MOST = 16  # characters: longer ones are on nobody's list, and an estimate of them can take seconds
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB and a core: two at a time keep the rest of the site answering.
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _turns:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Takes as long for an unknown account as for a known one."""
    with _turns:
        try:
            return _hasher.verify(stored or _nobody(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def password_trouble(password: str, *, own_words: tuple[str, ...] = ()) -> str | None:
    """A sentence saying what is wrong with this password, or None."""
    if len(password) < SHORTEST:
        return _("Use at least 10 characters. A short sentence is fine.")
    if len(password) > LONGEST:
        return _("Use at most 200 characters.")
    if _is_common(password) or _is_made_of(password, own_words):
        return _("This password is easy to guess. Choose another, for instance a short sentence.")
    return None


@atomic
def change_password(actor: Actor, person: Person, password_hash: str) -> None:
    """Set the password; all other sessions of this person end, with their sockets."""
    authorize(can_see_account, actor, person)
    person.password_hash = password_hash
    publish(PasswordChanged(actor_id=actor.id, person_id=person.id))
    end_sessions(actor.id, person.id, but=actor.session_id)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody signs in with this")


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parents[1] / "common_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_common(password: str) -> bool:
    """The list, also with figures and signs around a listed word, and few different signs."""
    plain = password.lower()
    bare = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    if plain in _common() or bare in _common() or len(set(plain)) < 4 or plain in "01234567890123456789" * 2:
        return True
    return _is_soon_guessed(password if len(password) <= ESTIMATED_MOST else re.sub(r"[^A-Za-z]+$", "", password))


def _is_soon_guessed(password: str) -> bool:
    """By whoever tries leaked passwords, names, words, dates and rows of keys first."""
    # Here, because its lists take 17 MB, which a process in which nobody chooses a password need not have.
    from zxcvbn import zxcvbn

    return SHORTEST <= len(password) <= ESTIMATED_MOST and zxcvbn(password)["guesses"] < COMMON


def _is_made_of(password: str, own_words: tuple[str, ...]) -> bool:
    plain = re.sub(r"[\W\d_]+", "", password.lower())
    return any(len(word) >= 4 and plain == re.sub(r"[\W\d_]+", "", word.lower()) for word in own_words)
