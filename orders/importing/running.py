"""Importing a planned file: products and customers first, then orders by the hundred, each chunk whole or not."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from customers.events import CustomerEvent
from customers.models import Customer
from customers.services import digits
from inventory.events import ProductEvent
from inventory.models import Product
from oms import inserts
from oms.context import current
from oms.errors import DomainError
from oms.events import KEYS as EVENT_KEYS
from oms.events import record_many, rows_of
from oms.models import Company
from orders import pricing
from orders.composing import ADDRESS, Asked, Request
from orders.events import OrderEvent
from orders.importing import mapping as mappings
from orders.importing.planning import WALK_IN, CustomerKey, Group, Plan, Policy, make_plan
from orders.importing.reading import Table, read_table
from orders.importing.rows import Row, parse
from orders.models import ImportFile, Order, OrderLine
from orders.services import place_orders

CHUNK = 200
SHOWN_PROBLEMS = 500
UNIT = "pc"

Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What came of a file: each of its `rows` is in an order now, was in one before, or is refused."""

    table: Table
    plan: Plan
    orders: int = 0
    accepted_total: Decimal = Decimal(0)
    new_products: int = 0
    new_customers: int = 0

    def as_json(self) -> dict:
        """Counts, the problems grouped by reason, and the first of them in full."""
        refused = self.plan.refused
        problems = [problem for row in refused for problem in row.problems]
        reasons = Counter((p.column, p.reason) for p in problems)
        return {
            "rows": len(self.plan.rows),
            "orders": self.orders,
            "refused_rows": len(refused),
            "known_rows": len(self.plan.known),
            "accepted_total": str(self.accepted_total),
            "new_products": self.new_products,
            "new_customers": self.new_customers,
            "reasons": [[column, reason, count] for (column, reason), count in reasons.most_common(50)],
            "problems": [[p.row, p.column, p.value, p.reason] for p in problems[:SHOWN_PROBLEMS]],
        }


def look_at(
    path: Path, name: str, mapping: mappings.Mapping, policy: Policy, file: ImportFile | None = None
) -> Outcome:
    """The dry run: everything is read and checked, nothing is written."""
    table = read_table(path, name)
    mappings.check(mapping, table.headings)
    plan = make_plan(parse(table, mapping), mapping, policy, file)
    currency = current(Company).currency
    return Outcome(
        table,
        plan,
        orders=len(plan.groups) + plan.mine,
        accepted_total=sum((_net(row, plan, currency) for g in plan.groups for row in g.rows), plan.mine_total),
        new_products=len(plan.new_products),
        new_customers=len(plan.new_customers),
    )


