"""A typed code for each certificate that has none, a thousand at a time: stopped, it goes on where it was."""

import pgtrigger
from django.db import migrations, transaction

from forprev.certification.checking.codes import new_typed_code

BATCH = 1000
UNCHANGED = "certification.Certificate:certificate_says_what_it_said"


def fill(apps, schema_editor):
    certificates = apps.get_model("certification", "Certificate").objects
    last = 0
    while batch := list(certificates.filter(typed_code=None, pk__gt=last).order_by("pk").only("pk")[:BATCH]):
        for certificate in batch:
            certificate.typed_code = new_typed_code()
        with transaction.atomic(), pgtrigger.ignore(UNCHANGED):
            certificates.bulk_update(batch, ["typed_code"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("certification", "0005_public_check"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
