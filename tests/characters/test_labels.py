"""R5: the label in the library is one pure function of the open and the live revision."""

import pytest

from characters.labels import label_of, library_label
from characters.models import State
from tests.factories import advance, edit, make_character

EXPECTED = {
    (State.DRAFT, None): "Draft",
    (State.SUBMITTED, None): "Submitted",
    (State.PENDING, None): "Pending review",
    (State.REJECTED, None): "Rejected",
    (None, State.APPROVED): "Approved",
    (State.DRAFT, State.APPROVED): "Approved · edit in draft",
    (State.SUBMITTED, State.APPROVED): "Approved · edit submitted",
    (State.PENDING, State.APPROVED): "Approved · edit pending review",
    (State.REJECTED, State.APPROVED): "Approved · edit rejected",
    (None, State.DELISTED): "De-listed",
    (State.DRAFT, State.DELISTED): "De-listed · edit in draft",
    (State.SUBMITTED, State.DELISTED): "De-listed · edit submitted",
    (State.PENDING, State.DELISTED): "De-listed · edit pending review",
    (State.REJECTED, State.DELISTED): "De-listed · edit rejected",
}
TONES = {"", "info", "success", "warning", "danger"}


@pytest.mark.parametrize("live_state", [None, *State])
@pytest.mark.parametrize("open_state", [None, *State])
def test_every_combination_has_its_label_or_cannot_be(open_state, live_state):
    """R5: total over all states."""
    expected = EXPECTED.get((open_state, live_state))

    if expected is None:
        with pytest.raises(LookupError):
            library_label(open_state, live_state)
    else:
        label = library_label(open_state, live_state)
        assert str(label.text) == expected
        assert label.tone in TONES


def test_labels_differ():
    labels = [library_label(*states) for states in EXPECTED]

    assert len({str(label.text) for label in labels}) == len(EXPECTED)
    assert len({label.code for label in labels}) == len(EXPECTED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.DRAFT, "draft"),
        (State.SUBMITTED, "submitted"),
        (State.PENDING, "pending"),
        (State.APPROVED, "approved"),
        (State.REJECTED, "rejected"),
        (State.WITHDRAWN, "draft"),
        (State.DELISTED, "delisted"),
        (State.SUPERSEDED, "approved"),
    ],
)
def test_an_item_has_the_label_of_its_revisions(state, code):
    assert label_of(make_character(state=state)).code == code


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.PENDING, State.REJECTED])
@pytest.mark.parametrize("standing", [State.APPROVED, State.DELISTED])
def test_an_edit_shows_beside_what_is_live(standing, state):
    from tests.factories import get_fresh

    character = make_character(state=standing)
    edit(character, bio="Another life.")
    advance(character, state)

    assert label_of(get_fresh(character)).code == f"{standing.lower()}-{state.lower()}"
