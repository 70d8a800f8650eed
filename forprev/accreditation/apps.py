from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "forprev.accreditation"
    label = "accreditation"

    def ready(self) -> None:
        from forprev.accreditation import absence, merging, personal_data  # noqa: F401  (they register themselves)
        from forprev.accreditation.dashboard import register_cards
        from forprev.accreditation.menu import register_menu

        register_menu()
        register_cards()
