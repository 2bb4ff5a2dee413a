from django.db import migrations

from rapport.platform.records.triggers import track

# What lists show is kept on the party, so that a list reads one table. The comparison keeps an unchanged
# party (a bulk load that fills the columns itself) from being written a second time.
DERIVED = """
CREATE FUNCTION party_refresh(ids uuid[]) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
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
        d.owner_id, d.owner_ids)
$$;

CREATE FUNCTION party_child_changed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE ids uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM new_rows', TG_ARGV[0]) INTO ids;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM old_rows', TG_ARGV[0]) INTO ids;
    ELSE
        EXECUTE format('SELECT array_agg(DISTINCT %1$I) FROM (SELECT %1$I FROM new_rows UNION SELECT %1$I FROM old_rows) r',
            TG_ARGV[0]) INTO ids;
    END IF;
    PERFORM party_refresh(ids);
    RETURN NULL;
END $$;

CREATE FUNCTION party_renamed() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE parties_party member SET organization_sort = n.sort_name
    FROM new_rows n JOIN old_rows o USING (id)
    WHERE n.kind = 'organization' AND n.sort_name <> o.sort_name AND member.organization_id = n.id;
    RETURN NULL;
END $$;
CREATE TRIGGER derived_rename AFTER UPDATE ON parties_party
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION party_renamed();
"""


def derive_from(table: str, column: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER derived_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION party_child_changed('{column}');
        CREATE TRIGGER derived_update AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION party_child_changed('{column}');
        CREATE TRIGGER derived_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION party_child_changed('{column}');
        """,
        migrations.RunSQL.noop,
    )


DERIVED_COLUMNS = (
    "sort_name",
    "primary_email",
    "primary_phone",
    "organization_id",
    "organization_sort",
    "relationship_kind_id",
    "stage_id",
    "owner_id",
    "owner_ids",
)

KINDS = {
    "Customer": ("Customers", [("New", "open"), ("Active", "good"), ("At risk", "risk"), ("Lost", "ended")]),
    "Prospect": ("Prospects", [("New", "open"), ("Contacted", "open"), ("Qualified", "good"), ("Unqualified", "ended")]),
    "Partner": ("Partners", [("In talks", "open"), ("Signed", "good"), ("Ended", "ended")]),
    "Vendor": ("Vendors", [("On trial", "open"), ("Preferred", "good"), ("Ended", "ended")]),
    "Competitor": ("Competitors", []),
    "Press": ("Press", []),
    "Candidate": ("Candidates", [("Applied", "open"), ("Interview", "open"), ("Offer", "good"), ("Declined", "ended")]),
}


def seed(apps, schema_editor):
    kind_model, stage_model = apps.get_model("parties", "RelationshipKind"), apps.get_model("parties", "Stage")
    for position, (name, (plural, stages)) in enumerate(KINDS.items()):
        kind = kind_model.objects.create(name=name, plural=plural, position=position)
        for place, (stage, tone) in enumerate(stages):
            stage_model.objects.create(kind=kind, name=stage, tone=tone, position=place)


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial"), ("history", "0002_triggers")]
    operations = [
        migrations.RunSQL(DERIVED, migrations.RunSQL.noop),
        derive_from("parties_contactpoint", "party_id"),
        derive_from("parties_relationship", "party_id"),
        derive_from("parties_affiliation", "person_id"),
        track("parties_party", exclude=DERIVED_COLUMNS),
        *(
            track(f"parties_{table}")
            for table in (
                "relationshipkind", "stage", "contactpoint", "consent", "address", "affiliation", "relationship",
                "partylink", "merge",
            )
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
