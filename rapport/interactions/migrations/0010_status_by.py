from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interactions", "0009_us_changed")]
    operations = [
        migrations.AddField(
            model_name="conversation",
            name="status_by",
            field=models.UUIDField(
                editable=False, help_text="the user who last closed or reopened it", null=True
            ),
        ),
    ]
