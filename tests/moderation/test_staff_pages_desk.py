"""The pages of a case and of an appeal: what was judged, typed words, notes, claims, what comes next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Restriction, User
from core import ids
from core.models import AuditEvent
from imagegen.models import Picture
from moderation import claims, notes, services
from moderation.models import Appeal, Case, Claim, Decision, Note
from moderation.services import appeals
from moderation.targets import Words
from tests import factories

pytestmark = pytest.mark.django_db

OLD, NEW = "Mira keeps the northern light.", "Mira moved to the southern shore."


@pytest.fixture
def moderator() -> User:
    return factories.make_staff(username="rita")


@pytest.fixture
def page(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


@pytest.fixture
def character() -> Any:
    owner = factories.make_user()
    portrait = factories.make_picture(owner=owner, with_file=True)
    return factories.make_character(owner=owner, state="APPROVED", description=OLD, portrait_id=portrait.pk)


def report(target: Any, kind: str = "character", *, by: User | None = None, **fields: Any) -> Case:
    made, _is_new = services.report_content(
        actor=by or factories.make_user(),
        target_kind=kind,
        target_id=target.public_id,
        reason="SCAM",
        text="It asked for my card number.",
        creation_key=ids.new_public_id(),
        now=fields.pop("now", datetime.now(UTC)),
    )
    return made.case


def remove(target: Any, kind: str = "character", *, actor: User | None = None) -> Decision:
    return services.remove_content(
        actor=actor or factories.make_staff(),
        target_kind=kind,
        target_id=target.public_id,
        words=Words("spam", "It advertises."),
        now=datetime.now(UTC),
    )[0]


def appeal(decision: Decision, person: User, *, wish: str = "RESTORE", now: Any = None) -> Appeal:
    made, _is_new = services.appeal(
        actor=person,
        decision=decision,
        request=appeals.Request(wish=Appeal.Wish(wish), context="It is a parody."),
        creation_key=ids.new_public_id(),
        now=now or datetime.now(UTC),
    )
    return made


def edit_and_approve(character: Any, **changes: Any) -> None:
    draft = factories.edit(factories.get_fresh(character), **changes)
    factories.advance(draft.item, "APPROVED")


def url(name: str, row: Any) -> str:
    return reverse(f"admin:moderation_{name}", args=[row.pk])


def load(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def text_of(page: Client, name: str, row: Any) -> str:
    response = page.get(url(name, row))
    assert response.status_code == 200
    return response.content.decode()


def test_an_appeal_shows_the_version_that_was_judged_and_not_what_is_live_now(page, character):
    decision = remove(character)
    made = appeal(decision, character.owner)
    edit_and_approve(character, description=NEW)
    text = text_of(page, "appeal_change", made)
    assert OLD in text
    assert NEW not in text
    assert "Others read another version now" in text
    judged = character.revisions.get(content_hash=decision.revision_hash)
    assert reverse("admin:characters_pendingrevision_change", args=[judged.pk]) in text
    viewed = AuditEvent.objects.filter(kind="private.viewed", target_id=character.public_id)
    assert viewed.last().data == {"revision": judged.number}


def test_a_rejected_version_stands_beside_the_one_before_it(page, character):
    draft = factories.edit(character, description=NEW)
    factories.advance(draft.item, "REJECTED")
    decision = Decision.objects.get(kind="REJECT")
    text = text_of(page, "appeal_change", appeal(decision, character.owner))
    assert "<del>" in text
    assert "<ins>" in text


def test_an_appeal_shows_the_picture_blurred_and_lets_a_moderator_load_it(page):
    picture = factories.make_picture(owner=factories.make_user(), with_file=True)
    Picture.objects.filter(pk=picture.pk).update(sha256="c0ffee" * 10 + "abcd")
    made = appeal(remove(picture, "picture"), picture.owner)
    text = text_of(page, "appeal_change", made)
    media = reverse("media", args=["picture", picture.public_id])
    assert f'src="{media}"' in text
    assert "is-blurred is-greyscale" in text
    assert "c0ffeec0ffee" in text
    assert load(page, media) == 200


def test_an_appeal_has_notes_history_person_and_the_end_of_the_measure(page, character, moderator):
    person = character.owner
    now = datetime.now(UTC)
    decision, _is_new = services.restrict(
        actor=factories.make_staff(username="omar"),
        user=person,
        scope=Restriction.Scope.CHAT,
        days=3,
        words=Words("spam"),
        now=now,
    )
    notes.add_note(
        actor=moderator, target_kind="user", target_id=person.public_id, text="Known from before.", now=now
    )
    text = text_of(page, "appeal_change", appeal(decision, person))
    assert "Known from before." in text
    assert "rita" in text
    assert "omar" in text
    assert reverse("admin:moderation_person", args=[person.public_id]) in text
    assert "until" in text


@pytest.mark.parametrize(
    ("wish", "words"),
    [("RESTORE", "given back at once"), ("PRIVATE", "for its owner alone."), ("CORRECT", "draft")],
)
def test_an_appeal_says_what_overturning_does(page, character, wish, words):
    assert words in text_of(page, "appeal_change", appeal(remove(character), character.owner, wish=wish))


def test_an_appeal_against_a_warning_shows_what_was_reported(page, character):
    case = report(character)
    done = services.handle_case(
        actor=factories.make_staff(),
        case=case,
        expected_version=case.version,
        step=services.Step(services.StepKind.WARN, Words("fraud", "Do not.")),
        now=datetime.now(UTC),
    )
    edit_and_approve(character, description=NEW)
    text = text_of(page, "appeal_change", appeal(done.decision, character.owner))
    assert OLD in text
    assert NEW not in text
    assert url("case_change", case) in text


def test_a_case_shows_the_version_that_was_reported(page, character):
    first = character.live_revision.content_hash
    case = report(character)
    assert case.reports.get().content_hash == first
    edit_and_approve(character, description=NEW)
    text = text_of(page, "case_change", case)
    assert OLD in text
    assert NEW not in text
    report(character)
    text = text_of(page, "case_change", case)
    assert NEW in text
    assert f"?version={first}" in text
    assert OLD in page.get(url("case_change", case), {"version": first}).content.decode()
    assert page.get(url("case_change", case), {"version": "x\0"}).status_code == 200


def test_a_report_from_before_versions_were_kept_says_so(page, character):
    case = report(character)
    case.reports.update(content_hash="")
    assert "Which version it was is not known" in text_of(page, "case_change", case)


def test_pictures_of_a_case_are_blurred_and_seen_by_moderators_alone(page, moderator):
    picture = factories.make_picture(owner=factories.make_user(), with_file=True)
    media = reverse("media", args=["picture", picture.public_id])
    assert load(page, media) == 404
    case = report(picture, "picture", by=picture.owner)
    text = text_of(page, "case_change", case)
    assert f'src="{media}"' in text
    assert "is-blurred is-greyscale" in text
    assert load(page, media) == 200
    seen = AuditEvent.objects.filter(
        kind="private.viewed", target_id=picture.public_id, actor=moderator.subject
    )
    assert seen.count() == 2
    for stranger in (factories.make_user(), factories.make_staff(is_reviewer=False)):
        client = Client()
        client.force_login(stranger)
        assert load(client, media) == 404
    Picture.objects.filter(pk=picture.pk).delete()
    assert load(page, media) == 404
    assert "It is gone" in text_of(page, "case_change", case)


def test_a_reported_character_shows_its_portrait_blurred(page, character):
    assert "is-blurred is-greyscale" in text_of(page, "case_change", report(character))


@pytest.mark.parametrize("kind", ["case", "appeal"])
@pytest.mark.parametrize("pressed", ["claim", "note"])
def test_typed_words_come_back_after_claim_and_note(page, character, kind, pressed):
    row = report(character) if kind == "case" else appeal(remove(character), character.owner)
    answer = {"step": "WARN", "reason_code": "fraud"} if kind == "case" else {"kind": "OVERTURN"}
    typed = {**answer, "explanation": "Ten minutes of typing.", "private_notes": "Half.", "about": "item"}
    extra = {"claim": "1", "text": "A draft of a note."} if pressed == "claim" else {"text": "Kept note."}
    response = page.post(url(f"{kind}_{pressed}", row), {**typed, **extra})
    assert response.status_code == 200
    text = response.content.decode()
    assert "Ten minutes of typing.</textarea>" in text
    assert "Half.</textarea>" in text
    chosen = answer.get("step") or answer["kind"]
    assert response.context["form"][("step" if kind == "case" else "kind")].value() == chosen
    if pressed == "claim":
        assert "A draft of a note.</textarea>" in text
        assert Claim.objects.get().item_id == str(row.pk)
    else:
        assert "Kept note.</textarea>" not in text
        assert Note.objects.get().text == "Kept note."
    assert not Decision.objects.filter(kind__in=["WARN", "OVERTURN"]).exists()


@pytest.mark.parametrize("kind", ["case", "appeal"])
def test_a_button_without_typed_words_leads_back_to_the_page(page, character, kind):
    row = report(character) if kind == "case" else appeal(remove(character), character.owner)
    assert page.post(url(f"{kind}_claim", row), {"claim": "1"}).url == url(f"{kind}_change", row)
    assert "It is yours until" in text_of(page, f"{kind}_change", row)
    assert page.post(url(f"{kind}_claim", row), {"release": "1"}).status_code == 302
    assert not Claim.objects.exists()
    note = {"about": "creator", "text": "Known."}
    assert page.post(url(f"{kind}_note", row), note).url == url(f"{kind}_change", row) + "#notes"
    assert Note.objects.get().target_id == character.owner.public_id
    assert page.post(url(f"{kind}_note", row), {"about": "item", "text": ""}).status_code == 422


def test_what_a_colleague_answers_waits_for_nobody_else(page, character, moderator):
    made = appeal(remove(character), character.owner)
    claims.claim(actor=factories.make_staff(), queue="appeal", item_id=str(made.pk), now=datetime.now(UTC))
    answer = {"kind": "OVERTURN", "explanation": "Typed with care."}
    response = page.post(url("appeal_answer", made), answer)
    assert response.status_code == 409
    assert "Typed with care.</textarea>" in response.content.decode()
    made.refresh_from_db()
    assert made.state == "OPEN"


def test_nobody_holds_an_appeal_that_they_may_not_answer(page, character, moderator):
    made = appeal(remove(character, actor=moderator), character.owner)
    page.post(url("appeal_claim", made), {"claim": "1"})
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["moderation/case/?state=%00", "moderation/appeal/?state__exact=%00", "characters/character/abc/change/"],
)
def test_nonsense_in_an_address_is_no_error(page, path):
    assert page.get(f"/admin/{path}").status_code == 404


def test_next_leads_through_the_cases_and_takes_them(page, moderator):
    now = datetime.now(UTC)
    oldest, newest = (
        report(factories.make_character(state="APPROVED"), now=now - timedelta(hours=hours))
        for hours in (2, 1)
    )
    mine = report(factories.make_character(state="APPROVED"), by=moderator, now=now - timedelta(hours=3))
    taken = report(factories.make_character(state="APPROVED"), now=now - timedelta(hours=4))
    claims.claim(actor=factories.make_staff(), queue="case", item_id=str(taken.pk), now=now)
    go = reverse("admin:moderation_case_next")
    assert page.get(go).url == url("case_change", oldest)
    assert not Claim.objects.filter(holder=moderator).exists()
    assert page.post(go).url == url("case_change", oldest)
    assert Claim.objects.get(holder=moderator).item_id == str(oldest.pk)
    assert page.post(f"{go}?after={oldest.pk}").url == url("case_change", newest)
    assert page.post(f"{go}?after={newest.pk}").url == url("case_change", oldest)
    step = {"step": "DISMISS", "expected_version": oldest.version, "asks_next": "1", "then_next": "1"}
    assert page.post(url("case_step", oldest), step).url == url("case_change", newest)
    step = {"step": "DISMISS", "expected_version": newest.version, "asks_next": "1"}
    assert page.post(url("case_step", newest), step).url == reverse("admin:moderation_case_changelist")
    assert page.get(go).url == reverse("admin:moderation_case_changelist")
    assert Case.objects.filter(state="OPEN").count() == len([mine, taken])


def test_next_leads_through_the_appeals_the_most_urgent_first(page, moderator):
    now = datetime.now(UTC)
    characters = [factories.make_character(state="APPROVED") for _count in range(3)]
    urgent, later = (
        appeal(remove(one), one.owner, now=now - timedelta(days=days))
        for one, days in zip(characters, (20, 1), strict=False)
    )
    appeal(remove(characters[2], actor=moderator), characters[2].owner, now=now - timedelta(days=30))
    go = reverse("admin:moderation_appeal_next")
    assert page.post(go).url == url("appeal_change", urgent)
    assert page.post(f"{go}?after={urgent.pk}").url == url("appeal_change", later)
    answer = {"kind": "UPHOLD", "explanation": "It stands.", "asks_next": "1", "then_next": "1"}
    assert page.post(url("appeal_answer", urgent), answer).url == url("appeal_change", later)
    answer["explanation"] = "It stands, too."
    assert page.post(url("appeal_answer", later), answer).url == reverse("admin:moderation_appeal_changelist")


def test_lists_say_who_works_on_what_and_how_late_it_is(page, character):
    now = datetime.now(UTC)
    case = report(character, now=now - timedelta(days=3))
    claims.claim(actor=factories.make_staff(username="omar"), queue="case", item_id=str(case.pk), now=now)
    text = page.get(reverse("admin:moderation_case_changelist")).content.decode()
    assert "3 days" in text
    assert "omar" in text
    appeal(remove(character), character.owner, now=now - timedelta(days=20))
    text = page.get(reverse("admin:moderation_appeal_changelist") + "?state__exact=OPEN").content.decode()
    assert "6 days late" in text


@pytest.mark.parametrize("count", [2, 12])
@pytest.mark.parametrize("kind", ["case", "appeal"])
def test_the_lists_have_a_query_budget(page, kind, count, django_assert_max_num_queries):
    for _number in range(count):
        character = factories.make_character(state="APPROVED")
        if kind == "case":
            report(character)
        else:
            decision, _is_new = services.warn(
                actor=factories.make_staff(), user=character.owner, words=Words("spam"), now=datetime.now(UTC)
            )
            appeal(decision, character.owner)
    address = reverse(f"admin:moderation_{kind}_changelist") + (
        "?state__exact=OPEN" if kind == "appeal" else ""
    )
    page.get(address)
    with django_assert_max_num_queries(14):
        assert len(page.get(address).context["cl"].result_list) == count


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("case_step", {"step": "WARN", "reason_code": "spam", "days": "3"}),
        ("appeal_answer", {"kind": "OVERTURN", "explanation": "Because.", "days": "3"}),
    ],
)
def test_days_that_belong_to_another_answer_are_not_ignored(page, character, name, fields):
    row = report(character) if name == "case_step" else appeal(remove(character), character.owner)
    response = page.post(url(name, row), {"expected_version": getattr(row, "version", ""), **fields})
    assert response.status_code == 422
    text = response.content.decode()
    assert 'href="#id_days"' in text
    assert "Days belong to" in text


def test_an_error_is_summed_up_in_focus(page, character):
    text = page.post(url("case_step", report(character)), {"step": "WARN"}).content.decode()
    summary = text[text.index("review-errors") :]
    assert "autofocus" in summary[:200]
    assert 'href="#id_reason_code"' in summary
