from django.db import migrations

from oms.ledgers import sequence


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [
        sequence("customers_number_seq", 10001),
    ]
