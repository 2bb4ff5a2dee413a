import django.db.models.deletion
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='muted',
            name='kind',
            field=models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('finished', 'An import of mine has ended')]),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('finished', 'An import of mine has ended')]),
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField(help_text='their day, when it was last their morning')),
                ('told_until', models.DateTimeField()),
                ('sent_day', models.DateField(help_text='the last day whose mail has been sent', null=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Unmailed',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('finished', 'An import of mine has ended')])),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='unmailed_once')],
            },
        ),
    ]
