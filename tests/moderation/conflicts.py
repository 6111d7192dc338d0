"""Matters in which whoever decides may have a part of their own, for tests. One function for each operation.

Each sets a matter up and returns what an actor then tries. person: whom it is about; reporter: who reported
it; decider: who took part in deciding it before; overturned: whose answer to it was overturned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from accounts.models import Restriction, User
from characters import services as character_services
from core import ids
from moderation import child_safety, claims, handlers, second_reviews, services
from moderation.models import Appeal, Case, Decision, Proposal, SafetyCase, SecondReview
from moderation.services import Step, StepKind
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories
from tests.factories import NOW
from tests.moderation.appealing import ask, reply

WORDS = Words("spam", "You advertised.")
LATER = NOW + timedelta(hours=1)
Try = Callable[[User], Any]


@dataclass
class Part:
    """Who has which part in a matter."""

    person: User
    reporter: User | None = None
    decider: User | None = None
    overturned: User | None = None


def admin() -> User:
    return factories.make_staff(is_superuser=True)


def report(part: Part, reporter: User | None = None) -> Case:
    item = factories.make_character(owner=part.person, state="APPROVED")
    return services.report_content(
        actor=reporter or part.reporter or factories.make_user(),
        target_kind="character",
        target_id=item.public_id,
        reason="SCAM",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )[0].case


def open_case(part: Part) -> Case:
    """Return a case; where somebody's answer was overturned, it is open again."""
    case = report(part)
    if part.overturned is not None:
        reporter = case.reports.get().reporter
        assert reporter is not None
        decision = dismiss(case, part.overturned)
        reply(ask(reporter, decision, wish=Appeal.Wish.ACT), Kind.OVERTURN)
        case = Case.objects.get(pk=case.pk)
        assert case.state == Case.State.OPEN
    return case


def dismiss(case: Case, actor: User) -> Decision:
    case = Case.objects.get(pk=case.pk)
    closed, _is_new = services.dismiss(
        actor=actor, case=case, expected_version=case.version, words=Words(""), now=NOW
    )
    assert closed.decision is not None
    return closed.decision


def proposed(part: Part, kind: Kind = Kind.SUSPEND, **changes: Any) -> Proposal:
    return services.propose(
        actor=part.decider or admin(), kind=kind, user=part.person, words=WORDS, now=NOW, **changes
    )[0]


def restricted(part: Part, **changes: Any) -> Decision:
    """Return a restriction; staff are restricted by two."""
    if not part.person.is_staff and not changes:
        return services.restrict(
            actor=part.decider or factories.make_staff(),
            user=part.person,
            scope=Restriction.Scope.CHAT,
            days=3,
            words=WORDS,
            now=NOW,
        )[0]
    proposal = proposed(part, Kind.RESTRICT, scope=Restriction.Scope.CHAT, days=3, **changes)
    confirmed, _is_new = services.confirm(actor=admin(), proposal=proposal, now=NOW)
    assert confirmed.decision is not None
    return confirmed.decision


def warn(part: Part) -> Try:
    return lambda actor: services.warn(actor=actor, user=part.person, words=WORDS, now=NOW)


def restrict(part: Part) -> Try:
    return lambda actor: services.restrict(
        actor=actor, user=part.person, scope=Restriction.Scope.CHAT, days=3, words=WORDS, now=NOW
    )


def remove_content(part: Part) -> Try:
    item = factories.make_character(owner=part.person, state="APPROVED")
    return lambda actor: services.remove_content(
        actor=actor, target_kind="character", target_id=item.public_id, words=WORDS, now=NOW
    )


def act_on_person(part: Part) -> Try:
    step = Step(StepKind.WARN, WORDS)
    return lambda actor: services.act_on_person(actor=actor, user=part.person, step=step, now=NOW)


def handle_case(part: Part) -> Try:
    case = open_case(part)
    step = Step(StepKind.REMOVE, WORDS)
    return lambda actor: services.handle_case(
        actor=actor, case=case, expected_version=case.version, step=step, now=LATER
    )


def dismiss_case(part: Part) -> Try:
    case = open_case(part)
    return lambda actor: services.dismiss(
        actor=actor, case=case, expected_version=case.version, words=Words(""), now=LATER
    )


def claim(part: Part) -> Try:
    case = open_case(part)
    return lambda actor: claims.claim(actor=actor, queue=handlers.CASES, item_id=str(case.pk), now=LATER)


def propose(part: Part) -> Try:
    case = open_case(part)
    return lambda actor: services.propose(
        actor=actor, kind=Kind.SUSPEND, user=part.person, words=WORDS, case=case, now=LATER
    )


