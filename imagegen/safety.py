"""No picture is kept that was not judged safe, and doubt is a no.

The weights that we ship have only ever seen clothed adults; whoever runs exactly those (by SHA-256) draws
nothing else. Any other model needs a classifier, IMAGE_SAFETY_MODEL, and so does what is drawn from an upload
that nobody approved.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from PIL import Image

logger = logging.getLogger(__name__)

_CLASSIFIER = "imagegen.engine.classifier.load"


@dataclass(frozen=True, slots=True)
class SafetyVerdict:
    """What a safety model says about one picture. `code` names the reason of a no."""

    is_safe: bool
    code: str = ""


class SafetyModel(Protocol):
    """Judges finished pictures."""

    def check(self, image: Image.Image) -> SafetyVerdict:
        """Return the verdict; an exception counts as a no."""


class UnsafeModelError(RuntimeError):
    """Raised when no picture of the configured model could be judged: nothing is drawn."""


class SafeByConstruction:
    """For weights that cannot draw anything else."""

    def check(self, _image: Image.Image) -> SafetyVerdict:
        return SafetyVerdict(is_safe=True)


class LabelledClassifier:
    """For a classifier that shares 1 out among names. Only what is almost surely harmless passes.

    A picture can be likelier a drawing than anything else and still more likely explicit than not, so the
    likeliest name alone says nothing. Names that are not known count as harmful.
    """

    SAFE_LABELS = frozenset({"safe", "sfw", "normal", "neutral", "drawings"})
    SAFE_SHARE = 0.9

    def __init__(self, classify: Callable[[Image.Image], Mapping[str, float]]) -> None:
        self._classify = classify

    def check(self, image: Image.Image) -> SafetyVerdict:
        shares = self._classify(image)
        harmless = sum(share for label, share in shares.items() if label.strip().lower() in self.SAFE_LABELS)
        # What is no probability, NaN included, is no judgement.
        is_judged = all(0 <= share <= 1 for share in shares.values())
        return SafetyVerdict(is_safe=is_judged and harmless >= self.SAFE_SHARE, code="explicit-imagery")


def load() -> SafetyModel:
    """Return the safety model for the configured image model. Raises UnsafeModelError.

    IMAGE_SAFETY_MODEL is the folder of an image classifier, or the dotted path of something that returns a
    SafetyModel when called.
    """
    configured = settings.IMAGE_SAFETY_MODEL
    if configured and Path(configured).is_dir():
        return LabelledClassifier(import_string(_CLASSIFIER)(configured, device=settings.IMAGE_DEVICE))
    if configured:
        made: SafetyModel = import_string(configured)()
        return made
    if not is_embedded(settings.IMAGE_MODEL):
        raise UnsafeModelError("IMAGE_MODEL is not the embedded model, and IMAGE_SAFETY_MODEL is not set")
    if problem := embedded_problem():
        raise UnsafeModelError(problem)
    return SafeByConstruction()


def check(model: SafetyModel, image: Image.Image) -> SafetyVerdict:
    """Return the model's verdict; when it fails, the answer is no."""
    try:
        return model.check(image)
    except Exception:  # whatever goes wrong in a classifier, an unjudged picture is not shown
        logger.exception("imagegen.safety.failed")
        return SafetyVerdict(is_safe=False, code="safety-failed")


def is_classifier(model: SafetyModel) -> bool:
    """Whether the model looks at pictures, and does not only trust the weights that drew them."""
    return not isinstance(model, SafeByConstruction)


def is_embedded(model: str) -> bool:
    """Whether `model` is the folder that we ship."""
    return Path(model).resolve() == Path(settings.EMBEDDED_IMAGE_MODEL).resolve()


def embedded_problem() -> str:
    """Return why the embedded weights cannot be trusted, or an empty string."""
    pinned = settings.EMBEDDED_IMAGE_MODEL_SHA256
    if not pinned:
        return "EMBEDDED_IMAGE_MODEL_SHA256 is not set, so the embedded weights are unknown"
    found = fingerprint(Path(settings.EMBEDDED_IMAGE_MODEL))
    if found != pinned:
        return f"the embedded weights have the fingerprint {found}, and {pinned} is the known one"
    return ""


def fingerprint(folder: Path) -> str:
    """Return one SHA-256 over the names and contents of all files in a folder that decide on pixels.

    Weights, configurations, tokenizer and default settings count, prose (`*.md`) does not. Each file adds a
    line of its path and its own SHA-256, the lines in order.
    """
    lines = []
    for path in folder.rglob("*"):
        if not path.is_file() or path.suffix == ".md":
            continue
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        lines.append(f"{path.relative_to(folder).as_posix()} {digest}\n")
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
