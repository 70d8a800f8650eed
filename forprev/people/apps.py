from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "forprev.people"
    label = "people"
