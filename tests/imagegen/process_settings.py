"""Settings of the processes that tests start and kill: real broker, real database file, a stub that draws."""

import os

from imagegen import safety
from storychat.settings import *  # noqa: F403
from storychat.settings import CELERY_BROKER_TRANSPORT_OPTIONS, EMBEDDED_IMAGE_MODEL

HAS_FAILPOINTS = True
ALLOWED_HOSTS = ["127.0.0.1"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("STUB_ENGINE") == "1":
    IMAGE_ENGINE = "tests.imagegen.stub.load"
    IMAGE_SAFETY_MODEL = "tests.imagegen.stub.make_safety"
else:
    EMBEDDED_IMAGE_MODEL_SHA256 = safety.fingerprint(EMBEDDED_IMAGE_MODEL)
if prefix := os.environ.get("BROKER_PREFIX"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": prefix}
