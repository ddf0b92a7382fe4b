"""Files to import: their columns, a row with sensible values, and the file imported as its job does it."""

from oms.models import Job
from orders.models import ImportFile
from orders.tasks import import_orders
from tests.stories import a_person

MAPPING = {
    "reference": "Ref", "customer_code": "Customer", "email": "Mail", "ship_name": "Name", "line1": "Address",
    "city": "City", "sku": "SKU", "quantity": "Qty", "unit_price": "Price", "placed_at": "Date", "status": "Status",
}  # fmt: skip


def line(
    ref="A-1", customer="K1", mail="", sku="TEA", qty="1", price="10", date="2025-03-01", status="", name="李娜"
) -> str:
    return f"{ref},{customer},{mail},{name},1 Road,上海,{sku},{qty},{price},{date},{status}"


def an_upload(folder, *lines: str, name: str = "orders.csv", run: bool = True, **policy) -> ImportFile:
    """A file of these rows; imported unless `run` is off."""
    path = folder / name
    path.write_text(",".join(MAPPING.values()) + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    file = ImportFile(name=name, mapping=MAPPING, by=a_person(), **policy)
    with path.open("rb") as content:
        file.file.save(name, content)
    file.job = Job.objects.create(kind="import_orders", params={"file": file.pk}, by=file.by)
    file.save()
    if run:
        file.job.result = import_orders(file.job)
        file.job.state = Job.State.DONE
        file.job.save()
        file.refresh_from_db()
    return file
