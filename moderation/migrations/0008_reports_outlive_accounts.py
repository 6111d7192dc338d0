"""Reports stay with their case when the account goes that made them, and can be added to."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_subjects(apps: Any, _schema_editor: Any) -> None:
    """Point every report to the pseudonymous subject of who made it."""
    reporters = apps.get_model("accounts", "User").objects.filter(pk=OuterRef("reporter"))
    reports = apps.get_model("moderation", "Report").objects.filter(reporter_subject__isnull=True)
    reports.update(reporter_subject=Subquery(reporters.values("subject")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("moderation", "0007_two_people_take_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="report", name="moderation_report_once_per_case"),
        migrations.AlterField(
            model_name="report",
            name="reporter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="reporter_subject",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.subject"
            ),
        ),
        migrations.RunPython(name_subjects, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ReportAddition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("creation_key", models.CharField(max_length=32)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("ABUSE", "Abuse"),
                            ("SCAM", "Scam"),
                            ("HARASSMENT", "Harassment"),
                            ("IMPERSONATION", "Impersonation"),
                            ("UNDERAGE", "Underage risk"),
                            ("OTHER", "Something else"),
                        ],
                        max_length=14,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="additions",
                        to="moderation.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "creation_key"), name="moderation_report_addition_once"
                    )
                ],
            },
        ),
    ]
