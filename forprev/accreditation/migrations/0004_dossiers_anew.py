from django.db import migrations


class Migration(migrations.Migration):
    """A request that was only a name and a state makes way for dossiers; no entity had sent one."""

    dependencies = [("accreditation", "0003_delegations_taken_away")]

    operations = [
        migrations.DeleteModel("DossierEvent"),
        migrations.DeleteModel("Dossier"),
    ]
