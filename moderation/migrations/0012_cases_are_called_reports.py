from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("moderation", "0011_cases_about_what_is_gone")]

    operations = [
        migrations.AlterModelOptions(name="case", options={"verbose_name_plural": "Reports"}),
        migrations.AlterModelOptions(name="safetycase", options={"verbose_name_plural": "Child safety"}),
    ]
