"""What creators are told about decisions. Part of the caller's transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from characters.models import Item, ItemRevision, Visibility
from moderation import services as moderation_services
from moderation.models import Decision
from notifications import services as notification_services

_TITLE_NAME_LENGTH = 60


def tell_approved(item: Item, revision: ItemRevision, *, now: datetime) -> None:
    """Tell the creator that others can meet it."""
    _tell(
        item,
        kind="approved",
        title=_("%(name)s is approved") % _name(revision),
        body=(
            _("Others can find it in discovery while its visibility is Public.")
            if item.visibility == Visibility.PUBLIC
            else _("Its visibility is Private: set it to Public for others to find it.")
        ),
        now=now,
    )


def tell_rejected(item: Item, revision: ItemRevision, decision: Decision, *, now: datetime) -> None:
    """Tell the creator why not, under which rule, how to fix it, and how to appeal."""
    _tell(
        item,
        kind="rejected",
        title=_("%(name)s was not approved") % _name(revision),
        body=moderation_services.explain(decision, item.owner, now=now),
        now=now,
    )


def tell_delisted(item: Item, revision: ItemRevision, decision: Decision, *, now: datetime) -> None:
    """Tell the creator that the item is back in the library, why, whose mistake it was, and how to appeal."""
    ours = _("It should not have been approved; that was our mistake, and we are sorry.")
    kept = _("Others do not see it any more. It is back in your library; nothing of it is lost.")
    _tell(
        item,
        kind="delisted",
        title=_("%(name)s was taken down") % _name(revision),
        body="\n\n".join(
            [
                *([ours] if decision.is_our_mistake else []),
                kept,
                moderation_services.explain(decision, item.owner, now=now),
            ]
        ),
        now=now,
    )


def _name(revision: ItemRevision) -> dict[str, str]:
    return {"name": revision.name[:_TITLE_NAME_LENGTH]}


def _tell(item: Item, *, kind: str, title: str, body: str, now: datetime) -> None:
    notification_services.notify(
        user=item.owner,
        kind=f"{item.KIND}-{kind}",
        title=title,
        body=body,
        url=item.get_absolute_url(),
        now=now,
        by_mail=True,
    )
