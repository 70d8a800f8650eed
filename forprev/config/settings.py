"""Settings, read from the environment; without any, a private development set-up with its own database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from forprev.config import embedded_database, logs

BASE_DIR = Path(__file__).resolve().parents[2]
NODE_MODULES = BASE_DIR / "node_modules"

env = Env(prefix="FORPREV_")

VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
"""What is made while running: the embedded database, collected files, keys, documents."""

DEMO = env.bool("DEMO", False)
DEBUG = env.bool("DEBUG", False)
LOCAL = DEMO or DEBUG
"""On a private machine: plain HTTP on loopback, throw-away secret, demonstration data allowed."""

SECRET_KEY = env.str("SECRET_KEY", "local-machine-only-key-never-used-in-production" if LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("FORPREV_SECRET_KEY is required unless FORPREV_DEBUG or FORPREV_DEMO is on.")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", [SECRET_KEY] if LOCAL else [])
"""Of what is kept encrypted (second factors): the first encrypts, all decrypt; 32 random characters or more each."""
if not ENCRYPTION_KEYS or any(len(key) < 32 for key in ENCRYPTION_KEYS):
    raise ImproperlyConfigured("FORPREV_ENCRYPTION_KEYS is required: one or more keys of at least 32 characters.")

SEAL_KEYS = Path(env.str("SEAL_KEYS", str(VAR_DIR / "keys" / "seal")))
"""The folder of the keys and certificates of the seal (certification/sealing/keys.py)."""
SEAL_PKCS11_MODULE = env.str("SEAL_PKCS11_MODULE", "")
"""The library of the token that holds the keys that are not in the folder; empty: there is no token."""
SEAL_PKCS11_TOKEN = env.str("SEAL_PKCS11_TOKEN", "")
SEAL_PKCS11_PIN = env.str("SEAL_PKCS11_PIN", "")
SEAL_TSA_URL = env.str("SEAL_TSA_URL", "")
"""The time-stamp authority (RFC 3161) whose token goes into each seal; empty: seals bear no time stamp."""
SEAL_TSA_CERTIFICATES = env.str("SEAL_TSA_CERTIFICATES", "")
"""A PEM file: its certificates, root included; a token that does not lead to one of them is not taken."""
SEAL_TSA_SECONDS = env.int("SEAL_TSA_SECONDS", 3)
"""How long it may take to connect, and again to answer."""
SEAL_REVOCATIONS = env.str("SEAL_REVOCATIONS", "")
"""A folder of revocation lists (*.crl, DER), of the seal's authority and of the time stamp's, kept fresh by others."""
if SEAL_TSA_URL and not SEAL_TSA_CERTIFICATES:
    raise ImproperlyConfigured("FORPREV_SEAL_TSA_CERTIFICATES is required with FORPREV_SEAL_TSA_URL.")
PROOF_KEYS = Path(env.str("PROOF_KEYS", str(VAR_DIR / "keys" / "proofs")))
"""The folder of the keys of off-line proofs and credentials (certification/proofs/keys.py)."""

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
PUBLIC_URL = env.str("PUBLIC_URL", f"http://localhost:{Env().int('PORT', 8000)}").rstrip("/")
"""Prefix of the links in mails and QR codes; never taken from a request."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "csp",
    "django_tables2",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "forprev.core",
    "forprev.people",
    "forprev.accounts",
    "forprev.notices",
    "forprev.catalogue",
    "forprev.organisations",
    "forprev.accreditation",
    "forprev.certification",
    "forprev.network",
    "forprev.support",
    "forprev.demo",
    "forprev.config.apps.ConfigConfig",
    "django.forms",  # last: our form templates stand before its own
]

MIDDLEWARE = [
    "forprev.config.health.HealthMiddleware",
    "forprev.config.metrics.MetricsMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "forprev.accounts.middleware.ActingMiddleware",
    "forprev.accounts.middleware.SessionLimitsMiddleware",
    "forprev.support.seeing.middleware.SeeingMiddleware",
    "forprev.accounts.middleware.SignInRequiredMiddleware",
    "forprev.accounts.middleware.GatesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "forprev.core.middleware.PrivatePagesMiddleware",
    "forprev.core.middleware.DomainErrorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "forprev.config.urls"
WSGI_APPLICATION = "forprev.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forprev.core.context.page",
                "forprev.notices.context.inbox",
            ],
            "builtins": ["forprev.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASE_URL = Env().str("DATABASE_URL", "") or embedded_database.url(VAR_DIR)
DATABASES = {"default": Env().dj_db_url("DATABASE_URL", DATABASE_URL)}
_TIMEOUTS = {
    "statement_timeout": env.int("STATEMENT_SECONDS", 10),
    "lock_timeout": env.int("LOCK_SECONDS", 5),
    "idle_in_transaction_session_timeout": 30,
}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,  # the pool hands out none that a restart of the database has cut
    "OPTIONS": {
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 4), "timeout": 5},
        "connect_timeout": 5,
        "options": " ".join(f"-c {name}={seconds * 1000}" for name, seconds in _TIMEOUTS.items()),
        **DATABASES["default"].get("OPTIONS", {}),  # of the address: TLS, several hosts
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["forprev.accounts.backends.EmailOrNumberBackend"]
PASSWORD_HASHERS = ["forprev.accounts.hashers.Argon2idHasher"]
PASSWORD_COST = {"memory_cost": 64 * 1024, "time_cost": 3, "parallelism": 1}
"""Argon2id: KiB, passes, lanes. Memory and passes are the second choice of RFC 9106 (OWASP's least is 19 MiB, 2):
0.13 s a verification on the two cores where this was decided, hence some 7 sign-ins a second for each worker. One lane:
a worker answers one request at a time and cores are few; four lanes took 0.12 s of all of them. Memory is held once a
worker at most, however many sign in. Changed, the cost reaches each account at its next sign-in."""
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "forprev.accounts.validators.PasswordValidator",
        "OPTIONS": {"min_length": 12, "min_bits": 50, "min_score": 3},
    }
]
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
"""How many of our own proxies stand in front: the client's address is the one that the outermost of them saw."""
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

