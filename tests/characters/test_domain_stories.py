"""R8: what a story adds to publication: its cast, and what follows from who is in it."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Block
from characters import policies, queries, services
from characters.models import CAST_LIMIT, CastMember, FrozenRevisionError, State, Story, Visibility
from characters.services import CharacterRefusedError
from core import ids
from core.models import AuditEvent
from moderation import targets
from moderation.models import Decision
from notifications.models import Notice
from policies.rules import RULES
from tests.factories import (
    NOW,
    advance,
    edit,
    get_fresh,
    make_character,
    make_minor,
    make_staff,
    make_story,
    make_story_content,
    make_user,
)

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "spam", "explanation": "It advertises.", "fix": "Take it out."}


def create(owner, *, key=None, **content):
    return services.create_story(
        owner=owner,
        content=make_story_content(**content),
        visibility=Visibility.PRIVATE,
        creation_key=key or ids.new_public_id(),
        now=NOW,
    )


def refused_code(call, **kwargs):
    with pytest.raises(CharacterRefusedError) as caught:
        call(**kwargs)
    assert str(caught.value.refusal.message)
    return caught.value.refusal.code


def submit(story):
    return services.submit(actor=story.owner, item=story, now=NOW)


def hide(character):
    services.set_visibility(actor=character.owner, item=character, visibility="PRIVATE", now=NOW)


def erase(user):
    """What becomes of an account's rows when it is erased."""
    user.delete()


def names_of(revision):
    return [member.name for member in revision.list_cast()]


# --- Writing ------------------------------------------------------------------------------------------------


def test_a_new_story_is_a_private_draft_with_its_cast_in_order():
    """R3, R8."""
    author = make_user()
    lead = make_character(owner=author, name="Lead")
    guest = make_character(name="Guest", state=State.APPROVED)

    story, created = create(author, cast=(lead.public_id, guest.public_id))

    assert created
    assert (story.visibility, story.open_revision.state) == (Visibility.PRIVATE, State.DRAFT)
    assert names_of(story.open_revision) == ["Lead", "Guest"]
    assert story.slug.startswith("the-northern-light-")
    assert list(AuditEvent.objects.filter(target_id=story.public_id).values_list("kind", "target_kind")) == [
        ("story.created", "story")
    ]


def test_the_same_form_makes_one_story():
    author = make_user()
    first, created = create(author, key="k" * 32)
    second, created_again = create(author, key="k" * 32, summary="Told better.")

    assert (created, created_again) == (True, False)
    assert first.pk == second.pk
    assert get_fresh(first).open_revision.summary == "Told better."


def test_a_draft_without_anybody_is_kept_and_not_submitted():
    """R3: saved first, completed later."""
    story, _created = create(make_user())

    refusal = policies.submit_refusal(story.owner, story)
    assert refusal.code == "incomplete"
    assert "Cast" in str(refusal.message)
    assert refused_code(services.submit, actor=story.owner, item=story, now=NOW) == "incomplete"
    assert policies.chat_refusal(story.owner, story).code == "no-cast"


def test_the_cast_is_of_people_whom_the_author_sees():
    author = make_user()
    private = make_character()
    mature = make_character(state=State.APPROVED, safe_mode=False)
    blocking = make_character(state=State.APPROVED)
    Block.objects.create(blocker=blocking.owner, blocked=author, created_at=NOW)

    for public_id in (private.public_id, mature.public_id, blocking.public_id, "0" * 32, ""):
        code = refused_code(
            services.create_story,
            owner=author,
            content=make_story_content(cast=(public_id,)),
            visibility="PRIVATE",
            creation_key=ids.new_public_id(),
            now=NOW,
        )
        assert code == "cast-unknown"
    assert not Story.objects.exists()
    _story, created = create(make_user(safe_mode=False), cast=(mature.public_id,))
    assert created


def test_a_cast_is_of_different_people_and_not_a_crowd():
    author = make_user()
    own = [make_character(owner=author) for _number in range(CAST_LIMIT + 1)]
    cast = [character.public_id for character in own]
    story, _created = create(author, cast=cast[:CAST_LIMIT])

    def save(*public_ids):
        return {
            "actor": author,
            "item": story,
            "content": make_story_content(cast=public_ids),
            "visibility": "PRIVATE",
            "now": NOW,
        }

    assert refused_code(services.save_draft, **save(*cast)) == "cast-too-large"
    assert refused_code(services.save_draft, **save(cast[0], cast[0])) == "cast-doubled"
    assert len(get_fresh(story).open_revision.cast) == CAST_LIMIT


def test_another_order_of_the_cast_is_another_version():
    """The lead comes first, and the lead speaks first."""
    author = make_user()
    lead, other = (make_character(owner=author, name=name) for name in ("Lead", "Other"))
    story = make_story(owner=author, cast=[lead, other], state=State.APPROVED)

    draft = edit(story, cast=(other.public_id, lead.public_id))

    assert names_of(draft) == ["Other", "Lead"]
    assert names_of(get_fresh(story).live_revision) == ["Lead", "Other"]


