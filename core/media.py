"""Access to private files. A kind of file without a registered rule is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A stored file that this viewer may read. `name` is the storage name, never shown."""

    name: str
    content_type: str
    download_name: str = ""


Rule = Callable[[Any, str], MediaFile | None]
_rules: dict[str, Rule] = {}


def register(kind: str, rule: Rule) -> None:
    """Let `rule(viewer, public_id)` decide about files of `kind`; call it from an app's `ready()`."""
    if _rules.get(kind, rule) is not rule:
        raise ValueError(f"two rules for media kind {kind!r}")
    _rules[kind] = rule


def find(kind: str, *, viewer: Any, public_id: str) -> MediaFile | None:
    """Return the file if the kind is known and its rule lets the viewer read it, else None."""
    rule = _rules.get(kind)
    return rule(viewer, public_id) if rule is not None else None
