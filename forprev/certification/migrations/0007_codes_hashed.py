import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('certification', '0006_typed_codes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='certificate',
            name='typed_code',
            field=models.CharField(help_text='Printed beside it.', max_length=12),
        ),
        migrations.AddField(
            model_name='certificate',
            name='qr_hash',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.comparison.Cast(django.db.models.functions.text.Concat(models.Value('forprev:certificate:qr:'), 'verification_code'), models.BinaryField()), function='sha256'), output_field=models.BinaryField(), unique=True),
        ),
        migrations.AddField(
            model_name='certificate',
            name='typed_hash',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.comparison.Cast(django.db.models.functions.text.Concat(models.Value('forprev:certificate:typed:'), 'typed_code'), models.BinaryField()), function='sha256'), output_field=models.BinaryField(), unique=True),
        ),
    ]
