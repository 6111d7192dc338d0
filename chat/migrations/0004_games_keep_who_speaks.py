"""Games go back to a version of their story in which who speaks in them is.

Earlier code moved `story_revision` on with each message, also to versions without the character of the
game. Such a game could be read only for ever: whoever plays it stays in the version that was played last.
"""

from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery

_BATCH = 500


def go_back(apps, _schema_editor):
    games = apps.get_model("chat", "Conversation").objects.filter(story__isnull=False)
    casts = apps.get_model("characters", "CastMember").objects.filter(character=OuterRef("character"))
    versions = apps.get_model("characters", "StoryRevision").objects.filter(
        item=OuterRef("story"),
        state__in=["APPROVED", "SUPERSEDED"],
        cast_members__character=OuterRef("character"),
    )
    newest = Subquery(versions.order_by("-number").values("pk")[:1])
    lost = games.filter(~Exists(casts.filter(revision=OuterRef("story_revision"))), Exists(versions))
    keys = list(lost.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        games.filter(pk__in=keys[start : start + _BATCH]).update(story_revision=newest)


class Migration(migrations.Migration):
    dependencies = [
        ("characters", "0005_story_search"),
        ("chat", "0003_removed_replies"),
    ]

    operations = [migrations.RunPython(go_back, migrations.RunPython.noop)]
