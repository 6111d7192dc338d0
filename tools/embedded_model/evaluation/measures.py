"""Compare readings of pictures with the trials they were made for: the tables of the evaluation."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tools.embedded_model.evaluation import agreement, verdict
from tools.embedded_model.evaluation.agreement import Words
from tools.embedded_model.evaluation.trials import ChangeTrial, TextTrial


def measure_texts(asked: Sequence[TextTrial], readings: Sequence[Words]) -> dict[str, Any]:
    """Compare what texts name with what their pictures show."""
    cases = [(trial.asked, read) for trial, read in zip(asked, readings, strict=True)]
    canonical = [case for trial, case in zip(asked, cases, strict=True) if trial.canonical]
    free = [case for trial, case in zip(asked, cases, strict=True) if not trial.canonical]
    silent = [
        (agreement.wanted(trial.portrait, agreement.SILENT.keys() - trial.named), read)
        for trial, read in zip(asked, readings, strict=True)
        if trial.canonical
    ]
    sets = {"canonical": canonical, "free": free, "both": cases}
    return {
        **{name: agreement.summary(rows, verdict.FIELD_FLOOR) for name, rows in sets.items()},
        # Canonical words leave out what is absent or usual; does the picture, too?
        "left_out": agreement.summary(silent),
        "confusions": agreement.confusions(cases),
        "misplaced_colours": {name: agreement.misplaced_colours(rows) for name, rows in sets.items()},
    }


@dataclasses.dataclass(frozen=True)
class Changed:
    """One way to change pictures, and what is read from the first and the new ones.

    change_only: the text did not name the person's looks.
    """

    first_readings: Sequence[Words]
    readings: Sequence[Words]
    likenesses: Sequence[float]
    change_only: bool = False


def measure_changes(asked: Sequence[ChangeTrial], changed: Changed) -> dict[str, Any]:
    """Compare what had to stay and what had to be new with what the new pictures show."""
    rows = list(zip(asked, changed.first_readings, changed.readings, strict=True))
    kept = [(trial.kept, read) for trial, _, read in rows]
    followed = [(trial.followed(change_only=changed.change_only), read) for trial, _, read in rows]
    as_first = [({field: first[field] for field in trial.kept}, read) for trial, first, read in rows]
    result: dict[str, Any] = {
        "kept": agreement.summary(kept),
        "reads_as_in_first_picture": agreement.overall(as_first),
        "followed": agreement.summary(followed),
        "likeness": round(float(np.mean(changed.likenesses)), 4),
    }
    for field in ("framing", "turn"):
        chosen = [index for index, trial in enumerate(asked) if trial.changes(field)]
        new = [followed[index] for index in chosen]
        result[f"{field}_changed"] = {
            "pairs": len(chosen),
            "kept": agreement.overall([kept[index] for index in chosen]),
            "followed": agreement.overall(new),
            field: agreement.by_field(new).get(field, agreement.share(0, 0)),
        }
    return result


def former_questions(
    asked: Sequence[TextTrial], readings: Sequence[Words], words: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Compare only what a smaller vocabulary has words for."""
    cases = [
        (agreement.within(trial.asked, words), read) for trial, read in zip(asked, readings, strict=True)
    ]
    return agreement.summary(cases)


def former_changes(
    asked: Sequence[ChangeTrial], changed: Changed, words: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Compare kept and new words that a smaller vocabulary has."""
    rows = list(zip(asked, changed.readings, strict=True))
    return {
        "kept": agreement.overall([(agreement.within(trial.kept, words), read) for trial, read in rows]),
        "followed": agreement.overall(
            [
                (agreement.within(trial.followed(change_only=changed.change_only), words), read)
                for trial, read in rows
            ]
        ),
        "likeness": round(float(np.mean(changed.likenesses)), 4),
    }
