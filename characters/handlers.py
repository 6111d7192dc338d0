"""What characters do when something happens to a picture they point to; registered in `apps.ready()`."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import User
from characters import services
from characters.models import APPROVED_ONCE, ITEM_MODELS, Revision, State
from imagegen.models import Picture


def hidden_events(viewer: User) -> Q:
    """Return the audit events about what the viewer made: who looked at it, decided or noted something."""
    hidden = Q()
    for kind, model in ITEM_MODELS.items():
        own = model.objects.filter(owner=viewer).values("public_id")
        hidden |= Q(target_kind=kind, target_id__in=own)
    return hidden


def follow_replaced_portrait(old: Picture, new: Picture) -> None:
    """Let drafts point to the picture that is made instead of the one that came to nothing."""
    services.replace_portrait(old=old, new=new)


def is_portrait_approved(upload: Picture) -> bool:
    """Whether a person approved a revision with this portrait, and nobody took one down since."""
    latest = (
        Revision.objects.filter(portrait=upload, state__in=[State.APPROVED, State.SUPERSEDED, State.DELISTED])
        .order_by("-decided_at", "-id")
        .values_list("state", flat=True)
        .first()
    )
    return latest is not None and latest != State.DELISTED


def list_portrait_names(portraits: Collection[str], references: Collection[str]) -> dict[str, str]:
    """Return the name that goes with each portrait, by its public id. One query.

    references: portraits that others may have drawn from, so their names are those that were approved.
    """
    own = Q(portrait__public_id__in=portraits)
    approved = Q(portrait__public_id__in=references, state__in=APPROVED_ONCE)
    rows = Revision.objects.filter(own | approved).order_by("number", "id")
    return dict(rows.values_list("portrait__public_id", "name"))
