"""Every report names the subject of who made it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0008_reports_outlive_accounts")]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="reporter_subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("reporter_subject", "case"), name="moderation_report_once_per_case"
            ),
        ),
    ]
