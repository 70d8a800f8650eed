import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_rules_since_ever'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='qualification',
            name='bases_required',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='equivalents',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='group_max',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='group_min',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='initial_hours',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='initial_sessions_expected',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='is_active',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='minimum_age',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='prerequisites',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='refresher_hours',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='renews',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='sessions_expected',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='signatory_name',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='signatory_title',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='taught_by',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='template_version',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='trainers_required',
        ),
        migrations.RemoveField(
            model_name='qualification',
            name='validity_months',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='bases_required',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='group_max',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='group_min',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='initial_hours',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='initial_sessions_expected',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='is_active',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='minimum_age',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='refresher_hours',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='sessions_expected',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='signatory_name',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='signatory_title',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='template_version',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='trainers_required',
        ),
        migrations.RemoveField(
            model_name='qualificationevent',
            name='validity_months',
        ),
        migrations.AlterField(
            model_name='qualification',
            name='signatory',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='catalogue.signatory'),
        ),
        migrations.AlterField(
            model_name='qualification',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='catalogue.certificatetemplate'),
        ),
        migrations.AlterField(
            model_name='qualificationevent',
            name='signatory',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.signatory'),
        ),
        migrations.AlterField(
            model_name='qualificationevent',
            name='template',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.certificatetemplate'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_qualificationevent" ("code", "id", "level_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_label", "signatory_id", "state", "template_id", "title", "unconfirmed", "version") VALUES (NEW."code", NEW."id", NEW."level_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."short_label", NEW."signatory_id", NEW."state", NEW."template_id", NEW."title", NEW."unconfirmed", NEW."version"); RETURN NULL;', hash='7300c0d252a39ccac389ac74751ece7a9be8f41f', operation='INSERT', pgid='pgtrigger_insert_insert_f92de', table='catalogue_qualification', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualification',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_qualificationevent" ("code", "id", "level_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "short_label", "signatory_id", "state", "template_id", "title", "unconfirmed", "version") VALUES (NEW."code", NEW."id", NEW."level_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."short_label", NEW."signatory_id", NEW."state", NEW."template_id", NEW."title", NEW."unconfirmed", NEW."version"); RETURN NULL;', hash='6d402201dd9c3dfedc3067e14848b300121e4a69', operation='UPDATE', pgid='pgtrigger_update_update_74b0b', table='catalogue_qualification', when='AFTER')),
        ),
    ]
