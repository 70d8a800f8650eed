"""Settings of the tests: the project's own, with a fast hasher and files served as they are."""

import os

os.environ.setdefault("FORPREV_DEBUG", "1")
os.environ.setdefault("FORPREV_LOG_LEVEL", "ERROR")

from forprev.config.settings import *  # noqa: F403
from forprev.config.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, VAR_DIR

DEBUG = False
SEAL_KEYS = VAR_DIR / "keys" / "tests"  # some are made on days of the past
PROOF_KEYS = VAR_DIR / "keys" / "proofs-of-tests"
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("FORPREV_TEST_DB", "test_forprev")}
DATABASES["default"]["OPTIONS"] = {k: v for k, v in DATABASES["default"]["OPTIONS"].items() if k != "pool"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
WHITENOISE_AUTOREFRESH = True  # no collected files here
ZEAL_ALLOWLIST = [
    {"model": "accounts.Session", "field": "get()"},  # Django reads a session that ends twice
    {"model": "accreditation.Dossier", "field": "get()"},  # each dossier of a meeting is locked and decided for itself
    {"model": "accreditation.Accreditation", "field": "get()"},  # and so is what it renews
    {
        "model": "catalogue.QualificationRules",
        "field": "*",
    },  # asked by the page, and again under the lock of the service
]
