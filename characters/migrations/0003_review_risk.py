from typing import Any

from django.db import migrations, models

# As moderation.risk had them when this was written; what is screened from now on gets all of it.
_HOLDS = {"minors": 400, "real-person": 300}
_OTHER_HOLD = 200
_NOTHING_FOUND = 10
_BATCH = 1000


def rate_waiting(apps: Any, _schema_editor: Any) -> None:
    """Give what waits already the risk of its hold, so that it is not looked at last."""
    revisions = apps.get_model("characters", "Revision").objects
    waiting = revisions.filter(state__in=["SUBMITTED", "PENDING"], screened_at__isnull=False, risk=0)
    while batch := list(waiting.order_by("pk")[:_BATCH]):
        for revision in batch:
            hold = _HOLDS.get(revision.hold_code, _OTHER_HOLD) if revision.hold_code else 0
            revision.risk = hold or _NOTHING_FOUND
        revisions.bulk_update(batch, ["risk"])


class Migration(migrations.Migration):
    dependencies = [("characters", "0002_search")]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="risk",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="revision",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(rate_waiting, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(
                    ("state", "PENDING"),
                    models.Q(("screened_at__isnull", False), ("state", "SUBMITTED")),
                    _connector="OR",
                ),
                fields=["-risk", "submitted_at", "id"],
                name="characters_riskiest",
            ),
        ),
    ]
