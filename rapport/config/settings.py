"""Django's settings. What differs between installations comes from the environment (see `environment.py`)."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from rapport.config.environment import hosts, load

ENVIRONMENT = load()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
DEVELOPMENT = os.environ.get("RAPPORT_DEVELOPMENT") == "1"
"""Whether there are pages for those who work on Rapport."""
DATA = ENVIRONMENT.data
ALLOWED_HOSTS = hosts()
BEHIND_PROXY = os.environ.get("RAPPORT_BEHIND_PROXY") == "1"
LIVE = os.environ.get("RAPPORT_LIVE", "")
"""Where pages hear of changes: a path at their own origin, or ":PORT/PATH" on the same host; nowhere if empty."""
SITE = os.environ.get("RAPPORT_SITE", "http://localhost:8000")
"""The root of the pages, as links in mails name it."""
SECURE = BEHIND_PROXY or os.environ.get("RAPPORT_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rapport.platform.history",
    "rapport.platform.access",
    "rapport.platform.events",
    "rapport.platform.jobs",
    "rapport.platform.search",
    "rapport.platform.fields",
    "rapport.platform.attention",
    "rapport.platform.notifications",
    "rapport.platform.objects",
    "rapport.platform.undo",
    "rapport.platform.files",
    "rapport.platform.api",
    "rapport.parties",
    "rapport.interactions",
    "rapport.web",
]

MIDDLEWARE = [
    "rapport.web.middleware.security_headers",
    "rapport.web.middleware.problem_pages",
    "rapport.platform.api.middleware.api_shortcut",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "rapport.web.middleware.set_up_first",
    "rapport.web.middleware.actor",
]

ROOT_URLCONF = "rapport.config.urls"
WSGI_APPLICATION = "rapport.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database(url: str) -> dict[str, Any]:
    """Django's settings for a libpq URL; `?host=` may name a socket folder."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "rapport", **options},
    }


DATABASES = {"default": database(ENVIRONMENT.database_url or "postgresql://rapport@/rapport")}
OWNER_DATABASE_URL = ENVIRONMENT.owner_database_url

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "rapport.web.jinja.environment",
            "trim_blocks": True,
            "lstrip_blocks": True,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rapport.platform.access.adapter.Adapter"
ACCOUNT_FORMS = {"reset_password": "rapport.platform.access.forgotten_form.ForgottenForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "rapport.platform.access.reset_tokens.ResetTokens"  # noqa: S105
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"join": "30/m/ip", "invite": "200/h/user"}  # besides django-allauth's own
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # whose address attempts to sign in are counted by
MFA_ADAPTER = "rapport.platform.access.second_factors.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "rapport.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
UPLOAD_MOST_BYTES = int(os.environ.get("RAPPORT_UPLOAD_MOST_BYTES", str(20 * 1024**3)))
FILE_MOST_BYTES = int(os.environ.get("RAPPORT_FILE_MOST_BYTES", "100000000"))
FILES_URL = ENVIRONMENT.files_url
"""Where files lie that isn't the data folder: a bucket, as `s3://NAME`; in the folder if empty."""
FILE_UPLOAD_HANDLERS = ["rapport.web.uploads.NoFiles"]  # the upload of archives has a handler of its own
SENDS_MAIL = bool({"RAPPORT_EMAIL_BACKEND", "RAPPORT_SMTP_HOST"} & os.environ.keys())
"""Whether somebody has said how; links to new passwords are tried all the same."""
EMAIL_BACKEND = os.environ.get("RAPPORT_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("RAPPORT_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("RAPPORT_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("RAPPORT_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("RAPPORT_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("RAPPORT_SMTP_SECURITY") == "starttls"
EMAIL_USE_SSL = os.environ.get("RAPPORT_SMTP_SECURITY") == "tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("RAPPORT_FROM_EMAIL", "rapport@localhost")

PRIVATE_SERVERS = [each.strip() for each in os.environ.get("RAPPORT_PRIVATE_SERVERS", "").split(",") if each.strip()]
"""Names, addresses and networks within one's own network that connections may go out to."""
PHONE_REGION = os.environ.get("RAPPORT_PHONE_REGION", "GB")
API_REQUESTS_PER_MINUTE = int(os.environ.get("RAPPORT_API_REQUESTS_PER_MINUTE", "60000"))

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("nl", "Nederlands"),
]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "web" / "static" / "dist"
WHITENOISE_USE_FINDERS = True  # what packages serve themselves, such as django-allauth's passkey script
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Z]{8}\.\w+$"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"imapclient": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail addresses are unique by their lower case
