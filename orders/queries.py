"""Reads that cross models."""

from django.contrib.contenttypes.models import ContentType
from django.core.signing import BadSignature
from django.db.models import F, Q, QuerySet

from customers.models import Customer
from customers.services import digits
from inventory.models import Product, Stock
from oms.models import Message
from orders.models import LINK_SIGNER, Order, OrderLine

PHONE_TAIL = 4


def found_by(text: str) -> QuerySet:
    """Primary keys of the orders that a search text means.

    Part of the number, reference or recipient, part of the customer's name, e-mail or phone, or a whole SKU. A union,
    because each part then uses an index of its own; one OR over three tables would read them all.
    """
    text = text.strip()
    customers = Q(name__icontains=text) | Q(email__icontains=text) | Q(code__iexact=text)
    if len(digits(text)) >= PHONE_TAIL:
        customers |= Q(phone_digits__contains=digits(text))
    parts = [
        Order.objects.filter(Q(number__icontains=text) | Q(reference__icontains=text) | Q(ship_name__icontains=text)),
        Order.objects.filter(customer__in=Customer.objects.filter(customers)),
    ]
    products = Product.objects.filter(sku__iexact=text)
    lines = OrderLine.objects.filter(product__in=products).order_by().values("order_id")
    first, *rest = [part.order_by().values("pk") for part in parts]
    return first.union(*rest, lines)


def find_customer(text: str) -> Customer | None:
    """The one customer that a clerk's text means: her number, e-mail, phone or whole name; None when it is not one."""
    text = text.strip()
    if not text:
        return None
    known = Customer.objects.select_related("tier")
    exact = known.filter(code__iexact=text).first()
    if exact:
        return exact
    means = Q(name__iexact=text) | Q(email__iexact=text)
    if len(digits(text)) > PHONE_TAIL:
        means |= Q(phone_digits=digits(text))
    found = list(known.filter(means)[:2])
    return found[0] if len(found) == 1 else None


def order_by_pair(number: str, contact: str) -> Order | None:
    """The order with this number whose e-mail, or phone's last four digits or more, is `contact`."""
    order = Order.objects.select_related("customer").filter(number=number.strip().upper()).first()
    contact, tail = contact.strip().casefold(), digits(contact)
    emails = {order.email.casefold(), order.customer.email.casefold()} if order else set()
    phones = [digits(order.phone), order.customer.phone_digits] if order else []
    by_email = bool(contact) and contact in emails
    by_phone = len(tail) >= PHONE_TAIL and any(phone.endswith(tail) for phone in phones if phone)
    return order if by_email or by_phone else None


def messages_about(order: Order) -> QuerySet[Message]:
    """The mails and texts sent about an order, newest first, without their bodies."""
    kind = ContentType.objects.get_for_model(Order)
    return Message.objects.filter(about_type=kind, about_id=order.pk).defer("text", "html")


def order_by_key(key: str) -> Order | None:
    """The order behind a customer's own link; None when we did not sign the key."""
    try:
        number = LINK_SIGNER.unsign(key)
    except BadSignature:
        return None
    return Order.objects.select_related("customer").filter(number=number).first()


def waiting_for(stock: Stock) -> QuerySet[Order]:
    """Open orders of the stock's warehouse whose lines lack this product, in the order of the queue."""
    lacking = Q(
        lines__product=stock.product_id,
        lines__ordered__gt=F("lines__cancelled") + F("lines__shipped") + F("lines__reserved"),
    )
    return (
        Order.objects.filter(
            lacking, warehouse=stock.warehouse_id, status__in=[Order.Status.PLACED, Order.Status.CONFIRMED]
        )
        .order_by("-priority", "promised_date", "id")
        .distinct()
    )
