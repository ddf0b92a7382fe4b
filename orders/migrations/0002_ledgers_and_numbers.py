from django.db import migrations

from oms.ledgers import append_only, sequence


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        sequence("orders_number_seq", 100001),
        append_only("orders_payment"),
        append_only("orders_promise"),
    ]
