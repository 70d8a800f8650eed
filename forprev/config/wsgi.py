"""The WSGI entry point."""

import os
import signal
from multiprocessing import parent_process

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forprev.config.settings")

if parent_process():
    # granian sets the signals of a child once this module is loaded; until then the child has those of granian itself,
    # which swallow the demand to stop: it would serve on, and be killed in the middle of a page.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

application = get_wsgi_application()
