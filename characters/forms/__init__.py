"""What creators may send us. Forms only validate; services write."""

from characters.forms.characters import (
    DRAFT_COUNT,
    FORM_ID,
    CharacterForm,
    PhotoForm,
    PortraitForm,
    find_own_picture,
)
from characters.forms.items import ItemForm
from characters.forms.small import VisibilityForm, clean_search, is_slug
from characters.forms.stories import StoryForm

__all__ = [
    "DRAFT_COUNT",
    "FORM_ID",
    "CharacterForm",
    "ItemForm",
    "PhotoForm",
    "PortraitForm",
    "StoryForm",
    "VisibilityForm",
    "clean_search",
    "find_own_picture",
    "is_slug",
]
