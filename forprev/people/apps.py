from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "forprev.people"
    label = "people"

    def ready(self) -> None:
        from forprev.people.parameters import register_parameters
        from forprev.people.retention.kinds import register_kinds
        from forprev.people.retention.running import install_after_migrate

        register_kinds()
        post_migrate.connect(install_after_migrate, sender=self)
        register_parameters()
