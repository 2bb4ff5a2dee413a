from django.db import migrations

# An epoch is never used twice, not even after a rollback: a process that read definitions inside a transaction
# that came to nothing must not take them for those of a later one.
EPOCH = """
CREATE OR REPLACE FUNCTION raise_epoch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE access_accessepoch
    SET epoch = greatest(epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_triggers")]
    operations = [migrations.RunSQL(EPOCH, migrations.RunSQL.noop)]
