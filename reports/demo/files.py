"""A file of a wholesale customer that did not come in: its rows wait at the repair desk."""

from pathlib import Path

from django.core.files.base import ContentFile

from inventory.models import Product
from oms.models import Job
from orders.importing import mapping
from orders.importing.desk import keep_rows, policy_of
from orders.importing.running import look_at
from orders.models import ImportFile
from reports.demo.world import World

NAME = "wholesale-orders.csv"
HEADINGS = ("Order no", "Customer no", "Recipient", "Address", "City", "SKU", "Qty", "Delivery date")


def leave_rows(world: World) -> None:
    """Six rows, each with a mistake that people make."""
    codes = [buyer.customer.code for buyer in world.buyers[:3]]
    skus = list(Product.objects.filter(active=True).order_by("sku").values_list("sku", flat=True)[:3])
    table = [
        ("WS-1041", codes[0], skus[0], "two", ""),
        ("WS-1042", codes[0], skus[0][:-1], "12", ""),
        ("WS-1043", codes[1], skus[1][:-1] + "O", "6", "1/2/2027"),
        ("WS-1044", codes[1] + "7", skus[1], "24", ""),
        ("WS-1045", codes[2], skus[2], "0", ""),
        ("WS-1046", codes[2], skus[2], "1.5", "soon"),
    ]
    lines = [",".join(HEADINGS)]
    lines += [f"{ref},{code},林美玲,南京西路 1266 号,上海,{sku},{count},{day}" for ref, code, sku, count, day in table]
    by = world.people["sales"]
    file = ImportFile(name=NAME, by=by, at=world.now)
    file.mapping = mapping.guess(list(HEADINGS))
    file.file.save(NAME, ContentFile("\n".join(lines).encode()), save=False)
    file.job = Job.objects.create(
        kind="import_orders", title=NAME, by=by, state=Job.State.DONE, created_at=world.now, finished_at=world.now
    )
    file.save()
    outcome = look_at(Path(file.file.path), NAME, file.mapping, policy_of(file), file)
    keep_rows(file, outcome.table.headings, outcome.plan)
    file.job.result = outcome.as_json() | {"file": file.pk}
    file.job.params = {"file": file.pk}
    file.job.save()
