"""The pages of an import: policies, what came of it, the grid, the undo; for those who may import."""

import re
import uuid

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from inventory.models import Stock
from oms.events import timeline
from oms.models import Job
from orders.importing.desk import Typed, change_cells
from orders.models import ImportFile, ImportRow, Order
from orders.tasks import import_orders
from tests.orders.test_desk import queries_of
from tests.stories import a_customer, a_person, a_product

pytestmark = pytest.mark.django_db
HEADINGS = {
    "reference": "Order no", "customer_code": "Customer no", "ship_name": "Recipient", "line1": "Address",
    "city": "City", "sku": "SKU", "quantity": "Qty",
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(client):
    client.person = a_person("orders.import_orders", "orders.view_order")
    client.force_login(client.person)
    return client


def a_file(*rows: str, **policy) -> ImportFile:
    """Imported rows "reference,customer,sku,quantity"."""
    file = ImportFile(name="orders.csv", mapping=HEADINGS, by=a_person(), **policy)
    lines = [
        f"{ref},{customer},李娜,1 Road,上海,{sku},{qty}" for ref, customer, sku, qty in (r.split(",") for r in rows)
    ]
    file.file.save("orders.csv", ContentFile("\n".join([",".join(HEADINGS.values()), *lines]).encode()))
    file.job = Job.objects.create(kind="import_orders", params={"file": file.pk}, state="done")
    file.save()
    file.job.result = import_orders(file.job)
    file.job.save()
    file.refresh_from_db()
    return file


def page(file: ImportFile, name: str = "order-import-rows") -> str:
    return reverse(name, args=[file.pk])


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def cells(row: ImportRow, **texts) -> dict:
    return {f"v-{row.pk}": row.version, **{f"c-{row.pk}-{name}": value for name, value in texts.items()}}


def test_each_error_stands_at_its_cell_with_what_is_expected_and_what_may_be_meant(clerk):
    a_product("TEA-100", name="Green tea")
    a_customer(name="李娜", code="K100")
    file = a_file("A-1,K100,TEA-10,x", "A-2,K10,TEA-100,1")
    shown = clerk.get(page(file)).content.decode()
    first, second = file.refused.order_by("position")
    assert f'id="c-{first.pk}-quantity-error"><div class="cell-error">is not a number</div>' in shown
    assert "A whole number from 1 to 1,000,000, like 12" in shown
    assert f'name="put" value="{first.pk} sku TEA-100">TEA-100</button>' in shown
    assert f'name="put" value="{second.pk} customer_code K100">K100</button>' in shown


def test_typing_is_saved_and_suggestions_put_in_and_the_rest_tried_again(clerk, deliver):
    a_product("TEA-100", on_hand=10)
    a_customer(code="K1")
    file = a_file("A-1,K1,TEA-10,x", "A-2,K1,TEA-100,1")
    row = file.refused.get()
    answer = clerk.post(page(file), cells(row, quantity="3", sku="TEA-10") | {"put": f"{row.pk} sku TEA-100"})
    assert (answer.status_code, answer["Location"]) == (302, page(file))
    row.refresh_from_db()
    assert (row.state, row.by, row.version) == ("fixed", clerk.person, 2)
    twice = [clerk.post(page(file), {"do": "retry"}) for _click in range(2)]
    job = Job.objects.get(kind="retry_rows")
    assert [answer["Location"] for answer in twice] == [job.get_absolute_url()] * 2
    deliver()
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["A-1", "A-2"]
    assert "Nothing left to repair" in text(clerk.get(page(file)))
    assert "1 Rows repaired" in text(clerk.get(page(file, "order-import-file"))).replace(
        "Rows repaired 1", "1 Rows repaired"
    )
    assert clerk.get(job.get_absolute_url()).status_code == 200


def test_the_second_of_two_people_sees_what_changed_and_keeps_her_typing(clerk):
    a_product("TEA")
    a_customer(code="K1")
    file = a_file("A-1,K1,TEA,x")
    row = file.refused.get()
    colleague = a_person()
    change_cells(file, {row.pk: Typed(row.version, {"quantity": "5"})}, by=colleague)
    answer = clerk.post(page(file), cells(row, quantity="7"), headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert (f"changed by {colleague}" in shown, "saved now: 5" in shown, 'value="7"' in shown) == (True, True, True)
    row.refresh_from_db()
    assert (row.cells[6], row.version) == ("5", 2)
    clerk.post(page(file), cells(row, quantity="7"))
    row.refresh_from_db()
    assert row.cells[6] == "7"


def test_a_value_is_replaced_everywhere_after_its_rows_were_counted(clerk):
    a_product("TEA-100")
    a_customer(code="K1")
    file = a_file(*[f"A-{n},K1,TEA-10,1" for n in range(30)])
    address = page(file, "order-import-alike")
    asked = clerk.get(address, {"name": "sku", "old": "TEA-10"})
    assert "“TEA-10” is wrong in the column SKU of 30 rows." in text(asked)
    assert 'value="TEA-100"' in asked.content.decode()
    form = {"name": "sku", "old": "TEA-10", "submission": str(uuid.uuid4())}
    refused = clerk.post(address, form | {"new": "COT"})
    assert (refused.status_code, "“COT” is no SKU that we know." in text(refused)) == (409, True)
    assert clerk.post(address, form | {"new": "TEA-100"})["Location"] == page(file)
    assert set(file.refused.values_list("state", flat=True)) == {"fixed"}
    assert timeline(file).get().data == {"column": "SKU", "value": "TEA-10 → TEA-100", "rows": 30}


def test_ticked_rows_are_dropped(clerk):
    a_product("TEA")
    a_customer(code="K1")
    file = a_file("A-1,K1,TEA,x", "A-2,K1,TEA,y")
    clerk.post(page(file), {"do": "drop", "drop": file.refused.first().pk})
    assert list(file.refused.order_by("position").values_list("state", flat=True)) == ["dropped", "refused"]
    clerk.post(page(file), {"do": "drop", "drop": file.refused.last().pk})
    refused = clerk.post(page(file), {"do": "retry"})
    assert (refused.status_code, "No row of this file is left" in text(refused)) == (409, True)


def test_the_grid_is_paged_and_asks_no_more_for_more_rows(clerk):
    a_product("TEA")
    a_customer(code="K1")
    one, three = a_file("A-1,K1,TAE,x"), a_file(*[f"B-{n},K1,TAE{n},x" for n in range(3)])
    assert queries_of(clerk, page(one)) == queries_of(clerk, page(three)) == 9
    many = a_file(*[f"C-{n},K1,TEA,x" for n in range(60)])
    seen, address = [], page(many)
    while address:
        shown = clerk.get(address).content.decode()
        seen += re.findall(r'name="drop" value="\d+"> (\d+)<', shown)
        more = re.search(r'rel="next" href="([^"]+)"', shown)
        address = page(many) + more[1].replace("&amp;", "&") if more else None
    assert seen == [str(n) for n in range(2, 62)]


def test_the_list_of_imports_tells_what_came_of_each(clerk):
    a_product("TEA", on_hand=100)
    a_customer(code="K1")
    a_file("A-1,K1,TEA,1", "A-2,K1,TEA,x")
    one = queries_of(clerk, reverse("order-import"))
    a_file("A-1,K1,TEA,2"), a_file("A-4,K1,TEA,1")
    assert (one, queries_of(clerk, reverse("order-import"))) == (6, 6)
    shown = clerk.get(reverse("order-import")).content.decode()
    rows = re.findall(r'<td class="kind-number[^>]*>(?:<[^>]+>)*(\d+)', shown)
    assert rows == ["1", "0", "0", "0", "1", "0", "1", "0", "1"]


def test_the_policies_are_asked_on_the_page_of_columns(clerk, deliver):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    upload = ContentFile(b"Order no,Customer no,SKU,Qty\nA-1,K1,TEA,1\nA-2,K1,TEA,x\n", "orders.csv")
    clerk.post(reverse("order-import-new"), {"file": upload, "submission": str(uuid.uuid4())})
    file = ImportFile.objects.get()
    columns = {"reference": "Order no", "customer_code": "Customer no", "sku": "SKU", "quantity": "Qty"}
    assert clerk.get(file.get_absolute_url()).status_code == 200
    form = columns | {"whole": "1", "history": "0", "create_missing": "1", "submission": str(uuid.uuid4())}
    clerk.post(file.get_absolute_url(), form)
    deliver()
    file.refresh_from_db()
    assert (file.whole, file.history, file.create_missing) == (True, False, True)
    assert [file.job.result[name] for name in ("orders", "changed", "same", "refused_rows")] == [0, 0, 0, 1]
    assert "Import now: 0 new, 0 changed, 1 rows to repair" in text(clerk.get(file.job.get_absolute_url()))
    begun = clerk.post(reverse("order-import-begin", args=[file.pk]), {"submission": str(uuid.uuid4())})
    deliver()
    file.refresh_from_db()
    assert (begun["Location"], Order.objects.count()) == (file.job.get_absolute_url(), 0)
    assert sorted(file.refused.values_list("state", flat=True)) == ["refused", "waiting"]
    assert clerk.get(file.get_absolute_url()).status_code == 200


def test_an_import_is_undone_on_its_page(clerk):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    file = a_file("A-1,K1,TEA,2")
    address = reverse("order-import-action", args=[file.pk, "undo"])
    assert "Undo the import" in text(clerk.get(page(file, "order-import-file")))
    done = clerk.post(address, {"reason": "Wrong file.", "submission": str(uuid.uuid4())})
    assert (done.status_code, Order.objects.get().status, Stock.objects.get().reserved) == (302, "cancelled", 0)
    assert clerk.post(address, {"reason": "Again.", "submission": str(uuid.uuid4())}).status_code == 409
    assert "Undo the import" not in re.sub(
        r"(?s)<section.*?timeline.*", "", text(clerk.get(page(file, "order-import-file")))
    )


@pytest.mark.parametrize("name", ["order-import-rows", "order-import-file", "order-import-alike"])
def test_only_those_who_may_import_see_and_do_it(client, name):
    file = a_file("A-1,K1,TEA,x")
    client.force_login(a_person("orders.view_order"))
    assert client.get(page(file, name)).status_code == 403
    assert client.post(page(file, name), {"do": "drop", "drop": file.refused.get().pk}).status_code == 403
    assert client.post(reverse("order-import-action", args=[file.pk, "undo"]), {"reason": "x"}).status_code == 403
    assert file.refused.get().state == "refused"
