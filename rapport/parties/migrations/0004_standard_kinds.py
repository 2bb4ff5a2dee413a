from django.db import migrations, models

STANDARD = ("Customer", "Prospect", "Partner", "Vendor", "Competitor", "Press", "Candidate")


def tell(apps, schema_editor):
    kinds = apps.get_model("parties", "RelationshipKind").objects
    for name in STANDARD:
        kinds.filter(name=name).update(standard=name.lower())


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_cached_plans")]
    operations = [
        migrations.AddField(
            "relationshipkind", "standard", models.TextField(blank=True, default="", editable=False)
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
