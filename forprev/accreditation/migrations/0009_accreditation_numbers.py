"""The numbers that Forprev gives follow all those that were given before it (B07)."""

import re

from django.db import migrations

FIRST = 40000
"""Above the highest that the sources show; the network confirms it."""


def begin(apps, schema_editor):
    Accreditation = apps.get_model("accreditation", "Accreditation")
    Counter = apps.get_model("core", "Counter")
    numbers = Accreditation.objects.filter(number__startswith="H").values_list("number", flat=True)
    known = [int(found[1]) for number in numbers.iterator() if (found := re.match(r"H(\d{5})/", number))]
    Counter.objects.update_or_create(key="accreditations", defaults={"last": max([FIRST, *known])})


class Migration(migrations.Migration):
    dependencies = [("accreditation", "0008_decisions"), ("core", "0001_initial")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
