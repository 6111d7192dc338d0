"""Deployment values from the environment; a wrong one is named at start."""

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured


def _read_file(base: Path) -> None:
    name = os.environ.get("STORYCHAT_ENV_FILE")
    if name and not (base / name).is_file():
        raise ImproperlyConfigured(f"STORYCHAT_ENV_FILE is {name!r}: there is no such file")
    path = base / (".env" if name is None else name)
    if path.is_file():
        environ.Env.read_env(path)


class Settings:
    """Reads environment variables and names the one that is missing or wrong.

    An optional `.env` beside `manage.py` is read first; real variables win. STORYCHAT_ENV_FILE names another
    file, or none when it is empty.
    """

    def __init__(self, base: Path, source: Mapping[str, str] | None = None) -> None:
        self._source = os.environ if source is None else source
        # `.env` belongs to an installation, and the demo has an administrator with a public password.
        if source is None and not self.flag("STORYCHAT_DEMO", default=False):
            _read_file(base)

    def text(self, key: str, default: str = "") -> str:
        """Return the value; an empty one counts as not set, because Compose files pass those on."""
        return self._source.get(key, "").strip() or default

    def required(self, key: str, *, why: str) -> str:
        """Return the value; raises ImproperlyConfigured naming the key when it is empty."""
        if value := self.text(key):
            return value
        raise ImproperlyConfigured(f"{key} is not set: {why}")

    def flag(self, key: str, *, default: bool) -> bool:
        """Return 1/true/yes/on as True, 0/false/no/off as False."""
        value = self.text(key).lower()
        if not value:
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{key} is {value!r}: use 1 or 0")

    def choices(self, key: str, *, known: Collection[str]) -> list[str]:
        """Return comma-separated words, each one of `known`."""
        words = [word.strip() for word in self.text(key).split(",") if word.strip()]
        for word in words:
            if word not in known:
                raise ImproperlyConfigured(f"{key} has {word!r}: use {', '.join(known)}")
        return words

    def number(self, key: str, default: int) -> int:
        value = self.text(key)
        try:
            return int(value) if value else default
        except ValueError as error:
            raise ImproperlyConfigured(f"{key} is {value!r}: use a whole number") from error

    def words(self, key: str, default: tuple[str, ...] = ()) -> list[str]:
        """Return a comma-separated list."""
        value = self.text(key)
        return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)

    def mapping(self, key: str, *, example: str) -> dict[str, str]:
        """Return a JSON object of texts, empty when it is not set."""
        try:
            found = json.loads(self.text(key) or "{}")
            return {str(name): str(value) for name, value in found.items()}
        except (ValueError, AttributeError) as error:
            raise ImproperlyConfigured(
                f"{key} must be a JSON object such as {example} ({error!r})"
            ) from error

    def together(self, *keys: str) -> bool:
        """Return whether all of `keys` are set; raises naming the missing ones when only some are."""
        given = [key for key in keys if self.text(key)]
        if given and len(given) < len(keys):
            missing = ", ".join(key for key in keys if key not in given)
            raise ImproperlyConfigured(f"{missing} is not set, but {', '.join(given)} is: set all or none")
        return bool(given)
