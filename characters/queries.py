"""Reads for pages and for reviewers. Lists return querysets; page them with the order that goes with each."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from accounts.models import NEVER_VERIFIED_CODE, User
from accounts.policies import looks_after_child_safety
from accounts.queries import Viewer, username_of
from characters.folding import fold
from characters.models import (
    Character,
    CharacterQuerySet,
    Item,
    ItemRevision,
    Revision,
    State,
    Story,
    StoryQuerySet,
)
from imagegen.models import Picture
from moderation import queries as moderation_queries
from moderation.models import Decision

AnyItem = TypeVar("AnyItem", bound=Item)

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
_PAGE = ("live_revision", "open_revision", "delisted_revision")


def get_visible(viewer: Viewer, slug: str) -> Character:
    """Return a character that this viewer may see, ready for its page; raises Character.DoesNotExist."""
    return _get_visible(Character, viewer, slug)


def get_visible_story(viewer: Viewer, slug: str) -> Story:
    """Return a story that this viewer may see, ready for its page; raises Story.DoesNotExist."""
    return _get_visible(Story, viewer, slug)


def _get_visible(model: type[AnyItem], viewer: Viewer, slug: str) -> AnyItem:
    found: AnyItem = model.objects.visible_to(viewer).with_revisions(*_PAGE, viewer=viewer).get(slug=slug)
    return found


def get_own(owner: User, slug: str) -> Character:
    """Return the creator's own character; raises Character.DoesNotExist for everybody else."""
    return _get_own(Character, owner, slug)


def get_own_story(owner: User, slug: str) -> Story:
    """Return the author's own story; raises Story.DoesNotExist for everybody else."""
    return _get_own(Story, owner, slug)


def _get_own(model: type[AnyItem], owner: User, slug: str) -> AnyItem:
    found: AnyItem = _list_own(model, owner).get(slug=slug)
    return found


def get_by_id(character_id: int) -> Character:
    """Return a character for programs: nobody's view is checked."""
    return Character.objects.with_revisions(*_PAGE).get(pk=character_id)


def list_newest(viewer: Viewer, category: str | None = None) -> CharacterQuerySet:
    """Return discovery, to be ordered by NEWEST."""
    found: CharacterQuerySet = _discovery(Character, viewer, category)
    return found


def list_most_chatted(viewer: Viewer, category: str | None = None) -> CharacterQuerySet:
    """Return discovery, to be ordered by MOST_CHATTED."""
    found: CharacterQuerySet = _discovery(Character, viewer, category)
    return found


def list_newest_stories(viewer: Viewer, category: str | None = None) -> StoryQuerySet:
    """Return the stories that a viewer may find, to be ordered by NEWEST."""
    found: StoryQuerySet = _discovery(Story, viewer, category)
    return found


def list_most_played_stories(viewer: Viewer, category: str | None = None) -> StoryQuerySet:
    """Return the stories that a viewer may find, to be ordered by MOST_CHATTED."""
    found: StoryQuerySet = _discovery(Story, viewer, category)
    return found


def list_library(owner: User) -> CharacterQuerySet:
    """Return every character that somebody made, to be ordered by LIBRARY."""
    found: CharacterQuerySet = _list_own(Character, owner)
    return found


def list_story_library(owner: User) -> StoryQuerySet:
    """Return every story that somebody wrote, to be ordered by LIBRARY."""
    found: StoryQuerySet = _list_own(Story, owner)
    return found


def _list_own(model: type[Item], owner: User) -> Any:
    return model.objects.filter(owner=owner).with_revisions(*_PAGE, viewer=owner)


def list_castable(author: User) -> CharacterQuerySet:
    """Return the characters that an author may put into a story, to be filtered by their keys."""
    return Character.objects.visible_to(author).with_revisions(*_PAGE)


def find_castable(author: User, *, words: Sequence[str], without: Collection[str], count: int) -> list[int]:
    """Return the keys of characters that an author may add to a cast: their own first, then the most chatted.

    Every word occurs in name, bios or tags. Two queries, because no index has both in one order; and only
    keys, because with all that is shown of them PostgreSQL would join the whole site to find a rare word.
    """
    own = Character.objects.filter(owner=author)
    others = Character.objects.filter(Character.objects.all().found_by_others(author)).exclude(owner=author)
    matching = Revision.objects.filter(state=State.APPROVED)
    for word in words:
        unpublished = Q(live_revision__isnull=True, open_revision__search_text__contains=word)
        own = own.filter(Q(live_revision__search_text__contains=word) | unpublished)
        matching = matching.filter(search_text__contains=word)
    if words:
        others = others.filter(live_revision__in=matching.values("pk"))
    found: list[int] = []
    for rows, order in ((own, LIBRARY), (others, MOST_CHATTED)):
        left = rows.exclude(public_id__in=without).order_by(*order)
        found += left.values_list("pk", flat=True)[: count - len(found)]
    return found


