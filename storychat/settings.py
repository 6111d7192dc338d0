"""One settings module, driven by environment variables; docs/configuration.md documents each."""

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import process_metrics
from storychat.content_security import content_policy
from storychat.env import Settings
from storychat.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = Settings(BASE_DIR)

# --- What kind of installation this is ---------------------------------------------------------------------

DEMO = env.flag("STORYCHAT_DEMO", default=False)
DEBUG = env.flag("DEBUG", default=False)
HOME = Path(env.text("STORYCHAT_HOME") or BASE_DIR / "var").resolve()

_LOCAL = DEMO or DEBUG
if _LOCAL:
    SECRET_KEY = env.text("SECRET_KEY", "local-only-key-that-protects-nothing-" + "0" * 32)
else:
    SECRET_KEY = env.required("SECRET_KEY", why="it signs sessions and links; use 50+ random characters")
# Former keys, still good for reading what they signed or encrypted.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]") if _LOCAL else ())
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
IS_HTTPS = SITE_URL.startswith("https://")
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
# Where `manage.py supervise` listens.
PORT = env.number("PORT", 8000)

# --- Applications -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "storychat",
    "helpcenter",
    "chat",
    "community",
    "messaging",
    "characters",
    "imagegen",
    "moderation",
    "billing",
    "notifications",
    "policies",
    "accounts",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "template_partials",
    "storychat.staff_config.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "storychat.health.health_pages",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "storychat.middleware.RequestLog",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.personal",
    "accounts.middleware.AccountGate",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "storychat.urls"
WSGI_APPLICATION = "storychat.wsgi.application"
ASGI_APPLICATION = "storychat.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "storychat.context_processors.site",
            ],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL") or f"sqlite:///{HOME / 'storychat.sqlite3'}"
DATABASES: dict[str, dict[str, Any]] = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing half-way when a read turns into a write.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.number("DATABASE_CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Files --------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
# In DEBUG and the demo there is none: files are served straight from `static/`.
STATIC_ROOT = (
    None if _LOCAL and not env.text("STATIC_ROOT") else BASE_DIR / env.text("STATIC_ROOT", "staticfiles")
)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = HOME / "media"

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if _LOCAL
            else "storychat.static_files.StaticFiles"
        )
    },
}
# Without the origin our content security policy would block every picture.
if env.together("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_PUBLIC_ORIGIN"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "endpoint_url": env.text("S3_ENDPOINT_URL") or None,
            "region_name": env.text("S3_REGION") or None,
            "default_acl": "private",
            "querystring_auth": True,
            "querystring_expire": 60,
            "file_overwrite": False,
            "object_parameters": {"CacheControl": "private, no-store"},
        },
    }
