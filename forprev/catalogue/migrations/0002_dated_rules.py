

import datetime
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificateTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CertificateTemplateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80, verbose_name='nom')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='QualificationRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unconfirmed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='valeurs à confirmer')),
                ('effective_on', models.DateField(default=datetime.date(1, 1, 1), verbose_name='à partir du')),
                ('validity_months', models.PositiveSmallIntegerField(verbose_name='validité (mois)')),
                ('initial_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='durée du stage initial (heures)')),
                ('refresher_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='durée de la MAC (heures)')),
                ('group_min', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='effectif minimal')),
                ('group_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='effectif maximal')),
                ('minimum_age', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='âge minimal')),
                ('trainers_required', models.PositiveSmallIntegerField(default=1, verbose_name='nombre de formateurs')),
                ('bases_required', models.BooleanField(default=False, verbose_name='« bases en prévention » exigées')),
                ('sessions_expected', models.PositiveSmallIntegerField(blank=True, help_text='Over the three previous calendar years (B32).', null=True, verbose_name='sessions animées attendues')),
                ('initial_sessions_expected', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='dont stages initiaux')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['qualification', '-effective_on'],
            },
        ),
        migrations.CreateModel(
            name='QualificationRulesEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('unconfirmed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='valeurs à confirmer')),
                ('effective_on', models.DateField(default=datetime.date(1, 1, 1), verbose_name='à partir du')),
                ('validity_months', models.PositiveSmallIntegerField(verbose_name='validité (mois)')),
                ('initial_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='durée du stage initial (heures)')),
                ('refresher_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='durée de la MAC (heures)')),
                ('group_min', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='effectif minimal')),
                ('group_max', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='effectif maximal')),
                ('minimum_age', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='âge minimal')),
                ('trainers_required', models.PositiveSmallIntegerField(default=1, verbose_name='nombre de formateurs')),
                ('bases_required', models.BooleanField(default=False, verbose_name='« bases en prévention » exigées')),
                ('sessions_expected', models.PositiveSmallIntegerField(blank=True, help_text='Over the three previous calendar years (B32).', null=True, verbose_name='sessions animées attendues')),
                ('initial_sessions_expected', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='dont stages initiaux')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As printed: `Camille VERDIER`.', max_length=100, verbose_name='nom')),
                ('title', models.CharField(max_length=150, verbose_name='fonction')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SignatoryEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(help_text='As printed: `Camille VERDIER`.', max_length=100, verbose_name='nom')),
                ('title', models.CharField(max_length=150, verbose_name='fonction')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TemplateVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='Over all templates, in the order of creation.', unique=True)),
                ('state', models.CharField(choices=[('draft', 'En préparation'), ('published', 'Publiée')], default='draft', max_length=10, verbose_name='état')),
                ('layout', models.PositiveSmallIntegerField(default=1)),
                ('awarded_text', models.CharField(default='délivré à', max_length=60, verbose_name='au-dessus du nom')),
                ('partner_text', models.CharField(default='Partenaire habilité par l’INRS', max_length=60, verbose_name='au-dessus de l’entité')),
                ('stamp_text', models.CharField(default='(Cachet et signature)', max_length=60, verbose_name='sous cette mention')),
                ('check_text', models.CharField(default='Vérifiez ce certificat', max_length=40, verbose_name='à côté du QR code')),
                ('mention', models.CharField(blank=True, help_text='Below the dates.', max_length=160, verbose_name='mention')),
                ('colour', models.CharField(default='#0b4f64', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$', 'Une couleur s’écrit # puis six chiffres ou lettres de a à f.')], verbose_name='couleur')),
                ('accent', models.CharField(default='#c8590a', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$', 'Une couleur s’écrit # puis six chiffres ou lettres de a à f.')], verbose_name='couleur des ornements')),
                ('version', models.PositiveIntegerField(default=1)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='TemplateVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveSmallIntegerField(help_text='Over all templates, in the order of creation.')),
                ('state', models.CharField(choices=[('draft', 'En préparation'), ('published', 'Publiée')], default='draft', max_length=10, verbose_name='état')),
                ('layout', models.PositiveSmallIntegerField(default=1)),
                ('awarded_text', models.CharField(default='délivré à', max_length=60, verbose_name='au-dessus du nom')),
                ('partner_text', models.CharField(default='Partenaire habilité par l’INRS', max_length=60, verbose_name='au-dessus de l’entité')),
                ('stamp_text', models.CharField(default='(Cachet et signature)', max_length=60, verbose_name='sous cette mention')),
                ('check_text', models.CharField(default='Vérifiez ce certificat', max_length=40, verbose_name='à côté du QR code')),
                ('mention', models.CharField(blank=True, help_text='Below the dates.', max_length=160, verbose_name='mention')),
                ('colour', models.CharField(default='#0b4f64', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$', 'Une couleur s’écrit # puis six chiffres ou lettres de a à f.')], verbose_name='couleur')),
                ('accent', models.CharField(default='#c8590a', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-f]{6}$', 'Une couleur s’écrit # puis six chiffres ou lettres de a à f.')], verbose_name='couleur des ornements')),
                ('version', models.PositiveIntegerField(default=1)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='qualification',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='qualification',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='scheme',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='scheme',
            name='update_update',
        ),
        migrations.AddField(
            model_name='qualification',
            name='state',
            field=models.CharField(choices=[('prepared', 'En préparation'), ('offered', 'Ouvert'), ('closed', 'Fermé')], default='prepared', max_length=10, verbose_name='état'),
        ),
        migrations.AddField(
            model_name='qualification',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='state',
            field=models.CharField(choices=[('prepared', 'En préparation'), ('offered', 'Ouvert'), ('closed', 'Fermé')], default='prepared', max_length=10, verbose_name='état'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='scheme',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='schemeevent',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='scheme',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='ouvert aux demandes d’habilitation'),
        ),
        migrations.AlterField(
            model_name='schemeevent',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='ouvert aux demandes d’habilitation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheme',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_schemeevent" ("code", "id", "is_active", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "site_required", "title", "unconfirmed", "version") VALUES (NEW."code", NEW."id", NEW."is_active", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."site_required", NEW."title", NEW."unconfirmed", NEW."version"); RETURN NULL;', hash='ab1531ae6d5d401ee568282843e97d0d5e6117fd', operation='INSERT', pgid='pgtrigger_insert_insert_83051', table='catalogue_scheme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheme',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_schemeevent" ("code", "id", "is_active", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "site_required", "title", "unconfirmed", "version") VALUES (NEW."code", NEW."id", NEW."is_active", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."site_required", NEW."title", NEW."unconfirmed", NEW."version"); RETURN NULL;', hash='00e084e1179977fe1018ba1e5ed256cc90894f59', operation='UPDATE', pgid='pgtrigger_update_update_e719c', table='catalogue_scheme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificatetemplate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_certificatetemplateevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='fd630fdacdc7986c18de193f0e4722b8ea2f0d59', operation='INSERT', pgid='pgtrigger_insert_insert_10ab1', table='catalogue_certificatetemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificatetemplate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_certificatetemplateevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='0a08fc29686b1316b7d6b9d6c9970af864c08ca3', operation='UPDATE', pgid='pgtrigger_update_update_6397b', table='catalogue_certificatetemplate', when='AFTER')),
        ),
        migrations.AddField(
            model_name='qualification',
            name='template',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='catalogue.certificatetemplate'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='template',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.certificatetemplate'),
        ),
        migrations.AddField(
            model_name='certificatetemplateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='certificatetemplateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalogue.certificatetemplate'),
        ),
        migrations.AddField(
            model_name='qualificationrules',
            name='equivalents',
            field=models.ManyToManyField(blank=True, related_name='counts_as', to='catalogue.qualification', verbose_name='tient lieu de ce certificat'),
        ),
        migrations.AddField(
            model_name='qualificationrules',
            name='prerequisites',
            field=models.ManyToManyField(blank=True, related_name='gives_access_to', to='catalogue.qualification', verbose_name='prérequis (l’un d’eux)'),
        ),
        migrations.AddField(
            model_name='qualificationrules',
            name='qualification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='catalogue.qualification'),
        ),
        migrations.AddField(
            model_name='qualificationrules',
            name='renews',
            field=models.ManyToManyField(blank=True, related_name='renewed_by', to='catalogue.qualification', verbose_name='sa MAC renouvelle aussi'),
        ),
        migrations.AddField(
            model_name='qualificationrules',
            name='taught_by',
            field=models.ManyToManyField(blank=True, related_name='entitles_to_teach', to='catalogue.qualification', verbose_name='formateur qualifié par'),
        ),
        migrations.AddField(
            model_name='qualificationrulesevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='qualificationrulesevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalogue.qualificationrules'),
        ),
        migrations.AddField(
            model_name='qualificationrulesevent',
            name='qualification',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.qualification'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signatory',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_signatoryevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title", NEW."version"); RETURN NULL;', hash='4e625c41e9999ec299629c6d23f7d8b628d4fbf6', operation='INSERT', pgid='pgtrigger_insert_insert_85cf8', table='catalogue_signatory', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signatory',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_signatoryevent" ("id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "version") VALUES (NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title", NEW."version"); RETURN NULL;', hash='4f4a31b76dd055fa891bb0ae05bfa11f61a0a9bb', operation='UPDATE', pgid='pgtrigger_update_update_0659c', table='catalogue_signatory', when='AFTER')),
        ),
        migrations.AddField(
            model_name='qualification',
            name='signatory',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to='catalogue.signatory'),
        ),
        migrations.AddField(
            model_name='qualificationevent',
            name='signatory',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.signatory'),
        ),
        migrations.AddField(
            model_name='signatoryevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='signatoryevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalogue.signatory'),
        ),
        migrations.AddField(
            model_name='templateversion',
            name='template',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.certificatetemplate'),
        ),
        migrations.AddField(
            model_name='templateversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='templateversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='catalogue.templateversion'),
        ),
        migrations.AddField(
            model_name='templateversionevent',
            name='template',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='catalogue.certificatetemplate'),
        ),
        migrations.AddConstraint(
            model_name='qualificationrules',
            constraint=models.UniqueConstraint(fields=('qualification', 'effective_on'), name='one_set_of_rules_a_day'),
        ),
        migrations.AddConstraint(
            model_name='qualificationrules',
            constraint=models.CheckConstraint(condition=models.Q(('validity_months__gte', 1)), name='rules_give_a_validity'),
        ),
        migrations.AddConstraint(
            model_name='qualificationrules',
            constraint=models.CheckConstraint(condition=models.Q(('trainers_required__in', [1, 2])), name='rules_ask_for_one_or_two_trainers'),
        ),
        migrations.AddConstraint(
            model_name='qualificationrules',
            constraint=models.CheckConstraint(condition=models.Q(('group_min', None), ('group_max', None), ('group_min__lte', models.F('group_max')), _connector='OR'), name='rules_have_a_smallest_and_a_largest_group'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualificationrules',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_qualificationrulesevent" ("bases_required", "effective_on", "group_max", "group_min", "id", "initial_hours", "initial_sessions_expected", "minimum_age", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification_id", "refresher_hours", "sessions_expected", "trainers_required", "unconfirmed", "validity_months", "version") VALUES (NEW."bases_required", NEW."effective_on", NEW."group_max", NEW."group_min", NEW."id", NEW."initial_hours", NEW."initial_sessions_expected", NEW."minimum_age", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."qualification_id", NEW."refresher_hours", NEW."sessions_expected", NEW."trainers_required", NEW."unconfirmed", NEW."validity_months", NEW."version"); RETURN NULL;', hash='79d0641075512116b485ac37c7670c79e28a52ff', operation='INSERT', pgid='pgtrigger_insert_insert_cf51e', table='catalogue_qualificationrules', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='qualificationrules',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_qualificationrulesevent" ("bases_required", "effective_on", "group_max", "group_min", "id", "initial_hours", "initial_sessions_expected", "minimum_age", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "qualification_id", "refresher_hours", "sessions_expected", "trainers_required", "unconfirmed", "validity_months", "version") VALUES (NEW."bases_required", NEW."effective_on", NEW."group_max", NEW."group_min", NEW."id", NEW."initial_hours", NEW."initial_sessions_expected", NEW."minimum_age", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."qualification_id", NEW."refresher_hours", NEW."sessions_expected", NEW."trainers_required", NEW."unconfirmed", NEW."validity_months", NEW."version"); RETURN NULL;', hash='a65ba2661a260435e5580958bf7fa30c4add8228', operation='UPDATE', pgid='pgtrigger_update_update_83a19', table='catalogue_qualificationrules', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('template',), name='one_draft_version_a_template'),
        ),
        migrations.AddConstraint(
            model_name='templateversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('state', 'draft')), models.Q(('published_at__isnull', False), ('state', 'published')), _connector='OR'), name='published_version_has_its_date'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "catalogue_templateversionevent" ("accent", "awarded_text", "check_text", "colour", "id", "layout", "mention", "number", "partner_text", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "stamp_text", "state", "template_id", "version") VALUES (NEW."accent", NEW."awarded_text", NEW."check_text", NEW."colour", NEW."id", NEW."layout", NEW."mention", NEW."number", NEW."partner_text", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."stamp_text", NEW."state", NEW."template_id", NEW."version"); RETURN NULL;', hash='f6b4ed904a9c2a69e51072ea9b0aa65f67e14d1f', operation='INSERT', pgid='pgtrigger_insert_insert_5ec28', table='catalogue_templateversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "catalogue_templateversionevent" ("accent", "awarded_text", "check_text", "colour", "id", "layout", "mention", "number", "partner_text", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "stamp_text", "state", "template_id", "version") VALUES (NEW."accent", NEW."awarded_text", NEW."check_text", NEW."colour", NEW."id", NEW."layout", NEW."mention", NEW."number", NEW."partner_text", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."stamp_text", NEW."state", NEW."template_id", NEW."version"); RETURN NULL;', hash='61e707c5bd375d38314accda83edee7ef9069fdb', operation='UPDATE', pgid='pgtrigger_update_update_9beb1', table='catalogue_templateversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='templateversion',
            trigger=pgtrigger.compiler.Trigger(name='published_version_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" = \'published\')', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='14e9787678678f161775345ef12f98096ae4d237', operation='UPDATE OR DELETE', pgid='pgtrigger_published_version_stays_0e907', table='catalogue_templateversion', when='BEFORE')),
        ),
    ]
