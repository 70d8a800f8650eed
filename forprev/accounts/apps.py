from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "forprev.accounts"
    label = "accounts"

    def ready(self) -> None:
        from forprev.accounts import merging  # noqa: F401  (it registers itself)
