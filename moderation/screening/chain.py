"""The chain of checks: which of them look at a text here, and what they say together.

The strictest finding wins. A check that raises, takes too long or answers in no known way counts as a hold.
"""

import hashlib
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.refusals import Text
from moderation.models import Verdict
from moderation.screening import classifiers
from moderation.screening.findings import Check, Content, Finding
from moderation.screening.rules import CHECKS
from policies.rules import RULES

logger = logging.getLogger(__name__)

Outcome = Verdict.Outcome

# Changes with every change of terms or logic: verdicts of older versions are not reused.
POLICY_VERSION = "2026-11-8"
# What no configuration leaves out.
REQUIRED = frozenset({"rules.minors"})
# Reasons that are no rules: nobody broke one, and only reviewers read them.
FAILED = "screening-failed"
_TITLES: dict[str, Text] = {
    FAILED: _("Automatic screening could not be finished"),
    classifiers.UNKNOWN_LABEL: _("A classifier found something that it has no rule for"),
    "many-reports": _("Many reports at once"),
}
_STRICTNESS = (Outcome.PASS, Outcome.HOLD, Outcome.REJECT, Outcome.CHILD_SAFETY)
_SUFFIX_DIGITS = 8
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="screening")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks say together. reason_code: empty for a pass."""

    outcome: Verdict.Outcome
    reason_code: str
    findings: tuple[Finding, ...]

    @property
    def is_incomplete(self) -> bool:
        """Whether a check failed: another look may find more."""
        return any(finding.reason_code == FAILED for finding in self.findings)

    @property
    def is_no(self) -> bool:
        """Whether the text is refused."""
        return self.outcome in {Outcome.REJECT, Outcome.CHILD_SAFETY}


def judge(content: Content, checks: Sequence[Check]) -> Judgement:
    """Return what the checks find."""
    findings = tuple(finding for check in checks for finding in _look(check, content))
    if not findings:
        return Judgement(Outcome.PASS, "", ())
    worst = max(findings, key=lambda finding: _STRICTNESS.index(finding.outcome))
    return Judgement(worst.outcome, worst.reason_code, findings)


def strictness(outcome: str) -> int:
    """Return the rank of an outcome; the strictest has the highest."""
    return _STRICTNESS.index(Outcome(outcome))


def list_checks(*, in_worker: bool) -> list[Check]:
    """Return the checks that look at a text, those that must not be left out first.

    in_worker: with those that only workers can run.
    """
    checks = [_find(name) for name in list_names()]
    return checks if in_worker else [check for check in checks if not needs_worker(check)]


def list_names() -> list[str]:
    """Return the names of the configured checks."""
    rules = [check.name for check in CHECKS]
    wanted = list(settings.SCREENING_CHECKS) or [*rules, *classifiers.list_configured()]
    missing = [name for name in rules if name in REQUIRED and name not in wanted]
    return [*missing, *wanted]


def needs_worker(check: Check) -> bool:
    """Whether a check is too slow or too heavy for a web process."""
    return bool(getattr(check, "needs_worker", False))


def get_version(checks: Sequence[Check]) -> str:
    """Return the version of what these checks say, 20 characters at most."""
    parts = [f"{check.name}={getattr(check, 'version', '')}" for check in checks]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{POLICY_VERSION}-{digest[:_SUFFIX_DIGITS]}"


def title_of(reason_code: str) -> Text:
    """Return what reviewers read for a reason of screening."""
    if rule := RULES.get(reason_code):
        return rule.title
    return _TITLES.get(reason_code, reason_code)


def _find(name: str) -> Check:
    for check in CHECKS:
        if check.name == name:
            return check
    try:
        if name in classifiers.KNOWN:
            return classifiers.get(name)
        made: Check = import_string(name)()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others still look
        return _Missing(name, type(error).__name__)
    return made


@dataclass(slots=True)
class _Missing:
    """Stands where a check should be that cannot be made; the system check names it, too."""

    name: str
    problem: str

    def look(self, _content: Content) -> list[Finding]:
        raise LookupError(self.problem)


def _look(check: Check, content: Content) -> list[Finding]:
    try:
        findings = _look_in_time(check, content) if needs_worker(check) else list(check.look(content))
        for finding in findings:
            _validate(finding)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a check, it is no pass
        # Its message may hold the text.
        logger.error(  # noqa: TRY400
            "moderation.screening.failed check=%s purpose=%s error=%s",
            check.name,
            content.purpose,
            type(error).__name__,
        )
        return [Finding(check.name, Outcome.HOLD, FAILED)]
    return [finding for finding in findings if finding.outcome != Outcome.PASS]


def _look_in_time(check: Check, content: Content) -> list[Finding]:
    """Let a slow check look for SCREENING_SECONDS, on a thread that must not use the database."""
    if (prepare := getattr(check, "prepare", None)) is not None:
        prepare()
    return list(_threads.submit(check.look, content).result(timeout=settings.SCREENING_SECONDS))


def _validate(finding: Finding) -> None:
    outcome = Outcome(finding.outcome)
    if outcome in {Outcome.REJECT, Outcome.CHILD_SAFETY} and finding.reason_code not in RULES:
        raise LookupError("a no needs a rule")
    if outcome == Outcome.HOLD and not finding.reason_code:
        raise LookupError("a hold needs a reason")
