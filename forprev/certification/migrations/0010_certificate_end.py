import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('certification', '0003_trainee_import'),
        ('people', '0004_merges'),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificateEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('cancelled', 'Annulé'), ('replaced', 'Remplacé')], max_length=10)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('certificate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='certification.certificate')),
                ('replacement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='certification.certificate')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificateend',
            trigger=pgtrigger.compiler.Trigger(name='certificate_end_says_what_it_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."replacement_id" IS DISTINCT FROM (NEW."replacement_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='16d443a4fc40dd29404539cbcee7013d2bb3e125', operation='UPDATE', pgid='pgtrigger_certificate_end_says_what_it_said_bbeba', table='certification_certificateend', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificateend',
            trigger=pgtrigger.compiler.Trigger(name='certificate_ends_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='7d24c748e543e947fa4c3d82c1af86d90fe8539a', operation='DELETE', pgid='pgtrigger_certificate_ends_are_kept_e38b1', table='certification_certificateend', when='BEFORE')),
        ),
    ]
