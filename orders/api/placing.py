"""An order from another system: customer found or made, SKUs resolved, placed once per idempotency key."""

import json
from collections.abc import Callable, Sequence

from django.db import IntegrityError, transaction

from inventory.models import Product
from oms.apikeys import digest
from oms.models import ApiCall, ApiKey
from orders.api.problems import Refusal
from orders.api.schemas import ChangeIn, LineChange, LineIn, OrderIn
from orders.composing import Asked, Request
from orders.models import Order
from orders.services import Change, place_order
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
    products = _products(wanted.lines)
    address = wanted.ship_to.dict()
    request = Request(
        customer=buyer_of(Stranger(**wanted.customer.dict())),
        lines=[Asked(products[x.sku], x.quantity, x.unit_price) for x in wanted.lines],
        address={"ship_name": address.pop("name"), **address},
        channel=key.channel,
        reference=wanted.reference,
        requested_date=wanted.requested_date,
        note=wanted.note,
        promotion_code=wanted.promotion_code,
        email=wanted.customer.email,
        phone=wanted.customer.phone,
    )
    return place_order(request, by=None)


def _products(lines: Sequence[LineIn | LineChange]) -> dict[str, int]:
    """{SKU: product}; Refusal names the first that does not exist."""
    products = dict(Product.objects.filter(sku__in=[x.sku for x in lines]).values_list("sku", "pk"))
    for position, line in enumerate(lines):
        if line.sku not in products:
            raise Refusal(422, f"There is no product with the SKU {line.sku}.", f"lines.{position}.sku")
    return products


def change_of(order: Order, wanted: ChangeIn) -> Change:
    """The change that a call asks for; Refusal for a SKU that is unknown, named twice, or on several lines."""
    quantities, prices, added, seen = {}, {}, [], set()
    products = _products([line for line in wanted.lines if line.quantity])
    for position, asked in enumerate(wanted.lines):
        found = [line for line in order.lines.all() if line.sku == asked.sku]
        if asked.sku in seen or len(found) > 1:
            raise Refusal(422, f"{asked.sku} is on several lines.", f"lines.{position}.sku")
        seen.add(asked.sku)
        if found:
            quantities[found[0].pk] = asked.quantity
            if asked.unit_price is not None:
                prices[found[0].pk] = asked.unit_price
        elif asked.quantity:
            added.append(Asked(products[asked.sku], asked.quantity, asked.unit_price))
    head = {name: getattr(wanted, name) for name in ("phone", "note") if getattr(wanted, name) is not None}
    if "requested_date" in wanted.model_fields_set:
        head["requested_date"] = wanted.requested_date
    if wanted.ship_to:
        address = wanted.ship_to.dict()
        head |= {"ship_name": address.pop("name"), **address}
    return Change(quantities=quantities, prices=prices, added=added, head=head)
