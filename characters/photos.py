"""The photos that a creator asked for on a character's page."""

from django.db.models import QuerySet

from characters.models import Character, Revision
from imagegen.models import Picture

SHOWN_COUNT = 12


def list_photos(character: Character) -> QuerySet[Picture]:
    """Return the owner's latest photos that were drawn from a portrait of this character."""
    portraits = Revision.objects.filter(item=character, portrait__isnull=False).values("portrait")
    photos = Picture.objects.filter(
        owner_id=character.owner_id, purpose=Picture.Purpose.PHOTO, reference__in=portraits
    )
    return photos.select_related("reroll_of").order_by("-created_at", "-id")[:SHOWN_COUNT]
