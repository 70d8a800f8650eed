from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "forprev.network"
    label = "network"

    def ready(self) -> None:
        from forprev.network import merging, personal_data, retention  # noqa: F401  (they register themselves)
        from forprev.network.dashboard import register_cards
        from forprev.network.menu import register_entries

        retention.register_kinds()
        register_entries()
        register_cards()
