from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "forprev.people"
    label = "people"

    def ready(self) -> None:
        from forprev.people.parameters import register_parameters

        register_parameters()
