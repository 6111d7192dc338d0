import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("moderation", "0005_trust_constraints")]

    operations = [
        migrations.RemoveConstraint(model_name="appeal", name="moderation_appeal_state_known"),
        migrations.RemoveConstraint(model_name="appeal", name="moderation_appeal_answered"),
        migrations.AlterField(
            model_name="appeal",
            name="state",
            field=models.CharField(
                choices=[
                    ("OPEN", "Open"),
                    ("UPHELD", "The decision stands"),
                    ("OVERTURNED", "Overturned"),
                    ("PARTIAL", "Overturned in part"),
                    ("WITHDRAWN", "Withdrawn"),
                    ("LIFTED", "Granted: the decision was taken back"),
                ],
                default="OPEN",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["OPEN", "UPHELD", "OVERTURNED", "PARTIAL", "WITHDRAWN", "LIFTED"]),
                name="moderation_appeal_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["OPEN", "WITHDRAWN"], answer__isnull=True)
                | Q(state__in=["UPHELD", "OVERTURNED", "PARTIAL", "LIFTED"], answer__isnull=False),
                name="moderation_appeal_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.UniqueConstraint(
                fields=["answer"], condition=~Q(state="LIFTED"), name="moderation_appeal_one_answer"
            ),
        ),
        migrations.RemoveConstraint(model_name="proposal", name="moderation_proposal_state_known"),
        migrations.AlterField(
            model_name="proposal",
            name="state",
            field=models.CharField(
                choices=[
                    ("OPEN", "Waits for a second person"),
                    ("CONFIRMED", "Confirmed"),
                    ("DECLINED", "Declined"),
                    ("LAPSED", "Lapsed"),
                ],
                default="OPEN",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="caused_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["OPEN", "CONFIRMED", "DECLINED", "LAPSED"]),
                name="moderation_proposal_state_known",
            ),
        ),
    ]
