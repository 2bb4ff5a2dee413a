from django.db import migrations

from rapport.platform.records.triggers import track

EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON fields_customfield
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""


class Migration(migrations.Migration):
    dependencies = [("fields", "0001_initial"), ("access", "0002_triggers")]
    operations = [
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("fields_customfield"),
        track("fields_tag"),
        track("fields_tagging", versioned=False),
        track("fields_savedview"),
    ]
