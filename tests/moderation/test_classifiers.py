"""Classifiers of text that an installation adds: what their labels mean, and an endpoint that misbehaves."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.models import Subject
from moderation import checks, screening
from moderation.models import Verdict
from moderation.screening import Purpose, classifiers
from tests.chat.fakes import FakeHandler, FakeServer, serving

Outcome = Verdict.Outcome
# What a stand-in for a model gives back.
SHARES: dict[str, float] = {}


def load_stand_in(folder: str, *, device: str) -> Any:
    """Be named by SCREENING_TEXT_LOADER."""
    assert (folder, device) == ("/models/words", "cpu")
    return lambda _text: dict(SHARES)


def load_nothing(folder: str, *, device: str) -> Any:
    """Stand for a worker without torch."""
    raise ModuleNotFoundError("torch")


@pytest.fixture
def shares(settings: Any) -> Iterator[dict[str, float]]:
    """The answer of a model that this installation has."""
    settings.SCREENING_TEXT_MODEL = "/models/words"
    settings.SCREENING_TEXT_LOADER = f"{__name__}.load_stand_in"
    SHARES.clear()
    yield SHARES
    SHARES.clear()


def judge(now: datetime, text: str = "any words", **options: Any) -> Verdict:
    options.setdefault("purpose", Purpose.POST)
    options.setdefault("is_mature_allowed", False)
    subject = Subject.objects.create()
    return screening.screen_text(subject=subject, text=text, now=now, in_worker=True, **options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "outcome", "code"),
    [
        ({"safe": 0.99, "hate": 0.01}, Outcome.PASS, ""),
        ({"hate": 0.5}, Outcome.HOLD, "hate"),
        ({"Hate ": 0.9}, Outcome.HOLD, "hate"),
        ({"hate": 0.49}, Outcome.PASS, ""),
        ({"sexual": 0.9}, Outcome.HOLD, "mature-themes"),
        ({"self-harm/instructions": 0.9}, Outcome.REJECT, "self-harm"),
        ({"sexual": 0.9, "sexual/minors": 0.6}, Outcome.CHILD_SAFETY, "minors"),
        ({"LABEL_1": 0.9}, Outcome.HOLD, "unknown-label"),
        ({"LABEL_1": 0.1}, Outcome.PASS, ""),
        ({"safe": math.nan}, Outcome.HOLD, "screening-failed"),
        ({"safe": 1.5}, Outcome.HOLD, "screening-failed"),
    ],
)
def test_labels_are_put_into_our_words(
    shares: dict[str, float], now: datetime, found: dict[str, float], outcome: str, code: str
) -> None:
    shares.update(found)
    verdict = judge(now)
    assert (verdict.outcome, verdict.reason_code) == (outcome, code)


@pytest.mark.django_db
def test_r10_mature_themes_are_fine_in_words_where_safe_mode_is_off(
    shares: dict[str, float], now: datetime
) -> None:
    """R10: and never in a picture."""
    shares["sexual"] = 0.9
    assert judge(now, is_mature_allowed=True).outcome == Outcome.PASS
    drawn = judge(now, is_mature_allowed=True, purpose=Purpose.PICTURE_PROMPT)
    assert drawn.outcome == Outcome.HOLD


@pytest.mark.django_db
def test_an_installation_says_itself_what_labels_mean(
    shares: dict[str, float], now: datetime, settings: Any
) -> None:
    settings.SCREENING_LABELS = {"LABEL_1": "reject:hate", "sexual": "pass"}
    shares.update({"LABEL_1": 0.9, "sexual": 0.9})
    verdict = judge(now)
    assert (verdict.outcome, verdict.reason_code) == (Outcome.REJECT, "hate")
    assert len(verdict.findings) == 1


@pytest.mark.django_db
def test_another_threshold_judges_anew(shares: dict[str, float], now: datetime, settings: Any) -> None:
    shares["hate"] = 0.3
    assert judge(now).outcome == Outcome.PASS
    settings.SCREENING_THRESHOLD_PERCENT = 20
    assert judge(now).outcome == Outcome.HOLD


@pytest.mark.django_db
def test_a_worker_that_cannot_load_the_model_holds_everything(settings: Any, now: datetime) -> None:
    settings.SCREENING_TEXT_MODEL = "/models/words"
    settings.SCREENING_TEXT_LOADER = f"{__name__}.load_nothing"
    assert judge(now).reason_code == "screening-failed"
    with pytest.raises(ModuleNotFoundError):
        screening.prepare_worker()


@pytest.mark.parametrize("meaning", ["maybe", "hold", "pass:hate", ""])
def test_a_meaning_that_cannot_be_read_is_named(settings: Any, meaning: str) -> None:
    settings.SCREENING_LABELS = {"toxic": meaning}
    assert [found.id for found in checks.check_classifiers()] == ["moderation.E004"]


def test_a_meaning_with_a_rule_that_does_not_exist_is_named(settings: Any) -> None:
    settings.SCREENING_LABELS = {"toxic": "hold:manners", "fine": "pass", "bad": "child-safety:minors"}
    [found] = checks.check_classifiers()
    assert "toxic has the rule 'manners'" in found.msg


def test_a_folder_without_a_classifier_is_named(settings: Any, tmp_path: Path) -> None:
    settings.SCREENING_TEXT_MODEL = str(tmp_path)
    assert [found.id for found in checks.check_classifiers()] == ["moderation.E003"]
    (tmp_path / "config.json").write_text("{}")
    assert checks.check_classifiers() == []


# --- The endpoint ---


def answer(handler: FakeHandler, status: int, body: object) -> None:
    handler.begin(status, "application/json")
    handler.say(body if isinstance(body, str) else json.dumps(body))


def result(**scores: float) -> dict[str, Any]:
    hits = {label: share > 0.5 for label, share in scores.items()}
    return {"results": [{"flagged": any(hits.values()), "categories": hits, "category_scores": scores}]}


@contextmanager
def endpoint(settings: Any, *answers: tuple[int, object]) -> Iterator[FakeServer]:
    """Serve the answers in turn, the last one for ever, and let this installation ask there."""
    waiting = list(answers)

    def plan(handler: FakeHandler, _body: dict[str, Any]) -> None:
        answer(handler, *(waiting.pop(0) if len(waiting) > 1 else waiting[0]))

    with serving(plan) as server:
        settings.SCREENING_TEXT_URL = server.base_url
        settings.SCREENING_TEXT_KEY = "secret-key"
        settings.SCREENING_SECONDS = 20
        yield server


@pytest.mark.django_db
def test_an_endpoint_is_asked_in_the_usual_protocol(settings: Any, now: datetime) -> None:
    with endpoint(settings, (200, result(hate=0.9, violence=0.1))) as server:
        verdict = judge(now, "any words")
    [(body, headers)] = server.requests
    assert body == {"input": "any words"}
    assert headers["authorization"] == "Bearer secret-key"
    assert (verdict.outcome, verdict.reason_code) == (Outcome.HOLD, "hate")


@pytest.mark.django_db
def test_what_the_endpoint_calls_a_hit_is_one_whatever_its_share(settings: Any, now: datetime) -> None:
    found = {"categories": {"hate": True}, "category_scores": {"hate": 0.2}}
    with endpoint(settings, (200, {"results": [found]})):
        assert judge(now).reason_code == "hate"


@pytest.mark.django_db
def test_an_endpoint_that_is_busy_is_asked_once_more(settings: Any, now: datetime) -> None:
    with endpoint(settings, (503, {}), (200, result(hate=0.1))) as server:
        assert judge(now).outcome == Outcome.PASS
    assert len(server.requests) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body", "asked"),
    [
        (503, {}, 2),
        (429, {}, 2),
        (401, {}, 1),
        (404, {}, 1),
        (200, "not json", 1),
        (200, {"results": []}, 1),
        (200, {"results": [{"categories": {}, "category_scores": {}}]}, 1),
        (200, {"results": [{"categories": {}}]}, 1),
        (200, {"results": [{"categories": {}, "category_scores": {"hate": "high"}}]}, 1),
        (200, [], 1),
    ],
)
def test_an_endpoint_that_gives_no_answer_is_a_hold(
    settings: Any, now: datetime, status: int, body: object, asked: int
) -> None:
    with endpoint(settings, (status, body)) as server:
        assert judge(now).reason_code == "screening-failed"
    assert len(server.requests) == asked


@pytest.mark.django_db
def test_an_endpoint_that_is_not_there_is_a_hold(settings: Any, now: datetime) -> None:
    with endpoint(settings, (200, {})):
        pass
    assert judge(now).reason_code == "screening-failed"


def test_only_what_is_set_up_is_used(settings: Any) -> None:
    assert classifiers.list_configured() == []
    with pytest.raises(LookupError):
        classifiers.get(classifiers.TEXT_MODEL)
    settings.SCREENING_TEXT_URL = "http://moderation.example/v1"
    assert classifiers.list_configured() == [classifiers.TEXT_ENDPOINT]
