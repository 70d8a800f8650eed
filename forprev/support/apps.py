from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"

    def ready(self) -> None:
        from forprev.support import merging, personal_data, retention  # noqa: F401  (they register themselves)
        from forprev.support.dashboard import register_cards
        from forprev.support.help.services import install_after_migrate
        from forprev.support.menu import register_menu

        retention.register_kinds()
        register_menu()
        register_cards()
        post_migrate.connect(install_after_migrate, sender=self)
