from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "forprev.network"
    label = "network"
