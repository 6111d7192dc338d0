"""Identifiers that leave the database."""

import secrets

from django.utils.text import slugify

_SLUG_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_SLUG_SUFFIX_LENGTH = 8
_SLUG_STEM_LENGTH = 60


def new_public_id() -> str:
    """Return 128 random bits as 32 hexadecimal digits, safe in URLs, HTML ids and file names."""
    return secrets.token_hex(16)


def new_slug(name: str, *, fallback: str) -> str:
    """Return a readable slug with a random suffix; keeps letters of every script, never changes later."""
    stem = slugify(name, allow_unicode=True)[:_SLUG_STEM_LENGTH].strip("-_") or fallback
    suffix = "".join(secrets.choice(_SLUG_ALPHABET) for _ in range(_SLUG_SUFFIX_LENGTH))
    return f"{stem}-{suffix}"


def slug_words(slug: str) -> str:
    """Return the words that a slug shows to everybody, without its random suffix."""
    return slug.rpartition("-")[0].replace("-", " ").replace("_", " ")
