from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "forprev.notices"
    label = "notices"

    def ready(self) -> None:
        from forprev.notices import merging, personal_data, receivers, retention  # noqa: F401  (they register themselves)
        from forprev.notices.menu import register_menu
        from forprev.notices.parameters import register_parameters

        retention.register_kinds()
        register_menu()
        register_parameters()
