"""What can be done with a shipment, and by whom: the buttons of its pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment import services
from fulfillment.carrier_actions import booking_actions
from fulfillment.carrier_forms import ShipForm
from fulfillment.forms import (
    AnswerWishForm,
    DeclineWishForm,
    DeliveredForm,
    DoorForm,
    DriverForm,
    ExceptionForm,
    FailedForm,
    NotDeliveredForm,
    ReasonForm,
    ShortForm,
    ToldAt,
)
from fulfillment.models import Batch, Carrier, DeliveryWish, Shipment, Wave
from fulfillment.queries import IN_QUEUE
from fulfillment.services import may_move
from fulfillment.services.rating import open_booking, quote_shipment, services_of
from oms.actions import Action, Actions
from orders.models import Order

KEYED = ("deliver", "fail")  # their services take the form's submission key


def possible(verb: str):
    """The state table's answer, for an action's `allowed`."""
    return lambda shipment: may_move(shipment, verb)


def to_pick_page(order: Order, shipment: Shipment) -> str:
    """Where a picker goes after starting."""
    return reverse("pick", args=[shipment.number])


def suggested(shipment: Shipment) -> dict:
    """The best service, of the carrier if it is booked; without prices our own fleet, or the only carrier there is."""
    booking = open_booking(shipment)
    quote = quote_shipment(shipment, services_of(booking.carrier) if booking else None)
    if booking and booking.service_id:
        return {"quote": quote, "service": booking.service_id, "tracking_number": shipment.tracking_number}
    if quote.chosen:
        return {"quote": quote, "service": quote.chosen.key, "tracking_number": shipment.tracking_number}
    active = [shipment.carrier] if shipment.carrier else []
    active = active or list(Carrier.objects.filter(active=True).order_by("-own", "name")[:2])
    only = {"carrier": active[0]} if active and (active[0].own or len(active) == 1) else {}
    return only | {"quote": quote, "tracking_number": shipment.tracking_number}


def on_with_picking(shipment: Shipment, after: Shipment) -> str:
    """Back to the batch or the shipment while there is something to pick, else to what became of it."""
    if after.status != Shipment.Status.PICKING:
        return after.get_absolute_url()
    return reverse("pick", args=[shipment.number])


order_actions = Actions(
    "order-picking",
    Order,
    [
        Action(
            "start",
            _("Pick"),
            "fulfillment.pick",
            services.start_picking,
            allowed=lambda order: order.stage in IN_QUEUE,
            icon="play",
            then=to_pick_page,
        )
    ],
    lookup="number",
)

shipment_actions = Actions(
    "shipment-action",
    Shipment,
    [
        Action(
            "ship",
            _("Ship"),
            "fulfillment.ship",
            services.ship,
            form=ShipForm,
            allowed=possible("ship"),
            initial=suggested,
            icon="truck",
            done=_("%(what)s has left the house."),
        ),
        *booking_actions,
        Action(
            "send-out",
            _("Send out"),
            "fulfillment.dispatch",
            services.send_out,
            form=DriverForm,
            allowed=possible("send_out"),
            initial=lambda shipment: {"driver": shipment.driver},
            icon="navigation",
            done=_("%(what)s is out for delivery."),
        ),
        Action(
            "deliver",
            _("Delivered"),
            "fulfillment.deliver",
            services.deliver,
            form=DeliveredForm,
            allowed=possible("deliver"),
            initial=lambda shipment: {"recipient": shipment.order.ship_name},
            icon="check",
            done=_("%(what)s is delivered."),
        ),
        Action(
            "fail",
            _("Not delivered"),
            "fulfillment.deliver",
            services.fail_delivery,
            form=FailedForm,
            allowed=possible("fail"),
            icon="circle-x",
            done=_("%(what)s can be sent out again."),
        ),
        Action(
            "short",
            _("Report missing pieces"),
            "fulfillment.pick",
            services.short_pick,
            form=ShortForm,
            initial=lambda shipment: {"warehouse": shipment.warehouse_id},
            allowed=possible("pick"),
            icon="search-x",
            done=_("The missing pieces of %(what)s are reported and the stock is corrected."),
            then=on_with_picking,
        ),
        Action(
            "reopen",
            _("Reopen the attempt"),
            "fulfillment.deliver",
            services.reopen_attempt,
            form=ReasonForm,
            allowed=lambda shipment: possible("reopen")(shipment) and services.last_attempt(shipment) is not None,
            icon="undo-2",
            done=_("%(what)s is on the way again."),
        ),
        Action(
            "report",
            _("Report an exception"),
            "fulfillment.handle_exception",
            services.report_exception,
            form=ExceptionForm,
            allowed=possible("report"),
            icon="package-x",
            done=_("The exception of %(what)s is open."),
            then=lambda shipment, exception: exception.get_absolute_url(),
        ),
        Action(
            "finish-short",
            _("Leave the rest for later"),
            "fulfillment.pick",
            services.finish_picking,
            form=ReasonForm,
            allowed=possible("finish_picking"),
            icon="triangle-alert",
            done=_("%(what)s goes to packing."),
        ),
        Action(
            "cancel",
            _("Cancel shipment"),
            "fulfillment.pick",
            services.cancel_shipment,
            form=ReasonForm,
            allowed=possible("cancel"),
            style="danger",
            icon="ban",
            done=_("%(what)s is cancelled. Its pieces go back on the shelf."),
        ),
    ],
    lookup="number",
)

wish_actions = Actions(
    "delivery-wish-action",
    DeliveryWish,
    [
        Action(
            "accept",
            _("Accept"),
            "fulfillment.dispatch",
            services.accept_wish,
            form=AnswerWishForm,
            allowed=lambda wish: wish.state == DeliveryWish.State.OPEN,
            icon="check",
            done=_("The customer reads that it will be done."),
            then=lambda wish, result: reverse("delivery-wishes"),
        ),
        Action(
            "decline",
            _("Decline"),
            "fulfillment.dispatch",
            services.decline_wish,
            form=DeclineWishForm,
            allowed=lambda wish: wish.state == DeliveryWish.State.OPEN,
            icon="x",
            done=_("The customer reads why not."),
            then=lambda wish, result: reverse("delivery-wishes"),
        ),
    ],
)

delivery_actions = Actions(
    "delivery-action",
    Shipment,
    [
        Action(
            "arrive",
            _("I have arrived"),
            "fulfillment.deliver_own",
            services.arrive,
            form=ToldAt,
            allowed=lambda shipment: possible("arrive")(shipment) and not shipment.arrived_at,
            icon="map-pin-check",
            then=lambda shipment, result: reverse("my-delivery", args=[shipment.number]),
        ),
        Action(
            "deliver",
            _("Delivered"),
            "fulfillment.deliver_own",
            services.deliver,
            form=DoorForm,
            allowed=possible("deliver"),
            initial=lambda shipment: {"recipient": shipment.order.ship_name},
            icon="check",
            done=_("%(what)s is delivered."),
            then=lambda shipment, result: reverse("my-deliveries"),
        ),
        Action(
            "fail",
            _("Not delivered"),
            "fulfillment.deliver_own",
            services.fail_delivery,
            form=NotDeliveredForm,
            allowed=possible("fail"),
            icon="circle-x",
            done=_("%(what)s goes back to the dispatch desk."),
            then=lambda shipment, result: reverse("my-deliveries"),
        ),
        Action(
            "reopen",
            _("That was a mistake"),
            "fulfillment.deliver_own",
            services.reopen_attempt,
            form=ReasonForm,
            allowed=possible("reopen"),
            icon="undo-2",
            done=_("%(what)s is on board again."),
            then=lambda shipment, result: reverse("my-delivery", args=[shipment.number]),
        ),
    ],
    lookup="number",
)

wave_actions = Actions(
    "wave-action",
    Wave,
    [
        Action(
            "release",
            _("Release"),
            "fulfillment.release_wave",
            services.release_wave,
            allowed=lambda wave: wave.status == Wave.Status.OPEN,
            icon="play",
            done=_("%(what)s is on the floor."),
        )
    ],
    lookup="number",
)

batch_actions = Actions(
    "batch-action",
    Batch,
    [
        Action(
            "finish",
            _("Finish"),
            "fulfillment.pick",
            services.finish_batch,
            allowed=lambda batch: batch.status == Batch.Status.PICKING,
            icon="check",
            done=_("The totes of %(what)s go to packing."),
        )
    ],
    lookup="number",
)
