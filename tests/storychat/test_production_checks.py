"""`manage.py check --deploy` is clean with production settings, and names the key that is missing."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from storychat import checks
from tests.processes import make_environment, run_manage
from tools.check_all import make_production_environment


def production(home: Path, **changes: str) -> dict[str, str]:
    return make_environment(home, **{**make_production_environment(str(home)), **changes})


def test_production_settings_are_clean(tmp_path: Path) -> None:
    result = run_manage("check", "--deploy", "--fail-level", "WARNING", environment=production(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"CHAT_BASE_URL": "http://chat.example"}, "CHAT_MODEL is not set, but CHAT_BASE_URL is"),
        ({"S3_BUCKET": "files"}, "S3_ACCESS_KEY, S3_SECRET_KEY, S3_PUBLIC_ORIGIN is not set, but S3_BUCKET"),
        (
            {"S3_BUCKET": "files", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"},
            "S3_PUBLIC_ORIGIN is not set, but S3_BUCKET",
        ),
        ({"BEHIND_PROXY": "perhaps"}, "BEHIND_PROXY is 'perhaps': use 1 or 0"),
        ({"OIDC_PROVIDERS": "{"}, "OIDC_PROVIDERS must be a JSON list"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(
    changes: dict[str, str], named: str, tmp_path: Path
) -> None:
    result = run_manage("check", environment=production(tmp_path, **changes))
    assert result.returncode != 0
    assert named in result.stderr


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SITE_URL": "http://storychat.example"}, {"storychat.W001"}),
        ({"SECURE_PROXY_SSL_HEADER": None}, {"storychat.W002"}),
        ({"ALLOWED_HOSTS": ["other.example"]}, {"storychat.E001"}),
        ({"REDIS_URL": ""}, {"storychat.W003"}),
        ({"CELERY_BROKER_URL": "memory://"}, {"storychat.E002"}),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, {"storychat.W004"}),
        ({"DEMO": True}, {"storychat.E003"}),
        ({}, set()),
    ],
)
def test_each_gap_has_its_own_message(
    changes: dict[str, object], expected: set[str], settings: Settings
) -> None:
    complete = {
        "SITE_URL": "https://storychat.example",
        "ALLOWED_HOSTS": ["storychat.example"],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "DEMO": False,
    }
    for key, value in {**complete, **changes}.items():
        setattr(settings, key, value)
    found = [*checks.check_site_url(), *checks.check_services(), *checks.check_demo()]
    assert {message.id for message in found} == expected
    assert all(message.hint for message in found)
