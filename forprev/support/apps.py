from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"

    def ready(self) -> None:
        from forprev.support.menu import register_menu

        register_menu()