def list_castable_among(author: User, public_ids: Collection[str]) -> set[str]:
    """Return those public ids that are of characters which an author may put into a story."""
    found = Character.objects.visible_to(author).filter(public_id__in=public_ids)
    return set(found.values_list("public_id", flat=True))


def search(viewer: Viewer, text: str, category: str | None = None) -> CharacterQuerySet:
    """Return characters that match in name, bios or tags, to be ordered by BEST_MATCH; see `_search`."""
    found: CharacterQuerySet = _search(Character, viewer, text, category)
    return found


def search_stories(viewer: Viewer, text: str, category: str | None = None) -> StoryQuerySet:
    """Return stories that match in name, summary or tags, to be ordered by BEST_MATCH; see `_search`."""
    found: StoryQuerySet = _search(Story, viewer, text, category)
    return found


def _search(model: type[Item], viewer: Viewer, text: str, category: str | None) -> Any:
    """Return what matches.

    Every word must occur. PostgreSQL also finds word forms (full text) and typing errors (trigrams). At most
    SEARCH_CANDIDATE_COUNT items, the most chatted first, are ranked.
    """
    folded = " ".join(fold(text)[:_SEARCH_LENGTH].split())
    found = _discovery(model, viewer, category)
    if not folded:
        return found.none().annotate(match_rank=_match_rank(folded))
    candidates = (
        found.filter(live_revision__in=_matching(model, folded))
        .order_by(*MOST_CHATTED)
        .values("pk")[:SEARCH_CANDIDATE_COUNT]
    )
    # They are looked at once, with all that decides who sees them, and not again to be ranked.
    ranked = model.objects.filter(pk__in=candidates).checked_for(viewer)
    return ranked.with_revisions("live_revision", viewer=viewer).annotate(match_rank=_match_rank(folded))


def list_pending(model: type[Item] = Character) -> Any:
    """Return the revisions of the reviewers' queue: what waits for a person, oldest first."""
    rows = model.revision_model().objects.filter(waits_for_person())
    return rows.for_review().order_by("submitted_at", "id")


def list_for_review(viewer: User | None, model: type[Item] = Character) -> Any:
    """Return what a reviewer may open: revisions that were put before them, with the live one beside."""
    return shown_to_staff(viewer, put_before_reviewers(model)).for_review()


def put_before_reviewers(model: type[Item]) -> Any:
    """Return the revisions that were put before the reviewers and not taken back."""
    return model.revision_model().objects.exclude(state__in=PRIVATE_STATES)


def shown_to_staff(viewer: User | None, revisions: Any) -> Any:
    """Return those of some revisions that a member of staff reads; None: that anybody of them may.

    None of their own: they read what was decided where everybody does, without the notes of their colleagues.
    What screening stopped because of minors is for those who look after child safety (R11).
    """
    if viewer is not None:
        revisions = revisions.exclude(item__owner=viewer)
    return revisions if _reads_hits(viewer) else revisions.exclude(_is_hit(revisions.model))


def list_own_keys(viewer: User, revisions: Any) -> list[int]:
    """Return the keys of those of some revisions that are of what somebody made. One query."""
    return list(revisions.filter(item__owner=viewer).order_by().values_list("pk", flat=True))


def _reads_hits(viewer: User | None) -> bool:
    return viewer is not None and looks_after_child_safety(viewer)


def _is_hit(revision_model: type[ItemRevision]) -> Q:
    """Say that screening stopped a revision because of minors, and nobody took that back."""
    decisions = Decision.objects.filter(
        moderation_queries.is_hit(""),
        kind=Decision.Kind.REJECT,
        target_kind=revision_model.item_model().KIND,
        target_id=OuterRef("item__public_id"),
        revision_hash=OuterRef("content_hash"),
    )
    return Q(state=State.REJECTED, reason_code=NEVER_VERIFIED_CODE) & Q(Exists(decisions))


def list_for_staff(viewer: User | None, model: type[Item] = Character) -> Any:
    """Return the items of which a member of staff reads a version (R9), with the last of these.

    None of their own. hides_open: whether the version that its creator works on was stopped because of
    minors, and the viewer does not look after child safety.
    """
    submitted = shown_to_staff(viewer, put_before_reviewers(model))
    last = submitted.with_pictures().order_by("-number")[:1]
    revisions = model.revision_model()
    stopped = revisions.objects.filter(_is_hit(revisions), pk=OuterRef("open_revision"))
    items = model.objects.exclude(owner=viewer) if viewer is not None else model.objects.all()
    return (
        items.filter(Exists(submitted.filter(item=OuterRef("pk"))))
        .annotate(hides_open=Value(value=False) if _reads_hits(viewer) else Exists(stopped))
        .with_revisions(*_PAGE)
        .prefetch_related(Prefetch("revisions", queryset=last, to_attr="last_submitted"))
    )


