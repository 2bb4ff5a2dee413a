from django.db import migrations
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings, Durability


def install(apps, schema_editor):
    # PgQueuer's own tables, as its release declares them; the queue is logged, its statistics are not.
    settings = DBSettings(durability=Durability.balanced)
    schema_editor.execute(QueryBuilderEnvironment(settings).build_install_query(), params=None)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
