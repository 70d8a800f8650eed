from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who holds a valid certificate of some qualifications."""

    atomic = False
    dependencies = [("certification", "0013_certificate_by_qualification")]
    operations = [
        AddIndexConcurrently(
            "certificate",
            models.Index(
                fields=["qualification", "expires_on"],
                include=("person", "issued_on", "id"),
                name="certificate_by_validity",
            ),
        ),
    ]
