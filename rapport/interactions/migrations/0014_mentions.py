from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0013_planned_meetings'),
    ]

    operations = [
        migrations.AddField(
            model_name='body',
            name='mentions',
            field=models.JSONField(help_text='the colleagues named by @ in the text: name as written → id', null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='mentions',
            field=models.JSONField(editable=False, help_text='the colleagues named by @ in the notes: name as written → id', null=True),
        ),
    ]
