"""The repair desk: refused rows stay, are corrected at their cells and tried again; corrected files and undo."""

import threading
from decimal import Decimal
from functools import partial
from itertools import product as combinations
from pathlib import Path

import pytest
from django.db import connection

from customers.models import Customer
from inventory.models import Movement, Product, Stock
from oms.errors import DomainError
from oms.models import Event, Job, Message
from orders import services
from orders.importing import desk, retrying
from orders.importing.desk import Typed, alike, change_cells, drop_rows, replace_alike
from orders.importing.planning import Policy
from orders.importing.retrying import retry, retry_rows
from orders.importing.running import import_rows, look_at
from orders.importing.undoing import undo_import
from orders.models import ImportFile, ImportRow, Order
from orders.tasks import import_orders, try_rows_again
from tests.ledger import assert_books_balance
from tests.orders.test_rule_firings import a_rule, did, when
from tests.stories import a_customer, a_person, a_product

MAPPING = {
    "reference": "Ref", "customer_code": "Customer", "email": "Mail", "ship_name": "Name", "line1": "Address",
    "city": "City", "sku": "SKU", "quantity": "Qty", "unit_price": "Price", "placed_at": "Date", "status": "Status",
}  # fmt: skip


def line(
    ref="A-1", customer="K1", mail="", sku="TEA", qty="1", price="10", date="2025-03-01", status="", name="李娜"
) -> str:
    return f"{ref},{customer},{mail},{name},1 Road,上海,{sku},{qty},{price},{date},{status}"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def upload(tmp_path):
    """upload("row", …, whole=True) is a file that was imported, as its job does it."""

    def write(*lines: str, name: str = "orders.csv", run: bool = True, **policy) -> ImportFile:
        path = tmp_path / name
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

    return write


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


# ---- a corrected file


@pytest.mark.django_db
def test_a_corrected_file_changes_untouched_orders_and_counts_the_rest_as_there(upload, deliver):
    tea = a_product("TEA", on_hand=10)
    a_product("POT", on_hand=10, price="20")
    a_customer(code="K1")
    upload(line(qty="2"), line("A-2"), line("A-3"))
    numbers = list(Order.objects.order_by("reference").values_list("number", flat=True))
    services.add_note(Order.objects.get(reference="A-3"), by=a_person(), text="She called.")
    rows = [line(qty="5"), line(sku="POT", price="19"), line("A-2"), line("A-3", qty="9"), line("A-4")]
    file = upload(*rows, name="corrected.csv", run=False)
    foretold = look_at(path_of(file), file.name, MAPPING, Policy(), file).as_json()
    assert [foretold[k] for k in ("orders", "changed", "same", "refused_rows")] == [1, 1, 1, 1]
    result = import_orders(file.job)
    assert [result[k] for k in ("orders", "changed", "same", "refused_rows")] == [1, 1, 1, 1]
    changed = Order.objects.get(reference="A-1")
    assert [(x.sku, x.ordered, x.reserved) for x in changed.lines.all()] == [("TEA", 5, 5), ("POT", 1, 1)]
    assert (changed.net, changed.version, changed.updated_from) == (Decimal("69.00"), 2, file)
    assert list(Order.objects.order_by("reference").values_list("number", flat=True))[:3] == numbers
    assert file.refused.get().errors == [
        {"field": "reference", "code": "touched", "facts": {"number": numbers[2], "what": "order.noted"}}
    ]
    assert Stock.objects.get(product=tea).reserved == 8
    again = import_orders(file.job)
    assert [again[k] for k in ("orders", "changed", "refused_rows")] == [1, 1, 1]
    assert_books_balance()


