from django.db import migrations

from oms.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("oms", "0001_initial")]
    operations = [
        append_only("oms_event"),
    ]
