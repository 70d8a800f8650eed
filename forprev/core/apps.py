from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "forprev.core"
    label = "core"

    def ready(self) -> None:
        from forprev.core import menu

        menu.register(menu.DASHBOARD, menu.DASHBOARD, "dashboard", roles=menu.EVERY_ROLE, order=10, icon="speedometer2")
