from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    name = "forprev.organisations"
    label = "organisations"

    def ready(self) -> None:
        from forprev.organisations import (  # noqa: F401  (they register themselves)
            absence,
            fund_choice,
            merging,
            personal_data,
            retention,
            roles,
        )
        from forprev.organisations.menu import register_menu
        from forprev.organisations.services import install_after_migrate

        retention.register_kinds()
        register_menu()
        post_migrate.connect(install_after_migrate, sender=self)
