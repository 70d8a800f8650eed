from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "forprev.accounts"
    label = "accounts"

    def ready(self) -> None:
        from forprev.accounts import (  # noqa: F401  (some register themselves)
            consulting,
            gate_pages,
            menu,
            merging,
            personal_data,
            retention,
        )
        from forprev.accounts.parameters import register_parameters

        retention.register_kinds()
        gate_pages.register()
        menu.register_menu()
        register_parameters()
