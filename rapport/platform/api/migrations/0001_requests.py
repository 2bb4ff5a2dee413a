from django.db import migrations

# Who sends a request, what they may, and how many they have sent this minute: one round trip, and exact
# across processes. The counter is unlogged: losing it in a crash gives everybody a fresh minute.
ADMIT = """
CREATE UNLOGGED TABLE api_requests (
    token_id uuid PRIMARY KEY, window_start bigint NOT NULL, used integer NOT NULL
);

CREATE FUNCTION api_admit(
    given bytea, seconds integer, OUT user_id uuid, OUT role_ids uuid[], OUT epoch bigint, OUT used integer,
    OUT reset integer
) RETURNS SETOF record LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    token access_token;
    this_window bigint := floor(extract(epoch FROM now()) / seconds);
BEGIN
    SELECT t.* INTO token FROM access_token t JOIN access_user u ON u.id = t.user_id
    WHERE t.digest = given AND u.is_active AND u.deleted_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());
    IF NOT FOUND THEN RETURN; END IF;
    INSERT INTO api_requests AS r VALUES (token.id, this_window, 1)
    ON CONFLICT (token_id) DO UPDATE SET
        used = CASE WHEN r.window_start = this_window THEN r.used + 1 ELSE 1 END, window_start = this_window
    RETURNING r.used INTO used;
    IF token.last_used_at IS NULL OR token.last_used_at < now() - interval '1 minute' THEN
        UPDATE access_token SET last_used_at = now() WHERE id = token.id;
    END IF;
    user_id := token.user_id;
    role_ids := token.role_ids;
    SELECT e.epoch INTO epoch FROM access_accessepoch e;
    reset := seconds - (extract(epoch FROM now())::bigint % seconds);
    RETURN NEXT;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_triggers")]
    operations = [migrations.RunSQL(ADMIT, migrations.RunSQL.noop)]
