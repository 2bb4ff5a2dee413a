from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interactions", "0016_house_name")]
    operations = [
        migrations.AddField(
            model_name="interaction",
            name="called_off_at",
            field=models.DateTimeField(
                editable=False, help_text="a planned meeting that isn't held; it stays planned", null=True
            ),
        ),
    ]
