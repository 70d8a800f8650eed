from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"

    def ready(self) -> None:
        from forprev.support import merging, personal_data  # noqa: F401  (they register themselves)
        from forprev.support.dashboard import register_cards
        from forprev.support.menu import register_menu

        register_menu()
        register_cards()
