from django.db import migrations

from rapport.platform.records.triggers import track

DERIVED = (
    "audience_id", "party_id", "awaiting", "awaiting_since", "due_at", "started_at", "last_at", "message_count",
    "snippet", "lapsed_at",
)


class Migration(migrations.Migration):
    dependencies = [("interactions", "0001_initial"), ("parties", "0002_triggers")]
    operations = [
        track("interactions_conversation", exclude=DERIVED),
        track("interactions_interaction", exclude=("snippet", "content_hash", "audience_id", "topic", "is_reply", "is_unlinked_reply")),
        track("interactions_mark", versioned=False),
        *(
            track(f"interactions_{table}")
            for table in ("archive", "ouraddress", "excludedaddress", "target", "import")
        ),
        migrations.RunSQL("INSERT INTO interactions_ourorganization (id, name, time_zone, country, week, holidays, lapse_days)"
            """ VALUES (1, '', 'UTC', '', '[[["09:00","17:00"]],[["09:00","17:00"]],[["09:00","17:00"]],[["09:00","17:00"]],[["09:00","17:00"]],[],[]]', '[]', 30);"""
            " INSERT INTO interactions_target (id, created_at, updated_at, version, custom, channel, seconds)"
            " VALUES ('01900000-0000-7000-8000-000000000001', now(), now(), 1, '{}', '', 28800)",
            migrations.RunSQL.noop),
    ]
