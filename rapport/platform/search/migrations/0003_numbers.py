from django.db import migrations, models

from rapport.platform.jobs.queue import enqueue


def rebuild(apps, schema_editor):
    # Telephone numbers are kept under other keys, and all of a party's, not its first alone.
    if apps.get_model("search", "Entry").objects.exists():
        enqueue("search.rebuild", key="search.rebuild")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_words"), ("jobs", "0002_queue")]
    operations = [
        migrations.RemoveIndex("entry", "entry_of_record"),
        migrations.AddIndex("entry", models.Index(fields=["record_id", "folded"], name="entry_of_record")),
        migrations.RunPython(rebuild, migrations.RunPython.noop),
    ]
