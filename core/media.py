"""Access to private files. A kind of file without a registered rule is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class UnavailableError(Exception):
    """Nothing may be shown at the moment, to nobody; the caller answers 503."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A stored file that this viewer may read. `name` is the storage name, never shown.

    is_download: it is saved, never opened in the browser.
    """

    name: str
    content_type: str
    download_name: str = ""
    is_download: bool = False


Rule = Callable[[Any, str], MediaFile | None]
_rules: dict[str, Rule] = {}
# (kind, viewer, public id, now); it raises UnavailableError where a look cannot be written down.
Watcher = Callable[[str, Any, str, datetime], None]
_watchers: list[Watcher] = []


def register(kind: str, rule: Rule) -> None:
    """Let `rule(viewer, public_id)` decide about files of `kind`; call it from an app's `ready()`."""
    if _rules.get(kind, rule) is not rule:
        raise ValueError(f"two rules for media kind {kind!r}")
    _rules[kind] = rule


def find(kind: str, *, viewer: Any, public_id: str) -> MediaFile | None:
    """Return the file if the kind is known and its rule lets the viewer read it, else None."""
    rule = _rules.get(kind)
    return rule(viewer, public_id) if rule is not None else None


def watch(watcher: Watcher) -> None:
    """Call `watcher` before each file that is served; call it from an app's `ready()`."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def announce(kind: str, *, viewer: Any, public_id: str, now: datetime) -> None:
    """Tell everybody who watches that this file is about to be served. Raises UnavailableError."""
    for watcher in _watchers:
        watcher(kind, viewer, public_id, now)
