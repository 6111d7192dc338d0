"""The settings, made fast and sealed."""

import os
import tempfile
from pathlib import Path

# A real installation's values must not leak into the tests, nor into the processes that they start.
os.environ["STORYCHAT_ENV_FILE"] = ""
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)

from storychat.settings import *  # noqa: F403

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
HOME = Path(tempfile.mkdtemp(prefix="storychat-test-"))
MEDIA_ROOT = HOME / "media"
STATIC_ROOT = HOME / "staticfiles"
STATIC_ROOT.mkdir()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Wake-ups go nowhere: a test that wants the work done calls the worker's own operation.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
STAFF_NEED_SECOND_FACTOR = False
