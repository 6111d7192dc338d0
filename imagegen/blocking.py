"""Pictures that look like a blocked one are not kept, whether they were drawn or sent."""

import io
import json
import logging
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from PIL import Image

from core.models import Subject
from core.refusals import Refusal
from imagegen import files
from moderation import child_safety
from moderation.screening import hashes
from policies.rules import RULES

logger = logging.getLogger(__name__)

FAILED = "safety-failed"


def find_code(image: Image.Image) -> str:
    """Return the reason for which a picture like this is blocked, or an empty string.

    When it cannot be compared it counts as blocked: "safety-failed".
    """
    try:
        match = hashes.find_match(image)
    except Exception:  # whatever goes wrong, a picture that nobody compared is not kept
        logger.exception("imagegen.blocking.failed")
        return FAILED
    return match.reason_code if match is not None else ""


def find_upload_refusal(subject: Subject, data: bytes, *, now: datetime) -> Refusal | None:
    """Say no to an upload that looks like a blocked picture; what concerns minors is kept without pixels.

    data: the picture in an encoding of ours. Call it outside transactions.
    """
    with Image.open(io.BytesIO(data)) as image:
        code = find_code(image)
    if not code:
        return None
    if code == child_safety.REASON:
        child_safety.record_hit(
            subject=subject,
            purpose="picture-upload",
            content_hash=files.digest(data),
            content=json.dumps({"upload": "looks like a blocked picture"}),
            now=now,
        )
    if rule := RULES.get(code):
        return Refusal(rule.code, rule.explanation, rule.fix)
    return Refusal(
        "not-checked", _("We could not check this picture just now."), _("Please try again in a moment.")
    )
