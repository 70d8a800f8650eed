"""Who acted, and what was said of it, found without reading the whole history: retention looks every night."""

from django.db import migrations

ACTORS = "CREATE INDEX CONCURRENTLY IF NOT EXISTS context_by_actor ON pghistory_context ((metadata ->> 'actor_id'))"
COMMENTS = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS context_with_comment ON pghistory_context (id) "
    "WHERE (metadata ->> 'comment') > ''"
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("people", "0006_retention"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(ACTORS, "DROP INDEX CONCURRENTLY IF EXISTS context_by_actor"),
        migrations.RunSQL(COMMENTS, "DROP INDEX CONCURRENTLY IF EXISTS context_with_comment"),
    ]
