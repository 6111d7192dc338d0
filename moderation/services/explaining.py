"""What people are told about decisions: what, why, under which rule, until when, and what they can do (R13).

Written for somebody who is upset: the facts first, then what comes next.
"""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from accounts import zones
from accounts.models import Restriction, User
from core.refusals import Text
from moderation import naming, queries, targets
from moderation.models import Appeal, Decision
from moderation.policies import APPEALABLE, REPORTER_APPEALABLE
from moderation.services import repeats
from policies.rules import RULES

# Until when a decision can be appealed against.
APPEAL_DAYS = 180
Kind = Decision.Kind
_ON_PEOPLE = frozenset({Kind.RESTRICT, Kind.SUSPEND})
_STRIKES = frozenset({Kind.DELIST, Kind.REMOVE})


def deadline(decision: Decision) -> datetime:
    """Return until when a decision can be appealed against."""
    return decision.at + timedelta(days=APPEAL_DAYS)


def list_lines(decision: Decision, user: User, *, about: Text = "", now: datetime) -> list[str]:
    """Return what a person is told about a decision that hits them, a line for each thing.

    about: what it was about, where the title does not say so. A few queries.
    """
    lines = [decision.explanation]
    if about:
        lines.append(_("What it is about: %(about)s.") % {"about": about})
    if rule := RULES.get(decision.reason_code):
        lines.append(_("The rule: %(rule)s.") % {"rule": rule.title})
    if decision.fix:
        lines.append(_("How to fix it: %(fix)s") % {"fix": decision.fix})
    lines.append(_until(decision))
    lines.append(repeats.describe_strike(decision, user, now=now))
    lines.append(appeal_line(decision))
    return [line for line in lines if line]


def list_lines_taken_back(answer: Decision, user: User, *, now: datetime) -> list[str]:
    """Return what a person is told when a decision about them is taken back without their asking.

    Call it once everything is given back.
    """
    decision = answer.reverses
    if decision is None:
        raise LookupError("a decision that takes none back")
    lines = [
        _("We took this back: %(title)s, of %(day)s.")
        % {"title": naming.title_of(decision), "day": spell_day(decision.at)},
        _("What it was about: %(about)s.") % {"about": naming.about_of(decision)},
        answer.explanation,
        *list_restored(decision, user, answer=answer, now=now),
    ]
    return [line for line in lines if line]


def list_lines_answered(appeal: Appeal, answer: Decision, *, now: datetime) -> list[str]:
    """Return what an appellant is told about what came of their appeal, once all of it is done."""
    lines = [answer.explanation, *list_outcome(appeal, answer, now=now)]
    return [line for line in lines if line]


def list_outcome(appeal: Appeal, answer: Decision, *, now: datetime) -> list[str]:
    """Return what an answer changed, without the words of whoever gave it. A few queries."""
    decision = appeal.decision
    if appeal.role == Appeal.Role.REPORTER:
        return [_say_about_report(appeal)]
    if appeal.state == Appeal.State.UPHELD:
        return [_("The decision stays as it is.")]
    if appeal.state == Appeal.State.PARTIAL:
        return [describe_part(decision, ends_at=answer.ends_at)]
    restored = list_restored(decision, appeal.appellant, answer=answer, now=now)
    if appeal.state != Appeal.State.LIFTED:
        return restored
    return [
        _("The decision that you appealed against was taken back. You need not do anything."),
        *restored,
    ]


def list_restored(decision: Decision, user: User, *, answer: Decision, now: datetime) -> list[str]:
    """Return what a person has again after a decision was taken back, and what still stands in its way."""
    no_strike = _("It is no strike any more.")
    if answer.consequences.exists():
        no_strike += " " + _("What followed from it ends with it; your standing page shows what applies now.")
    if decision.kind == Kind.WARN:
        return [no_strike]
    if decision.kind not in _ON_PEOPLE:
        outlook = str(targets.outlook_of(decision.target_kind, decision.target_id))
        was_strike = decision.kind in _STRIKES and not repeats.why_no_strike(decision)
        return [outlook, no_strike] if was_strike else [outlook]
    opened = (_say_opened(one, user, now=now) for one in queries.list_together(decision))
    return list(dict.fromkeys(opened))


def _say_opened(decision: Decision, user: User, *, now: datetime) -> str:
    if _is_still_shut(decision, user, now=now):
        return _("Something else still applies to it; your standing page says what, and until when.")
    if decision.kind == Kind.SUSPEND or decision.scope == Restriction.Scope.ACCOUNT:
        return _("Your account is open again, as it was.")
    return _("You can use this again: %(feature)s.") % {"feature": naming.scope_label(decision.scope)}


def describe_part(decision: Decision, *, ends_at: datetime | None) -> str:
    """Return what an appeal that was granted in part changed."""
    if decision.kind in _ON_PEOPLE:
        return _("It now ends on %(day)s.") % {"day": zones.spell_time(ends_at)} if ends_at else ""
    if decision.kind == Kind.WARN:
        return _("The warning stays in your history, but it is no strike any more.")
    if decision.kind == Kind.REMOVE:
        return _("It stays removed, but it is no strike any more.")
    if decision.is_our_mistake:
        return _("It stays taken down, but you can correct it: edit it and submit the new version.")
    if decision.kind == Kind.DELIST:
        return _(
            "It stays taken down, but it is no strike any more, and you can correct it: edit it and submit "
            "the new version."
        )
    return _("This version stays rejected, but you can correct it: edit it and submit the new version.")


def appeal_line(decision: Decision) -> str:
    """Return how and until when a decision can be appealed against, empty where it cannot be."""
    if decision.kind in REPORTER_APPEALABLE:
        return _("You think that this is wrong? You can appeal until %(day)s; somebody else looks at it.") % {
            "day": spell_day(deadline(decision))
        }
    if decision.kind not in APPEALABLE:
        return ""
    return _(
        "You think that this is wrong? You can appeal until %(day)s on your standing page; somebody else "
        "looks at it."
    ) % {"day": spell_day(deadline(decision))}


def _until(decision: Decision) -> str:
    if decision.ends_at is not None:
        return _("Until: %(day)s.") % {"day": zones.spell_time(decision.ends_at)}
    return _("It holds until it is lifted.") if decision.kind in _ON_PEOPLE else ""


def _say_about_report(appeal: Appeal) -> str:
    if appeal.state == Appeal.State.UPHELD:
        return _("Somebody else looked at it, and found nothing that breaks our rules either.")
    return _("Your report is open again. Somebody looks at it anew, and you are told what comes of it.")


def _is_still_shut(decision: Decision, user: User, *, now: datetime) -> bool:
    """Whether anything else keeps a person from what a decision took. One query."""
    found = account_queries.list_active_restrictions(user, now=now)
    scopes = {Restriction.Scope.ACCOUNT, decision.scope or Restriction.Scope.ACCOUNT}
    return found.filter(Q(scope__in=scopes) | Q(is_suspension=True)).exists()


def spell_day(at: datetime) -> str:
    """Return a day in the current time zone."""
    return date_format(localtime(at), "DATE_FORMAT")
