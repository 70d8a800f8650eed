from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"
