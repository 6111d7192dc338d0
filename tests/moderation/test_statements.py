"""Statements of reasons for the EU's database: complete, in its shape, and about nobody."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import ids
from core.models import Subject
from moderation import statements, targets
from moderation.models import Case, Decision, Report
from moderation.statements import COLUMNS, Statement
from policies.rules import RULES
from tests.factories import make_character, make_staff, make_user

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 4, 15, tzinfo=UTC)
SITE = "https://storychat.example"
CATEGORIES = {
    "STATEMENT_CATEGORY_ANIMAL_WELFARE",
    "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE",
    "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
    "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
    "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE",
    "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_PROTECTION_OF_MINORS",
    "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY",
    "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "STATEMENT_CATEGORY_SELF_HARM",
    "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    "STATEMENT_CATEGORY_VIOLENCE",
}
KEYWORDS = {
    "KEYWORD_ADULT_SEXUAL_MATERIAL",
    "KEYWORD_AGE_SPECIFIC_RESTRICTIONS",
    "KEYWORD_AGE_SPECIFIC_RESTRICTIONS_MINORS",
    "KEYWORD_HATE_SPEECH",
    "KEYWORD_HUMAN_TRAFFICKING",
    "KEYWORD_INCITEMENT_VIOLENCE_HATRED",
}
CONTENT_TYPES = {
    *("CONTENT_TYPE_APP", "CONTENT_TYPE_AUDIO", "CONTENT_TYPE_IMAGE", "CONTENT_TYPE_PRODUCT"),
    *("CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_TEXT", "CONTENT_TYPE_VIDEO", "CONTENT_TYPE_OTHER"),
}
ALWAYS_GIVEN = {"decision_facts", "decision_ground", "decision_ground_reference_url"}
RESTRICTING = ("REJECT", "DELIST", "REMOVE", "RESTRICT", "SUSPEND")


def make_decision(kind: str = "REMOVE", **fields: Any) -> Decision:
    is_automatic = fields.pop("is_automatic", False)
    return Decision.objects.create(
        kind=kind,
        source=Decision.Source.AUTOMATIC if is_automatic else Decision.Source.HUMAN,
        **{
            "at": DAY,
            "actor": None if is_automatic else Subject.objects.create(),
            "affected": Subject.objects.create(),
            "target_kind": "character",
            "target_id": ids.new_public_id(),
            "reason_code": "spam",
            **fields,
        },
    )


def export() -> list[Statement]:
    decisions = statements.list_decisions(since=DAY - timedelta(days=1), until=DAY + timedelta(days=1))
    return list(statements.make_statements(decisions, site_url=SITE))


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_decisions", "--since", "2026-05-01", "--until", "2026-06-01", *arguments, stdout=out)
    return out.getvalue()


# --- The shape ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_category_of_the_database(code: str) -> None:
    classified = statements.CLASSIFICATIONS[code]
    assert classified.category in CATEGORIES
    assert set(classified.keywords) <= KEYWORDS


def test_every_kind_that_can_be_removed_has_a_content_type() -> None:
    removable = {
        kind
        for kind, handler in targets._handlers.items()
        if handler.take_down is not None and kind != "user"
    }
    assert removable <= set(statements.CONTENT_TYPES)
    for types in statements.CONTENT_TYPES.values():
        assert set(types) <= CONTENT_TYPES


@pytest.mark.parametrize("kind", Decision.Kind.values)
def test_only_what_restricts_somebody_is_exported(kind: str) -> None:
    make_decision(kind, scope="CHAT" if kind == "RESTRICT" else "")
    assert len(export()) == (1 if kind in RESTRICTING else 0)


@pytest.mark.parametrize(
    ("fields", "restricted"),
    [
        ({"kind": "REJECT"}, {"decision_visibility": ("DECISION_VISIBILITY_CONTENT_DISABLED",)}),
        ({"kind": "DELIST"}, {"decision_visibility": ("DECISION_VISIBILITY_CONTENT_DISABLED",)}),
        ({"kind": "REMOVE"}, {"decision_visibility": ("DECISION_VISIBILITY_CONTENT_REMOVED",)}),
        (
            {"kind": "RESTRICT", "scope": "CHAT", "ends_at": DAY + timedelta(days=7)},
            {
                "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
                "end_date_service_restriction": date(2026, 5, 11),
            },
        ),
        (
            {"kind": "RESTRICT", "scope": "ACCOUNT", "ends_at": DAY + timedelta(days=7)},
            {
                "decision_account": "DECISION_ACCOUNT_SUSPENDED",
                "end_date_account_restriction": date(2026, 5, 11),
            },
        ),
        ({"kind": "SUSPEND"}, {"decision_account": "DECISION_ACCOUNT_SUSPENDED"}),
    ],
)
def test_what_was_restricted_stands_in_its_own_fields_and_in_no_other(
    fields: dict[str, Any], restricted: dict[str, Any]
) -> None:
    make_decision(**fields)
    [statement] = export()
    about = [
        name for name in COLUMNS if name.startswith(("end_date_", "decision_")) and name not in ALWAYS_GIVEN
    ]
    assert {name: value for name in about if (value := getattr(statement, name))} == restricted


def test_required_fields_are_filled_and_within_their_lengths() -> None:
    for code in [*RULES, "a-former-rule"]:
        make_decision(reason_code=code, target_kind="user")
    for statement in export():
        assert statement.category in CATEGORIES
        assert statement.content_type == ("CONTENT_TYPE_OTHER",)
        assert 0 < len(statement.content_type_other) <= 500
        assert 0 < len(statement.decision_facts) <= 5000
        assert 0 < len(statement.incompatible_content_ground) <= 500
        assert 0 < len(statement.incompatible_content_explanation) <= 2000
        assert statement.decision_ground_reference_url.startswith(f"{SITE}/help/guidelines/")
        assert statement.source_type in {"SOURCE_VOLUNTARY", "SOURCE_TYPE_OTHER_NOTIFICATION"}
        assert len(statement.territorial_scope) == 30
        assert statement.application_date == DAY.date()
        assert statement.puid.isalnum()


def test_who_decided_and_who_noticed_is_told() -> None:
    make_decision("REJECT", is_automatic=True)
    reported = make_decision("REMOVE", at=DAY + timedelta(minutes=1))
    Case.objects.create(
        created_at=DAY,
        closed_at=DAY,
        state=Case.State.ACTED,
        decision=reported,
        target_kind="character",
        target_id=reported.target_id,
    )
    automatic, after_report = export()
    assert (automatic.automated_detection, automatic.automated_decision, automatic.source_type) == (
        "Yes", "AUTOMATED_DECISION_FULLY", "SOURCE_VOLUNTARY",
    )  # fmt: skip
    assert (after_report.automated_detection, after_report.automated_decision, after_report.source_type) == (
        "No", "AUTOMATED_DECISION_NOT_AUTOMATED", "SOURCE_TYPE_OTHER_NOTIFICATION",
    )  # fmt: skip


def test_the_day_of_the_content_is_that_of_the_character() -> None:
    character = make_character(now=DAY - timedelta(days=9))
    make_decision(target_id=character.public_id)
    make_decision(target_kind="something-else", at=DAY + timedelta(minutes=1))
    of_character, of_something = export()
    assert of_character.content_date == date(2026, 4, 25)
    assert of_something.content_date == DAY.date()


# --- About nobody -------------------------------------------------------------------------------------------


def test_no_column_holds_what_somebody_wrote_or_who_somebody_is() -> None:
    """Private notes above all; nor names, addresses, accounts, or words that could quote them."""
    owner = make_user(username="ada-lovelace", email="ada@secret.example", display_name="Ada Secret")
    moderator = make_user(username="moderator-mo", email="mo@secret.example")
    second = make_user(username="second-sue", email="sue@secret.example")
    character = make_character(owner=owner, name="Secret Name", bio="A secret bio.")
    decision = make_decision(
        actor=moderator.subject,
        second_actor=second.subject,
        affected=owner.subject,
        target_id=character.public_id,
        revision_hash="5ec2e7" * 10,
        reason_code="contact-harvesting",
        explanation="Ada wrote to ada@secret.example.",
        fix="Take ada@secret.example out.",
        private_notes="A secret note about Ada.",
    )
    case = Case.objects.create(
        created_at=DAY,
        closed_at=DAY,
        state=Case.State.ACTED,
        decision=decision,
        subject=owner.subject,
        target_kind="character",
        target_id=character.public_id,
        title="Secret Name",
    )
    Report.objects.create(
        created_at=DAY,
        case=case,
        reporter=second,
        reporter_subject=second.subject,
        creation_key=ids.new_public_id(),
        target_title="Secret Name",
        target_excerpt="A secret bio.",
        reason="OTHER",
        text="A secret report.",
    )
    secrets = [
        "secret", "ada@", "ada-lovelace", "5ec2e7", "moderator-mo", "second-sue",
        owner.public_id, moderator.public_id,
        second.public_id, owner.subject.public_id, moderator.subject.public_id, second.subject.public_id,
        character.public_id, character.slug, case.public_id,
    ]  # fmt: skip

    [row] = csv.DictReader(io.StringIO(run("--csv")))

    assert tuple(row) == COLUMNS
    found = {
        name: secret for name, value in row.items() for secret in secrets if secret.lower() in value.lower()
    }
    assert found == {}
    assert row["puid"] == decision.public_id


def test_what_people_wrote_is_not_even_read() -> None:
    make_decision()
    with CaptureQueriesContext(connection) as used:
        export()
    for query in used.captured_queries:
        for column in ("private_notes", "explanation", "fix", "affected_id", "actor_id"):
            assert f'"{column}"' not in query["sql"]


# --- The command --------------------------------------------------------------------------------------------


def test_json_is_what_the_database_takes() -> None:
    make_decision("RESTRICT", scope="CHAT", ends_at=DAY + timedelta(days=7))
    make_decision("REMOVE", at=DAY + timedelta(minutes=1))
    found = json.loads(run())["statements"]
    assert [statement["application_date"] for statement in found] == ["2026-05-04", "2026-05-04"]
    assert found[0]["end_date_service_restriction"] == "2026-05-11"
    assert found[1]["content_type"] == ["CONTENT_TYPE_SYNTHETIC_MEDIA", "CONTENT_TYPE_TEXT"]
    assert "decision_monetary" not in found[0]
    assert json.loads(run("--json")) == {"statements": found}


def test_nothing_to_export_is_an_empty_list() -> None:
    assert json.loads(run()) == {"statements": []}
    assert run("--csv").strip() == ",".join(COLUMNS)


def test_days_begin_at_midnight_and_the_last_one_is_left_out() -> None:
    for at in (datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC) - timedelta(seconds=1)):
        make_decision(at=at)
    for at in (datetime(2026, 4, 30, 23, 59, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)):
        make_decision(at=at)
    assert len(json.loads(run())["statements"]) == 2


def test_a_file_takes_the_place_of_the_former_one_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_decision()
    output = tmp_path / "statements.json"
    run("-o", str(output))
    before = output.read_text()
    assert len(json.loads(before)["statements"]) == 1

    def fail(*_args: Any, **_kwargs: Any) -> Any:
        yield '{"statements": ['
        raise RuntimeError("the database went away")

    monkeypatch.setattr(statements, "as_json", fail)
    with pytest.raises(RuntimeError):
        run("-o", str(output))
    assert output.read_text() == before
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    "arguments",
    [("--since", "2026-05-01", "--until", "2026-05-01"), ("--since", "yesterday", "--until", "2026-05-01")],
)
def test_a_time_that_is_none_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("export_decisions", *arguments, stdout=io.StringIO())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("-o", str(tmp_path / "nowhere" / "file.json"))


def test_rows_are_read_a_chunk_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Constant memory: the first statement is there before the second chunk is looked at."""
    monkeypatch.setattr(statements, "CHUNK_SIZE", 2)
    asked: list[int] = []
    monkeypatch.setattr(
        statements, "_date_finders", {"character": lambda found: asked.append(len(found)) or {}}
    )
    for number in range(5):
        make_decision(at=DAY + timedelta(minutes=number))
    decisions = statements.list_decisions(since=DAY, until=DAY + timedelta(days=1))
    with CaptureQueriesContext(connection) as used:
        made = statements.make_statements(decisions, site_url=SITE)
        next(made)
        assert asked == [2]
        assert len(list(made)) == 4
    assert asked == [2, 2, 1]
    assert len([query for query in used.captured_queries if "moderation_decision" in query["sql"]]) == 1


# --- The staff page -----------------------------------------------------------------------------------------


def test_staff_export_the_decisions_that_they_choose(client: Client) -> None:
    chosen, left_out = make_decision(), make_decision()
    client.force_login(make_staff(is_superuser=True))
    response = client.post(
        reverse("admin:moderation_decision_changelist"),
        {"action": "export_statements", "_selected_action": [chosen.pk]},
    )
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert [row["puid"] for row in rows] == [chosen.public_id] != [left_out.public_id]
    assert "attachment" in response["Content-Disposition"]
