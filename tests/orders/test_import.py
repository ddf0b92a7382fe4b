"""Orders from files: every row ends in an order or among the refused ones, with a true reason."""

import datetime
import multiprocessing
import os
import signal
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from inventory.models import Movement, Product, Stock
from oms import tables
from oms.models import Job, Message
from orders.importing import mapping, rows, running
from orders.importing.planning import Policy
from orders.importing.refused import write_csv, write_xlsx
from orders.importing.running import import_rows, look_at
from orders.models import ImportFile, ImportMapping, Order
from orders.tasks import import_orders
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_person, a_product

MAPPING = {
    "reference": "Ref", "customer_code": "Customer", "ship_name": "Name", "line1": "Address", "city": "City",
    "sku": "SKU", "quantity": "Qty", "unit_price": "Price", "placed_at": "Date", "status": "Status",
}  # fmt: skip
HEAD = "Ref,Customer,Name,Address,City,SKU,Qty,Price,Date,Status\n"
ANYTHING = Policy(create_missing=True)
HISTORY = Policy(create_missing=True, history=True)


@pytest.fixture
def csv(tmp_path):
    def write(*lines: str, head: str = HEAD, encoding: str = "utf-8"):
        path = tmp_path / "orders.csv"
        path.write_bytes((head + "\n".join(lines) + "\n").encode(encoding))
        return path

    return write


def line(ref="A-1", customer="K1", sku="TEA", qty="1", price="10", date="2025-03-01", status="") -> str:
    return f"{ref},{customer},李娜,1 Road,上海,{sku},{qty},{price},{date},{status}"


def run(path, policy=ANYTHING, **options):
    return import_rows(path, path.name, MAPPING, policy, **options)


def reasons(outcome) -> list[tuple]:
    return [(p.row, p.column, p.value, p.reason) for row in outcome.plan.refused for p in row.problems]


# ---- living orders


@pytest.mark.django_db
def test_orders_are_placed_like_any_other(csv, deliver):
    a_product("TEA", on_hand=10, price="12")
    a_customer(code="K1", email="li@example.com")
    outcome = run(csv(line(qty="3", price="11"), line(sku="tea", qty="2", price=""), line("A-2", qty="9")))
    first, second = Order.objects.order_by("reference")
    assert (outcome.orders, reasons(outcome)) == (2, [])
    assert (first.stage, second.stage) == ("to_pick", "on_hold")
    assert [(x.ordered, x.unit_price, x.price_reasons[0]["code"]) for x in first.lines.all()] == [
        (3, Decimal("11"), "price_from_file"),
        (2, Decimal("12"), "list_price"),
    ]
    assert Stock.objects.get().reserved == 10
    assert outcome.accepted_total == sum(order.net for order in Order.objects.all()) == Decimal("147.00")
    deliver()
    assert Message.objects.get().template == "order_confirmed"
    assert_books_balance()


@pytest.mark.django_db
def test_one_bad_row_refuses_its_whole_order_and_no_other(csv):
    a_product("TEA")
    a_customer(code="K1")
    outcome = run(csv(line(), line(qty="0"), line("A-2")), Policy())
    assert [order.reference for order in Order.objects.all()] == ["A-2"]
    assert reasons(outcome) == [
        (2, "Ref", "A-1", "row 3 of the same order was refused"),
        (3, "Qty", "0", "is 0; at least 1 must be ordered"),
    ]


@pytest.mark.django_db
def test_unknown_products_and_customers_are_refused_unless_they_may_be_made(csv):
    path = csv(line(sku="NEW", customer="K9"))
    refused = run(path, Policy())
    assert reasons(refused) == [
        (2, "SKU", "NEW", "is no SKU that we know"),
        (2, "Customer", "K9", "is no customer that we know"),
    ]
    assert (Order.objects.count(), Product.objects.count(), Customer.objects.count()) == (0, 0, 0)
    run(path)
    assert Product.objects.get().sku == "NEW"
    assert Customer.objects.get().code == "K9"
    assert Order.objects.get().stage == "on_hold"


@pytest.mark.django_db
def test_the_same_file_again_makes_nothing(csv):
    a_product("TEA")
    path = csv(line(), line("A-2"))
    run(path)
    before = Movement.objects.count()
    again = run(path)
    assert (again.orders, len(again.plan.known), len(again.plan.refused)) == (0, 2, 0)
    assert (Order.objects.count(), Movement.objects.count()) == (2, before)


@pytest.mark.django_db
def test_the_dry_run_writes_nothing(csv):
    outcome = look_at(csv(line(), line("A-2", qty="x")), "orders.csv", MAPPING, ANYTHING)
    result = outcome.as_json()
    assert (result["rows"], result["orders"], result["refused_rows"], result["accepted_total"]) == (2, 1, 1, "10.00")
    assert result["problems"] == [[3, "Qty", "x", "is not a number"]]
    assert (Order.objects.count(), Product.objects.count(), Customer.objects.count()) == (0, 0, 0)


# ---- history


@pytest.mark.django_db
def test_history_is_recorded_closed_and_touches_no_stock(csv, deliver):
    a_product("TEA", on_hand=5, tax_rate="13")
    before = Movement.objects.count()
    outcome = run(csv(line(qty="7", price="0.005"), line(qty="-1"), line("A-2", status="cancelled")), HISTORY)
    closed, cancelled = Order.objects.order_by("reference")
    assert (closed.stage, closed.history, closed.total, closed.placed_at.date().year) == (
        "closed",
        True,
        Decimal("0.04"),
        2025,
    )
    assert (closed.lines.get().delivered, cancelled.stage, cancelled.lines.get().cancelled) == (7, "cancelled", 1)
    assert reasons(outcome) == [(3, "Qty", "-1", "is negative; a return or cancellation is not an order line")]
    assert Movement.objects.count() == before
    deliver()
    assert Message.objects.count() == 0
    assert_books_balance()


