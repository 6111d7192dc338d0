"""What the pages about standing and appeals show while they are looked at."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Restriction, User
from characters.models import Character, State
from core import attachments, ids
from moderation import services
from moderation.models import Appeal, Decision
from moderation.services.appeals import Request
from moderation.services.decisions import Kind
from moderation.targets import Words
from tests import factories

if TYPE_CHECKING:
    from tests.browser.scenes import Scene

WORDS = Words(
    "spam",
    "Three of your characters advertise a shop.\nThat is not what characters are for.",
    "Take the shop's name out of their first messages.",
)
CONTEXT = "The shop is part of the story: Mira sells lamp oil there.\nIt does not exist outside of it."


def restrict(person: User, *, days: int | None = 30) -> Decision:
    return services.restrict(
        actor=factories.make_staff(),
        user=person,
        scope=Restriction.Scope.PUBLISHING,
        days=days,
        words=WORDS,
        now=datetime.now(tz=UTC),
    )[0]


def reject(person: User) -> Decision:
    name = "Wilhelmina Featherstonehaugh of Extraordinarily-Long Harbour"
    character: Character = factories.make_character(
        owner=person, state=State.REJECTED, name=name, now=datetime.now(tz=UTC)
    )
    return Decision.objects.get(target_id=character.public_id, kind=Kind.REJECT)


def dismiss(reporter: User, owner: User) -> Decision:
    """Return the answer to a report in which nothing was found."""
    character = factories.make_character(owner=owner, state=State.APPROVED, visibility="PUBLIC")
    report, _is_new = services.report_content(
        actor=reporter,
        target_kind="character",
        target_id=character.public_id,
        reason="SCAM",
        text="It asked for my card.",
        creation_key=ids.new_public_id(),
        now=datetime.now(tz=UTC),
    )
    closed, _is_new = services.dismiss(
        actor=factories.make_staff(),
        case=report.case,
        expected_version=report.case.version,
        words=Words(""),
        now=datetime.now(tz=UTC),
    )
    assert closed.decision is not None
    return closed.decision


def suspend(person: User) -> Decision:
    proposal, _is_new = services.propose(
        actor=factories.make_staff(), kind=Kind.SUSPEND, user=person, words=WORDS, now=datetime.now(tz=UTC)
    )
    confirmed, _is_new = services.confirm(
        actor=factories.make_staff(), proposal=proposal, now=datetime.now(tz=UTC)
    )
    assert confirmed.decision is not None
    return confirmed.decision


def appeal(person: User, decision: Decision, *, wish: Appeal.Wish = Appeal.Wish.RESTORE) -> Appeal:
    picture = SimpleUploadedFile("sketch of the lamp oil shop.png", b"\x89PNG\r\n\x1a\n" + b"0" * 30_000)
    return services.appeal(
        actor=person,
        decision=decision,
        request=Request(wish, CONTEXT, "For people who like slow stories.", "Drawn by me in 2024."),
        files=attachments.store([picture]),
        creation_key=ids.new_public_id(),
        now=datetime.now(tz=UTC),
    )[0]


def answer(made: Appeal, kind: Kind) -> Appeal:
    return services.answer(
        actor=factories.make_staff(),
        appeal=made,
        kind=kind,
        explanation="You are right about the story.\nThe first message still links to a real address.",
        ends_at=datetime.now(tz=UTC) + timedelta(days=2) if kind == Kind.PARTIAL else None,
        now=datetime.now(tz=UTC),
    )[0]


def of_decision(decision: Decision) -> str:
    return f"{reverse('appeal')}?decision={decision.public_id}"


def of_appeal(made: Appeal, name: str = "appeal-detail") -> str:
    return reverse(name, kwargs={"public_id": made.public_id})


def standing_history(scene: "Scene") -> str:
    """One decision of each kind, and what became of it."""
    person = scene.member
    services.warn(actor=factories.make_staff(), user=person, words=WORDS, now=datetime.now(tz=UTC))
    reject(person)
    answer(appeal(person, restrict(person)), Kind.OVERTURN)
    answer(appeal(person, restrict(person, days=60)), Kind.PARTIAL)
    services.lift(
        actor=factories.make_staff(),
        decision=restrict(person, days=7),
        words=Words(""),
        now=datetime.now(tz=UTC),
    )
    appeal(person, restrict(person, days=3))
    return reverse("settings-standing")


def suspended_standing(scene: "Scene") -> str:
    suspend(scene.member)
    return reverse("settings-standing")


def choose(scene: "Scene") -> str:
    reject(scene.member)
    restrict(scene.member)
    dismiss(scene.member, scene.other)
    return reverse("appeal")


def form_about_content(scene: "Scene") -> str:
    return of_decision(reject(scene.member))


def form_of_suspended(scene: "Scene") -> str:
    return of_decision(suspend(scene.member))


def form_about_report(scene: "Scene") -> str:
    return of_decision(dismiss(scene.member, scene.other))


def form_refused(scene: "Scene") -> str:
    decision = restrict(scene.member)
    appeal(scene.member, decision)
    return of_decision(decision)


def own_appeals(scene: "Scene") -> str:
    appeal(scene.member, reject(scene.member))
    for days, kind in enumerate((Kind.UPHOLD, Kind.OVERTURN, Kind.PARTIAL), start=20):
        answer(appeal(scene.member, restrict(scene.member, days=days)), kind)
    services.withdraw_appeal(
        actor=scene.member,
        appeal=appeal(scene.member, restrict(scene.member, days=9)),
        now=datetime.now(tz=UTC),
    )
    return reverse("appeals")


def open_appeal(scene: "Scene") -> str:
    return of_appeal(appeal(scene.member, reject(scene.member), wish=Appeal.Wish.CORRECT))


def late_appeal(scene: "Scene") -> str:
    made = appeal(scene.member, reject(scene.member))
    Appeal.objects.filter(pk=made.pk).update(due_at=datetime.now(tz=UTC) - timedelta(days=1))
    return of_appeal(made)


def answered_appeal(scene: "Scene") -> str:
    return of_appeal(answer(appeal(scene.member, restrict(scene.member)), Kind.PARTIAL))


def withdrawing(scene: "Scene") -> str:
    return of_appeal(appeal(scene.member, restrict(scene.member)), "appeal-withdraw")
