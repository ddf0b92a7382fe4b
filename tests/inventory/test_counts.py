"""Counting: what is found, counted again, approved into the ledger; standing still; classes and figures."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory import count_queries, services
from inventory.models import Count, CountClass, CountLine, Movement, Stock
from oms.errors import DomainError
from oms.events import timeline
from reports import audit
from tests.inventory.test_places import lying
from tests.ledger import assert_books_balance
from tests.stories import a_person, a_placed_order, a_product, a_warehouse, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return a_person("inventory.count_stock")


def a_count(*products, mode="moving", kind="cycle", threshold=100, **fields) -> Count:
    rows = [product.stock.get().pk for product in products]
    return services.open_count(
        by=None, warehouse=a_warehouse(), kind=kind, mode=mode, threshold=Decimal(threshold), stock=rows, **fields
    )


def on_hand() -> dict[str, int]:
    return dict(Stock.objects.values_list("product__sku", "on_hand"))


def refused(verb, *args, **kwargs) -> str:
    """The sentence of a refusal that changed nothing."""

    def books():
        return [list(model.objects.order_by("pk").values()) for model in (Stock, Count, CountLine, Movement)]

    before = books()
    with pytest.raises(DomainError) as error, transaction.atomic():
        verb(*args, **kwargs)
    assert before == books()
    return str(error.value)


def approved(count: Count, by) -> Count:
    services.finish_count(count, by=by)
    return services.approve_count(count, by=by)


def test_an_approved_count_posts_every_difference(keeper):
    tea, cup, pot = a_product("TEA", on_hand=10), a_product("CUP", on_hand=4), a_product("POT", on_hand=7)
    count = a_count(tea, cup, pot)
    for product, found in [(tea, 9), (cup, 6), (pot, 7)]:
        services.count_line(count, product, found, by=keeper)
    assert on_hand() == {"TEA": 10, "CUP": 4, "POT": 7}
    approved(count, keeper)
    assert on_hand() == {"TEA": 9, "CUP": 6, "POT": 7}
    posted = Movement.objects.filter(kind="count").values_list("stock__product__sku", "on_hand", "cause")
    assert sorted(posted) == [("CUP", 2, count.number), ("TEA", -1, count.number)]
    count.refresh_from_db()
    assert (count.status, count.closed_by, count.lines.filter(open=True).count()) == ("approved", keeper, 0)
    assert [e.kind for e in timeline(count)] == ["count.approved", "count.finished", "count.opened"]
    assert CountClass.objects.filter(counted_at__isnull=False).count() == 3
    assert_books_balance()


def test_what_moves_after_counting_changes_no_difference(keeper):
    tea = a_product("TEA", on_hand=10)
    order = a_placed_order((tea, 3))
    count = a_count(tea)
    services.count_line(count, tea, 9, by=keeper)
    shipped(order)
    services.receive(tea, a_warehouse(), 5, by=None)
    line = approved(count, keeper).lines.get()
    assert (line.expected, line.found, line.variance, on_hand()["TEA"]) == (10, 9, -1, 11)
    assert_books_balance()


@given(
    start=st.integers(0, 30),
    found=st.integers(0, 30),
    moves=st.lists(st.integers(-4, 6).filter(bool), max_size=6),
    earlier=st.lists(st.integers(-4, 6).filter(bool), max_size=3),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_hand_is_what_was_counted_plus_what_moved_since(keeper, start, found, moves, earlier):
    with transaction.atomic():
        stock = services.stock_at(a_product(on_hand=start), a_warehouse())
        count = a_count(stock.product)
        _move(stock, earlier, keeper)
        services.count_line(count, stock.product, found, by=keeper, add=True)
        counted = Movement.objects.order_by("-id").values_list("id", flat=True).first() or 0
        _move(stock, moves, keeper)
        services.finish_count(count, by=keeper)
        if count.lines.get().waits:
            services.count_line(count, stock.product, found, by=keeper)
            counted = Movement.objects.order_by("-id").values_list("id", flat=True).first() or 0
            services.finish_count(count, by=keeper)
        since = sum(stock.movements.filter(id__gt=counted).values_list("on_hand", flat=True))
        if found + since >= 0:
            services.approve_count(count, by=keeper)
            stock.refresh_from_db()
            assert stock.on_hand == found + since
            assert_books_balance()
        else:
            assert "on hand cannot fall" in refused(services.approve_count, count, by=keeper)
        transaction.set_rollback(True)


def _move(stock: Stock, changes: list[int], by) -> None:
    for change in changes:
        stock.refresh_from_db()
        if stock.on_hand + change >= 0:
            services.adjust(stock, change, reason="moved", by=by)


def test_a_big_difference_is_counted_again_once(keeper):
    tea = a_product("TEA", on_hand=100)
    count = a_count(tea, threshold=5)
    line = services.count_line(count, tea, 94, by=keeper)
    assert (line.again, line.waits, line.found) == (True, True, 94)
    assert refused(services.finish_count, count, by=keeper) == "To be counted again: TEA."
    line = services.count_line(count, tea, 93, by=keeper)
    assert (line.counted, line.recounted, line.found, line.waits) == (94, 93, 93, False)
    approved(count, keeper)
    assert on_hand() == {"TEA": 93}
    assert_books_balance()


def test_five_percent_is_not_over_the_threshold_of_five(keeper):
    tea = a_product("TEA", on_hand=100)
    assert services.count_line(a_count(tea, threshold=5), tea, 95, by=keeper).again is False


def test_scans_add_up_and_are_judged_at_the_end(keeper):
    tea, cup = a_product("TEA", on_hand=3), a_product("CUP", on_hand=2)
    count = a_count(tea, cup, threshold=10)
    for _scan in range(2):
        assert services.count_line(count, tea, 1, by=keeper, add=True).again is False
    services.count_line(count, cup, 2, by=keeper, add=True)
    assert services.finish_count(count, by=keeper).status == "open"
    assert list(count_queries.still_to_count(count).values_list("stock__product__sku", flat=True)) == ["TEA"]
    services.count_line(count, tea, 1, by=keeper, add=True)
    services.count_line(count, tea, 2, by=keeper, add=True)
    approved(count, keeper)
    assert on_hand() == {"TEA": 3, "CUP": 2}
    assert Movement.objects.filter(kind="count").count() == 0


def test_nothing_is_forgotten_unless_somebody_says_it_is_not_there(keeper):
    tea, cup = a_product("TEA", on_hand=3), a_product("CUP", on_hand=2)
    count = a_count(tea, cup)
    services.count_line(count, tea, 3, by=keeper)
    assert refused(services.finish_count, count, by=keeper) == "Not counted yet: CUP."
    assert services.finish_count(count, by=keeper, rest_is_zero=True).status == "counted"
    services.approve_count(count, by=keeper)
    assert on_hand() == {"TEA": 3, "CUP": 0}
    assert_books_balance()


def test_promised_pieces_are_not_counted_away(keeper):
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    services.count_line(count, tea, 4, by=keeper)
    a_placed_order((tea, 6))
    services.finish_count(count, by=keeper)
    words = "TEA: 6 pieces are reserved for orders; on hand cannot fall to 4."
    assert refused(services.approve_count, count, by=keeper) == words
    assert_books_balance()


def test_goods_stand_still_but_may_be_promised(keeper):
    tea, cup = a_product("TEA", on_hand=10), a_product("CUP", on_hand=5)
    early = a_placed_order((tea, 2))
    count = a_count(tea, mode="freeze")
    words = f"TEA is being counted and must stand still until count {count} is closed."
    stock = tea.stock.get()
    assert refused(services.receive, tea, a_warehouse(), 1, by=keeper) == words
    assert refused(services.adjust, stock, 1, reason="x", by=keeper) == words
    assert refused(services.put_away, stock, 1, by=keeper, source="", target="B") == words
    assert refused(shipped, early) == words
    a_placed_order((tea, 3))
    services.receive(cup, a_warehouse(), 1, by=keeper)
    stock.refresh_from_db()
    assert (stock.on_hand, stock.reserved, stock.frozen) == (10, 5, True)
    services.count_line(count, tea, 9, by=keeper)
    approved(count, keeper)
    shipped(early)
    assert on_hand() == {"TEA": 7, "CUP": 6}
    assert_books_balance()


def test_a_count_that_is_given_up_changes_nothing(keeper):
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea, mode="freeze")
    services.count_line(count, tea, 2, by=keeper)
    assert refused(services.cancel_count, count, by=keeper, reason="") == "Say why the count is given up."
    services.cancel_count(count, by=keeper, reason="fire drill")
    services.receive(tea, a_warehouse(), 1, by=keeper)
    assert on_hand() == {"TEA": 11}
    assert refused(services.count_line, count, tea, 1, by=keeper) == f"{count} is cancelled."
    assert refused(services.approve_count, count, by=keeper) == f"{count} is cancelled."
    assert_books_balance()


def test_goods_are_in_one_open_count(keeper):
    tea, cup = a_product("TEA", on_hand=10), a_product("CUP", on_hand=5)
    count = a_count(tea)
    assert refused(a_count, tea, cup) == f"TEA is already being counted in {count}."
    assert refused(a_count, kind="full") == f"TEA is already being counted in {count}."
    assert refused(a_count) == "There is nothing to count."
    services.cancel_count(count, by=keeper, reason="wrong day")
    assert a_count(tea, cup).lines.count() == 2


def test_a_full_stocktake_takes_what_nobody_expected(keeper):
    tea, pot = a_product("TEA", on_hand=10), a_product("POT", on_hand=0)
    count = a_count(kind="full", mode="freeze")
    services.count_line(count, tea, 10, by=keeper)
    line = services.count_line(count, pot, 2, by=keeper)
    assert (line.expected, line.variance, line.again) == (0, 2, True)
    services.count_line(count, pot, 2, by=keeper)
    approved(count, keeper)
    assert on_hand() == {"TEA": 10, "POT": 2}
    assert_books_balance()
    cycle = a_count(tea)
    assert refused(services.count_line, cycle, pot, 1, by=keeper) == f"POT is not part of {cycle}."


def test_pieces_too_many_join_the_biggest_lot(keeper):
    milk = a_product("MILK", on_hand=0, tracking="lot")
    services.receive(milk, a_warehouse(), 8, by=None, lot="L1", bin="A-1")
    services.receive(milk, a_warehouse(), 3, by=None, lot="L2", bin="B-1")
    count = a_count(milk)
    services.count_line(count, milk, 13, by=keeper)
    approved(count, keeper)
    assert lying(milk.stock.get()) == {("A-1", "L1"): (10, 0), ("B-1", "L2"): (3, 0)}
    assert_books_balance()


def test_a_counted_line_can_be_asked_for_again(keeper):
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    line = count.lines.get()
    assert refused(services.recount, line, by=keeper) == "TEA was not counted yet."
    services.count_line(count, tea, 9, by=keeper)
    services.finish_count(count, by=keeper)
    services.recount(line, by=keeper)
    count.refresh_from_db()
    assert (count.status, count.lines.get().waits) == ("open", True)
    services.count_line(count, tea, 10, by=keeper)
    approved(count, keeper)
    assert on_hand() == {"TEA": 10}


def test_the_quantity_is_a_sensible_number(keeper):
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    words = "The quantity must be between 0 and 1,000,000."
    assert refused(services.count_line, count, tea, -1, by=keeper) == words
    assert refused(services.count_line, count, tea, 1_000_001, by=keeper) == words


def test_what_sells_most_is_counted_most(keeper):
    costs = {"GOLD": 80, "SILVER": 16, "TIN": 4}
    goods = {sku: a_product(sku, on_hand=9, cost=cost, price="90") for sku, cost in costs.items()}
    idle = a_product("IDLE", on_hand=9, cost=1000, price="2000")
    shipped(a_placed_order(*[(product, 1) for product in goods.values()]))
    assert services.classify_stock(90) == 4
    found = CountClass.objects.order_by("stock__product__sku").values_list("stock__product__sku", "abc", "value")
    assert list(found) == [("GOLD", "A", 80), ("IDLE", "C", 0), ("SILVER", "B", 16), ("TIN", "C", 4)]
    assert services.classify_stock(90) == 0
    assert [s.product.sku for s in count_queries.due_stock(classes=["A", "B"])] == ["GOLD", "SILVER"]
    count = a_count(goods["GOLD"])
    assert [s.product.sku for s in count_queries.due_stock()] == ["SILVER", "TIN", "IDLE"]
    services.count_line(count, goods["GOLD"], 8, by=keeper)
    count = approved(count, keeper)
    assert [s.product.sku for s in count_queries.due_stock()] == ["SILVER", "TIN", "IDLE"]
    aged = count.closed_at
    CountClass.objects.filter(abc="A").update(counted_at=aged.replace(year=aged.year - 1))
    assert [s.product.sku for s in count_queries.due_stock(a_warehouse())] == ["GOLD", "SILVER", "TIN", "IDLE"]
    due = count_queries.due_by_class()
    assert [(d.warehouse.code, d.a, d.b, d.c) for d in due] == [("MAIN", 1, 1, 2)]
    assert idle.stock.get().count_class.abc == "C"


def test_accuracy_and_shrinkage(keeper):
    tea, cup = a_product("TEA", on_hand=10, cost=3), a_product("CUP", on_hand=4, cost=5)
    pot = a_product("POT", on_hand=2)
    count = a_count(tea, cup, pot)
    for product, found in [(tea, 7), (cup, 5), (pot, 2)]:
        services.count_line(count, product, found, by=keeper)
    approved(count, keeper)
    figures = count_queries.accuracy_of(count)
    assert (figures.lines, figures.done, figures.exact, figures.percent) == (3, 3, 1, Decimal("33.3"))
    assert (figures.pieces, figures.shrinkage, figures.gross) == (-2, Decimal(4), Decimal(14))
    [(month, counts, same)] = count_queries.accuracy_by_month()
    count.refresh_from_db()
    assert (month.month, counts, same) == (count.closed_at.month, 1, figures)


def test_the_rules_are_changed(keeper):
    policy = services.change_count_policy(by=keeper, a_days=14, threshold=Decimal(2))
    assert (policy.a_days, policy.b_days, policy.threshold) == (14, 91, 2)
    assert timeline(policy).get().data["changed"] == {"a_days": ["30", "14"], "threshold": ["5", "2"]}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inventory_countline SET counted = -1",
        "UPDATE inventory_countline SET recounted = 3",
        "UPDATE inventory_countline SET expected = NULL",
        "UPDATE inventory_count SET threshold = 101",
        "INSERT INTO inventory_countpolicy (id, a_days, b_days, c_days, period_days, threshold) "
        "VALUES (2, 1, 1, 1, 90, 5)",
        "INSERT INTO inventory_countline (count_id, stock_id, cost, again, open) "
        "SELECT count_id, stock_id, 0, false, true FROM inventory_countline",
    ],
)
def test_the_database_itself_refuses_wrong_counts(keeper, statement):
    tea = a_product("TEA", on_hand=10)
    services.count_line(a_count(tea), tea, 10, by=keeper)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("UPDATE inventory_countline SET counted = 7", "count difference  {number} TEA: stored -3, recomputed -2"),
        ("UPDATE inventory_count SET status = 'open'", "count difference  {number} TEA: stored 0, recomputed -2"),
        ("UPDATE inventory_stock SET frozen = true", "stock.frozen  TEA @ MAIN: stored True, recomputed False"),
    ],
)
def test_the_audit_sees_a_wrong_count(keeper, statement, difference):
    tea = a_product("TEA", on_hand=10)
    count = a_count(tea)
    services.count_line(count, tea, 8, by=keeper)
    approved(count, keeper)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert [str(found) for found in audit.differences()] == [difference.format(number=count.number)]


def test_what_expired_waits_until_it_is_counted(keeper):
    milk = a_product("MILK", on_hand=0, tracking="lot")
    services.receive(milk, a_warehouse(), 8, by=None, lot="L1", expires=datetime.date(2020, 1, 1))
    count = a_count(milk, mode="freeze")
    assert services.quarantine_expired() == 0
    services.cancel_count(count, by=keeper, reason="test")
    assert services.quarantine_expired() == 8
    assert_books_balance()
