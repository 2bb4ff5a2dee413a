from django.db import migrations, models

# Processes remember it for as long as the epoch lasts.
EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE ON access_house
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0006_absences'),
    ]

    operations = [
        migrations.CreateModel(
            name='House',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('name', models.TextField(default='')),
                ('accent', models.TextField(default='', help_text="a colour like #1f5f5b; Rapport's own if empty")),
                ('currency', models.TextField(default='EUR', help_text='ISO 4217, of amounts that name none')),
                ('logo_digest', models.BinaryField(help_text='a PNG in the store', max_length=32, null=True)),
                ('version', models.IntegerField(default=1, help_text="rises with every change, so that browsers keep what doesn't")),
            ],
        ),
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
    ]
