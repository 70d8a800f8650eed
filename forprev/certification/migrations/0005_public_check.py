import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('certification', '0004_life'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('qr', 'QR code'), ('code', 'Code et nom saisis'), ('file', 'Fichier PDF')], max_length=4)),
                ('address', models.CharField(max_length=45)),
                ('succeeded', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['address', 'at'], name='check_from_address'),
                    models.Index(fields=['at'], name='check_attempt_by_age'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CertificateCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('way', models.CharField(choices=[('qr', 'QR code'), ('code', 'Code et nom saisis'), ('file', 'Fichier PDF')], max_length=4)),
                ('origin', models.CharField(choices=[('phone', 'Téléphone'), ('computer', 'Ordinateur'), ('other', 'Autre')], help_text='As the browser describes itself.', max_length=8)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='certification.certificate')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='certificate_check_by_age')],
            },
        ),
        migrations.CreateModel(
            name='CheckCount',
            fields=[
                ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='check_count', serialize=False, to='certification.certificate')),
                ('count', models.PositiveIntegerField()),
                ('last_at', models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='certificate',
            name='certificate_says_what_it_said',
        ),
        migrations.AddField(
            model_name='certificate',
            name='typed_code',
            field=models.CharField(help_text='Printed beside it.', max_length=12, null=True),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='verification_code',
            field=models.CharField(help_text='In the QR code.', max_length=26),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificate',
            trigger=pgtrigger.compiler.Trigger(name='certificate_says_what_it_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."verification_code" IS DISTINCT FROM (NEW."verification_code") OR OLD."typed_code" IS DISTINCT FROM (NEW."typed_code") OR OLD."qualification_id" IS DISTINCT FROM (NEW."qualification_id") OR OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."trainee_id" IS DISTINCT FROM (NEW."trainee_id") OR OLD."template_version" IS DISTINCT FROM (NEW."template_version") OR OLD."scheme_name" IS DISTINCT FROM (NEW."scheme_name") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."course" IS DISTINCT FROM (NEW."course") OR OLD."holder_last_name" IS DISTINCT FROM (NEW."holder_last_name") OR OLD."holder_first_name" IS DISTINCT FROM (NEW."holder_first_name") OR OLD."holder_birth_date" IS DISTINCT FROM (NEW."holder_birth_date") OR OLD."holder_number" IS DISTINCT FROM (NEW."holder_number") OR OLD."organisation_name" IS DISTINCT FROM (NEW."organisation_name") OR OLD."signatory_name" IS DISTINCT FROM (NEW."signatory_name") OR OLD."signatory_title" IS DISTINCT FROM (NEW."signatory_title") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1046150dcecef26a26053b99f9dcbdcf2d9f9f0c', operation='UPDATE', pgid='pgtrigger_certificate_says_what_it_said_5c18d', table='certification_certificate', when='BEFORE')),
        ),
    ]
