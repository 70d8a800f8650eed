from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "forprev.organisations"
    label = "organisations"

    def ready(self) -> None:
        from forprev.organisations import absence, fund_choice, merging, roles  # noqa: F401  (they register themselves)
        from forprev.organisations.menu import register_menu
        from forprev.organisations.services import install_after_migrate

        register_menu()
        post_migrate.connect(install_after_migrate, sender=self)
