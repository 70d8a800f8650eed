from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"

    def ready(self) -> None:
        from forprev.support import merging, personal_data  # noqa: F401  (they register themselves)
        from forprev.support.dashboard import register_cards
        from forprev.support.help.services import install_after_migrate
        from forprev.support.mail_texts import register_texts
        from forprev.support.menu import register_menu

        register_menu()
        register_texts()
        register_cards()
        post_migrate.connect(install_after_migrate, sender=self)
