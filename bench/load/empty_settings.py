"""Django with nothing: what any application on this server pays at the least."""

SECRET_KEY = "of-pages-that-are-empty"  # noqa: S105 (signs nothing)
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "bench.load.empty_site"
MIDDLEWARE: list[str] = []
USE_TZ = True
