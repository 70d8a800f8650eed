from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The certificates of one qualification, the latest first."""

    atomic = False
    dependencies = [("certification", "0012_session_by_change")]
    operations = [
        AddIndexConcurrently(
            "certificate",
            models.Index(fields=["qualification", "issued_on"], name="certificate_by_qualification"),
        ),
    ]
