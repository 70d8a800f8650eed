from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Certificates are looked for by their holder's first name among millions."""

    atomic = False
    dependencies = [("people", "0007_context_indexes")]
    operations = [
        AddIndexConcurrently("person", models.Index(fields=["search_first_name"], name="person_of_first_name")),
    ]
