"""Classifiers of text that an installation may add. They look in workers only.

One runs a model from a folder (SCREENING_TEXT_MODEL), the other asks an OpenAI-compatible moderation endpoint
(SCREENING_TEXT_URL). Both give a share between 0 and 1 to each of their labels; what a label means for us
stands in one table, which SCREENING_LABELS changes.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2
from django.conf import settings
from django.utils.module_loading import import_string

from moderation.models import Verdict
from moderation.screening.findings import Check, Content, Finding, Purpose

logger = logging.getLogger(__name__)

Outcome = Verdict.Outcome
Meaning = tuple[Outcome, str]
Classify = Callable[[str], Mapping[str, float]]

TEXT_MODEL = "text-model"
TEXT_ENDPOINT = "text-endpoint"
KNOWN = frozenset({TEXT_MODEL, TEXT_ENDPOINT})
UNKNOWN_LABEL = "unknown-label"
_MATURE = "mature-themes"

# Labels of OpenAI's moderation models and of the usual toxicity models. Most of what they name has its place
# in fiction, so a person decides; a label that is not here and not harmless is held, too.
LABELS: dict[str, Meaning] = {
    "sexual/minors": (Outcome.CHILD_SAFETY, "minors"),
    "sexual": (Outcome.HOLD, _MATURE),
    "sexual_explicit": (Outcome.HOLD, _MATURE),
    "nsfw": (Outcome.HOLD, _MATURE),
    "obscene": (Outcome.HOLD, _MATURE),
    "violence": (Outcome.HOLD, _MATURE),
    "violence/graphic": (Outcome.HOLD, _MATURE),
    "hate": (Outcome.HOLD, "hate"),
    "hate/threatening": (Outcome.HOLD, "hate"),
    "identity_hate": (Outcome.HOLD, "hate"),
    "identity_attack": (Outcome.HOLD, "hate"),
    "harassment": (Outcome.HOLD, "hate"),
    "harassment/threatening": (Outcome.HOLD, "violence"),
    "threat": (Outcome.HOLD, "violence"),
    "self-harm": (Outcome.HOLD, "self-harm"),
    "self-harm/intent": (Outcome.HOLD, "self-harm"),
    "self-harm/instructions": (Outcome.REJECT, "self-harm"),
    "illicit": (Outcome.HOLD, "fraud"),
    "illicit/violent": (Outcome.HOLD, "violence"),
    **dict.fromkeys(
        ("safe", "sfw", "ok", "normal", "neutral", "none", "not_toxic", "non-toxic"), (Outcome.PASS, "")
    ),
}

_RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_loading = threading.Lock()


class EndpointError(RuntimeError):
    """An endpoint that answered in no way that can be used."""


@dataclass(slots=True)
class LabelledText:
    """A check that puts a classifier's labels into our words."""

    name: str
    # What it was made of: another model or table judges anew.
    version: str
    load: Callable[[], Classify]
    labels: Mapping[str, Meaning]
    threshold: float
    needs_worker: bool = field(default=True, init=False)

    def prepare(self) -> None:
        """Load what it looks with; that takes what it takes."""
        self.load()

    def look(self, content: Content) -> list[Finding]:
        shares = self.load()(content.text)
        found = [
            self.labels.get(label.strip().lower(), (Outcome.HOLD, UNKNOWN_LABEL))
            for label, share in shares.items()
            if _share(share) >= self.threshold
        ]
        return [
            Finding(self.name, *meaning) for meaning in dict.fromkeys(found) if not _is_fine(meaning, content)
        ]


def list_configured() -> list[str]:
    """Return the names of the classifiers that this installation has."""
    has = {TEXT_MODEL: settings.SCREENING_TEXT_MODEL, TEXT_ENDPOINT: settings.SCREENING_TEXT_URL}
    return [name for name, value in has.items() if value]


