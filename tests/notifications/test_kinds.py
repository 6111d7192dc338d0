"""Groups of notices, and how apps above add theirs."""

import pytest

from notifications import kinds
from notifications.kinds import Group

CLUBS = Group("clubs", "Clubs", "What happens in your clubs.")


def test_an_app_adds_a_group_with_its_kinds() -> None:
    forget = kinds.register(CLUBS, kinds=["club-joined"])
    assert kinds.find_group("club-joined") == CLUBS
    assert [group.code for group in kinds.list_groups()][-2:] == ["clubs", "general"]
    kinds.register(CLUBS, kinds=["club-joined"])
    forget()
    assert kinds.find_group("club-joined").code == "general"
    assert CLUBS not in kinds.list_groups()


def test_an_app_adds_kinds_to_a_group_that_is_there() -> None:
    forget = kinds.register_kinds(kinds.STANDING, "badge-taken")
    assert kinds.find_group("badge-taken").is_required
    forget()
    assert kinds.find_group("badge-taken").code == "general"


def test_nobody_takes_over_what_others_registered() -> None:
    with pytest.raises(ValueError, match="another group"):
        kinds.register(Group("standing", "Mine", "Mine."))
    with pytest.raises(ValueError, match="belongs to security"):
        kinds.register_kinds("reviews", "new-device")
    with pytest.raises(KeyError):
        kinds.register_kinds("nowhere", "anything")
    assert kinds.find_group("new-device").code == "security"


def test_standing_and_security_are_for_everybody() -> None:
    """R13: the user is told; no setting keeps it from them."""
    assert [group.code for group in kinds.list_groups() if group.is_required] == ["standing", "security"]


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("standing", "standing"),
        ("character-delisted", "standing"),
        ("new-device", "security"),
        ("character-rejected", "reviews"),
        ("report-closed", "reports"),
        ("something-new", "general"),
    ],
)
def test_a_kind_has_its_group(kind: str, group: str) -> None:
    assert kinds.find_group(kind).code == group
    assert kinds.find_group_or_general(group).code == group


def test_a_group_that_is_gone_counts_as_general() -> None:
    assert kinds.find_group_or_general("gone").code == "general"
