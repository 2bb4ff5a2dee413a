from django.db import migrations

# The triggers' statements as PL/pgSQL with fixed columns: their plans are kept for the length of a connection,
# where an SQL function or EXECUTE is planned anew by every statement (a millisecond each).
REFRESH = """
CREATE OR REPLACE FUNCTION party_refresh(ids uuid[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE parties_party party SET
        primary_email = d.email, primary_phone = d.phone, organization_id = d.organization_id,
        organization_sort = d.organization_sort, relationship_kind_id = d.kind_id, stage_id = d.stage_id,
        owner_id = d.owner_id, owner_ids = d.owner_ids
    FROM (
        SELECT p.id,
            coalesce((SELECT value FROM parties_contactpoint c
                WHERE c.party_id = p.id AND c.kind = 'email' AND c.deleted_at IS NULL
                ORDER BY (c.state = 'failing'), c.is_preferred DESC, c.created_at, c.id LIMIT 1), '') AS email,
            coalesce((SELECT value FROM parties_contactpoint c
                WHERE c.party_id = p.id AND c.kind = 'phone' AND c.deleted_at IS NULL
                ORDER BY (c.state = 'failing'), c.is_preferred DESC, c.created_at, c.id LIMIT 1), '') AS phone,
            work.organization_id, coalesce(work.sort_name, '') AS organization_sort,
            main.kind_id, main.stage_id, main.owner_id,
            coalesce((SELECT array_agg(DISTINCT r.owner_id) FROM parties_relationship r
                WHERE r.party_id = p.id AND r.owner_id IS NOT NULL AND r.deleted_at IS NULL
                  AND (r.until IS NULL OR r.until >= current_date)), '{}') AS owner_ids
        FROM parties_party p
        LEFT JOIN LATERAL (
            SELECT a.organization_id, o.sort_name FROM parties_affiliation a
            JOIN parties_party o ON o.id = a.organization_id AND o.deleted_at IS NULL
            WHERE a.person_id = p.id AND a.deleted_at IS NULL AND (a.until IS NULL OR a.until >= current_date)
            ORDER BY a.created_at DESC, a.id DESC LIMIT 1
        ) work ON true
        LEFT JOIN LATERAL (
            SELECT r.kind_id, r.stage_id, r.owner_id FROM parties_relationship r
            JOIN parties_relationshipkind k ON k.id = r.kind_id
            WHERE r.party_id = p.id AND r.deleted_at IS NULL AND (r.until IS NULL OR r.until >= current_date)
            ORDER BY k.position, r.created_at, r.id LIMIT 1
        ) main ON true
        WHERE p.id = ANY (ids)
    ) d
    WHERE party.id = d.id AND (party.primary_email, party.primary_phone, party.organization_id,
        party.organization_sort, party.relationship_kind_id, party.stage_id, party.owner_id, party.owner_ids)
        IS DISTINCT FROM (d.email, d.phone, d.organization_id, d.organization_sort, d.kind_id, d.stage_id,
        d.owner_id, d.owner_ids);
END $$;
"""


def child_changed(column: str) -> str:
    """The trigger function of a table whose `column` names the party; children that come first have none yet."""
    return f"""
CREATE FUNCTION party_{column}_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := (SELECT array_agg(DISTINCT {column}) FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        ids := (SELECT array_agg(DISTINCT {column}) FROM old_rows);
    ELSE
        ids := (SELECT array_agg(DISTINCT {column})
            FROM (SELECT {column} FROM new_rows UNION SELECT {column} FROM old_rows) r);
    END IF;
    IF EXISTS (SELECT FROM parties_party WHERE id = ANY (ids)) THEN
        PERFORM party_refresh(ids);
    END IF;
    RETURN NULL;
END $$;
"""


def derive_from(table: str, column: str) -> str:
    new, old = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
    seen = {"insert": new, "update": f"{old} {new}", "delete": old}
    return "".join(
        f"""
DROP TRIGGER derived_{verb} ON {table};
CREATE TRIGGER derived_{verb} AFTER {verb.upper()} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION party_{column}_changed();
"""
        for verb, tables in seen.items()
    )


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_triggers")]
    operations = [
        migrations.RunSQL(
            REFRESH
            + child_changed("party_id")
            + child_changed("person_id")
            + derive_from("parties_contactpoint", "party_id")
            + derive_from("parties_relationship", "party_id")
            + derive_from("parties_affiliation", "person_id")
            + "DROP FUNCTION party_child_changed();",
            migrations.RunSQL.noop,
        )
    ]
