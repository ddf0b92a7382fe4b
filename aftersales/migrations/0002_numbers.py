from django.db import migrations

from oms.ledgers import sequence


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial")]
    operations = [
        sequence("aftersales_return_number_seq", 70001),
        sequence("aftersales_ticket_number_seq", 30001),
    ]
