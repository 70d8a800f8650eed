from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "forprev.notices"
    label = "notices"
