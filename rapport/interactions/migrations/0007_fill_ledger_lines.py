"""Fills what 0006 added: a transaction of its own, since PostgreSQL alters no table whose checks are still to run."""

from django.db import migrations

LINES = """
    INSERT INTO interactions_line (interaction_id, conversation_id, audience_id, party_id, relationship_kind_id,
        user_id, channel, direction, at)
    SELECT i.id, i.conversation_id, i.audience_id, c.party_id, p.relationship_kind_id,
        CASE WHEN i.direction = 'out' THEN i.user_id ELSE (
            SELECT a.user_id FROM interactions_participation a
            WHERE a.interaction_id = i.id AND a.role NOT IN ('from', 'cc', 'bcc')
                AND a.party_id IS NULL AND a.user_id IS NOT NULL
            ORDER BY a.id LIMIT 1) END,
        i.channel, i.direction, i.at
    FROM interactions_interaction i
    JOIN interactions_conversation c ON c.id = i.conversation_id
    LEFT JOIN parties_party p ON p.id = c.party_id
    WHERE i.deleted_at IS NULL AND i.automatic = '' AND i.direction IN ('in', 'out')
"""
KINDS = """
    UPDATE {table} t SET relationship_kind_id = p.relationship_kind_id
    FROM parties_party p WHERE p.id = t.party_id AND p.relationship_kind_id IS NOT NULL
"""


AUDIENCES = """
    UPDATE interactions_standing s SET audience_id = i.audience_id
    FROM interactions_interaction i WHERE i.id = s.prompt_id
"""
DAYS = """
    INSERT INTO interactions_changedday (day)
    SELECT (at AT TIME ZONE 'UTC')::date FROM interactions_line
    UNION SELECT (reply_at AT TIME ZONE 'UTC')::date FROM interactions_response
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0006_ledger_lines")]
    operations = [
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RunSQL(KINDS.format(table="interactions_standing"), migrations.RunSQL.noop),
        migrations.RunSQL(KINDS.format(table="interactions_response"), migrations.RunSQL.noop),
        migrations.RunSQL(AUDIENCES, migrations.RunSQL.noop),
        migrations.RunSQL(DAYS, migrations.RunSQL.noop),
    ]
