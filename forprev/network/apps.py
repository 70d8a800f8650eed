from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "forprev.network"
    label = "network"

    def ready(self) -> None:
        from forprev.network.dashboard import register_cards

        register_cards()
