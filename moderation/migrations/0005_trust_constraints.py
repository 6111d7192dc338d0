import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_cases_of_reports")]

    operations = [
        migrations.RemoveConstraint(
            model_name='report',
            name='moderation_report_state_known',
        ),
        migrations.RemoveIndex(
            model_name='report',
            name='moderation_report_queue',
        ),
        migrations.RemoveField(
            model_name='report',
            name='closed_at',
        ),
        migrations.RemoveField(
            model_name='report',
            name='state',
        ),
        migrations.RemoveField(
            model_name='report',
            name='target_id',
        ),
        migrations.RemoveField(
            model_name='report',
            name='target_kind',
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('actor__isnull', False), ('source', 'HUMAN')), models.Q(('actor__isnull', True), ('source', 'AUTOMATIC')), _connector='OR'), name='moderation_decision_source'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['PASS', 'HOLD', 'REJECT', 'CHILD_SAFETY'])), name='moderation_verdict_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'PASS'), models.Q(('reason_code', ''), _negated=True), _connector='OR'), name='moderation_verdict_no_has_reason'),
        ),
        migrations.AlterField(
            model_name='report',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='moderation.case'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('reporter', 'case'), name='moderation_report_once_per_case'),
        ),
    ]
