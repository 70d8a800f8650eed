from django.apps import AppConfig


class AccreditationConfig(AppConfig):
    name = "forprev.accreditation"
    label = "accreditation"
