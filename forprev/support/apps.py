from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SupportConfig(AppConfig):
    name = "forprev.support"
    label = "support"

    def ready(self) -> None:
        from forprev.support import merging, personal_data, retention  # noqa: F401  (some register themselves)
        from forprev.support.contact import leaving  # noqa: F401  (its receiver)
        from forprev.support.dashboard import register_cards
        from forprev.support.help.services import install_after_migrate as install_questions
        from forprev.support.manuals.services import install_after_migrate as install_manuals
        from forprev.support.menu import register_menu
        from forprev.support.seeing import personal_data as seeing_data  # noqa: F401
        from forprev.support.seeing import receivers  # noqa: F401

        retention.register_kinds()
        register_menu()
        register_cards()
        post_migrate.connect(install_questions, sender=self)
        post_migrate.connect(install_manuals, sender=self)
