"""A corrected file changes what is untouched; an import is undone while its orders are."""

import threading
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from inventory.models import Movement, Stock
from oms.errors import DomainError
from oms.models import Event, Message
from orders import services
from orders.importing.planning import Policy
from orders.importing.running import import_rows, look_at
from orders.importing.undoing import undo_import
from orders.models import ImportFile, Order
from orders.tasks import import_orders
from tests.ledger import assert_books_balance
from tests.orders.imports import MAPPING, line
from tests.orders.test_rule_firings import a_rule, did, when
from tests.stories import a_customer, a_person, a_product

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
