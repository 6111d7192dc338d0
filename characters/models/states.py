"""Where items are found, who may find them, and the states of their revisions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Where an item is found in discovery."""

    ROMANCE = "romance", _("Romance")
    ACTION = "action", _("Action")
    DRAMA = "drama", _("Drama")
    FANTASY = "fantasy", _("Fantasy")
    ANIME = "anime", _("Anime")
    GAME = "game", _("Game")
    NOVEL = "novel", _("Novel")
    COMEDY = "comedy", _("Comedy")
    ANIMAL = "animal", _("Animal")
    HORROR = "horror", _("Horror")
    OTHER = "other", _("Other")


class Visibility(models.TextChoices):
    """Who may find an item once it has a live revision (R9)."""

    PRIVATE = "PRIVATE", _("Private")
    PUBLIC = "PUBLIC", _("Public")


class State(models.TextChoices):
    """The publication states of a revision (R5)."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTED = "SUBMITTED", _("Submitted")
    PENDING = "PENDING", _("Pending review")
    APPROVED = "APPROVED", _("Approved")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DELISTED = "DELISTED", _("De-listed")
    SUPERSEDED = "SUPERSEDED", _("Superseded")


OPEN_STATES = frozenset({State.DRAFT, State.SUBMITTED, State.PENDING})
FROZEN_OPEN_STATES = frozenset({State.SUBMITTED, State.PENDING})
# Of whatever a person approved once.
APPROVED_ONCE = frozenset({State.APPROVED, State.SUPERSEDED, State.DELISTED})
