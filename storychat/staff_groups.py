"""What each kind of staff may do in the admin. Groups are brought up to date after every migration."""

from typing import Any

from django.contrib.auth.models import Group, Permission

MODERATORS = "Moderators"
LEADS = "Lead moderators"
SUPPORT = "Support"
CHILD_SAFETY = "Child safety"

_REVIEWING = (
    "moderation.add_decision",
    "moderation.view_decision",
    "moderation.view_report",
    "characters.view_character",
    "characters.view_story",
    "characters.view_revision",
    "characters.view_pendingrevision",
    "imagegen.view_picture",
    "accounts.view_user",
    "core.view_auditevent",
)
GROUP_PERMISSIONS = {
    MODERATORS: _REVIEWING,
    # They decide what moderators hand on.
    LEADS: (*_REVIEWING, "moderation.change_case"),
    SUPPORT: (
        "accounts.view_user",
        "imagegen.view_picture",
        "moderation.view_decision",
        "notifications.view_mail",
        "notifications.change_mail",
    ),
    # Few people, chosen for it: what they open wears people out.
    CHILD_SAFETY: ("moderation.view_safetycase", "moderation.change_safetycase"),
}


def update_groups(**_signal: Any) -> None:
    """Give each group the permissions of the table above, as far as their apps are migrated."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in GROUP_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([known[permission] for permission in wanted if permission in known])
