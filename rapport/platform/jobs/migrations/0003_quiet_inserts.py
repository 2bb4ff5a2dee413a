from django.db import migrations

# NOTIFY makes every commit that has one wait for the commit before it, disk and all. New jobs are announced by whoever
# queues them, after the commit (`platform.jobs.queue.wake`); the trigger tells of the rest.
QUIET = """
    DROP TRIGGER tg_pgqueuer_changed ON pgqueuer;
    CREATE TRIGGER tg_pgqueuer_changed AFTER UPDATE OR DELETE OR TRUNCATE ON pgqueuer
        FOR EACH STATEMENT EXECUTE FUNCTION fn_pgqueuer_changed();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_queue")]
    operations = [migrations.RunSQL(QUIET, migrations.RunSQL.noop)]
