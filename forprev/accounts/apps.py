from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "forprev.accounts"
    label = "accounts"

    def ready(self) -> None:
        from forprev.accounts import gate_pages, menu, merging  # noqa: F401  (merging registers itself)

        gate_pages.register()
        menu.register_menu()
