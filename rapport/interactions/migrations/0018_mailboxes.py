import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_house'),
        ('interactions', '0017_called_off'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('address', models.TextField(help_text='what mail is sent from, and by default what one signs in with')),
                ('name', models.TextField(blank=True, default='', help_text='what recipients see beside the address')),
                ('signature', models.TextField(blank=True, default='')),
                ('is_shared', models.BooleanField(default=False)),
                ('is_paused', models.BooleanField(default=False)),
                ('imap_host', models.TextField()),
                ('imap_port', models.IntegerField(default=993)),
                ('imap_security', models.TextField(choices=[('tls', 'TLS from the start'), ('starttls', 'STARTTLS')], default='tls')),
                ('smtp_host', models.TextField(blank=True, default='', help_text='empty: nothing is sent from it')),
                ('smtp_port', models.IntegerField(default=465)),
                ('smtp_security', models.TextField(choices=[('tls', 'TLS from the start'), ('starttls', 'STARTTLS')], default='tls')),
                ('username', models.TextField()),
                ('secret', models.TextField(default='', editable=False, help_text='the password, encrypted')),
                ('per_minute', models.IntegerField(default=60, help_text='messages that leave it in a minute, at most')),
                ('keeps_copies', models.BooleanField(default=True, help_text='what is sent is put into its Sent folder; off where the server does that itself')),
                ('archive', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='mailbox', to='interactions.archive')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mailboxes', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='access.team')),
            ],
        ),
        migrations.CreateModel(
            name='Sync',
            fields=[
                ('mailbox', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sync', serialize=False, to='interactions.mailbox')),
                ('state', models.TextField(choices=[('new', 'not looked at yet'), ('fetching', 'fetching'), ('live', 'up to date'), ('trouble', 'in trouble'), ('paused', 'paused')], default='new')),
                ('behind', models.IntegerField(help_text="messages on the server that aren't here yet", null=True)),
                ('beat_at', models.DateTimeField(help_text='when whoever follows it last gave a sign of life', null=True)),
                ('seen_at', models.DateTimeField(help_text='when all of it was last looked at', null=True)),
                ('trouble', models.TextField(default='', help_text='the kind of trouble: see mailboxes.troubles')),
                ('trouble_detail', models.TextField(default='', help_text="the server's own words")),
                ('trouble_since', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MailFolder',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('role', models.TextField(blank=True, choices=[('inbox', 'Inbox'), ('sent', 'Sent'), ('archive', 'Archive'), ('drafts', 'Drafts'), ('junk', 'Spam'), ('trash', 'Trash'), ('all', 'All mail'), ('', 'Folder')], default='')),
                ('is_followed', models.BooleanField(default=True)),
                ('is_gone', models.BooleanField(default=False, help_text='the server has it no longer; what came from it stays')),
                ('uidvalidity', models.BigIntegerField(null=True)),
                ('next_uid', models.BigIntegerField(default=1, help_text='all messages with a lower UID have been read')),
                ('modseq', models.BigIntegerField(help_text='flags are known up to it', null=True)),
                ('problem', models.TextField(default='', help_text="why the server, or its name, doesn't let it be read")),
                ('total', models.IntegerField(default=0)),
                ('mailbox', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='interactions.mailbox')),
            ],
        ),
        migrations.CreateModel(
            name='MailPlace',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.BigIntegerField()),
                ('is_seen', models.BooleanField(default=False)),
                ('is_answered', models.BooleanField(default=False)),
                ('to_set', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='flags that the server is to be told', size=None)),
                ('problem', models.TextField(default='', help_text='why it could not be understood')),
                ('raw_digest', models.BinaryField(help_text='of what could not be understood', max_length=32, null=True)),
                ('folder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='places', to='interactions.mailfolder')),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='places', to='interactions.interaction')),
            ],
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('imap_host', 'username'), name='mailbox_once'),
        ),
        migrations.AddConstraint(
            model_name='mailfolder',
            constraint=models.UniqueConstraint(fields=('mailbox', 'name'), name='mail_folder_once'),
        ),
        migrations.AddIndex(
            model_name='mailplace',
            index=models.Index(condition=models.Q(('to_set', []), _negated=True), fields=['folder'], name='mail_place_to_tell'),
        ),
        migrations.AddIndex(
            model_name='mailplace',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['folder'], name='mail_place_problem'),
        ),
        migrations.AddConstraint(
            model_name='mailplace',
            constraint=models.UniqueConstraint(fields=('folder', 'uid'), name='mail_place_once'),
        ),
        track("interactions_mailbox", exclude=["secret"]),
    ]