OPENID_ISSUER = env.str("OPENID_ISSUER", "")
"""The OpenID Connect provider of the professionals (B55); empty: there is none."""
OPENID_CLIENT_ID = env.str("OPENID_CLIENT_ID", "")
OPENID_CLIENT_SECRET = env.str("OPENID_CLIENT_SECRET", "")
OPENID_NAME = env.str("OPENID_NAME", "ProConnect")
OPENID_ACR: list[str] = env.list("OPENID_ACR", [])
"""The levels of authentication asked for and taken; empty: any."""
OPENID_STRONG_ACR: list[str] = env.list("OPENID_STRONG_ACR", [])
"""Those that count as a second factor."""
if OPENID_ISSUER and not (LOCAL or OPENID_ISSUER.startswith("https://")):
    raise ImproperlyConfigured("FORPREV_OPENID_ISSUER starts with https://.")

SESSION_ENGINE = "forprev.accounts.sessions"
SESSION_COOKIE_AGE = 24 * 3600
SESSION_LONGEST = timedelta(hours=env.int("SESSION_LONGEST_HOURS", 12))
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", 60))
SESSION_IDLE_NETWORK = timedelta(minutes=env.int("SESSION_IDLE_NETWORK_MINUTES", 30))
"""security.md, item 17. The cookie outlives the limits, so that whoever comes too late is told so."""
SEEING_FOR = timedelta(minutes=env.int("SEEING_MINUTES", 15))
"""How long an agent of the hotline sees as a user does; never more than 15 minutes."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "forprev.core.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if not LOCAL:
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"


def _origin(url: str) -> str:
    site = urlsplit(url)
    return f"{site.scheme}://{site.netloc}"


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *([_origin(OPENID_ISSUER)] if OPENID_ISSUER else [])],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
}
"""Shared by all processes: throttling counts must not depend on which one answers."""

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [
    ("bootstrap", NODE_MODULES / "bootstrap" / "dist" / "css"),
    ("fonts", NODE_MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next" / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
"""Documents that people sent; no address leads there (core/uploads.py)."""
BACKUPS = Path(env.str("BACKUPS", str(VAR_DIR / "backups")))
"""Where `manage.py backup` puts what it makes: a folder of its own on another disk, or another machine's."""
POSTGRESQL_PROGRAMS = env.str("POSTGRESQL_PROGRAMS", "")
"""The folder of pg_dump and pg_restore, of the server's version or a later one; empty: the embedded database's."""
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # a result for each trainee of the largest session
FILE_UPLOAD_HANDLERS = [
    "forprev.core.uploads.RequestLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

MAIL_DELIVERY = env.bool("MAIL_DELIVERY", not DEMO)
"""Off: messages stay in the outbox, where the demonstration shows them at /demo/courriels."""
MESSAGES_PAUSE = env.int("MESSAGES_PAUSE_SECONDS", 30)
"""Seconds between two ranges of 500 readers of a targeted message: a thousand mails a minute, others in between."""
_mail = Env().dj_email_url("EMAIL_URL", "smtp://localhost:25")
if "EMAIL_BACKEND" not in _mail:  # of an unknown scheme, which would mean without TLS
    raise ImproperlyConfigured("EMAIL_URL starts with smtp:// or, for STARTTLS, submission://.")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Forprev <ne-pas-repondre@demo.test>")
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", "Assistance Forprev <assistance@demo.test>")
"""Where answers to the hotline's mails go, to be handed to `manage.py receive_mail`."""

LOGGING = logs.configure(readable=LOCAL, level=env.str("LOG_LEVEL", "WARNING" if DEMO else "INFO"))

DRAIN_FILE = env.str("DRAIN_FILE", "")
"""Once it is there, /pret answers 503: made some seconds before the process is asked to stop."""
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
"""What Prometheus shows to be answered at /metrics; empty: there is no such page."""
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("FORPREV_METRICS_TOKEN has at least 32 characters.")

PGHISTORY_ADMIN_ALL_EVENTS = False
PROCRASTINATE_ON_APP_READY = "forprev.config.jobs.try_again"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
DJANGO_TABLES2_TEMPLATE = "core/lists/table.html"
