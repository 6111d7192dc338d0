"""Conversations with characters, alone or in a story. A reply is a row with a lease, written in chunks."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from characters.models import Character, Revision, Story, StoryRevision
from core.models import PublicModel
from imagegen.models import Picture


class Conversation(PublicModel):
    """One person talking with one character, who in a story is the lead of its cast."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="conversations")
    character = models.ForeignKey(Character, on_delete=models.CASCADE, related_name="conversations")
    # The story that is played, and the version of it that was read last; null for a plain chat.
    story = models.ForeignKey(Story, on_delete=models.CASCADE, null=True, related_name="conversations")
    story_revision = models.ForeignKey(StoryRevision, on_delete=models.RESTRICT, null=True, related_name="+")
    creation_key = models.CharField(max_length=32)
    last_message_at = models.DateTimeField()
    message_count = models.PositiveIntegerField(default=0)
    # Which of the character's greetings opens it: 0 is the first message, 1 … the alternate ones.
    greeting_index = models.PositiveSmallIntegerField(default=0)
    # How often a line was removed or put back; pages that are open ask for what changed since they looked.
    change_count = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "creation_key"], name="chat_conversation_once"),
            models.CheckConstraint(
                condition=Q(story__isnull=True, story_revision__isnull=True)
                | Q(story__isnull=False, story_revision__isnull=False),
                name="chat_conversation_story_has_version",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-last_message_at", "-id"], name="chat_conversation_list"),
            models.Index(fields=["user", "character"], name="chat_conversation_pair"),
            models.Index(
                fields=["user", "story"], condition=Q(story__isnull=False), name="chat_conversation_play"
            ),
        ]

    def creator_ids(self) -> set[int]:
        """Return the keys of all who made what is talked with. At most one query."""
        made = {self.character.owner_id}
        if self.story is not None and self.story_revision is not None:
            cast = self.story_revision.list_cast()
            made |= {self.story.owner_id}
            made |= {member.character.owner_id for member in cast if member.character is not None}
        return made


class Message(PublicModel):
    """One line of a conversation. The character's lines are jobs until they are DONE.

    While WRITING a worker holds a lease; only an expired lease returns the row to QUEUED. `attempts` counts
    the claims and, with `lease_holder`, fences the writes of a worker that lost its lease.
    """

    class Author(models.TextChoices):
        PERSON = "PERSON", _("You")
        CHARACTER = "CHARACTER", _("Character")

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        WRITING = "WRITING", _("Writing")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELED = "CANCELED", _("Stopped")

    UNFINISHED_STATES = frozenset({State.QUEUED, State.WRITING})

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    # 1, 2, 3 … within the conversation; the page's order and its Last-Event-ID.
    position = models.PositiveIntegerField()
    author = models.CharField(max_length=9, choices=Author.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    text = models.TextField(blank=True)
    # Of a person's line: the form that sent it, with its words. Of a character's line: empty.
    creation_key = models.CharField(max_length=32, blank=True)
    # Which version of the character spoke.
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, null=True, related_name="+")
    photo = models.ForeignKey(Picture, on_delete=models.RESTRICT, null=True, related_name="+")
    # Why a photo that was asked for was not made, fit for the person.
    photo_refusal = models.CharField(max_length=300, blank=True)
    wants_photo = models.BooleanField(default=False)
    # What the photo should show beside the person in it: scene, clothes, expression. May be empty.
    photo_wish = models.CharField(max_length=300, blank=True)

    lease_holder = models.CharField(max_length=64, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure_code = models.CharField(max_length=40, blank=True)
    queued_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    # Public id of the decision that removed its words; empty while they may be shown.
    removal_id = models.CharField(max_length=32, blank=True, default="", db_default="")
    # Which of the conversation's changes was the last one to this line; 0 for none.
    change_number = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="chat_message_position"),
            models.UniqueConstraint(
                fields=["conversation", "creation_key"],
                condition=~Q(creation_key=""),
                name="chat_message_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "WRITING", "DONE", "FAILED", "CANCELED"]),
                name="chat_message_state_known",
            ),
            models.CheckConstraint(
                condition=Q(author="CHARACTER") | Q(author="PERSON", state="DONE"),
                name="chat_message_person_is_done",
            ),
            # One reply at a time: a second one cannot be stored, whatever the code above does.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(state__in=["QUEUED", "WRITING"]),
                name="chat_message_one_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["QUEUED", "WRITING"], finished_at__isnull=True)
                | (~Q(state__in=["QUEUED", "WRITING"]) & Q(finished_at__isnull=False)),
                name="chat_message_finished_when_terminal",
            ),
            models.CheckConstraint(
                condition=Q(author="CHARACTER") | Q(author="PERSON", photo__isnull=True),
                name="chat_message_photo_is_of_character",
            ),
            models.CheckConstraint(
                condition=Q(state="WRITING", lease_expires_at__isnull=False)
                | (~Q(state="WRITING") & Q(lease_expires_at__isnull=True)),
                name="chat_message_lease_while_writing",
            ),
            # A person's own lines are read by nobody else, so there is nothing to remove.
            models.CheckConstraint(
                condition=Q(removal_id="")
                | (Q(author="CHARACTER", state__in=["DONE", "CANCELED"]) & ~Q(text="")),
                name="chat_message_removed_was_said",
            ),
            models.CheckConstraint(
                condition=Q(removal_id="") | Q(change_number__gt=0), name="chat_message_removal_is_change"
            ),
            models.UniqueConstraint(
                fields=["removal_id"], condition=~Q(removal_id=""), name="chat_message_removed_once"
            ),
        ]
        indexes = [
            models.Index(fields=["queued_at", "id"], condition=Q(state="QUEUED"), name="chat_message_queue"),
            models.Index(
                fields=["lease_expires_at"], condition=Q(state="WRITING"), name="chat_message_leases"
            ),
            models.Index(
                fields=["conversation", "change_number"],
                condition=Q(change_number__gt=0),
                name="chat_message_changes",
            ),
        ]

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED_STATES

    @property
    def is_of_person(self) -> bool:
        return self.author == self.Author.PERSON

    @property
    def is_removed(self) -> bool:
        """Whether a moderator removed its words, so that nobody reads them, and no model either."""
        return bool(self.removal_id)


class MessageChunk(models.Model):
    """A piece of a reply that is still being written; the pieces go when the reply is done."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "index"], name="chat_chunk_index")]
