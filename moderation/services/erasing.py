"""What moderation forgets when a person's account is erased. Decisions stay: they name nobody."""

from moderation.models import Case, Report


def forget_person(subject_id: int) -> int:
    """Drop names and words of an erased person from the cases about them. Part of the caller's transaction.

    Returns how many cases it was. What others said about them stays until they go themselves.
    """
    cases = Case.objects.filter(subject_id=subject_id)
    Report.objects.filter(case__in=cases).update(target_title="", target_excerpt="")
    return cases.update(title="")
