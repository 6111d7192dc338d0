"""The content security policy: what pages may load, and from where."""

from collections.abc import Sequence
from typing import Any

from csp.constants import NONCE, NONE, SELF


def content_policy(*, image_origins: Sequence[str], form_origins: Sequence[str]) -> dict[str, Any]:
    """Return the setting of django-csp: everything from here, and only what is named from elsewhere.

    image_origins: of the file store, where it is not this site. form_origins: of those who sign people in,
    because a form of ours leads there.
    """
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF, NONCE],
            "style-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *image_origins],
            "font-src": [SELF],
            "connect-src": [SELF],
            "object-src": [NONE],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "form-action": [SELF, *form_origins],
        }
    }
