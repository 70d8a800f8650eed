"""One address, an empty 200, no middleware. For granian: `bench.load.empty_site:application`."""

import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("", empty)]

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.load.empty_settings"
application = get_wsgi_application()
