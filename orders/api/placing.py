"""An order from another system: customer found or made, SKUs resolved, placed once per idempotency key."""

import json
from collections.abc import Callable

from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from customers.services import create_customer, digits
from inventory.models import Product
from oms.apikeys import digest
from oms.models import ApiCall, ApiKey
from orders.api.problems import Refusal
from orders.api.schemas import CustomerIn, OrderIn
from orders.composing import Asked, Request
from orders.models import Order
from orders.services import place_order


@transaction.atomic
def once(key: ApiKey, idempotency_key: str, body: dict, create: Callable[[], dict]) -> dict:
    """The answer of `create()`, or of the first call under this idempotency key; Refusal 409 for another body.

    A second call at the same moment waits for the first; when that one is refused, its key is free again.
    """
    fingerprint = digest(json.dumps(body, sort_keys=True, default=str))
    try:
        with transaction.atomic():
            call = ApiCall.objects.create(key=key, idempotency_key=idempotency_key, digest=fingerprint)
    except IntegrityError as error:
        call = ApiCall.objects.get(key=key, idempotency_key=idempotency_key)
        if call.digest != fingerprint:
            raise Refusal(409, "This idempotency key was used for another request.", "Idempotency-Key") from error
        return call.answer
    call.answer = create()
    call.save(update_fields=["answer"])
    return call.answer


def place(key: ApiKey, wanted: OrderIn) -> Order:
    """Place the order through the same service as everybody; Refusal names the SKU that does not exist."""
    products = dict(Product.objects.filter(sku__in=[x.sku for x in wanted.lines]).values_list("sku", "pk"))
    for position, line in enumerate(wanted.lines):
        if line.sku not in products:
            raise Refusal(422, f"There is no product with the SKU {line.sku}.", f"lines.{position}.sku")
    address = wanted.ship_to.dict()
    request = Request(
        customer=_customer(wanted.customer),
        lines=[Asked(products[x.sku], x.quantity, x.unit_price) for x in wanted.lines],
        address={"ship_name": address.pop("name"), **address},
        channel=key.channel,
        reference=wanted.reference,
        requested_date=wanted.requested_date,
        note=wanted.note,
        email=wanted.customer.email,
        phone=wanted.customer.phone,
    )
    return place_order(request, by=None)


def _customer(given: CustomerIn) -> Customer:
    """The customer with this e-mail, else with this phone, else a new one; two calls at once make one."""
    phone = digits(given.phone)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [given.email or phone or given.name])
    known = Customer.objects.select_related("tier").order_by("pk")
    found = None
    if given.email:
        found = known.filter(email__iexact=given.email).first()
    elif phone:
        found = known.filter(phone_digits=phone).first()
    return found or create_customer(by=None, **given.dict())
