"""System checks: the chain of screening is whole, and what it names is there."""

import importlib.util
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from moderation.screening import chain, classifiers
from moderation.screening.rules import CHECKS
from policies.rules import RULES


@register("moderation")
def check_chain(**_kwargs: Any) -> list[CheckMessage]:
    """SCREENING_CHECKS names checks that exist, and leaves out none that must not be left out."""
    names = list(settings.SCREENING_CHECKS)
    rules = {check.name for check in CHECKS}
    found: list[CheckMessage] = [
        Error(
            f"SCREENING_CHECKS has {name}, and there is no such check: every text is held.",
            hint=f"Use {', '.join(sorted(rules | classifiers.KNOWN))}, or package.module.Check.",
            id="moderation.E001",
        )
        for name in names
        if name not in rules and name not in classifiers.list_configured() and not _has_module(name)
    ]
    found += [
        Error(
            f"SCREENING_CHECKS leaves out {name}, which protects children. It looks all the same.",
            hint="Add it, or leave SCREENING_CHECKS empty for every check that is set up.",
            id="moderation.E002",
        )
        for name in sorted(chain.REQUIRED)
        if names and name not in names
    ]
    return found


@register("moderation")
def check_classifiers(**_kwargs: Any) -> list[CheckMessage]:
    """SCREENING_TEXT_MODEL is a folder with a classifier, and SCREENING_LABELS can be read."""
    found: list[CheckMessage] = []
    folder = settings.SCREENING_TEXT_MODEL
    if folder and not (Path(folder) / "config.json").is_file():
        found.append(
            Error(
                f"SCREENING_TEXT_MODEL is {folder}, and there is no text classifier in that folder.",
                hint="Name a folder with config.json, a tokenizer and weights in safetensors.",
                id="moderation.E003",
            )
        )
    try:
        meanings = classifiers.read_labels(settings.SCREENING_LABELS)
    except ValueError as error:
        found.append(_bad_labels(str(error)))
    else:
        found += [
            _bad_labels(f"{label} has the rule {code!r}, which does not exist")
            for label, (_outcome, code) in meanings.items()
            if code and code not in RULES
        ]
    return found


def _bad_labels(problem: str) -> Error:
    return Error(
        f"SCREENING_LABELS cannot be used: {problem}.",
        hint='Use {"label": "pass"}, or an outcome and its rule as in {"label": "hold:hate"}.',
        id="moderation.E004",
    )


def _has_module(dotted_path: str) -> bool:
    """Whether the module of a check is there. It is not imported: web processes may lack what it needs."""
    module = dotted_path.rpartition(".")[0]
    try:
        return bool(module) and importlib.util.find_spec(module) is not None
    except ModuleNotFoundError as error:
        return bool(module) and not f"{module}.".startswith(f"{error.name}.")