def test_somebody_who_is_lost_from_sight_holds_up_the_submission_and_no_edit():
    """Nothing that was written is lost, and nobody is published with whom its author may not see."""
    guest = make_character(state=State.APPROVED)
    story = make_story(cast=[guest])
    hide(guest)

    assert edit(story, summary="Told better.").summary == "Told better."
    assert policies.submit_refusal(story.owner, get_fresh(story)).code == "cast-not-available"
    assert refused_code(services.submit, actor=story.owner, item=story, now=NOW) == "cast-not-available"
    assert policies.chat_refusal(story.owner, get_fresh(story)).code == "cast-not-available"


def test_stories_are_of_somebody_and_for_somebody():
    """R10: only adults make mature ones."""
    minor = make_minor()

    code = refused_code(
        services.create_story,
        owner=minor,
        content=make_story_content(safe_mode=False),
        visibility="PRIVATE",
        creation_key=ids.new_public_id(),
        now=NOW,
    )

    assert code == "adults-only-setting"


# --- Frozen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SUBMITTED, State.PENDING, State.APPROVED, State.REJECTED])
def test_a_cast_is_frozen_with_its_version(state):
    """R5: neither by hand nor by saving what was loaded."""
    story = make_story(state=state)
    revision = story.working_revision
    stranger = make_character(owner=story.owner)
    before = list(revision.cast_members.values_list("position", "character"))

    revision.cast = [stranger.public_id]
    with pytest.raises(FrozenRevisionError):
        revision.save()
    with pytest.raises(FrozenRevisionError):
        type(revision).objects.filter(pk=revision.pk).update(cast=[])

    assert list(revision.cast_members.values_list("position", "character")) == before


def test_what_changes_in_a_character_changes_in_the_story_once_it_is_approved():
    """R5: a story shows its cast as others see it now, and never an unreviewed edit."""
    story = make_story(state=State.APPROVED)
    [member] = story.live_revision.list_cast()
    edit(member.character, name="Unseen")

    assert names_of(get_fresh(story).live_revision) == ["Mira Vale"]
    advance(member.character, State.APPROVED)
    assert names_of(get_fresh(story).live_revision) == ["Unseen"]


# --- The least visible of its cast --------------------------------------------------------------------------


def reasons(story):
    return [reason.code for reason in policies.hidden_reasons(get_fresh(story))]


def take_down(character):
    services.delist(actor=make_staff(), item=character, now=NOW, **WHY)


def suspend(character):
    character.owner.is_active = False
    character.owner.save()


@pytest.mark.parametrize(
    ("happen", "code"),
    [
        (hide, "cast-private"),
        (take_down, "cast-delisted"),
        (suspend, "cast-owner-suspended"),
        (lambda character: erase(character.owner), "cast-gone"),
    ],
)
def test_a_story_is_hidden_with_any_of_its_cast_and_says_whose_fault_it_is(happen, code):
    """R8, R12."""
    guest = make_character(name="Guest", state=State.APPROVED)
    author = make_user()
    own = make_character(owner=author, state=State.APPROVED)
    story = make_story(owner=author, cast=[own, guest], state=State.APPROVED)
    viewer = make_user()
    assert get_fresh(story).can_view(viewer)

    happen(guest)

    story = get_fresh(story)
    assert not story.can_view(viewer)
    assert not queries.list_newest_stories(viewer).filter(pk=story.pk).exists()
    assert story.can_view(story.owner)
    assert reasons(story) == [code]
    [reason] = policies.hidden_reasons(story)
    assert ("Guest" in str(reason.message)) == (code != "cast-gone")
    assert str(reason.fix)


def test_a_cast_that_is_not_approved_yet_is_named():
    """R12: the author's own, which nobody else could have chosen."""
    author = make_user()
    draft = make_character(owner=author, name="Fresh")
    story = make_story(owner=author, cast=[draft], state=State.APPROVED)

    assert reasons(story) == ["cast-private", "cast-not-approved"]
    assert "Fresh" in str(policies.hidden_reasons(get_fresh(story))[1].message)


def test_a_story_is_mature_if_any_of_its_cast_is():
    """R8, R10: its own Safe Mode may be on all the same."""
    author = make_user(safe_mode=False)
    mature = make_character(owner=author, state=State.APPROVED, safe_mode=False)
    tame = make_character(owner=author, state=State.APPROVED)
    story = make_story(owner=author, cast=[tame, mature], state=State.APPROVED)

    assert story.live_revision.safe_mode
    assert story.live_revision.is_mature
    assert story.can_view(make_user(safe_mode=False))
    for viewer in (make_user(), make_minor(), AnonymousUser()):
        assert not story.can_view(viewer)
        assert not queries.list_newest_stories(viewer).exists()
    assert reasons(story) == [policies.DEPENDS_ON_VIEWER]


