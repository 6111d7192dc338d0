"""What decisions are called, and what they are about, in the words of those whom they concern."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Restriction
from core.refusals import Text
from moderation import queries, targets
from moderation.models import Appeal, Case, Decision

Kind = Decision.Kind
_ANSWERS: dict[str, Text] = {
    Kind.UPHOLD: gettext_lazy("Your appeal was turned down"),
    Kind.OVERTURN: gettext_lazy("Your appeal was granted"),
    Kind.PARTIAL: gettext_lazy("Your appeal was granted in part"),
}
_OUTCOMES: dict[str, Text] = {
    Appeal.State.OPEN: gettext_lazy("Waits for our answer"),
    Appeal.State.UPHELD: gettext_lazy("Turned down"),
    Appeal.State.OVERTURNED: gettext_lazy("Granted"),
    Appeal.State.PARTIAL: gettext_lazy("Granted in part"),
    Appeal.State.WITHDRAWN: gettext_lazy("Withdrawn"),
    Appeal.State.LIFTED: gettext_lazy("Granted"),
}


def scope_label(scope: str) -> Text:
    """Return what people read for the feature that a restriction is about."""
    return Restriction.Scope(scope).label if scope in Restriction.Scope.values else scope


def outcome_of(appeal: Appeal) -> Text:
    """Return what came of an appeal: granted or turned down, never "upheld", which means both to people."""
    return _OUTCOMES[appeal.state]


def headline_of(appeal: Appeal) -> str:
    """Return what came of an appeal, and of which one. Three queries at most."""
    if appeal.role == Appeal.Role.REPORTER:
        text = _("Your appeal about your report of %(about)s: %(outcome)s")
    else:
        text = _("Your appeal about “%(decision)s”: %(outcome)s")
    decision = appeal.decision
    about, title = about_of(decision), title_of(decision)
    is_content = decision.target_kind != "user"
    return text % {
        "about": about,
        "decision": f"{title} · {about}" if is_content else title,
        "outcome": outcome_of(appeal),
    }


def title_of(decision: Decision) -> str:
    """Return what was decided, in a few words. The decision that it answers comes with it in one query."""
    if decision.kind == Kind.RESTRICT:
        return _("Restricted: %(feature)s") % {"feature": scope_label(decision.scope)}
    if decision.kind == Kind.SUSPEND:
        return _("Account suspended")
    if decision.kind == Kind.LIFT and decision.reverses is not None:
        return _("Taken back: %(what)s") % {"what": title_of(decision.reverses)}
    if (
        decision.kind == Kind.RESTORE
        and decision.reverses is not None
        and decision.reverses.kind == Kind.REJECT
    ):
        return _("Approved after all")
    if decision.kind == Kind.CONFIRM and decision.reverses is not None:
        return _("Confirmed by a person: %(what)s") % {"what": title_of(decision.reverses)}
    return str(_ANSWERS.get(decision.kind) or Kind(decision.kind).label)


def abouts_of(decisions: Sequence[Decision]) -> dict[int, Text]:
    """Return what each decision was about, by its key. One query for each kind of target, one for cases."""
    ids: dict[str, set[str]] = defaultdict(set)
    for decision in decisions:
        ids[decision.target_kind].add(decision.target_id)
    titles = {kind: targets.list_titles(kind, found) for kind, found in ids.items()}
    reported = _abouts_reported(
        [each.reverses_id or each.pk for each in decisions if each.target_kind == "user"]
    )
    return {
        decision.pk: _about(
            decision,
            titles[decision.target_kind].get(decision.target_id, ""),
            reported=reported.get(decision.reverses_id or decision.pk, ""),
        )
        for decision in decisions
    }


def about_of(decision: Decision) -> Text:
    """Return what a decision was about. Two queries at most."""
    return abouts_of([decision])[decision.pk]


def spell_target(kind: str, title: str) -> Text:
    """Return how a target is called, with its title if it has one."""
    label = targets.label_of(kind)
    return f"{label}: {title}" if title else label


def spell_reported(case: Case) -> Text:
    """Return the content that a case is about, as its owner calls it; empty where it is about the person."""
    return "" if case.target_kind == "user" else spell_target(case.target_kind, case.title)


def _about(decision: Decision, title: str, *, reported: Text) -> Text:
    if decision.target_kind == "user":
        about: Text = reported or _("Your account")
    else:
        about = spell_target(decision.target_kind, title)
    if decision.kind in _ANSWERS and decision.reverses is not None:
        return f"{title_of(decision.reverses)} · {about}"
    return about


def _abouts_reported(keys: Collection[int]) -> dict[int, Text]:
    """Return what somebody made for which they were warned, restricted or suspended. One query."""
    cases = queries.list_cases_with_content(keys) if keys else []
    return {
        case.decision_id: spell_target(case.target_kind, case.title)
        for case in cases
        if case.decision_id is not None
    }