def get(name: str) -> Check:
    """Return a classifier by its name. Raises LookupError for one that is not configured."""
    if name not in list_configured():
        raise LookupError(name)
    where = settings.SCREENING_TEXT_MODEL if name == TEXT_MODEL else settings.SCREENING_TEXT_URL
    labels = {**LABELS, **read_labels(settings.SCREENING_LABELS)}
    parts = [where, settings.SCREENING_THRESHOLD_PERCENT, sorted(labels.items())]
    return LabelledText(
        name=name,
        version=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        load=_load_model if name == TEXT_MODEL else _make_endpoint,
        labels=labels,
        threshold=settings.SCREENING_THRESHOLD_PERCENT / 100,
    )


def read_labels(table: Mapping[str, str]) -> dict[str, Meaning]:
    """Return what SCREENING_LABELS says: a label, and "pass" or an outcome with its rule, "hold:hate".

    Raises ValueError for a word that is no outcome or misses its rule.
    """
    found = {}
    for label, text in table.items():
        word, _separator, code = str(text).strip().partition(":")
        outcome = Outcome(word.strip().upper().replace("-", "_"))
        if (outcome == Outcome.PASS) != (not code):
            raise ValueError(f"{label} is {text!r}")
        found[label.strip().lower()] = (outcome, code.strip())
    return found


def prepare() -> None:
    """Load the model, if there is one: a worker's first text should not wait for it."""
    if TEXT_MODEL in list_configured():
        _load_model()


def _is_fine(meaning: Meaning, content: Content) -> bool:
    """Whether what was found is allowed here: mature themes are, in words, where Safe Mode is off (R10)."""
    outcome, reason_code = meaning
    if outcome == Outcome.PASS:
        return True
    is_picture = content.purpose is Purpose.PICTURE_PROMPT
    return reason_code == _MATURE and content.is_mature_allowed and not is_picture


def _share(value: Any) -> float:
    share = float(value)
    # What is no probability, NaN included, is no judgement.
    if not 0 <= share <= 1:
        raise ValueError("a share is between 0 and 1")
    return share


def _load_model() -> Classify:
    with _loading:
        return _open_model(
            settings.SCREENING_TEXT_LOADER, settings.SCREENING_TEXT_MODEL, settings.SCREENING_TEXT_DEVICE
        )


@cache
def _open_model(loader: str, folder: str, device: str) -> Classify:
    # Only here, in a worker, and by name: web processes never import torch.
    started = time.perf_counter()
    classify: Classify = import_string(loader)(folder, device=device)
    logger.warning("moderation.screening.model_open seconds=%.2f", time.perf_counter() - started)
    return classify


def _make_endpoint() -> Classify:
    return Endpoint(
        url=settings.SCREENING_TEXT_URL,
        key=settings.SCREENING_TEXT_KEY,
        seconds=settings.SCREENING_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Asks `url`/moderations in OpenAI's protocol, a second time when the first try did not get through."""

    url: str
    key: str = ""
    # For both tries together.
    seconds: float = 2.0

    def __call__(self, text: str) -> dict[str, float]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        with httpx2.Client(timeout=self.seconds / 2, headers=headers) as client:
            try:
                return _ask(client, self.url, text)
            except (httpx2.TransportError, _BusyError):
                return _ask(client, self.url, text)


class _BusyError(EndpointError):
    """An answer that may be another one in a moment."""


def _ask(client: httpx2.Client, url: str, text: str) -> dict[str, float]:
    response = client.post(f"{url}/moderations", json={"input": text})
    if response.status_code in _RETRIED_STATUSES:
        raise _BusyError(str(response.status_code))
    if response.status_code != httpx2.codes.OK:
        raise EndpointError(str(response.status_code))
    [result] = response.json()["results"]
    shares = {str(label): float(share) for label, share in result["category_scores"].items()}
    if not shares:
        raise EndpointError("no categories")
    # What the endpoint itself calls a hit is one, whatever its share.
    shares.update({str(label): 1.0 for label, is_hit in result["categories"].items() if is_hit is True})
    return shares
