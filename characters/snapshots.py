"""What moderators see of an item that was reported or decided about; registered in `apps.ready()`."""

from dataclasses import dataclass

from django.urls import reverse

from characters import queries, review, review_queue
from characters.models import Item, ItemRevision, State
from characters.review_queue import ReviewQueue
from moderation.snapshots import Snapshot

TEMPLATE = "admin/characters/_snapshot.html"


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The versions of one kind of item, by the hash of their content."""

    queue: ReviewQueue

    def find(self, public_id: str, content_hash: str) -> Snapshot | None:
        """Return the newest version with this content, else what anybody of the staff reads of it now.

        Whoever asks has seen to it that they may read what was reported or decided.
        """
        submitted = queries.put_before_reviewers(self.queue.model).for_review()
        same = submitted.filter(item__public_id=public_id, content_hash=content_hash)
        exact = same.order_by("-number").first()
        revision = exact or self._find_shown(public_id)
        if revision is None:
            return None
        # What was turned down was judged as a change; what people could read is judged as a whole.
        before = review_queue.find_before(revision) if revision.state == State.REJECTED else None
        live = revision.item.live_revision
        return Snapshot(
            title=revision.name,
            template=TEMPLATE,
            parts={
                "revision": revision,
                "state": revision.get_state_display(),
                "short_hash": review.short_hash(revision),
                "live": before,
                "rows": review.compare(revision, before),
                "portraits": review.compare_portraits(revision, before),
                "item_url": reverse(self.queue.item_page("change"), args=[revision.item_id]),
                "is_live": live is not None and live.content_hash == revision.content_hash,
                "is_other_live": live is not None and live.content_hash != revision.content_hash,
            },
            is_exact=exact is not None,
            url=reverse(self.queue.page("change"), args=[revision.pk]),
            number=revision.number,
        )

    def _find_shown(self, public_id: str) -> ItemRevision | None:
        item: Item | None = queries.list_for_staff(None, self.queue.model).filter(public_id=public_id).first()
        shown = queries.find_shown_to_staff(item) if item is not None else None
        if shown is None:
            return None
        found: ItemRevision = queries.list_for_review(None, self.queue.model).get(pk=shown.pk)
        return found


CHARACTERS = Snapshots(review_queue.CHARACTERS)
STORIES = Snapshots(review_queue.STORIES)
