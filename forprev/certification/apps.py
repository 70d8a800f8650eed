from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "forprev.certification"
    label = "certification"

    def ready(self) -> None:
        from forprev.certification import (  # noqa: F401  (they register themselves)
            accreditations,
            merging,
            personal_data,
            retention,
            roles,
        )
        from forprev.certification.dashboard import register_cards
        from forprev.certification.life import services  # noqa: F401  (it follows corrections of an identity)
        from forprev.certification.menu import register_menu
        from forprev.certification.parameters import register_parameters
        from forprev.certification.sealing import checks  # noqa: F401

        retention.register_kinds()
        register_menu()
        register_parameters()
        register_cards()