def find_shown_to_staff(item: Any) -> Any:
    """Return what staff read of an item of list_for_staff: what is live, else what was submitted last."""
    if item.live_revision is not None:
        return item.live_revision
    opened = item.open_revision
    if opened is not None and opened.state not in PRIVATE_STATES and not item.hides_open:
        return opened
    return item.delisted_revision or next(iter(item.last_submitted), None)


def waits_for_person() -> Q:
    """Return the condition of the reviewers' queue: PENDING, or held by automatic screening."""
    return Q(state=State.PENDING) | Q(state=State.SUBMITTED, screened_at__isnull=False)


def list_unscreened(model: type[Item], *, before: datetime, count: int) -> list[int]:
    """Return the keys of submissions that wait for automatic screening since before `before`."""
    return list(
        model.revision_model()
        .objects.filter(state=State.SUBMITTED, screened_at__isnull=True, submitted_at__lt=before)
        .order_by("submitted_at", "id")
        .values_list("pk", flat=True)[:count]
    )


def find_created(owner: User, creation_key: str) -> Character | None:
    """Return the character that this form made before."""
    return find_made(Character, owner, creation_key)


def find_made(model: type[AnyItem], owner: User, creation_key: str) -> AnyItem | None:
    """Return the item that this form made before."""
    found: AnyItem | None = model.objects.filter(owner=owner, creation_key=creation_key).first()
    return found


def find_turned_down(item: Item, content_hash: str) -> Any:
    """Return the last rejected or de-listed revision with the same content."""
    same = item.revisions.filter(content_hash=content_hash, state__in=[State.REJECTED, State.DELISTED])
    return same.order_by("-number").first()


def find_previous_rejected(item: Item, *, before: int) -> Any:
    """Return the rejected revision that a discarded draft was made from, if that is what came before it."""
    earlier = item.revisions.filter(number__lt=before).exclude(state=State.WITHDRAWN)
    previous = earlier.order_by("-number").first()
    return previous if previous is not None and previous.state == State.REJECTED else None


def list_revisions(item: Item) -> Any:
    """Return every version of an item, newest first."""
    return item.revisions.with_pictures().order_by("-number")


def list_submitted(viewer: User, item: Item) -> Any:
    """Return the versions of an item that a member of staff reads, newest first."""
    return shown_to_staff(viewer, list_revisions(item).exclude(state__in=PRIVATE_STATES))


def list_portrait_ids(item: Item) -> set[int]:
    """Return the keys of the portraits of an item's versions."""
    portraits = item.revisions.filter(portrait__isnull=False)
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


def list_decisions_shown_to(viewer: User, item: Item) -> QuerySet[Decision]:
    """Return what a member of staff reads of what was decided about an item, newest first."""
    return moderation_queries.list_shown_to(viewer, list_decisions(item))


def list_decisions(item: Item) -> QuerySet[Decision]:
    """Return for programs what was decided about an item, newest first, each with actor_name."""
    return (
        Decision.objects.filter(target_kind=item.KIND, target_id=item.public_id)
        .select_related("actor")
        .annotate(actor_name=username_of("actor"))
        .order_by("-at", "-id")
    )


def list_drafts_with_portrait(picture: Picture) -> list[Character]:
    """Return the characters whose draft has this portrait, in the order in which to lock them."""
    return list(
        Character.objects.filter(open_revision__state=State.DRAFT, open_revision__portrait=picture).order_by(
            "pk"
        )
    )


def is_visible_portrait(viewer: Viewer, picture: Picture) -> bool:
    """Whether the picture is the approved portrait of an item that this viewer may see."""
    return Character.objects.visible_to(viewer).filter(live_revision__portrait=picture).exists()


def is_reviewed_portrait(picture: Picture) -> bool:
    """Whether the picture is the portrait of a revision that its creator put before the reviewers."""
    return (
        Revision.objects.filter(portrait=picture).exclude(state__in=[State.DRAFT, State.WITHDRAWN]).exists()
    )


def _discovery(model: type[Item], viewer: Viewer, category: str | None) -> Any:
    found = model.objects.discoverable_by(viewer).with_revisions("live_revision", viewer=viewer)
    return found.filter(live_revision__category=category) if category else found


def _matching(model: type[Item], folded: str) -> QuerySet[Any]:
    """Return the keys of approved revisions that match; on PostgreSQL from indexes of their own."""
    every_word = Q()
    for term in folded.split()[:_SEARCH_TERM_COUNT]:
        every_word &= Q(search_text__contains=term)
    revisions = model.revision_model().objects.filter(state=State.APPROVED)
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
