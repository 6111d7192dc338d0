"""What notices are about: kinds in groups. People choose by group how they are told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.refusals import Text

STANDING = "standing"
SECURITY = "security"
REVIEWS = "reviews"
REPORTS = "reports"
GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of notices that people turn on and off together."""

    code: str
    title: Text
    description: Text
    can_stop_mail: bool = True
    can_hide: bool = True

    @property
    def is_required(self) -> bool:
        """Whether everybody gets these, in the product and by mail."""
        return not self.can_stop_mail and not self.can_hide


_groups: dict[str, Group] = {}
_group_of_kind: dict[str, str] = {}


def register(group: Group, *, kinds: Iterable[str] = ()) -> Callable[[], None]:
    """Add a group with its kinds; returns what takes both out again.

    Apps call it in `ready()`. Raises ValueError when another group has this code, or one of these kinds.
    """
    if _groups.get(group.code, group) != group:
        raise ValueError(f"{group.code} is another group")
    _groups[group.code] = group
    forget_kinds = register_kinds(group.code, *kinds)

    def forget() -> None:
        forget_kinds()
        del _groups[group.code]

    return forget


def register_kinds(code: str, *kinds: str) -> Callable[[], None]:
    """Put kinds into a group that is known; returns what takes them out again.

    Raises KeyError for an unknown group, and ValueError for a kind that belongs to another one.
    """
    get_group(code)
    for kind in kinds:
        if _group_of_kind.get(kind, code) != code:
            raise ValueError(f"{kind} belongs to {_group_of_kind[kind]}")
    _group_of_kind.update(dict.fromkeys(kinds, code))

    def forget() -> None:
        for kind in kinds:
            _group_of_kind.pop(kind, None)

    return forget


def get_group(code: str) -> Group:
    """Return a group. Raises KeyError."""
    return _groups[code]


def find_group_or_general(code: str) -> Group:
    """Return a group, or the general one for a code that nobody registers any more."""
    return _groups.get(code, _groups[GENERAL])


def find_group(kind: str) -> Group:
    """Return the group of a kind; what nobody registered is general."""
    return _groups[_group_of_kind.get(kind, GENERAL)]


def list_groups() -> list[Group]:
    """Return all groups in the order of the page: as registered, the general one last."""
    return sorted(_groups.values(), key=lambda group: group.code == GENERAL)


register(
    Group(
        STANDING,
        _("Standing and rules"),
        _("Warnings, removals, restrictions and suspensions: what was decided, why, and how to appeal."),
        can_stop_mail=False,
        can_hide=False,
    ),
    kinds=("standing", "character-delisted", "story-delisted"),
)
register(
    Group(
        SECURITY,
        _("Account security"),
        _("Sign-ins from new devices, and changes to how you sign in."),
        can_stop_mail=False,
        can_hide=False,
    ),
    kinds=("new-device",),
)
register(
    Group(
        REVIEWS,
        _("Reviews of what you make"),
        _("Whether a character or a story was approved, and what to change when it was not."),
    ),
    kinds=(
        *("character-approved", "character-rejected", "character-reinstated"),
        *("story-approved", "story-rejected", "story-reinstated"),
    ),
)
register(
    Group(
        REPORTS,
        _("Reports and appeals"),
        _("What came of something that you reported, or of an appeal that you made."),
        # Whoever reported or appealed learns the outcome (R14); nothing else in the product tells it.
        can_hide=False,
    ),
    kinds=("report-closed", "appeal-answered"),
)
register(Group(GENERAL, _("Everything else"), _("Whatever fits nowhere above.")))
