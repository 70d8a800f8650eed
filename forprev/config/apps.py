"""The project itself as an application: it holds the commands that run it."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "forprev.config"
    label = "config"
