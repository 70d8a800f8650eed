"""What stood on each qualification becomes its rules since ever, its signatory and the first version of the template."""

from __future__ import annotations

from django.db import migrations
from django.utils import timezone

NUMBERS = (
    "validity_months",
    "initial_hours",
    "refresher_hours",
    "group_min",
    "group_max",
    "minimum_age",
    "trainers_required",
    "bases_required",
    "sessions_expected",
    "initial_sessions_expected",
)
RELATIONS = ("taught_by", "prerequisites", "equivalents", "renews")


def move(apps, schema_editor):
    model = apps.get_model
    Qualification, Rules = model("catalogue", "Qualification"), model("catalogue", "QualificationRules")
    if not Qualification.objects.exists():
        return
    template = model("catalogue", "CertificateTemplate").objects.create(name="Modèle commun")
    model("catalogue", "TemplateVersion").objects.create(
        template=template, number=1, state="published", published_at=timezone.now()
    )
    signatories, rules = {}, {}
    for one in Qualification.objects.order_by("pk"):
        key = (one.signatory_name, one.signatory_title)
        if key not in signatories:
            signatories[key] = model("catalogue", "Signatory").objects.create(name=key[0], title=key[1])
        numbers = [name for name in one.unconfirmed if name in (*NUMBERS, *RELATIONS)]
        rules[one.pk] = Rules.objects.create(
            qualification=one, unconfirmed=numbers, **{name: getattr(one, name) for name in NUMBERS}
        )
        one.signatory, one.template = signatories[key], template
        one.state = "offered" if one.is_active else "closed"
        renamed = {"signatory" if name.startswith("signatory") else name for name in one.unconfirmed}
        one.unconfirmed = sorted(renamed - set(numbers))
        one.save()
    for relation in RELATIONS:
        old = Qualification._meta.get_field(relation).remote_field.through.objects
        new = Rules._meta.get_field(relation).remote_field.through.objects
        new.bulk_create(
            new.model(qualificationrules_id=rules[start].pk, qualification_id=end)
            for start, end in old.values_list("from_qualification_id", "to_qualification_id")
        )
    first = signatories[next(iter(signatories))]
    model("catalogue", "QualificationEvent").objects.update(signatory_id=first.pk, template_id=template.pk)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_dated_rules'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
