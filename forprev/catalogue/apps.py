from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogueConfig(AppConfig):
    name = "forprev.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from forprev.catalogue.services import install_after_migrate

        post_migrate.connect(install_after_migrate, sender=self)
