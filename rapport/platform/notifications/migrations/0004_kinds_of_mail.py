
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_kinds'),
    ]

    operations = [
        migrations.AlterField(
            model_name='muted',
            name='kind',
            field=models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('unsent', 'An e-mail of mine was not sent, or nobody knows'), ('finished', 'An import or a long change of mine has ended'), ('undelivered', 'A message of mine could not be delivered')]),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('unsent', 'An e-mail of mine was not sent, or nobody knows'), ('finished', 'An import or a long change of mine has ended'), ('undelivered', 'A message of mine could not be delivered')]),
        ),
        migrations.AlterField(
            model_name='unmailed',
            name='kind',
            field=models.TextField(choices=[('assigned', 'Something is given to me'), ('due', 'A task of mine is due'), ('answer', 'An answer that I owe is due within the hour'), ('followed', 'Somebody changes what I follow'), ('mentioned', 'Somebody names me in a note or a task'), ('unsent', 'An e-mail of mine was not sent, or nobody knows'), ('finished', 'An import or a long change of mine has ended'), ('undelivered', 'A message of mine could not be delivered')]),
        ),
    ]
