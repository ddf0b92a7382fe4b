"""An order from another system: customer found or made, SKUs resolved, placed once per idempotency key."""

import json
from collections.abc import Callable

from django.db import IntegrityError, transaction

from inventory.models import Product
from oms.apikeys import digest
from oms.models import ApiCall, ApiKey
from orders.api.problems import Refusal
from orders.api.schemas import OrderIn
from orders.composing import Asked, Request
from orders.models import Order
from orders.services import place_order
from orders.services.shop import Stranger, buyer_of


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
        customer=buyer_of(Stranger(**wanted.customer.dict())),
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
