"""R5: the publication states. One test for each state and each transition."""

import pytest
from django.db import IntegrityError, transaction
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from characters import services
from characters.models import FrozenRevisionError, Revision, State
from characters.services import CharacterRefusedError
from characters.services.shared import save_revision
from tests.factories import NOW, advance, get_fresh, make_character, make_content, make_user

pytestmark = pytest.mark.django_db

WORDS = {"reason_code": "changes-needed", "explanation": "Too short.", "fix": "Tell more.", "now": NOW}
ARGUMENTS = {
    "submit": {"now": NOW},
    "queue": {"now": NOW},
    "approve": {"now": NOW},
    "reject": WORDS,
    "withdraw": {"now": NOW},
    "delist": WORDS,
    "supersede": {},
    "reinstate": {"now": NOW},
}
ALLOWED = {
    (State.DRAFT, "submit"): State.SUBMITTED,
    (State.SUBMITTED, "queue"): State.PENDING,
    (State.SUBMITTED, "reject"): State.REJECTED,
    (State.SUBMITTED, "withdraw"): State.WITHDRAWN,
    (State.PENDING, "approve"): State.APPROVED,
    (State.PENDING, "reject"): State.REJECTED,
    (State.PENDING, "withdraw"): State.WITHDRAWN,
    (State.APPROVED, "delist"): State.DELISTED,
    (State.APPROVED, "supersede"): State.SUPERSEDED,
    (State.DELISTED, "reinstate"): State.APPROVED,
}


def revision_in(state: State) -> Revision:
    character = make_character()
    return advance(character, state)


def declared_transitions() -> list[tuple[str, str, str]]:
    field = Revision._meta.get_field("state")
    return [(step.source, step.name, step.target) for step in field.get_all_transitions(Revision)]


def test_the_code_declares_exactly_the_transitions_of_r5():
    expected = {(source, name, target) for (source, name), target in ALLOWED.items()}

    assert set(declared_transitions()) == expected
    assert len(declared_transitions()) == len(expected)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("state", State)
def test_each_transition_from_each_state(state, name):
    """R5: what is drawn in the state diagram is allowed, and nothing else."""
    revision = revision_in(state)
    assert revision.state == state
    target = ALLOWED.get((state, name))

    if target is None:
        with pytest.raises(TransitionNotAllowed):
            getattr(revision, name)(**ARGUMENTS[name])
        assert Revision.objects.get(pk=revision.pk).state == state
    else:
        getattr(revision, name)(**ARGUMENTS[name])
        revision.save()
        assert Revision.objects.get(pk=revision.pk).state == target


@pytest.mark.parametrize("state", State)
def test_the_state_cannot_be_assigned(state):
    """R5: the field is protected; only transitions change it."""
    revision = revision_in(State.DRAFT)

    with pytest.raises(AttributeError):
        revision.state = state


@pytest.mark.parametrize("state", State)
def test_only_a_draft_can_be_changed(state):
    """R5: frozen from SUBMITTED on."""
    revision = revision_in(state)
    revision.set_content(make_content(name="Someone else", portrait_id=revision.portrait_id))

    if state == State.DRAFT:
        revision.save()
        assert Revision.objects.get(pk=revision.pk).name == "Someone else"
    else:
        with pytest.raises(FrozenRevisionError):
            revision.save()
        assert Revision.objects.get(pk=revision.pk).name != "Someone else"


@pytest.mark.parametrize("change", [{"state": State.APPROVED}, {"name": "x"}, {"portrait": None}])
def test_bulk_writes_do_not_go_around_the_rules(change):
    """R5: no `update()` of state or content."""
    revision = revision_in(State.PENDING)

    with pytest.raises(FrozenRevisionError):
        Revision.objects.filter(pk=revision.pk).update(**change)


def test_revisions_are_kept():
    revision = revision_in(State.REJECTED)

    with pytest.raises(FrozenRevisionError):
        Revision.objects.filter(pk=revision.pk).delete()


def test_a_partly_loaded_revision_cannot_be_saved():
    """R5: a save that does not know the stored content could thaw it."""
    revision = Revision.objects.only("name").get(pk=revision_in(State.PENDING).pk)

    with pytest.raises(FrozenRevisionError):
        revision.save()


