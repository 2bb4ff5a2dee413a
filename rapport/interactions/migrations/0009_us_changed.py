import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

NOTED = """
CREATE FUNCTION interactions_note_change_of_us() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    held boolean := TG_OP <> 'INSERT' AND OLD.confirmed AND OLD.deleted_at IS NULL;
    holds boolean := TG_OP <> 'DELETE' AND NEW.confirmed AND NEW.deleted_at IS NULL;
BEGIN
    IF held AND holds AND OLD.address = NEW.address AND OLD.user_id IS NOT DISTINCT FROM NEW.user_id THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM interactions_interaction)
        AND NOT EXISTS (SELECT FROM interactions_import WHERE state = 'running') THEN
        RETURN NULL;  -- nothing is filed yet
    END IF;
    INSERT INTO interactions_changeofus (name)
        SELECT DISTINCT name FROM unnest(ARRAY[
            CASE WHEN held THEN OLD.address END, CASE WHEN holds THEN NEW.address END
        ]) AS name WHERE name IS NOT NULL
        ON CONFLICT (name, archive_id) DO UPDATE SET place = NULL, is_done = false;
    RETURN NULL;
END $$;
CREATE TRIGGER note_change_of_us AFTER INSERT OR UPDATE OR DELETE ON interactions_ouraddress
    FOR EACH ROW EXECUTE FUNCTION interactions_note_change_of_us();
"""


class Migration(migrations.Migration):
    dependencies = [("interactions", "0008_changed_days")]

    operations = [
        migrations.CreateModel(
            name="Copy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "delivered_to",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="interactions.archive"
                    ),
                ),
                (
                    "interaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="interactions.interaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["delivered_to"], name="copy_delivered_to", fastupdate=False
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("interaction", "archive"), name="copy_unique")],
            },
        ),
        migrations.CreateModel(
            name="ChangeOfUs",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(help_text="an address or, with a leading @, a domain")),
                ("place", models.UUIDField(help_text="the last interaction that was looked at", null=True)),
                ("is_done", models.BooleanField(db_default=False, default=False)),
                (
                    "doubted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        db_default=[],
                        default=list,
                        help_text="parties whom mail may no longer make known",
                        size=None,
                    ),
                ),
                (
                    "archive",
                    models.ForeignKey(
                        help_text="where alone it changed",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="interactions.archive",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("name", "archive"), name="change_of_us_unique", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="conversation",
            name="status_by",
            field=models.UUIDField(
                editable=False, help_text="the user who last closed or reopened it", null=True
            ),
        ),
        migrations.RunSQL(
            NOTED,
            "DROP TRIGGER note_change_of_us ON interactions_ouraddress; DROP FUNCTION interactions_note_change_of_us()",
        ),
    ]
