"""What moderation answers where others ask: who a person is, who may take a case, who reads which events."""

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.queries import Viewer
from core import viewing
from core.refusals import Refusal
from moderation import child_safety, policies, queries
from moderation.models import Case, Decision, SafetyCase
from moderation.policies import is_reviewer
from moderation.services.enforcement import PERSON
from moderation.targets import Target

# How claims name the queue of cases.
CASES = "case"


def find_person(viewer: Viewer, public_id: str) -> Target | None:
    """Resolve a person for reports and decisions; a suspended one only for moderators."""
    person = User.objects.filter(public_id=public_id).select_related("subject").first()
    is_for_staff = is_reviewer(viewer)
    if person is None or not (person.is_active or is_for_staff):
        return None
    url = reverse("admin:moderation_person", args=[public_id]) if is_for_staff else ""
    excerpt = "\n".join(filter(None, (person.display_name, f"@{person.username}")))
    return Target(title=person.shown_name, url=url, owner=person, excerpt=excerpt)


def claim_refusal(actor: User, item_id: str) -> Refusal | None:
    """Say no to holding a case that one may not decide. See moderation.claims.Rule. Three queries at most."""
    case = Case.objects.filter(pk=item_id).first() if item_id.isdecimal() else None
    if case is None:
        return None
    return policies.reviewer_refusal(actor) or policies.conflict_refusal(actor, case)


def hidden_events(viewer: User) -> Q:
    """Return the audit events that say who reported or decided about the viewer, and those about minors.

    The latter are for those who look after child safety alone (R11).
    """
    mine = Q(target_id=viewer.public_id)
    mine |= Q(target_id__in=Case.objects.filter(subject=viewer.subject_id).values("target_id"))
    decisions = Decision.objects.filter(affected=viewer.subject_id)
    mine |= Q(target_id__in=decisions.values("target_id")) | Q(target_id__in=decisions.values("public_id"))
    about_decisions = Q(kind=viewing.VIEWED)
    for group in ("report.", "case.", "decision.", "proposal.", "appeal.", "note.", "second-review."):
        about_decisions |= Q(kind__startswith=group)
    hidden = mine & about_decisions
    if child_safety.may_view(viewer):
        return hidden
    hits = Decision.objects.filter(queries.is_hit(""))
    answers = hits.filter(reverses__isnull=False)
    people = User.objects.filter(subject__in=SafetyCase.objects.values("subject")).values("public_id")
    about_people = Q(kind="user.suspended")
    for group in ("decision.", "proposal.", "restriction."):
        about_people |= Q(kind__startswith=group)
    return (
        hidden
        | Q(target_kind=child_safety.TARGET)
        | Q(kind__in=("screening.evidence", "evidence.opened"))
        | (about_people & Q(target_kind=PERSON, target_id__in=people))
        # What a program did under that rule, whatever app wrote it down. Without the first part a missing
        # code would be neither true nor false, and hide every event of a program.
        | Q(data__has_key="reason_code", data__reason_code=child_safety.REASON, actor__isnull=True)
        | Q(target_kind="decision", target_id__in=hits.values("public_id"))
        # The answers to appeals against hits name no rule, but what they are about.
        | Q(kind__startswith="decision.", target_id__in=answers.values("target_id"))
    )


__all__ = ["CASES", "PERSON", "claim_refusal", "find_person", "hidden_events"]
