"""What no staff page shows whom: a hit to those who do not look after child safety, and staff themselves."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import Restriction, User
from characters import review_queue
from characters import services as character_services
from characters.models import State
from characters.services import screening
from imagegen.models import Picture
from moderation import child_safety, claims, notes, services
from moderation.models import Appeal, Decision, SafetyCase, Verdict
from moderation.services.decisions import Kind
from moderation.targets import Words
from policies.rules import RULES
from tests import factories
from tests.clients import client_of
from tests.factories import NOW, get_fresh
from tests.moderation.appealing import ask, reply
from tests.storychat.staff_crawl import read_all

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
KEEPING = ("safetycase", "evidence")


def see_all_but_child_safety() -> User:
    """Return a moderator with every right to look, but for those of the group Child safety."""
    person = factories.make_staff(username="curious")
    rights = Permission.objects.filter(codename__startswith="view_")
    person.user_permissions.add(*[each for each in rights if not each.codename.endswith(KEEPING)])
    person.user_permissions.add(Permission.objects.get(codename="change_case"))
    return User.objects.get(pk=person.pk)


def keeper() -> User:
    person = factories.make_staff(username=f"keeper{User.objects.count()}", is_superuser=True)
    return User.objects.get(pk=person.pk)


# --- What screening stopped because of minors ---------------------------------------------------------------


def stop(item: Any, monkeypatch: Any) -> Decision:
    """Let screening find in the workers what the rules alone did not: all that follows from a hit."""
    revision = factories.advance(get_fresh(item), State.SUBMITTED)
    hit = (Verdict.Outcome.CHILD_SAFETY, child_safety.REASON)
    child_safety.record_hit(
        subject=item.owner.subject, purpose=item.KIND, content_hash="0" * 64, content="withheld", now=NOW
    )
    with monkeypatch.context() as patch:
        patch.setattr(screening, "_screen", lambda _revision, **_values: hit)
        screening.screen_revision(kind=item.KIND, revision_id=revision.pk, now=NOW)
    return Decision.objects.get(target_id=item.public_id, source="AUTOMATIC", kind="REJECT")


@pytest.fixture
def hits(monkeypatch: Any) -> list[Decision]:
    """Return hits of each sort with all that came of them: new, as an edit, after another rejection."""
    found = []
    for kind in ("character", "story"):
        new = factories.make_item(kind, name="Stoppedname one")
        live = factories.make_item(kind, state="APPROVED", visibility="PUBLIC", name="Harmless")
        down = factories.make_item(kind, state="DELISTED", name="Harmless")
        again = factories.make_item(kind, state="REJECTED", name="Harmless")
        for item in (live, down, again):
            factories.edit(item, name="Stoppedname two")
        found += [stop(item, monkeypatch) for item in (new, live, down, again)]
        services.report_content(
            actor=factories.make_user(),
            target_kind=kind,
            target_id=live.public_id,
            reason="SCAM",
            text="",
            creation_key=f"{kind:x<32}",
            now=NOW,
        )
    owner = User.objects.get(subject=found[0].affected)
    factories.make_picture(owner=owner, ready=False)
    Picture.objects.filter(owner=owner, finished_at=None).update(failure_code=child_safety.REASON)
    ask(owner, found[0])
    ask(User.objects.get(subject=found[1].affected), found[1])
    reply(Appeal.objects.get(decision=found[1]), Kind.UPHOLD, actor=keeper())
    lock = Decision.objects.get(affected=owner.subject, kind="RESTRICT")
    ask(owner, lock)
    case = SafetyCase.objects.get(subject=owner.subject)
    child_safety.confirm_case(actor=keeper(), case_id=case.pk, note="It is.", now=LATER)
    return found


def test_no_staff_page_tells_others_of_a_hit(hits: list[Decision]) -> None:
    tellers = ("Stoppedname", "CHILD_SAFETY", child_safety.REASON, str(RULES[child_safety.REASON].title))
    pages = read_all(client_of(see_all_but_child_safety()))
    told = {path: [word for word in tellers if word in page] for path, page in pages.items()}
    assert {path: words for path, words in told.items() if words} == {}
    assert len(pages) > 100


def test_those_who_look_after_child_safety_are_told(hits: list[Decision]) -> None:
    pages = read_all(client_of(keeper()))
    everything = "".join(pages.values())
    for word in ("Stoppedname one", "Stoppedname two", str(RULES[child_safety.REASON].title)):
        assert word in everything


def test_no_search_and_no_filter_says_what_the_pages_do_not(hits: list[Decision]) -> None:
    curious, colleague = client_of(see_all_but_child_safety()), client_of(keeper())
    for name in ("characters_character", "characters_story"):
        path = reverse(f"admin:{name}_changelist")
        counts = [
            len(each.get(path, {"q": "Stopped"}).context["cl"].result_list) for each in (curious, colleague)
        ]
        assert counts == [0, 4]
    for name, field in (("imagegen_picture", "failure_code"), ("accounts_restriction", "reason_code")):
        path = reverse(f"admin:{name}_changelist")
        for lookup in (field, f"{field}__startswith"):
            assert curious.get(path, {lookup: child_safety.REASON}).status_code == 400
    assert Restriction.objects.filter(reason_code=child_safety.REASON).count() == 8


# --- What colleagues noted and decided about staff ----------------------------------------------------------


@pytest.fixture
def me() -> User:
    """Return a new administrator about whom colleagues noted and decided all sorts of things."""
    me, decider = factories.make_user(username="somebody"), factories.make_staff(username="decider-zed")
    words = Words("spam", "You advertised.", private_notes="SECRETNOTE")
    reason = {"reason_code": "spam", "explanation": "", "fix": "", "now": NOW}
    for kind in ("character", "story"):
        live = factories.make_item(kind, owner=me, state="APPROVED", visibility="PUBLIC")
        waits = factories.make_item(kind, owner=me, state="PENDING")
        rejected = factories.make_item(kind, owner=me, state="PENDING")
        character_services.delist(actor=decider, item=get_fresh(live), **reason)
        character_services.reject(actor=decider, revision=rejected.open_revision, **reason)
        claims.claim(actor=decider, now=NOW, **review_queue.entry_of(waits.open_revision))
        for item in (live, waits, rejected):
            target = {"target_kind": kind, "target_id": item.public_id}
            notes.add_note(actor=decider, text="SECRETNOTE", now=NOW, **target)
    notes.add_note(actor=decider, text="SECRETNOTE", target_kind="user", target_id=me.public_id, now=NOW)
    warned = services.warn(actor=decider, user=me, words=words, now=NOW)[0]
    restricted = services.restrict(
        actor=decider, user=me, scope=Restriction.Scope.CHAT, days=3, words=words, now=NOW
    )[0]
    services.propose(actor=decider, kind=Kind.SUSPEND, user=me, words=words, now=NOW)
    ask(me, warned)
    ask(me, restricted)
    reply(Appeal.objects.get(decision=warned), Kind.UPHOLD, private_notes="SECRETNOTE", actor=keeper())
    User.objects.filter(pk=me.pk).update(is_staff=True, is_superuser=True)
    return User.objects.get(pk=me.pk)


def test_no_staff_page_shows_staff_what_colleagues_wrote_about_them(me: User) -> None:
    pages = read_all(client_of(me))
    decider = User.objects.get(username="decider-zed")
    assert [path for path, page in pages.items() if "SECRETNOTE" in page] == []
    # Who is on the staff stands in the lists of accounts.
    others = {path: page for path, page in pages.items() if "/admin/account" not in path}
    own_page = f"/{decider.public_id}/"
    names = (decider.username, str(decider.subject))
    told = {path for path, page in others.items() if any(name in page for name in names)}
    assert {path for path in told if own_page not in path} == set()


def test_colleagues_read_it(me: User) -> None:
    pages = read_all(client_of(keeper()))
    read = [path for path, page in pages.items() if "SECRETNOTE" in page]
    for part in ("character", "story", "pendingrevision", "pendingstoryrevision", "appeal", "decision"):
        assert any(f"/{part}/" in path for path in read), part
