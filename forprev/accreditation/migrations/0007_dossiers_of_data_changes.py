"""Each request for a change of data that is open becomes a dossier of its regional fund, sent when it was."""

import uuid
from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from forprev.core.text import normalise

REVIEW_DAYS = 60


def open_dossiers(apps, schema_editor):
    DataChange = apps.get_model("organisations", "DataChange")
    Dossier = apps.get_model("accreditation", "Dossier")
    Counter = apps.get_model("core", "Counter")
    waiting = DataChange.objects.filter(state="open", dossier=None).select_related("organisation__department")
    for request in waiting.order_by("sent_at", "pk"):
        day = timezone.localdate(request.sent_at)
        counter, _ = Counter.objects.get_or_create(key=f"dossiers/{day.year}")
        counter.last += 1
        counter.save()
        Dossier.objects.create(
            track="data",
            number=f"D{day.year}-{counter.last:05}",
            applicant_id=request.sent_by_id,
            organisation=request.organisation,
            organisation_name=request.organisation.name,
            search_name=normalise(request.organisation.name),
            fund_id=request.organisation.department.fund_id,
            data_change=request,
            state="submitted",
            creation_key=uuid.uuid4(),
            modified_at=request.sent_at,
            submitted_on=day,
            due_on=day + timedelta(days=REVIEW_DAYS),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accreditation", "0006_candidacy"),
        ("core", "0001_initial"),
        ("organisations", "0004_nda_and_activities"),
    ]

    operations = [migrations.RunPython(open_dossiers, migrations.RunPython.noop)]
