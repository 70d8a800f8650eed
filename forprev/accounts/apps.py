from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "forprev.accounts"
    label = "accounts"
