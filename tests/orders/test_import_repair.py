"""The repair desk: refused rows stay, are corrected at their cells and tried again."""

from decimal import Decimal
from itertools import product as combinations

import pytest

from customers.models import Customer
from inventory.models import Product, Stock
from oms.errors import DomainError
from orders.importing import desk, retrying
from orders.importing.desk import Typed, alike, change_cells, drop_rows, replace_alike
from orders.importing.retrying import retry, retry_rows
from orders.models import ImportFile, ImportRow, Order
from orders.tasks import try_rows_again
from tests.ledger import assert_books_balance
from tests.orders.imports import line
from tests.stories import a_customer, a_product


def fix(row: ImportRow, **texts) -> desk.Saved:
    return change_cells(row.file, {row.pk: Typed(row.version, texts)}, by=None)


def errors(file: ImportFile) -> list[tuple]:
    return [(row.position, [e["code"] for e in row.errors], row.state) for row in file.refused.order_by("position")]


# ---- from bad to an order, for every kind of error

BAD = {
    "empty": ({"ref": ""}, {"reference": "A-1"}),
    "too_long": ({"ref": "x" * 81}, {"reference": "A-1"}),
    "not_number": ({"qty": "x"}, {"quantity": "1"}),
    "negative_quantity": ({"qty": "-1"}, {"quantity": "1"}),
    "zero_quantity": ({"qty": "0"}, {"quantity": "1"}),
    "not_whole": ({"qty": "1.5"}, {"quantity": "1"}),
    "too_many": ({"qty": "1000001"}, {"quantity": "1"}),
    "negative_price": ({"price": "-1"}, {"unit_price": "9.99"}),
    "zero_price": ({"price": "0"}, {"unit_price": ""}),
    "out_of_range": ({"price": "1000000000"}, {"unit_price": "10"}),
    "too_fine": ({"price": "1.00001"}, {"unit_price": "1.0001"}),
    "not_date": ({"date": "soon"}, {"placed_at": "2025-03-01"}),
    "doubtful_date": ({"date": "1/2/2025"}, {"placed_at": "2025-03-01"}),
    "odd_year": ({"date": "1025-01-01"}, {"placed_at": "2025-03-01"}),
    "unknown_status": ({"status": "odd"}, {"status": "paid"}),
    "cancelled": ({"status": "cancelled"}, {"status": "new"}),
    "not_email": ({"mail": "mail@"}, {"email": "li@example.com"}),
    "not_sold": ({"sku": "OLD"}, {"sku": "TEA"}),
    "unknown_sku": ({"sku": "TAE"}, {"sku": "tea"}),
    "unknown_customer": ({"customer": "K9"}, {"customer_code": "K1"}),
    "no_customer": ({"customer": "", "name": ""}, {"customer_code": "K1"}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", BAD)
def test_a_bad_row_is_refused_at_its_cell_and_becomes_an_order_when_it_is_corrected(upload, code):
    a_product("TEA", on_hand=10)
    a_product("OLD", active=False)
    a_customer(code="K1")
    bad, good = BAD[code]
    file = upload(line(**bad))
    row = file.refused.get()
    assert (Order.objects.count(), row.state, row.position) == (0, "refused", 2)
    assert [(e["field"], e["code"]) for e in row.errors] == [(next(iter(good)), code)]
    assert fix(row, **good).rows == 1
    row.refresh_from_db()
    assert (row.state, row.errors, row.version) == ("fixed", [], 2)
    outcome = retry_rows(file, by=None)
    row.refresh_from_db()
    order = Order.objects.get()
    assert (outcome.orders, row.state, row.order, order.imported_from) == (1, "retried", order, file)
    assert Stock.objects.get(product__sku="TEA").reserved == 1
    assert_books_balance()


@pytest.mark.django_db
def test_what_is_only_wrong_with_fellow_rows_comes_in_with_them(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1"), a_customer(code="K2")
    file = upload(line(qty="2"), line(qty="0"), line("A-2"), line("A-2", customer="K2"))
    assert errors(file) == [
        (2, ["mate_refused"], "refused"),
        (3, ["zero_quantity"], "refused"),
        (4, ["mate_refused"], "refused"),
        (5, ["other_customer"], "refused"),
    ]
    fix(file.refused.get(position=3), quantity="3")
    fix(file.refused.get(position=5), customer_code="K1")
    retry_rows(file, by=None)
    assert [[x.ordered for x in o.lines.all()] for o in Order.objects.order_by("reference")] == [[2, 3], [1, 1]]
    assert [state for _at, _codes, state in errors(file)] == ["retried"] * 4


@pytest.mark.django_db
def test_what_fails_again_stays_with_its_new_errors(upload):
    a_product("TEA")
    a_customer(code="K1")
    file = upload(line(qty="x"), line("A-2", qty="y"))
    assert fix(file.refused.get(position=2), quantity="-4").rows == 1
    assert fix(file.refused.get(position=3), quantity="4").rows == 1
    outcome = retry_rows(file, by=None)
    assert (outcome.orders, errors(file)) == (1, [(2, ["negative_quantity"], "refused"), (3, [], "retried")])


@pytest.mark.django_db
def test_a_corrected_row_of_the_past_joins_its_order(upload):
    a_product("TEA", on_hand=0)
    a_customer(code="K1")
    file = upload(line(qty="2"), line(qty="-3"), history=True)
    assert Order.objects.get().total == Decimal("20")
    fix(file.refused.get(), quantity="3")
    retry_rows(file, by=None)
    order = Order.objects.get()
    assert ([(x.position, x.delivered) for x in order.lines.all()], order.total) == ([(1, 2), (2, 3)], Decimal("50"))
    again = upload(line(qty="2"), line(qty="3"), name="again.csv", history=True)
    assert (again.job.result["same"], again.job.result["changed"], again.refused.count()) == (1, 0, 0)
    assert_books_balance()


@pytest.mark.django_db
def test_trying_again_twice_makes_one_order(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    file = upload(line(qty="x"))
    fix(file.refused.get(), quantity="1")
    job = retry(file, by=None)
    assert retry(file, by=None) == job
    try_rows_again(job)
    assert try_rows_again(job)["orders"] == 0
    assert (Order.objects.count(), Stock.objects.get().reserved) == (1, 1)


@pytest.mark.django_db
def test_a_row_changed_while_it_is_tried_is_left_for_the_next_time(upload, monkeypatch):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    file = upload(line(qty="x"))
    fix(file.refused.get(), quantity="1")
    plan = retrying.make_plan

    def planned_then_changed(*args, **options):
        made = plan(*args, **options)
        fix(file.refused.get(), quantity="2")
        return made

    monkeypatch.setattr(retrying, "make_plan", planned_then_changed)
    assert (retry_rows(file, by=None).orders, Order.objects.count(), file.refused.get().state) == (0, 0, "fixed")
    monkeypatch.undo()
    retry_rows(file, by=None)
    assert Order.objects.get().lines.get().ordered == 2


# ---- the grid's verbs


@pytest.mark.django_db
def test_a_wrong_value_is_replaced_in_all_rows_that_have_it(upload):
    a_product("TEA")
    a_customer(code="K1")
    file = upload(line("A-1", sku="TAE"), line("A-2", sku="TAE", qty="x"), line("A-3", sku="POT"), line("A-4"))
    assert alike(file, "sku", "TAE").count() == 2
    with pytest.raises(DomainError, match="“COT” is no SKU that we know."):
        replace_alike(file, name="sku", old="TAE", new="COT", by=None)
    assert [e for _at, e, _state in errors(file)] == [["unknown_sku"], ["not_number", "unknown_sku"], ["unknown_sku"]]
    assert replace_alike(file, name="sku", old="TAE", new="TEA", by=None) == 2
    assert errors(file) == [(2, [], "fixed"), (3, ["not_number"], "refused"), (4, ["unknown_sku"], "refused")]
    with pytest.raises(DomainError, match="No row has this value"):
        replace_alike(file, name="sku", old="TAE", new="TEA", by=None)


@pytest.mark.django_db
def test_of_two_people_the_second_sees_what_the_first_wrote(upload):
    a_product("TEA")
    a_customer(code="K1")
    file = upload(line(qty="x"))
    first = second = file.refused.get()
    fix(first, quantity="5")
    result = fix(second, quantity="7")
    assert (result.rows, [row.cells[7] for row in result.conflicts.values()]) == (0, ["5"])
    assert file.refused.get().cells[7] == "5"


@pytest.mark.django_db
def test_dropped_rows_are_not_tried_again(upload):
    a_product("TEA")
    a_customer(code="K1")
    file = upload(line(qty="x"), line("A-2"))
    assert drop_rows(file, [file.refused.get().pk], by=None) == 1
    with pytest.raises(DomainError, match="No row of this file is left"):
        retry(file, by=None)
    assert fix(file.refused.get(), quantity="1").rows == 0
    assert (Order.objects.count(), file.refused.get().state) == (1, "dropped")


# ---- policies


@pytest.mark.django_db
@pytest.mark.parametrize(("whole", "history", "create_missing"), list(combinations([False, True], repeat=3)))
def test_each_combination_of_policies(upload, whole, history, create_missing):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    lines = [line(), line("A-2", sku="NEW", customer="K9"), line("A-3", qty="0")]
    file = upload(*lines, whole=whole, history=history, create_missing=create_missing)
    made = [] if whole else ["A-1", "A-2"] if create_missing else ["A-1"]
    assert sorted(Order.objects.values_list("reference", flat=True)) == made
    assert set(Order.objects.values_list("history", flat=True)) == ({history} if made else set())
    assert Product.objects.filter(sku="NEW", active=False, unchecked=True, price=10).exists() is ("A-2" in made)
    assert Customer.objects.filter(code="K9").exists() is ("A-2" in made)
    assert Stock.objects.get().reserved == (0 if history or whole else 1)
    fix(file.refused.get(position=4), quantity="1")
    if not create_missing:
        fix(file.refused.get(position=3), sku="TEA", customer_code="K1")
    retry_rows(file, by=None)
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["A-1", "A-2", "A-3"]
    assert [state for *_rest, state in errors(file) if state != "retried"] == []
    assert_books_balance()


@pytest.mark.django_db
def test_a_file_taken_whole_waits_until_every_row_is_good(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    file = upload(line(), line("A-2", qty="x"), line("A-3", qty="y"), whole=True)
    assert errors(file) == [(2, [], "waiting"), (3, ["not_number"], "refused"), (4, ["not_number"], "refused")]
    fix(file.refused.get(position=3), quantity="1")
    retry_rows(file, by=None)
    assert (Order.objects.count(), errors(file)[1]) == (0, (3, [], "waiting"))
    drop_rows(file, [file.refused.get(position=4).pk], by=None)
    assert retry_rows(file, by=None).orders == 2
