from django.db import migrations

# The expressions are the ones that characters.queries makes; an index helps only where they are equal.
_FORWARDS = (
    "CREATE INDEX characters_storyrevision_words ON characters_storyrevision "
    "USING gin (to_tsvector('english'::regconfig, COALESCE(search_text, ''))) WHERE state = 'APPROVED'",
    "CREATE INDEX characters_storyrevision_trigrams ON characters_storyrevision "
    "USING gin (search_text gin_trgm_ops) WHERE state = 'APPROVED'",
)
_BACKWARDS = (
    "DROP INDEX characters_storyrevision_trigrams",
    "DROP INDEX characters_storyrevision_words",
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
    dependencies = [("characters", "0004_stories")]

    operations = [migrations.RunPython(add_indexes, drop_indexes, elidable=False)]
