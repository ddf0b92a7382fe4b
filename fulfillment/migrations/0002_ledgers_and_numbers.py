from django.db import migrations

from oms.ledgers import append_only, sequence


class Migration(migrations.Migration):
    dependencies = [("fulfillment", "0001_initial")]
    operations = [
        sequence("fulfillment_number_seq", 500001),
        append_only("fulfillment_trackingevent"),
    ]
