from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interactions", "0003_by_hand"), ("interactions", "0004_uploads")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="word_by",
            field=models.UUIDField(
                editable=False,
                null=True,
                help_text="the user who last said who may read it: it opens what they may read",
            ),
        ),
    ]
