"""The project's addresses with those of the demonstration, whatever the settings."""

from django.urls import include, path

from forprev.config.urls import handler404  # noqa: F401
from forprev.config.urls import urlpatterns as project

urlpatterns = [*project, path("demo/", include("forprev.demo.urls"))]
