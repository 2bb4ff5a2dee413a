"""Migration operations that put the triggers of a record's table in place.

History (who changed what) is written by statement-level triggers with transition tables, so that no path,
`COPY` and raw SQL included, can forget it; `version` and `updated_at` by a row-level one that ignores what
other triggers derive (`pg_trigger_depth() = 0`).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

KEPT_BY_TRIGGER = ("version", "updated_at")


def track(table: str, *, exclude: Sequence[str] = (), versioned: bool = True) -> RunSQL:
    """Record the history of `table`. `exclude` names derived columns and bodies, which history leaves out."""
    left_out = ", ".join(f"'{column}'" for column in (*KEPT_BY_TRIGGER, *exclude))
    forward = f"""
        CREATE TRIGGER history_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION history_record({left_out});
        CREATE TRIGGER history_update AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION history_record({left_out});
        CREATE TRIGGER history_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION history_record({left_out});
    """
    if versioned:
        forward += f"""
        CREATE TRIGGER record_touch BEFORE UPDATE ON {table} FOR EACH ROW
            WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION record_touch();
        """
    return RunSQL(forward, RunSQL.noop)


FUNCTIONS = """
CREATE FUNCTION record_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE FUNCTION history_record() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    who uuid := nullif(current_setting('rapport.actor', true), '')::uuid;
    whence text := coalesce(nullif(current_setting('rapport.origin', true), ''), 'database');
    piece uuid := nullif(current_setting('rapport.batch', true), '')::uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO history_change (at, record_table, record_id, verb, actor_id, origin, batch_id)
        SELECT now(), TG_TABLE_NAME, id, 'create', who, whence, piece FROM new_rows;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO history_change (at, record_table, record_id, verb, actor_id, origin, batch_id, changed)
        SELECT now(), TG_TABLE_NAME, id, 'update', who, whence, piece, changed FROM (
            SELECT n.id, (
                SELECT jsonb_object_agg(pair.key, jsonb_build_array(o.row -> pair.key, pair.value))
                FROM jsonb_each(n.row) pair
                WHERE pair.value IS DISTINCT FROM o.row -> pair.key AND pair.key <> ALL (TG_ARGV)
            ) AS changed
            FROM (SELECT id, to_jsonb(r) - TG_ARGV AS row FROM new_rows r) n
            JOIN (SELECT id, to_jsonb(r) - TG_ARGV AS row FROM old_rows r) o USING (id)
            WHERE n.row IS DISTINCT FROM o.row
        ) differences;
    ELSE
        INSERT INTO history_change (at, record_table, record_id, verb, actor_id, origin, batch_id, changed)
        SELECT now(), TG_TABLE_NAME, id, 'delete', who, whence, piece,
            (SELECT jsonb_object_agg(pair.key, jsonb_build_array(pair.value, NULL))
             FROM jsonb_each(jsonb_strip_nulls(to_jsonb(r) - TG_ARGV)) pair)
        FROM old_rows r;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION history_record() FROM PUBLIC;
"""
