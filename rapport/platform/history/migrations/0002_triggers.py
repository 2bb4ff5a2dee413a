from django.db import migrations

from rapport.platform.records.triggers import FUNCTIONS

# History is append-only for the application's role: it may neither change nor remove what is written there,
# and changes are written by the triggers alone. (Where one role does everything, nothing is revoked.)
APPEND_ONLY = """
DO $$
DECLARE granted record;
BEGIN
    FOR granted IN
        SELECT c.relname, acl.grantee::regrole::text AS role
        FROM pg_class c, aclexplode(c.relacl) acl
        WHERE c.oid IN ('history_change'::regclass, 'history_read'::regclass)
          AND acl.grantee NOT IN (c.relowner, 0)
        GROUP BY 1, 2
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM %s', granted.relname, granted.role);
        IF granted.relname = 'history_change' THEN
            EXECUTE format('REVOKE INSERT ON %I FROM %s', granted.relname, granted.role);
        END IF;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("history", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, migrations.RunSQL.noop),
    ]
