from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_groups_of_former_notices")]

    operations = [
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                fields=["-created_at", "-id"], condition=Q(state="FAILED"), name="notifications_mail_failed"
            ),
        ),
    ]
