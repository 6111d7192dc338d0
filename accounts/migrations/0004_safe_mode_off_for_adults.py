"""Safe Mode is off for adults alone, whoever writes the row.

PostgreSQL compares with its own clock. That is sound here, because nobody becomes a minor again: what was
allowed once stays allowed. It lets a day pass, for those who are ahead of it. SQLite takes no clock in a
constraint; there, and everywhere else, `accounts.policies` asks for the age.
"""

from datetime import UTC, datetime, timedelta

from django.db import migrations

_NAME = "accounts_user_safe_mode_off_is_adult"
_ADULT_YEARS = 18


def turn_on_for_minors(apps, _schema_editor):
    day = datetime.now(UTC).date() + timedelta(days=1)
    # Who is born on 29 February turns 18 on 1 March.
    latest = day.replace(year=day.year - _ADULT_YEARS, day=min(day.day, 28) if day.month == 2 else day.day)
    users = apps.get_model("accounts", "User").objects
    users.filter(safe_mode=False, date_of_birth__gt=latest).update(safe_mode=True)


def add_check(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE accounts_user ADD CONSTRAINT {_NAME} CHECK (safe_mode OR "
            f"date_of_birth <= CURRENT_DATE + 1 - INTERVAL '{_ADULT_YEARS} years')"
        )


def drop_check(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE accounts_user DROP CONSTRAINT {_NAME}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sign_in_failures")]

    operations = [
        migrations.RunPython(turn_on_for_minors, migrations.RunPython.noop),
        migrations.RunPython(add_check, drop_check),
    ]