def test_a_draft_without_what_review_needs_cannot_be_submitted():
    """R3: profile, portrait and tone are there before others look."""
    character = make_character(portrait_id=None, short_bio="")
    revision = character.working_revision

    assert revision.missing_fields() == ["short_bio", "portrait"]
    with pytest.raises(TransitionNotAllowed):
        revision.submit(now=NOW)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.PENDING])
def test_an_item_has_one_open_revision(state):
    """R5: the database refuses a second open revision."""
    revision = revision_in(state)
    second = Revision(item=revision.item, number=9, created_at=NOW, updated_at=NOW)
    second.set_content(make_content())

    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_an_item_has_one_approved_revision():
    """R5: the database refuses a second approved revision."""
    revision = revision_in(State.APPROVED)
    second = Revision(
        item=revision.item,
        number=9,
        created_at=NOW,
        updated_at=NOW,
        submitted_at=NOW,
        screened_at=NOW,
        state=State.APPROVED,
    )
    second.set_content(make_content())

    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "LOST", "submitted_at": NOW},
        {"state": State.SUBMITTED},
        {"state": State.PENDING, "submitted_at": NOW},
        {"state": State.REJECTED, "submitted_at": NOW},
        {"state": State.REJECTED, "submitted_at": NOW, "reason_code": "spam", "explanation": "why"},
        {"category": "nothing"},
    ],
    ids=["unknown-state", "never-submitted", "never-screened", "no-reason", "no-fix", "unknown-category"],
)
def test_the_database_refuses_a_revision_that_cannot_be(fields):
    """R5, R6: truth lives in constraints, whatever the code above does."""
    character = make_character(state=State.REJECTED)
    revision = Revision(item=character, number=9, created_at=NOW, updated_at=NOW, **fields)
    for name, value in {"name": "x", **{key: fields[key] for key in fields if key == "category"}}.items():
        setattr(revision, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        revision.save()


def test_a_state_that_moved_meanwhile_is_not_overwritten():
    """R5: the second of two simultaneous transitions fails."""
    pk = revision_in(State.PENDING).pk
    seen_by_reviewer, seen_by_creator = Revision.objects.get(pk=pk), Revision.objects.get(pk=pk)
    seen_by_reviewer.approve(now=NOW)
    seen_by_reviewer.save()
    seen_by_creator.withdraw(now=NOW)

    with pytest.raises(ConcurrentTransition), transaction.atomic():
        seen_by_creator.save()

    assert Revision.objects.get(pk=pk).state == State.APPROVED


def test_an_operation_that_loses_the_race_is_refused_and_leaves_the_transaction_usable():
    """R5: ConcurrentTransition stays inside a transaction of its own."""
    pk = revision_in(State.PENDING).pk
    first, second = Revision.objects.get(pk=pk), Revision.objects.get(pk=pk)
    first.approve(now=NOW)
    second.withdraw(now=NOW)

    with transaction.atomic():
        save_revision(first)
        with pytest.raises(CharacterRefusedError) as caught:
            save_revision(second)
        assert Revision.objects.get(pk=pk).state == State.APPROVED

    assert caught.value.refusal.code == "changed-meanwhile"


def test_an_account_can_be_deleted_with_its_characters():
    owner = make_user()
    for state in State:
        make_character(owner=owner, state=state)

    owner.delete()

    assert not Revision.objects.exists()


def test_live_and_delisted_exclude_each_other():
    character = make_character(state=State.APPROVED)
    character.delisted_revision = character.live_revision

    with pytest.raises(IntegrityError), transaction.atomic():
        character.save()

    assert get_fresh(character).delisted_revision is None


def test_one_frozen_revision_is_not_deleted():
    """R5."""
    revision = revision_in(State.APPROVED)

    with pytest.raises(FrozenRevisionError):
        revision.delete()


def test_reading_again_keeps_a_frozen_revision_frozen():
    """R5: also when it was submitted after it was first read."""
    draft = revision_in(State.DRAFT)
    services.submit(actor=draft.item.owner, item=draft.item, now=NOW)

    draft.refresh_from_db(fields=["bio"])
    draft.bio = "Changed after it was submitted."

    with pytest.raises(FrozenRevisionError):
        draft.save()
