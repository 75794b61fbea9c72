"""Secrets that must be read again: sealed with a key made of SECRET_KEY, so that a copy of the database gives none."""

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(text: str, *, key: str, purpose: str) -> str:
    return _box(key, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str | None:
    """What was sealed, or None where it was sealed with another key or for another purpose."""
    from cryptography.fernet import InvalidToken

    try:
        return str(_box(key, purpose).decrypt(sealed.encode()).decode())
    except InvalidToken:
        return None


def _box(key: str, purpose: str) -> "Fernet":
    # Here, because it takes megabytes, which a process in which nobody has a second step need not have.
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"brink {purpose}".encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