def confirm(part: Part) -> Try:
    proposal = proposed(part, case=open_case(part))
    return lambda actor: services.confirm(actor=actor, proposal=proposal, now=LATER)


def decline(part: Part) -> Try:
    proposal = proposed(part, case=open_case(part))
    return lambda actor: services.decline(actor=actor, proposal=proposal, now=LATER)


def lift(part: Part) -> Try:
    decision = restricted(part)
    return lambda actor: services.lift(actor=actor, decision=decision, words=Words(""), now=LATER)


def lift_rejection(part: Part) -> Try:
    item = factories.make_character(owner=part.person, state="PENDING")
    character_services.reject(
        actor=part.decider or factories.make_staff(),
        revision=item.open_revision,
        now=NOW,
        reason_code="spam",
        explanation="",
        fix="",
    )
    decision = Decision.objects.get(target_id=item.public_id)
    return lambda actor: services.lift_rejection(actor=actor, decision=decision, words=WORDS, now=LATER)


def propose_lift(part: Part) -> Try:
    decision = restricted(part, case=None)
    return lambda actor: services.propose_lift(actor=actor, decision=decision, words=WORDS, now=LATER)


def confirm_lift(part: Part) -> Try:
    decision = restricted(Part(part.person), case=None)
    proposal, _is_new = services.propose_lift(
        actor=part.decider or admin(), decision=decision, words=WORDS, now=NOW
    )
    return lambda actor: services.confirm(actor=actor, proposal=proposal, now=LATER)


def answer(part: Part) -> Try:
    """Return the answer to whom a decision was about."""
    decision = restricted(part, case=report(part)) if part.reporter is not None else restricted(part)
    appeal = ask(part.person, decision)
    return lambda actor: reply(appeal, Kind.OVERTURN, actor=actor, now=LATER)


def answer_reporter(part: Part) -> Try:
    """Return the answer to somebody who reported; somebody else did too."""
    case = open_case(part)
    decider = part.decider or factories.make_staff()
    appellant = factories.make_user()
    services.report_content(
        actor=appellant,
        target_kind=case.target_kind,
        target_id=case.target_id,
        reason="OTHER",
        text="",
        creation_key=ids.new_public_id(),
        now=NOW,
    )
    appeal = ask(appellant, dismiss(case, decider), wish=Appeal.Wish.ACT)
    return lambda actor: reply(appeal, Kind.OVERTURN, actor=actor, now=LATER)


def answer_second(part: Part) -> Try:
    item = factories.make_character(owner=part.person, state="PENDING")
    decision = services.record_decision(
        kind=Kind.APPROVE,
        actor=(part.decider or factories.make_staff()).subject,
        affected=part.person.subject,
        target_kind="character",
        target_id=item.public_id,
        now=NOW,
    )
    review = SecondReview.objects.create(decision=decision, queue="characters", item_id="1", created_at=NOW)
    return lambda actor: second_reviews.answer(
        actor=actor, public_id=review.public_id, kind="APPROVE", now=LATER
    )


def hit(person: User) -> SafetyCase:
    return child_safety.record_hit(
        subject=person.subject, purpose="post", content_hash="0" * 64, content="withheld", now=NOW
    )[0]


def confirm_case(part: Part) -> Try:
    case = hit(part.person)
    return lambda actor: child_safety.confirm_case(actor=actor, case_id=case.pk, note="seen", now=LATER)


def clear_case(part: Part) -> Try:
    case = hit(part.person)
    return lambda actor: child_safety.clear_case(actor=actor, case_id=case.pk, note="seen", now=LATER)


def open_evidence(part: Part) -> Try:
    case = hit(part.person)
    evidence = child_safety.list_evidence(case).get()
    return lambda actor: child_safety.open_evidence(
        actor=actor, case=case, evidence_id=evidence.pk, now=LATER
    )


def answer_about_lock(part: Part) -> Try:
    """Return the answer to whoever screening locked out; decider: who confirmed the hit."""
    case = hit(part.person)
    lock = child_safety.find_lock(case)
    assert lock is not None
    if part.decider is not None:
        child_safety.confirm_case(actor=part.decider, case_id=case.pk, note="seen", now=NOW)
    appeal = ask(part.person, lock)
    return lambda actor: reply(appeal, Kind.OVERTURN, actor=actor, now=LATER)


def confirm_after_hit(part: Part) -> Try:
    """Return the second person's answer to the suspension that a confirmed hit proposes."""
    case = hit(part.person)
    child_safety.confirm_case(actor=part.decider or admin(), case_id=case.pk, note="seen", now=NOW)
    proposal = child_safety.list_proposals(case).get()
    return lambda actor: services.confirm(actor=actor, proposal=proposal, now=LATER)
