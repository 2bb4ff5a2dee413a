"""Whom a line is with follows from its own interaction, no more from all of its conversation."""

from django.db import migrations

LINES = """
    UPDATE interactions_line l SET party_id = p.id, relationship_kind_id = p.relationship_kind_id
    FROM interactions_interaction i
    LEFT JOIN LATERAL (
        SELECT a.party_id FROM interactions_participation a
        WHERE i.direction = 'out' AND a.interaction_id = i.id AND a.role NOT IN ('from', 'cc', 'bcc')
            AND a.party_id IS NOT NULL
        ORDER BY a.party_id LIMIT 1
    ) named ON true
    LEFT JOIN parties_party p ON p.id = CASE WHEN i.direction = 'in' THEN i.sender_id ELSE named.party_id END
    WHERE i.id = l.interaction_id
        AND (l.party_id, l.relationship_kind_id) IS DISTINCT FROM (p.id, p.relationship_kind_id)
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0010_status_by")]
    operations = [migrations.RunSQL(LINES, migrations.RunSQL.noop)]
