from django.db import migrations

# The expressions are the ones that characters.queries makes; an index helps only where they are equal.
_FORWARDS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX characters_revision_words ON characters_revision "
    "USING gin (to_tsvector('english'::regconfig, COALESCE(search_text, ''))) WHERE state = 'APPROVED'",
    "CREATE INDEX characters_revision_trigrams ON characters_revision "
    "USING gin (search_text gin_trgm_ops) WHERE state = 'APPROVED'",
)
_BACKWARDS = (
    "DROP INDEX characters_revision_trigrams",
    "DROP INDEX characters_revision_words",
)


def _run(schema_editor, statements):
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in statements:
        schema_editor.execute(statement)


def add_indexes(_apps, schema_editor):
    _run(schema_editor, _FORWARDS)


def drop_indexes(_apps, schema_editor):
    _run(schema_editor, _BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("characters", "0001_initial")]

    operations = [migrations.RunPython(add_indexes, drop_indexes, elidable=False)]