def import_rows(
    path: Path,
    name: str,
    mapping: mappings.Mapping,
    policy: Policy,
    *,
    by=None,
    file: ImportFile | None = None,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Import a file; may be run again after it was interrupted, and then goes on where it stopped.

    An order and its reference are written in one transaction, so what is there already is left alone.
    """
    outcome = look_at(path, name, mapping, policy, file)
    plan = outcome.plan
    outcome.orders, outcome.accepted_total = plan.mine, plan.mine_total
    make_missing(plan, by=by)
    customers = Customer.objects.select_related("tier").in_bulk({plan.customers[g.customer] for g in plan.groups})
    write = _record_history if policy.history else _place
    done, total = 0, sum(len(group.rows) for group in plan.groups)
    for start in range(0, len(plan.groups), CHUNK):
        chunk = plan.groups[start : start + CHUNK]
        for order in _write_chunk(chunk, plan, customers, write, by, file):
            outcome.orders += 1
            outcome.accepted_total += order.net
        done += sum(len(group.rows) for group in chunk)
        progress(done, total)
    return outcome


def _write_chunk(groups: list[Group], plan: Plan, customers: dict, write, by, file) -> list[Order]:
    """The whole chunk at once; when something in it is refused, one order after the other."""
    try:
        return write(groups, plan, customers, by, file)
    except DomainError as error:
        if len(groups) > 1:
            return [order for group in groups for order in _write_chunk([group], plan, customers, write, by, file)]
        for row in groups[0].rows:
            plan.refuse(row, "reference", str(error))
        return []


def _net(row: Row, plan: Plan, currency: str) -> Decimal:
    """What a row is worth before tax; a row without a price counts with its product's price when it is placed."""
    if row.unit_price is None:
        return Decimal(0)
    return pricing.line_amounts(row.unit_price, row.quantity, Decimal(0), currency).net


@transaction.atomic
def make_missing(plan: Plan, *, by) -> None:
    """Make the products and customers that the file names and we do not have."""
    products = [
        Product(
            sku=row.texts["sku"],
            name=(row.texts.get("product_name") or row.texts["sku"])[:200],
            unit=UNIT,
            price=plan.prices[capitals],
        )
        for capitals, row in plan.new_products.items()
    ]
    Product.objects.bulk_create(products, batch_size=1000)
    record_many([(product, ProductEvent.CREATED, {"sku": product.sku}) for product in products], by=by)
    plan.products |= {product.sku.upper(): product.pk for product in products}
    numbers = iter(inserts.take_values(("customers_number_seq", len(plan.new_customers)))[0])
    customers = {key: _customer(key, row, next(numbers)) for key, row in plan.new_customers.items()}
    Customer.objects.bulk_create(customers.values(), batch_size=1000)
    record_many([(customer, CustomerEvent.CREATED, {}) for customer in customers.values()], by=by)
    plan.customers |= {key: customer.pk for key, customer in customers.items()}


def _customer(key: CustomerKey, row: Row, number: int) -> Customer:
    texts = row.texts
    kind, value = key
    code = texts.get("customer_code") or (WALK_IN if key == ("code", WALK_IN) else f"C{number}")
    name = texts.get("customer_name") or texts.get("ship_name") or (value if kind != "code" else code)
    return Customer(
        code=code[:30],
        name=name[:160],
        email=texts.get("email", ""),
        phone=texts.get("phone", ""),
        phone_digits=digits(texts.get("phone", "")),
    )


def _place(groups: list[Group], plan: Plan, customers: dict, by, file) -> list[Order]:
    requests = [
        Request(
            customer=customers[plan.customers[group.customer]],
            lines=[Asked(plan.products[row.texts["sku"].upper()], row.quantity, row.unit_price) for row in group.rows],
            address=_address(group.head),
            channel=Order.Channel.IMPORT,
            reference=group.reference,
            requested_date=group.head.requested_date,
            note=group.head.texts.get("note", ""),
            email=group.head.texts.get("email", ""),
            phone=group.head.texts.get("phone", ""),
            price_source="price_from_file",
            imported_from=file,
        )
        for group in groups
    ]
    return place_orders(requests, by=by)


def _address(row: Row) -> dict[str, str]:
    return {name: row.texts.get(name, "") for name in ADDRESS} | {
        "ship_name": row.texts.get("ship_name") or row.texts.get("customer_name", "")
    }


@transaction.atomic
def _record_history(groups: list[Group], plan: Plan, customers: dict, by, file) -> list[Order]:
    """Closed or cancelled orders of the past: no stock, no tax beyond the price, no mail, no rule."""
    keys, numbers, event_keys = inserts.take_values(
        ("orders_order_id_seq", len(groups)), ("orders_number_seq", len(groups)), (EVENT_KEYS, len(groups))
    )
    products = Product.objects.in_bulk({plan.products[r.texts["sku"].upper()] for g in groups for r in g.rows})
    orders, lines = [], []
    for group, key, number in zip(groups, keys, numbers, strict=True):
        order = _past_order(group, customers[plan.customers[group.customer]], by, file)
        order.pk, order.number = key, f"SO{number}"
        own = [
            _past_line(order, at, row, products[plan.products[row.texts["sku"].upper()]])
            for at, row in enumerate(group.rows, 1)
        ]
        order.net = order.total = sum((line.net for line in own), Decimal(0))
        orders.append(order)
        lines += own
    happened = [(order, OrderEvent.IMPORTED, {"total": str(order.total)}) for order in orders]
    inserts.insert([orders, lines, *rows_of(happened, event_keys, by=by)])
    return orders


def _past_order(group: Group, customer: Customer, by, file) -> Order:
    head = group.head
    status = Order.Status.CANCELLED if group.cancelled else Order.Status.CLOSED
    return Order(
        reference=group.reference,
        customer=customer,
        channel=Order.Channel.IMPORT,
        status=status,
        stage=Order.Stage(status.value),
        history=True,
        language=customer.language,
        email=head.texts.get("email", ""),
        phone=head.texts.get("phone", ""),
        currency=current(Company).currency,
        requested_date=head.requested_date,
        note=head.texts.get("note", ""),
        by=by,
        placed_at=min(row.placed_at for row in group.rows),
        imported_from=file,
        **_address(head),
    )


def _past_line(order: Order, position: int, row: Row, product: Product) -> OrderLine:
    price = row.unit_price if row.unit_price is not None else product.price
    net = pricing.line_amounts(price, row.quantity, Decimal(0), order.currency).net
    gone = 0 if order.status == Order.Status.CANCELLED else row.quantity
    return OrderLine(
        order=order,
        position=position,
        product=product,
        sku=product.sku,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        list_price=product.price,
        unit_price=price,
        price_reasons=[{"code": "price_from_file"}],
        tax_rate=Decimal(0),
        net=net,
        tax=Decimal(0),
        ordered=row.quantity,
        cancelled=row.quantity - gone,
        picked=gone,
        packed=gone,
        shipped=gone,
        delivered=gone,
    )
