from django.db import migrations

# Who ran Rapport before the house had a look of its own has given it a name, which it is called by from now on.
NAME = """
INSERT INTO access_house (id, name, accent, currency, version)
SELECT 1, name, '', 'EUR', 1 FROM interactions_ourorganization WHERE name <> '' LIMIT 1
ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE access_house.name = '';
"""


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0007_house"),
        ("interactions", "0015_files_taken_along"),
    ]

    operations = [migrations.RunSQL(NAME, migrations.RunSQL.noop)]
