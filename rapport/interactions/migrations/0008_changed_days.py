"""Notes on which days lines and responses were written, whatever wrote them."""

from django.db import migrations

# PostgreSQL takes one event per trigger that sees the rows as a table.
NOTE = """
    CREATE FUNCTION interactions_note_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO interactions_changedday (day) SELECT DISTINCT ({column} AT TIME ZONE 'UTC')::date FROM changed;
        RETURN NULL;
    END $$;
    CREATE TRIGGER note_new_day AFTER INSERT ON interactions_{table}
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION interactions_note_{table}();
    CREATE TRIGGER note_changed_day AFTER UPDATE ON interactions_{table}
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION interactions_note_{table}();
    CREATE TRIGGER note_old_day AFTER DELETE ON interactions_{table}
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION interactions_note_{table}();
"""
UNNOTE = """
    DROP TRIGGER note_new_day ON interactions_{table};
    DROP TRIGGER note_changed_day ON interactions_{table};
    DROP TRIGGER note_old_day ON interactions_{table};
    DROP FUNCTION interactions_note_{table}();
"""



class Migration(migrations.Migration):
    dependencies = [("interactions", "0007_fill_ledger_lines")]
    operations = [
        migrations.RunSQL(NOTE.format(table=table, column=column), UNNOTE.format(table=table))
        for table, column in (("line", "at"), ("response", "reply_at"))
    ]
