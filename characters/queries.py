"""Reads for pages and for reviewers. Lists return querysets; page them with the order that goes with each."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from accounts.models import User
from accounts.queries import Viewer
from characters.folding import fold
from characters.models import Character, CharacterQuerySet, Revision, State
from imagegen.models import Picture
from moderation.models import Decision

# Orders for core.pagination.get_page.
NEWEST = ("-published_at", "-id")
MOST_CHATTED = ("-chat_count", "-id")
BEST_MATCH = ("-match_rank", "-id")
LIBRARY = ("-updated_at", "-id")

SEARCH_CANDIDATE_COUNT = 500
_SEARCH_TERM_COUNT = 8
_SEARCH_LENGTH = 80
# What staff never read: work that its creator did not submit, or took back.
PRIVATE_STATES = frozenset({State.DRAFT, State.WITHDRAWN})
_CARD = ("owner", "live_revision__portrait")
_PAGE = (*_CARD, "open_revision__portrait", "delisted_revision__portrait")
FOR_REVIEW = ("character__owner", "character__live_revision__portrait", "portrait")


def get_visible(viewer: Viewer, slug: str) -> Character:
    """Return what this viewer may see, ready for its page; raises Character.DoesNotExist."""
    return Character.objects.visible_to(viewer).select_related(*_PAGE).get(slug=slug)


def get_own(owner: User, slug: str) -> Character:
    """Return the creator's own item; raises Character.DoesNotExist for everybody else."""
    return Character.objects.filter(owner=owner).select_related(*_PAGE).get(slug=slug)


def get_by_id(character_id: int) -> Character:
    """Return an item for programs: nobody's view is checked."""
    return Character.objects.select_related(*_PAGE).get(pk=character_id)


def list_newest(viewer: Viewer, category: str | None = None) -> CharacterQuerySet:
    """Return discovery, to be ordered by NEWEST."""
    return _discovery(viewer, category)


def list_most_chatted(viewer: Viewer, category: str | None = None) -> CharacterQuerySet:
    """Return discovery, to be ordered by MOST_CHATTED."""
    return _discovery(viewer, category)


def list_library(owner: User) -> CharacterQuerySet:
    """Return everything that a creator made, to be ordered by LIBRARY."""
    return Character.objects.filter(owner=owner).select_related(*_PAGE)


def search(viewer: Viewer, text: str, category: str | None = None) -> CharacterQuerySet:
    """Return what matches in name, bios or tags, to be ordered by BEST_MATCH.

    Every word must occur. PostgreSQL also finds word forms (full text) and typing errors (trigrams). At most
    SEARCH_CANDIDATE_COUNT items, the most chatted first, are ranked.
    """
    folded = " ".join(fold(text)[:_SEARCH_LENGTH].split())
    found = _discovery(viewer, category)
    if not folded:
        return found.none().annotate(match_rank=_match_rank(folded))
    candidates = (
        found.filter(live_revision__in=_matching(folded))
        .order_by(*MOST_CHATTED)
        .values("pk")[:SEARCH_CANDIDATE_COUNT]
    )
    return found.filter(pk__in=candidates).annotate(match_rank=_match_rank(folded))


def list_pending() -> QuerySet[Revision]:
    """Return the reviewers' queue: what waits for a person, oldest first."""
    return (
        Revision.objects.filter(waits_for_person())
        .select_related("character__owner", "character__live_revision__portrait", "portrait")
        .order_by("submitted_at", "id")
    )


def list_for_review() -> QuerySet[Revision]:
    """Return what reviewers may open: revisions that were put before them, with the live one beside."""
    return Revision.objects.exclude(state__in=PRIVATE_STATES).select_related(*FOR_REVIEW)


def list_for_staff() -> QuerySet[Character]:
    """Return the items of which a version was put before the reviewers (R9), with the last of these."""
    submitted = Revision.objects.exclude(state__in=PRIVATE_STATES)
    last = submitted.select_related("portrait").order_by("-number")[:1]
    return (
        Character.objects.filter(Exists(submitted.filter(character=OuterRef("pk"))))
        .select_related(*_PAGE)
        .prefetch_related(Prefetch("revisions", queryset=last, to_attr="last_submitted"))
    )


def find_shown_to_staff(character: Character) -> Revision | None:
    """Return what staff read of an item: what is live, else what was submitted last."""
    if character.live_revision is not None:
        return character.live_revision
    if character.open_revision is not None and character.open_revision.state not in PRIVATE_STATES:
        return character.open_revision
    if character.delisted_revision is not None:
        return character.delisted_revision
    # Only list_for_staff fetches it for all its rows.
    last: list[Revision] | None = getattr(character, "last_submitted", None)
    return next(iter(last), None) if last is not None else list_submitted(character.pk).first()


def waits_for_person() -> Q:
    """Return the condition of the reviewers' queue: PENDING, or held by automatic screening."""
    return Q(state=State.PENDING) | Q(state=State.SUBMITTED, screened_at__isnull=False)


