from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("support", "0007_contact_writer"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="contactrequest",
            index=models.Index(
                models.Case(
                    models.When(state="new", then=models.Value(0)),
                    models.When(state="ongoing", then=models.Value(1)),
                    models.When(state="waiting", then=models.Value(2)),
                    models.When(state="resolved", then=models.Value(3)),
                    output_field=models.IntegerField(),
                ),
                models.F("created_at"),
                models.F("id"),
                name="contact_by_turn",
            ),
        ),
    ]
