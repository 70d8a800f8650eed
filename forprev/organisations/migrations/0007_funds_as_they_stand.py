"""The history of the funds and departments that are there begins with what they are now."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0006_funds_and_roles_told'),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO organisations_regionalfundevent
                (pgh_obj_id, pgh_created_at, pgh_label, id, code, name, address, phone, email, version)
            SELECT id, now(), 'insert', id, code, name, address, phone, email, version
            FROM organisations_regionalfund ORDER BY id;
            INSERT INTO organisations_departmentevent (pgh_obj_id, pgh_created_at, pgh_label, code, fund_id)
            SELECT code, now(), 'insert', code, fund_id FROM organisations_department ORDER BY code;
            """,
            migrations.RunSQL.noop,
        ),
    ]
