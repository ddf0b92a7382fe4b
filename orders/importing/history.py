"""Orders of the past: closed or cancelled, no stock, no tax beyond the price, no mail, no rule."""

from decimal import Decimal

from django.db import transaction

from customers.models import Customer
from inventory.models import Product
from oms import inserts
from oms.context import current
from oms.events import KEYS as EVENT_KEYS
from oms.events import rows_of
from oms.models import Company
from orders import pricing
from orders.events import OrderEvent
from orders.importing.planning import Group, Plan, address_of
from orders.importing.rows import Row
from orders.models import Order, OrderLine


@transaction.atomic
def record_history(groups: list[Group], plan: Plan, customers: dict[int, Customer], *, by, file) -> list[Order]:
    """Write them all, or none."""
    keys, numbers, event_keys = inserts.take_values(
        ("orders_order_id_seq", len(groups)), ("orders_number_seq", len(groups)), (EVENT_KEYS, len(groups))
    )
    products = products_of(groups, plan)
    orders, lines = [], []
    for group, key, number in zip(groups, keys, numbers, strict=True):
        order = past_order(group, customers[plan.customers[group.customer]], by=by, file=file)
        order.pk, order.number = key, f"SO{number}"
        own = past_lines(order, group.rows, plan, products)
        order.net = order.total = sum((line.net for line in own), Decimal(0))
        orders.append(order)
        lines += own
    happened = [(order, OrderEvent.IMPORTED, {"total": str(order.total)}) for order in orders]
    inserts.insert([orders, lines, *rows_of(happened, event_keys, by=by)])
    return orders


def products_of(groups: list[Group], plan: Plan) -> dict[int, Product]:
    """The products of these orders by primary key."""
    return Product.objects.in_bulk({plan.products[row.texts["sku"].upper()] for g in groups for row in g.rows})


def past_lines(order: Order, rows: list[Row], plan: Plan, products: dict[int, Product], first: int = 1):
    """The rows as lines, unsaved, numbered from `first`."""
    return [
        _past_line(order, at, row, products[plan.products[row.texts["sku"].upper()]])
        for at, row in enumerate(rows, first)
    ]


def past_order(group: Group, customer: Customer, *, by, file) -> Order:
    """The head of a past order, unsaved and without amounts."""
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
        import_digest=group.digest,
        **address_of(head),
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
