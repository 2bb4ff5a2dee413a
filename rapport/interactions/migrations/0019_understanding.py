
import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.db import migrations, models

from rapport.platform.records.triggers import track


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0018_mailboxes'),
    ]

    operations = [
        migrations.CreateModel(
            name='SenderRule',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('address', models.TextField(unique=True)),
                ('verdict', models.TextField(choices=[('keep_apart', 'is kept apart'), ('let_in', 'is let in')], default='keep_apart')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='import',
            name='kept_apart',
            field=models.BigIntegerField(db_default=0, default=0, help_text='of blocked senders, and spam'),
        ),
        migrations.AddField(
            model_name='interaction',
            name='away_until',
            field=models.DateField(editable=False, help_text='the last day on which its writer is away, as an automatic reply says', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='answer',
            field=models.TextField(help_text='to an invitation: accepted, declined, tentative … as in RFC 5545 (PARTSTAT), in small letters', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered',
            field=models.TextField(choices=[('delayed', 'delayed'), ('failed', 'could not be delivered')], help_text='what delivery reports say of our message to this recipient', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered_at',
            field=models.DateTimeField(help_text='when the report was written', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered_status',
            field=models.TextField(help_text='why, as in RFC 3463: 5.1.1; empty if unknown', null=True),
        ),
        migrations.AlterField(
            model_name='standing',
            name='since',
            field=models.DateTimeField(help_text='may lie ahead, where they are away until then', null=True),
        ),
        migrations.CreateModel(
            name='KeptApart',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField(choices=[('blocked', 'a blocked sender'), ('spam', 'marked as spam'), ('junk', 'lay among the junk')])),
                ('mark', models.TextField(blank=True, default='', help_text='the header by which a server marked it')),
                ('sender', models.TextField()),
                ('sender_name', models.TextField()),
                ('subject', models.TextField()),
                ('snippet', models.TextField()),
                ('text', models.TextField(help_text='what can be looked at before it is released: its beginning')),
                ('at', models.DateTimeField()),
                ('raw_digest', models.BinaryField(max_length=32)),
                ('content_hash', models.BinaryField(max_length=32)),
                ('archive', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interactions.archive')),
                ('audience', models.ForeignKey(help_text='as if it were filed', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='interactions.audience')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('archive', 'content_hash'), name='kept_apart_once')],
            },
        ),
        track("interactions_senderrule"),
    ]