cells = st.sampled_from(["1", "3", "0", "-2", "x", ""])
prices = st.sampled_from(["0.001", "1.005", "9.99", "0", "-1", ""])
some_rows = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["S1", "S2", ""]), cells, prices), min_size=1, max_size=12
)


@pytest.mark.django_db
@given(some=some_rows, history=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_ends_in_an_order_or_among_the_refused(tmp_path, some, history):
    connection.cursor().execute("SAVEPOINT example")
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "\n".join(line(ref, "K1", sku, qty, price) for ref, sku, qty, price in some) + "\n")
    outcome = run(path, Policy(create_missing=True, history=history))
    in_orders = sum(order.lines.count() for order in Order.objects.all())
    assert in_orders + len(outcome.plan.refused) == len(some)
    assert outcome.orders == Order.objects.count()
    assert outcome.accepted_total == sum((order.net for order in Order.objects.all()), Decimal(0))
    assert all(row.problems for row in outcome.plan.refused)
    connection.cursor().execute("ROLLBACK TO SAVEPOINT example")


# ---- refused rows as a file


def test_refused_rows_come_back_as_a_harmless_file_that_can_be_corrected():
    table = tables.Table(list(MAPPING.values()), [], 2)
    cells = ["=cmd()", "K1", "+1", "@x", "", "TEA", "-1", 9.5, datetime.datetime(2025, 3, 1, 8, 0)]
    row = rows.Row(2, cells, {}, problems=[rows.Problem(2, "quantity", "Qty", "-1", "negative_price")])
    text = write_csv(table, [row]).decode("utf-8-sig").splitlines()
    assert text[0].endswith(",Date,Status,Error")
    assert text[1] == "'=cmd(),K1,+1,'@x,,TEA,-1,9.5,2025-03-01 08:00:00,,Qty: is a negative price"
    assert write_xlsx(table, [row]).startswith(b"PK")


# ---- the command


@pytest.mark.django_db
def test_the_commands_last_line_accounts_for_every_row(csv, tmp_path, capsys, settings):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path
    ImportMapping.objects.create(name="shop", fields=MAPPING)
    path = csv(line(), line("A-2", qty="-1"))
    call_command("import_orders", str(path), mapping="shop", create_missing=True, history=True)
    assert capsys.readouterr().out.splitlines()[-1] == "rows=2 orders=1 refused_rows=1 accepted_total=10.00"
    assert "is negative" in next(tmp_path.glob("imports/orders-refused-*.csv")).read_text()
    call_command("import_orders", str(path), mapping="shop", create_missing=True, history=True)
    *_rest, known, last = capsys.readouterr().out.splitlines()
    assert known.endswith("rows of orders imported before=1")
    assert last == "rows=2 orders=0 refused_rows=1 accepted_total=0"


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "sentence"), [("nowhere.csv", "There is no file"), (None, "neither a saved mapping")])
def test_the_command_refuses_in_a_sentence(csv, name, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("import_orders", name or str(csv(line())), mapping="unknown")


# ---- faults


def _import_and_die(pk: int) -> None:
    """Import in chunks of two orders and die without a word after the second chunk."""
    running.CHUNK = 2
    original = running.place_orders

    def place(*args, **options):
        orders = original(*args, **options)
        if Order.objects.count() >= 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return orders

    running.place_orders = place
    import_orders(Job.objects.get(pk=pk))


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_was_killed_goes_on_where_it_stopped(csv, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    a_product("TEA", on_hand=100)
    path = csv(*[line(f"A-{n}") for n in range(9)])
    file = ImportFile(name="orders.csv", mapping=MAPPING, create_missing=True, by=a_person())
    file.file.save("orders.csv", path.open("rb"))
    job = Job.objects.create(kind="import_orders", params={"file": file.pk})
    connection.close()
    process = multiprocessing.get_context("fork").Process(target=_import_and_die, args=(job.pk,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    begun = Order.objects.count()
    assert 2 <= begun < 9
    result = import_orders(job)
    assert (result["rows"], result["orders"], result["refused_rows"]) == (9, 9, 0)
    assert sorted(Order.objects.values_list("reference", flat=True)) == [f"A-{n}" for n in range(9)]
    assert Stock.objects.get().reserved == 9
    assert Decimal(result["accepted_total"]) == Decimal("90.00")
    assert_books_balance()


def test_every_field_is_known_by_some_heading():
    assert set(mapping.KNOWN) == set(mapping.FIELDS)


@pytest.mark.skipif("OMS_RETAIL_XLSX" not in os.environ, reason="OMS_RETAIL_XLSX names no file")
@pytest.mark.django_db
def test_a_year_of_a_real_shop_comes_in_to_the_penny():
    path = Path(os.environ["OMS_RETAIL_XLSX"])
    columns = mapping.guess(tables.read_table(path, path.name).headings)
    outcome = import_rows(path, path.name, columns, HISTORY)
    assert len(outcome.plan.rows) == 40_000
    made = sum(order.lines.count() for order in Order.objects.prefetch_related("lines"))
    assert made + len(outcome.plan.refused) == 40_000
    assert outcome.accepted_total == sum(order.total for order in Order.objects.all())
