"""What is never allowed, in one list: View Guidelines shows it and reason codes use it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.refusals import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `code` is stored with decisions and never changes; `is_absolute` rules know no setting."""

    code: str
    title: Text
    explanation: Text
    fix: Text
    is_absolute: bool = True
