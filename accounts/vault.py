"""Secrets of two-factor sign-in, encrypted at rest under keys derived from SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"accounts.vault:" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def lock(text: str) -> str:
    """Encrypt."""
    return _box().encrypt(text.encode()).decode()


def unlock(locked: str) -> str:
    """Decrypt what `lock` made, also under a former SECRET_KEY that is among the fallbacks.

    Raises InvalidToken when none of the keys opens it.
    """
    return _box().decrypt(locked.encode()).decode()


def can_unlock(locked: str) -> bool:
    """Whether one of the keys opens it."""
    try:
        unlock(locked)
    except InvalidToken:
        return False
    return True
