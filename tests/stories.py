"""Orders on their way, for tests that begin where another app ends."""

from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Permission
from django.utils import timezone

from customers.models import Customer
from customers.services import create_customer
from fulfillment.models import Shipment, ShipmentLine
from inventory import services as inventory
from inventory.models import Product, Warehouse
from oms.models import User
from orders import services as orders
from orders.composing import Asked, Request
from orders.models import Order

ADDRESS = {"ship_name": "林美玲", "line1": "南京西路 1266 号", "city": "上海", "country": "CN"}
_numbers = count(1)


def a_person(*permissions: str, **fields) -> User:
    """Staff with these permissions ("app.codename")."""
    person = User.objects.create_user(f"person{next(_numbers)}", password="a-long-password", **fields)
    for permission in permissions:
        app, codename = permission.split(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return person


def a_warehouse(code: str = "MAIN") -> Warehouse:
    return Warehouse.objects.get_or_create(code=code, defaults={"name": f"{code} warehouse"})[0]


def a_product(sku: str = "", *, price: str = "10", tax_rate: str = "13", on_hand: int = 100, **fields) -> Product:
    """A product with stock in the main warehouse."""
    sku = sku or f"SKU-{next(_numbers)}"
    product = Product.objects.create(
        sku=sku,
        name=fields.pop("name", f"Product {sku}"),
        price=Decimal(price),
        tax_rate=Decimal(tax_rate),
        **fields,
    )
    if on_hand:
        inventory.receive(product, a_warehouse(), on_hand, by=None)
    return product


def a_customer(name: str = "林美玲", **fields) -> Customer:
    fields = {"email": "mei@example.com", "language": "zh-hans", **fields}
    return create_customer(by=None, name=name, **fields)


def a_placed_order(*lines: tuple[Product, int], customer: Customer | None = None, **fields) -> Order:
    """A clean, confirmed order."""
    asked = [Asked(product.pk, quantity) for product, quantity in lines]
    request = Request(customer=customer or a_customer(), lines=asked, address=ADDRESS, **fields)
    return orders.place_order(request, by=None)


def shipped(order: Order, *, delivered: bool = True) -> Shipment:
    """Send everything that is reserved for the order on one trip."""
    pieces = {line.pk: line.reserved for line in order.lines.all() if line.reserved}
    shipment = Shipment.objects.create(
        number=f"SH{next(_numbers)}", order=order, warehouse=order.warehouse, status=Shipment.Status.SHIPPED
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=pk, to_pick=n, picked=n, packed=n) for pk, n in pieces.items()
    )
    for verb in (orders.record_picked, orders.record_packed, orders.record_shipped):
        verb(order, pieces, by=None)
    if delivered:
        deliver(shipment)
    order.refresh_from_db()
    return shipment


def deliver(shipment: Shipment) -> None:
    """The customer has it."""
    shipment.status, shipment.delivered_at = Shipment.Status.DELIVERED, timezone.now()
    shipment.save()
    pieces = {line.order_line_id: line.packed for line in shipment.lines.all()}
    orders.record_delivered(shipment.order, pieces, by=None)


def a_delivered_order(*lines: tuple[Product, int], paid: bool = True, **fields) -> Order:
    order = a_placed_order(*lines, **fields)
    shipped(order)
    if paid:
        orders.record_payment(order, by=None, method="card", amount=order.total)
    order.refresh_from_db()
    return order
