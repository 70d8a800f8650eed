from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "forprev.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from forprev.catalogue.installing import install_after_migrate
        from forprev.catalogue.menu import register_menu

        register_menu()
        post_migrate.connect(install_after_migrate, sender=self)
