"""Notices written before there were groups get the group of their kind."""

from typing import Any

from django.db import migrations

_GROUPS = {
    "standing": "standing",
    "character-delisted": "standing",
    "new-device": "security",
    "character-approved": "reviews",
    "character-rejected": "reviews",
    "character-reinstated": "reviews",
    "report-closed": "reports",
}


def set_groups(apps: Any, _schema_editor: Any) -> None:
    """One statement for each kind; everything else keeps the default, `general`."""
    notice = apps.get_model("notifications", "Notice")
    for kind, group in _GROUPS.items():
        notice.objects.filter(kind=kind, group="general").update(group=group)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_wishes_and_mails")]

    operations = [migrations.RunPython(set_groups, migrations.RunPython.noop)]
