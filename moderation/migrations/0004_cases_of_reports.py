"""What was reported and decided before there were cases and sources takes the new shape."""

from typing import Any

from django.db import migrations
from django.db.models import F
from django.db.models.functions import Now


def join_cases(apps: Any, _schema_editor: Any) -> None:
    """Give every report a case: one for each target and outcome."""
    case_model = apps.get_model("moderation", "Case")
    for report in apps.get_model("moderation", "Report").objects.order_by("pk"):
        case, is_new = case_model.objects.get_or_create(
            target_kind=report.target_kind,
            target_id=report.target_id,
            state=report.state,
            defaults={
                "title": report.target_title,
                "created_at": report.created_at,
                "closed_at": report.closed_at if report.state == "OPEN" else report.closed_at or Now(),
            },
        )
        if not is_new and case.reports.filter(reporter=report.reporter_id).exists():
            report.delete()
            continue
        report.case = case
        report.save(update_fields=["case"])
        case_model.objects.filter(pk=case.pk).update(
            report_count=F("report_count") + 1, risk=F("risk") + report.weight
        )


def name_sources(apps: Any, _schema_editor: Any) -> None:
    """Say of decisions without an actor that a program made them."""
    apps.get_model("moderation", "Decision").objects.filter(actor__isnull=True).update(source="AUTOMATIC")


def forget_verdicts(apps: Any, _schema_editor: Any) -> None:
    """Verdicts of an older version of the rules are never used again."""
    apps.get_model("moderation", "Verdict").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_trust")]

    operations = [
        migrations.RunPython(join_cases, migrations.RunPython.noop),
        migrations.RunPython(name_sources, migrations.RunPython.noop),
        migrations.RunPython(forget_verdicts, migrations.RunPython.noop),
    ]
