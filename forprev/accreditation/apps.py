from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccreditationConfig(AppConfig):
    name = "forprev.accreditation"
    label = "accreditation"

    def ready(self) -> None:
        from forprev.accreditation import absence, merging, personal_data, retention  # noqa: F401  (they register themselves)
        from forprev.accreditation.dashboard import register_cards
        from forprev.accreditation.dossiers import data_changes, handing_over  # noqa: F401  (their receivers)
        from forprev.accreditation.menu import register_menu
        from forprev.accreditation.parameters import register_parameters
        from forprev.accreditation.pieces import install_after_migrate

        retention.register_kinds()
        register_menu()
        register_parameters()
        register_cards()
        post_migrate.connect(install_after_migrate, sender=self)