WHITENOISE_USE_FINDERS = _LOCAL
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# --- Tasks --------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL") or REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if CELERY_BROKER_URL == "filesystem://":
    _BROKER_HOME = HOME / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER_HOME / "messages"),
        "data_folder_out": str(_BROKER_HOME / "messages"),
        "processed_folder": str(_BROKER_HOME / "processed"),
        "control_folder": str(_BROKER_HOME / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page does not wait for a broker that is down: the sweeper sends the wake-up again.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "cpu"
# Replies wait for a chat server; behind slow ones the sweeps would expire.
# A mail server that hangs keeps its threads for minutes, and must keep nothing else from running.
CELERY_TASK_ROUTES = {
    "imagegen.render": {"queue": "gpu"},
    "chat.reply": {"queue": "chat"},
    "notifications.send_mail": {"queue": "mail"},
}
# A message is only a wake-up: losing one costs time, never work (the sweeper sends it again).
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "beat-schedule")
# A sweep that nobody could run in time is not worth running later: the next one does the same.
CELERY_BEAT_SCHEDULE = {
    "sweep-pictures": {"task": "imagegen.sweep", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "sweep-replies": {"task": "chat.sweep", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "sweep-screening": {
        "task": "characters.sweep",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "sweep-files": {
        "task": "imagegen.sweep_files",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep-mails": {
        "task": "notifications.sweep",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "make-daily-mails": {
        "task": "notifications.make_digests",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "clean-up-mails": {
        "task": "notifications.clean_up",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "tell-ended-restrictions": {
        "task": "accounts.tell_ended",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "sweep-attachments": {
        "task": "moderation.sweep_attachments",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
    "publish-months": {
        "task": "moderation.publish_months",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "clear-sessions": {
        "task": "accounts.clear_sessions",
        "schedule": timedelta(days=1),
        "options": {"expires": 3600},
    },
}

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

STAFF_NEED_SECOND_FACTOR = env.flag("STAFF_NEED_SECOND_FACTOR", default=not _LOCAL)
# A sign-in from an unknown browser after so many wrong passwords locks the account until its person shows
# who they are; 0 for never.
SUSPICIOUS_SIGN_IN_FAILURES = env.number("SUSPICIOUS_SIGN_IN_FAILURES", 10)
# Off, nobody turns any Safe Mode off, and what is mature is seen by its owner alone.
MATURE_ITEMS_ALLOWED = env.flag("MATURE_ITEMS_ALLOWED", default=True)

# Sign-up, sign-in, mail addresses, passwords.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm", "signup": "accounts.forms.SignupForm"}
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "accounts.usernames.VALIDATORS"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# One address per account, replaced once the new one is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    # Lock-out is axes' (below); this only slows guessing down, and codes. The key is the account together
    # with the address; the other limit is for guessing from many addresses, and too high for a single one.
    "login_failed": "30/m/ip,10/10m/key",
    "login_failed_anywhere": "300/h/key",
    "signup": "20/10m/ip",
    # The first one makes a double click send one mail.
    "confirm_email": "1/30s/key,5/h/key",
}

# Lock-out lives in the database, so that all web processes agree on it, and is keyed on the account
# together with the address: a stranger who guesses does not lock the owner out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "accounts.lockout.axes_username"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.axes_address"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.axes_response"
AXES_SENSITIVE_PARAMETERS = ["login", "email", "username", "ip_address", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# How many of our own proxies stand in front: one with the nginx that we ship.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "accounts.passkeys.AddForm",
    "authenticate_webauthn": "accounts.passkeys.AuthenticateForm",
    "login_webauthn": "accounts.passkeys.LoginForm",
    "reauthenticate_webauthn": "accounts.passkeys.ReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "StoryChat"
MFA_TOTP_TOLERANCE = 1
# Browsers allow passkeys on plain http for localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _LOCAL

SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
# The form asks for a username and the date of birth, so nobody skips it.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
# Pages that a sign-in form may lead to: browsers apply form-action to redirects too.
OIDC_ORIGINS: list[str] = []
if _oidc := env.text("OIDC_PROVIDERS"):
    try:
        _oidc_apps = json.loads(_oidc)
        OIDC_ORIGINS = [
            "{0.scheme}://{0.netloc}".format(
                urlsplit(_app["settings"].get("authorization_origin") or _app["settings"]["server_url"])
            )
            for _app in _oidc_apps
        ]
    except (ValueError, KeyError, TypeError) as _error:
        raise ImproperlyConfigured(
            "OIDC_PROVIDERS must be a JSON list of objects with provider_id, name, client_id, secret and "
            f"settings.server_url ({_error!r})"
        ) from _error
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"APPS": _oidc_apps, "OAUTH_PKCE_ENABLED": True}

# --- Mail ---------------------------------------------------------------------------------------------------

vars().update(environ.Env.email_url_config(env.text("EMAIL_URL") or "consolemail://"))
# A mail server that hangs must not hang the page or the worker that writes to it.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "StoryChat <hello@storychat.invalid>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Pictures -----------------------------------------------------------------------------------------------

EMBEDDED_IMAGE_MODEL = BASE_DIR / "imagegen" / "models" / "embedded"
# SHA-256 over the weights, as tools/embedded_model/fingerprint.py prints it. These weights have only ever
# seen clothed adults; any other model needs IMAGE_SAFETY_MODEL.
EMBEDDED_IMAGE_MODEL_SHA256 = "c4883a118ab37beff9b4fd4a51b11d7ec3025ad27beb41b2d0ceb55797e5a244"
IMAGE_MODEL = env.text("IMAGE_MODEL") or str(EMBEDDED_IMAGE_MODEL)
IMAGE_SAFETY_MODEL = env.text("IMAGE_SAFETY_MODEL")
IMAGE_DEVICE = env.text("IMAGE_DEVICE", "auto")
IMAGE_FAST = env.flag("IMAGE_FAST", default=False)
IMAGE_BATCH = env.number("IMAGE_BATCH", 0)
IMAGE_SPEED = env.choices("IMAGE_SPEED", known=("compiled", "recorded", "float8"))
# How long pictures may take to finish once a worker is asked to end; the others go back to the queue.
IMAGE_DRAIN_SECONDS = env.number("IMAGE_DRAIN_SECONDS", 20)

# --- Chat ---------------------------------------------------------------------------------------------------

CHAT_BASE_URL = CHAT_MODEL = CHAT_API_KEY = ""
if env.together("CHAT_BASE_URL", "CHAT_MODEL"):
    CHAT_BASE_URL = env.text("CHAT_BASE_URL").rstrip("/")
    CHAT_MODEL = env.text("CHAT_MODEL")
    CHAT_API_KEY = env.text("CHAT_API_KEY")

# --- Screening and reports ----------------------------------------------------------------------------------

# Empty for every check that there is. See moderation/screening/chain.py.
SCREENING_CHECKS = env.words("SCREENING_CHECKS")
SCREENING_TEXT_MODEL = env.text("SCREENING_TEXT_MODEL")
# The adapter that reads that folder; only workers import it.
SCREENING_TEXT_LOADER = "imagegen.engine.text_classifier.load"
SCREENING_TEXT_DEVICE = env.text("SCREENING_TEXT_DEVICE", "cpu")
SCREENING_TEXT_URL = env.text("SCREENING_TEXT_URL").rstrip("/")
SCREENING_TEXT_KEY = env.text("SCREENING_TEXT_KEY")
SCREENING_THRESHOLD_PERCENT = env.number("SCREENING_THRESHOLD_PERCENT", 50)
# For one text and one classifier, a second try included. The picture worker waits for it: see R13.
SCREENING_SECONDS = env.number("SCREENING_SECONDS", 2)
SCREENING_LABELS = env.mapping("SCREENING_LABELS", example='{"toxic": "hold:hate"}')
# Where people who may harm themselves find somebody to talk to.
CRISIS_RESOURCES_URL = env.text("CRISIS_RESOURCES_URL", "https://findahelpline.com")

# From so many independent reporters on, in so many hours, a case comes first and shuts some features for its
# person until somebody looks, for so many days at most: moderation/services/surges.py. 0 voices: never.
MASS_REPORTS_VOICES = env.number("MASS_REPORTS_VOICES", 6)
MASS_REPORTS_HOURS = env.number("MASS_REPORTS_HOURS", 24)
MASS_REPORTS_ACCOUNT_DAYS = env.number("MASS_REPORTS_ACCOUNT_DAYS", 30)
MASS_REPORTS_LOCK_DAYS = env.number("MASS_REPORTS_LOCK_DAYS", 3)

# --- Language and time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "storychat.formats"

# --- Security -----------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = content_policy(
    image_origins=[origin] if (origin := env.text("S3_PUBLIC_ORIGIN")) else [], form_origins=OIDC_ORIGINS
)

# --- Logs ---------------------------------------------------------------------------------------------------

LOG_FORMAT = env.text("LOG_FORMAT", "console" if _LOCAL else "json")
# In the demo the screen belongs to the address, the mails and what went wrong.
LOGGING = logging_config(
    log_format=LOG_FORMAT, level=env.text("LOG_LEVEL", "WARNING" if DEMO else "INFO").upper()
)
LOGGING_CONFIG = "storychat.logs.configure"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Our nginx sets the id; nobody else may choose what stands in our logs.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = BEHIND_PROXY
DJANGO_STRUCTLOG_USER_ID_FIELD = "public_id"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# One line per request and failure is enough; sweeps alone would write six a second.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG
# Opens /metrics to whoever sends it as a bearer token; without one only this machine may read them.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# Here, because the first metric is made when the first application is loaded.
process_metrics.share(env.text("PROMETHEUS_MULTIPROC_DIR"))
