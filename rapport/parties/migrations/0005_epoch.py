"""Kinds and stages are definitions: what was worked out from them holds until one changes."""

from django.db import migrations

RAISE = """
    CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_standard_kinds"), ("access", "0003_epoch")]
    operations = [
        migrations.RunSQL(RAISE.format(table=table), f"DROP TRIGGER epoch ON {table}")
        for table in ("parties_relationshipkind", "parties_stage")
    ]
