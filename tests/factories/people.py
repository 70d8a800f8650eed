"""People of the tests: recorded as the application records them, under a number of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from forprev.people.models import Person
from forprev.people.services import create_person


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    last_name = factory.Sequence(lambda n: f"MARTIN-{'ABCDEFGHIJ'[n % 10]}{'ABCDEFGHIJ'[n // 10 % 10]}")
    first_name = "Camille"
    birth_date = date(1980, 5, 17)

    class Meta:
        model = Person

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        return create_person(**kwargs)