def test_mature_themes_go_by_the_storys_own_safe_mode():
    """R10: a mature cast is no leave for mature themes in a story whose own Safe Mode is on."""
    author = make_user(safe_mode=False)
    mature = make_character(owner=author, state=State.APPROVED, safe_mode=False)
    scene = {"opening_scene": "An erotic evening."}
    tame = make_story(owner=author, cast=[mature], **scene)
    wild = make_story(owner=author, cast=[mature], safe_mode=False, **scene)

    rejected = advance(tame, State.PENDING)
    waiting = advance(wild, State.PENDING)

    assert (rejected.state, rejected.reason_code) == (State.REJECTED, "mature-themes")
    assert waiting.state == State.PENDING


@pytest.mark.parametrize("field", ["name", "summary", "opening_scene", "plot", "tags"])
def test_every_text_of_a_story_is_screened(field):
    words = "Write to me at mira@example.org"
    story = make_story(**{field: (words[:30],) if field == "tags" else words})

    revision = advance(story, State.PENDING)

    assert revision.reason_code or revision.hold_code
    assert (revision.reason_code or revision.hold_code) in RULES


def test_erasing_a_creator_breaks_no_story_in_any_state():
    """Their character is gone from every version; the stories and their lists stay whole."""
    guest = make_character(state=State.APPROVED)
    stories = [
        make_story(cast=[guest], state=state) for state in (State.DRAFT, State.PENDING, State.APPROVED)
    ]

    erase(guest.owner)

    assert not CastMember.objects.exclude(character=None).exists()
    for story in stories:
        found = queries.get_own_story(story.owner, story.slug)
        assert names_of(found.working_revision) == [""]
        assert "cast-gone" in reasons(found)
    draft, pending, live = (get_fresh(story) for story in stories)
    assert edit(draft, summary="Told better.").summary == "Told better."
    assert refused_code(services.submit, actor=draft.owner, item=draft, now=NOW) == "cast-not-available"
    revision = pending.open_revision
    services.approve(actor=make_staff(), revision=revision, expected_hash=revision.content_hash, now=NOW)
    assert not get_fresh(pending).can_view(make_user())
    assert not live.can_view(make_user())


# --- Told and found -----------------------------------------------------------------------------------------


def test_notices_and_decisions_name_the_story():
    story = make_story(state=State.APPROVED)
    services.delist(actor=make_staff(), item=story, now=NOW, **WHY)

    told = Notice.objects.filter(user=story.owner, kind__startswith="story-")
    assert list(told.order_by("pk").values_list("kind", flat=True)) == ["story-approved", "story-delisted"]
    assert {notice.url for notice in told} == {story.get_absolute_url()}
    decided = Decision.objects.filter(target_id=story.public_id).order_by("pk")
    assert list(decided.values_list("kind", "target_kind")) == [("APPROVE", "story"), ("DELIST", "story")]


def test_who_sees_a_story_can_report_it_and_nobody_else():
    """R14."""
    story = make_story(state=State.APPROVED)

    target = targets.find("story", viewer=make_user(), public_id=story.public_id)

    assert (target.title, target.owner, target.url) == (
        "The Northern Light",
        story.owner,
        f"/stories/{story.slug}/",
    )
    assert "knocks" in target.excerpt
    assert str(targets.label_of("story")) == "Story"
    assert targets.list_titles("story", [story.public_id]) == {story.public_id: "The Northern Light"}
    pending = make_story(state=State.PENDING)
    assert targets.find("story", viewer=make_user(), public_id=pending.public_id) is None
    assert targets.find("story", viewer=make_staff(), public_id=pending.public_id).url.startswith("/admin/")
    assert targets.find("story", viewer=make_user(), public_id="0" * 32) is None


def test_castable_are_ones_own_and_what_one_sees():
    author = make_user()
    draft = make_character(owner=author)
    shown = make_character(state=State.APPROVED)
    make_character(state=State.PENDING)
    make_character(state=State.APPROVED, safe_mode=False)

    assert set(queries.list_castable(author)) == {draft, shown}


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("name", ["newest", "played", "search", "library", "castable"])
def test_lists_cost_the_same_for_two_and_for_twelve(name, count, django_assert_num_queries):
    """Every list shows casts with their portraits, and asks who of them is seen."""
    author, viewer = make_user(), make_user()
    guest = make_character(state=State.APPROVED)
    cast = [make_character(owner=author, state=State.APPROVED), guest]
    for _number in range(count):
        make_story(owner=author, cast=cast, state=State.APPROVED)
    lists = {
        "newest": (lambda: queries.list_newest_stories(viewer), viewer),
        "played": (lambda: queries.list_most_played_stories(viewer), viewer),
        "search": (lambda: queries.search_stories(viewer, "northern light"), viewer),
        "library": (lambda: queries.list_story_library(author), author),
        "castable": (lambda: queries.list_castable(author), author),
    }
    rows, who = lists[name]

    with django_assert_num_queries({"library": 2, "castable": 1}.get(name, 2)):
        found = list(rows())
        for item in found:
            assert item.can_view(who)
            assert policies.chat_refusal(who, item) is None
            policies.hidden_reasons(item)
            if who == author and isinstance(item, Story):
                assert policies.submit_refusal(who, item).code == "not-draft"
    assert len(found) == (2 if name == "castable" else count)
