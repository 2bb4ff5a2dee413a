from django.db import migrations

from rapport.platform.records.triggers import track

# Rights and definitions are compiled once per epoch; every change of them, whatever wrote it, raises it.
EPOCH = """
INSERT INTO access_accessepoch (id, epoch) VALUES (1, 1);
INSERT INTO access_setup (id) VALUES (1);

CREATE FUNCTION raise_epoch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE access_accessepoch SET epoch = epoch + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER epoch AFTER INSERT OR DELETE OR UPDATE OF name, email, team_id, is_active, time_zone, language
    ON access_user FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON access_team
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON access_role
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON access_userrole
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();

CREATE UNLOGGED TABLE cache_entry (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX cache_entry_expires ON cache_entry (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("history", "0002_triggers")]
    operations = [
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("access_team"),
        track("access_role"),
        track("access_user", exclude=("password", "last_login")),
        track("access_userrole", versioned=False),
        track("access_share", versioned=False),
        track("access_token", exclude=("digest", "last_used_at"), versioned=False),
    ]
