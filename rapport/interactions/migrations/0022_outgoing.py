import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0021_arrival_rules'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DkimKey',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('domain', models.TextField(unique=True)),
                ('selector', models.TextField(default='rapport')),
                ('private', models.TextField(default='', editable=False, help_text='PEM, encrypted')),
                ('record_name', models.TextField(default='', editable=False, help_text='the name to publish in the DNS')),
                ('record_text', models.TextField(default='', editable=False, help_text='the TXT record to publish there')),
                ('is_used', models.BooleanField(default=False, help_text='once the record is published')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OutgoingMessage',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('is_forward', models.BooleanField(default=False, help_text='passes `answers` on to somebody else')),
                ('to', models.TextField(blank=True, default='', help_text='as typed, separated by commas')),
                ('cc', models.TextField(blank=True, default='')),
                ('bcc', models.TextField(blank=True, default='')),
                ('subject', models.TextField(blank=True, default='')),
                ('html', models.TextField(blank=True, default='')),
                ('state', models.TextField(choices=[('draft', 'draft'), ('queued', 'about to leave'), ('sending', 'leaving'), ('sent', 'sent'), ('failed', 'not sent'), ('unknown', 'nobody knows whether it left')], default='draft', editable=False)),
                ('send_at', models.DateTimeField(editable=False, help_text='when it is tried next, or was to be', null=True)),
                ('queued_at', models.DateTimeField(editable=False, null=True)),
                ('message_id', models.TextField(db_collation='C', default='', editable=False, help_text='without angle brackets')),
                ('raw_digest', models.BinaryField(help_text='the very bytes, of all tries', max_length=32, null=True)),
                ('waiting', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, help_text='recipients it must yet be sent to', size=None)),
                ('refused', models.JSONField(default=dict, editable=False, help_text="recipient → the server's words")),
                ('tries', models.IntegerField(default=0, editable=False)),
                ('claimed_at', models.DateTimeField(editable=False, help_text='when somebody last began to send it', null=True)),
                ('data_at', models.DateTimeField(editable=False, help_text='from when on the server may have it', null=True)),
                ('data_to', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, editable=False, help_text='for whom the server may have it since then', size=None)),
                ('sent_at', models.DateTimeField(editable=False, help_text='when the server took it', null=True)),
                ('answer', models.TextField(default='', editable=False, help_text="the server's last words, or what went wrong")),
                ('answers', models.ForeignKey(blank=True, help_text='or passes on', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='interactions.interaction')),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interaction', models.ForeignKey(editable=False, help_text='as it was filed', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='interactions.interaction')),
                ('mailbox', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outgoing', to='interactions.mailbox')),
            ],
            options={
                'indexes': [models.Index(fields=['author', '-id'], name='outgoing_of_author'), models.Index(condition=models.Q(('state', 'queued')), fields=['send_at'], name='outgoing_due'), models.Index(condition=models.Q(('state', 'sending')), fields=['id'], name='outgoing_leaving'), models.Index(condition=models.Q(('state', 'unknown')), fields=['message_id'], name='outgoing_unknown'), models.Index(fields=['mailbox', 'claimed_at'], name='outgoing_rate')],
            },
        ),
        track("interactions_dkimkey", exclude=["private"]),
        track(
            "interactions_outgoingmessage",
            exclude=["html", "raw_digest", "waiting", "tries", "claimed_at", "data_at"],
        ),
    ]
