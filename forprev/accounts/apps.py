from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "forprev.accounts"
    label = "accounts"

    def ready(self) -> None:
        from forprev.accounts import gate_pages, menu, merging, personal_data  # noqa: F401  (some register themselves)
        from forprev.accounts.parameters import register_parameters

        gate_pages.register()
        menu.register_menu()
        register_parameters()
