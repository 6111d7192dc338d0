"""Production settings, with a few URLs of our own that show what arrived through nginx."""

from storychat.settings import *  # noqa: F403

ROOT_URLCONF = "tests.production.urls"