def list_unscreened(*, before: datetime, count: int) -> list[int]:
    """Return submissions that wait for automatic screening since before `before`: a wake-up may be lost."""
    return list(
        Revision.objects.filter(state=State.SUBMITTED, screened_at__isnull=True, submitted_at__lt=before)
        .order_by("submitted_at", "id")
        .values_list("pk", flat=True)[:count]
    )


def find_created(owner: User, creation_key: str) -> Character | None:
    """Return what this form made before."""
    return Character.objects.filter(owner=owner, creation_key=creation_key).first()


def find_turned_down(character_id: int, content_hash: str) -> Revision | None:
    """Return the last rejected or de-listed revision with the same content."""
    return (
        Revision.objects.filter(
            character_id=character_id,
            content_hash=content_hash,
            state__in=[State.REJECTED, State.DELISTED],
        )
        .order_by("-number")
        .first()
    )


def find_previous_rejected(character: Character, *, before: int) -> Revision | None:
    """Return the rejected revision that a discarded draft was made from, if that is what came before it."""
    previous = (
        Revision.objects.filter(character=character, number__lt=before)
        .exclude(state=State.WITHDRAWN)
        .order_by("-number")
        .first()
    )
    return previous if previous is not None and previous.state == State.REJECTED else None


def list_revisions(character_id: int) -> QuerySet[Revision]:
    """Return every version of an item, newest first."""
    return Revision.objects.filter(character_id=character_id).select_related("portrait").order_by("-number")


def list_submitted(character_id: int) -> QuerySet[Revision]:
    """Return the versions of an item that staff may read, newest first."""
    return list_revisions(character_id).exclude(state__in=PRIVATE_STATES)


def list_portrait_ids(character: Character) -> set[int]:
    """Return the keys of the portraits of an item's versions."""
    portraits = Revision.objects.filter(character=character, portrait__isnull=False)
    return set(portraits.values_list("portrait", flat=True))


def find_faces(picture_ids: set[int]) -> dict[int, Picture]:
    """Return for the key of each picture the one at which its drawing began.

    One query for each step back, for all of them together.
    """
    known: dict[int, Picture] = {}
    step = picture_ids
    while step:
        found = Picture.objects.in_bulk(step)
        known |= found
        step = {picture.reference_id for picture in found.values() if picture.reference_id} - known.keys()
    return {key: _walk_to_face(known[key], known) for key in picture_ids}


def _walk_to_face(picture: Picture, known: dict[int, Picture]) -> Picture:
    # A reference that was erased between two of the queries is the end of the way, as it will be from now on.
    while picture.reference_id and picture.reference_id in known:
        picture = known[picture.reference_id]
    return picture


def list_decisions(character: Character) -> QuerySet[Decision]:
    """Return what reviewers decided about an item, newest first."""
    return (
        Decision.objects.filter(target_kind="character", target_id=character.public_id)
        .select_related("actor")
        .order_by("-at", "-id")
    )


def list_drafts_with_portrait(picture: Picture) -> list[int]:
    """Return the keys of items whose draft has this portrait, in the order in which to lock them."""
    return list(
        Character.objects.filter(open_revision__state=State.DRAFT, open_revision__portrait=picture)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def is_visible_portrait(viewer: Viewer, picture: Picture) -> bool:
    """Whether the picture is the approved portrait of an item that this viewer may see."""
    return Character.objects.visible_to(viewer).filter(live_revision__portrait=picture).exists()


def is_reviewed_portrait(picture: Picture) -> bool:
    """Whether the picture is the portrait of a revision that its creator put before the reviewers."""
    return (
        Revision.objects.filter(portrait=picture).exclude(state__in=[State.DRAFT, State.WITHDRAWN]).exists()
    )


def _discovery(viewer: Viewer, category: str | None) -> CharacterQuerySet:
    found = Character.objects.discoverable_by(viewer).select_related(*_CARD)
    return found.filter(live_revision__category=category) if category else found


def _matching(folded: str) -> QuerySet[Revision]:
    """Return the keys of approved revisions that match; on PostgreSQL from the indexes of migration 0002."""
    every_word = Q()
    for term in folded.split()[:_SEARCH_TERM_COUNT]:
        every_word &= Q(search_text__contains=term)
    revisions = Revision.objects.filter(state=State.APPROVED)
    if connection.vendor == "postgresql":
        every_word |= Q(words=SearchQuery(folded, config="english", search_type="websearch"))
        every_word |= Q(search_text__trigram_word_similar=folded)
        revisions = revisions.annotate(words=SearchVector("search_text", config="english"))
    return revisions.filter(every_word).values("pk")


def _match_rank(folded: str) -> Cast:
    """Names first: the whole name, then its beginning, then the rest by how often it is chatted with."""
    # The name is the first line of the search text.
    return Cast(
        Case(
            When(live_revision__search_text__startswith=f"{folded}\n", then=Value(2)),
            When(live_revision__search_text__startswith=folded, then=Value(1)),
            default=Value(0),
        )
        * Value(1_000_000_000)
        + F("chat_count"),
        BigIntegerField(),
    )