def test_a_corrected_file_keeps_what_rules_gave_and_rules_look_again(deliver, upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    a_rule({"kind": "priority", "points": 30}, {"kind": "note", "text": "From a file."}, name="Always")
    a_rule({"kind": "hold", "note": ""}, conditions=[when("order.pieces", "more", 4)], name="Many")
    upload(line(qty="2"))
    deliver()
    assert did(Order.objects.get()) == [("Always", "priority", "done"), ("Always", "note", "done")]
    upload(line(qty="5"), name="corrected.csv")
    order = Order.objects.get()
    assert (order.priority, order.version) == (40, 2)
    assert order.priority == sum(reason["points"] for reason in order.priority_reasons)
    deliver()
    order.refresh_from_db()
    assert (order.priority, order.stage) == (40, "on_hold")
    assert did(order)[2:] == [
        ("Always", "priority", "not_needed"),
        ("Always", "note", "done"),
        ("Many", "hold", "done"),
    ]


def path_of(file: ImportFile):
    return Path(file.file.path)


@pytest.mark.django_db
@pytest.mark.parametrize("touch", ["pick", "pay", "cancel", "hold"])
def test_a_touched_order_is_left_as_it_is_and_the_row_says_by_what(upload, touch):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    upload(line(qty="2"))
    order, clerk = Order.objects.get(), a_person()
    touches = {
        "pick": (lambda: services.count_pieces(order, "picked", {order.lines.get().pk: 1}), "being picked"),
        "pay": (lambda: services.record_payment(order, by=clerk, method="card", amount=order.total), "payment"),
        "cancel": (lambda: services.cancel_order(order, by=clerk, reason="She asked."), "closed or cancelled"),
        "hold": (lambda: services.hold_order(order, by=clerk, note="Wait."), "Put on hold"),
    }
    act, words = touches[touch]
    act()
    outcome = import_rows(path_of(upload(line(qty="3"), run=False)), "x.csv", MAPPING, Policy())
    assert (outcome.changed, outcome.orders, len(outcome.plan.refused)) == (0, 0, 1)
    assert words in outcome.plan.refused[0].problems[0].reason
    assert order.lines.get().ordered == 2


# ---- undo


@pytest.mark.django_db
def test_an_import_is_undone_with_its_stock_and_can_come_again(upload, deliver):
    a_product("TEA", on_hand=10)
    a_customer(code="K1", email="li@example.com")
    file = upload(line(qty="2"), line("A-2", qty="3"), line("A-3", qty="x"))
    assert undo_import(file, by=None, reason="Wrong file.") == 2
    assert {(o.status, o.stage, o.reference) for o in Order.objects.all()} == {("cancelled", "cancelled", "")}
    assert (Stock.objects.get().reserved, file.refused.get().state) == (0, "dropped")
    assert Movement.objects.filter(kind="release").count() == 2
    assert {e.data["reference"] for e in Event.objects.filter(kind="order.cancelled")} == {"A-1", "A-2"}
    with pytest.raises(DomainError, match="undone already"):
        undo_import(file, by=None, reason="Again.")
    upload(line(qty="2"))
    assert Order.objects.filter(reference="A-1", status="confirmed").count() == 1
    deliver()
    assert Message.objects.filter(template="order_cancelled").count() == 2
    assert_books_balance()


@pytest.mark.django_db
def test_undone_history_is_marked_cancelled_and_nobody_is_told(upload, deliver):
    a_product("TEA", on_hand=0)
    a_customer(code="K1", email="li@example.com")
    file = upload(line(qty="2"), history=True)
    undo_import(file, by=None, reason="Wrong year.")
    line_ = Order.objects.get().lines.get()
    assert (line_.cancelled, line_.delivered, Order.objects.get().stage) == (2, 0, "cancelled")
    deliver()
    assert Message.objects.count() == 0
    assert_books_balance()


@pytest.mark.django_db
def test_an_import_with_a_touched_order_is_not_undone(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    file = upload(line(), line("A-2"))
    order = Order.objects.get(reference="A-2")
    services.hold_order(order, by=a_person(), note="Wait.")
    with pytest.raises(DomainError, match=rf"{order.number} \(Put on hold\)"):
        undo_import(file, by=None, reason="Wrong file.")
    assert (Order.objects.filter(status="confirmed").count(), Stock.objects.get().reserved) == (2, 2)
    with pytest.raises(DomainError, match="Say why"):
        undo_import(file, by=None, reason=" ")


@pytest.mark.django_db
def test_an_import_that_changed_earlier_orders_is_not_undone(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    first, second = upload(line()), upload(line(qty="2"), name="corrected.csv")
    for file, words in ((first, "a later file changed it"), (second, "it was there before")):
        with pytest.raises(DomainError, match=words):
            undo_import(file, by=None, reason="Wrong file.")


@pytest.mark.django_db(transaction=True)
def test_undo_and_a_clerk_at_the_same_moment(upload):
    a_product("TEA", on_hand=10)
    a_customer(code="K1")
    for turn in range(3):
        file = upload(*[line(f"R{turn}-{n}") for n in range(3)])
        order = Order.objects.get(reference=f"R{turn}-1")
        verbs = [
            partial(undo_import, file, by=None, reason="Wrong file."),
            partial(services.hold_order, order, by=a_person(), note="Wait."),
        ]
        assert sorted(at_once(verbs)) == [False, True]
        assert Order.objects.filter(imported_from=file, status="cancelled").count() in (0, 3)
    assert_books_balance()


def at_once(verbs: list) -> list[bool]:
    """Call all at the same moment, each in a thread of its own; whether each was done."""
    outcomes, start = [], threading.Barrier(len(verbs))

    def attempt(verb):
        start.wait()
        try:
            verb()
            outcomes.append(True)
        except DomainError:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
