"""Everything abnormal in one queue: what it is, since when, whose it is, until when, and where it is put right."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fulfillment.models import Booking, DeliveryException, RawTrackingEvent, Shipment
from inventory import queries as inventory
from oms import events, formats
from oms.models import Assignment, Delivery, Job, Message
from oms.pages import Text
from orders.models import Hold, ImportFile, ImportRow, Order, WebhookEndpoint
from orders.reasons import hold_label, sentence

SHOWN = 50
OPEN = (Order.Status.PLACED, Order.Status.CONFIRMED)


@dataclass(frozen=True)
class Item:
    """One thing that is not as it should be; `record` is what it is about."""

    record: models.Model
    what: str
    why: str
    since: datetime.datetime | datetime.date | None
    href: str
    remedy: Text
    assignment: Assignment | None = None


@dataclass(frozen=True)
class Kind:
    """A sort of abnormal things: who sees it, which rows it is, and how a row reads."""

    name: str
    label: Text
    permission: str
    rows: Callable[[], models.QuerySet]
    item: Callable[[models.Model], Item]


def _hold(hold: Hold) -> Item:
    why = " ".join(sentence(reason) for reason in hold.reasons) or hold.note
    if hold.due_on:
        why = gettext("%(why)s To be decided by %(day)s.") % {"why": why, "day": formats.day(hold.due_on)}
    what = f"{hold.order.number} · {hold_label(hold.kind)}"
    return Item(hold, what, why, hold.placed_at, hold.order.get_absolute_url(), _("Decide"))


def _late(order: Order) -> Item:
    return Item(order, order.number, str(order.customer), order.promised_date, order.get_absolute_url(), _("Open"))


def _short(order: Order) -> Item:
    return Item(order, order.number, str(order.customer), order.placed_at, order.get_absolute_url(), _("Open"))


def _failed(shipment: Shipment) -> Item:
    href, order = shipment.get_absolute_url(), shipment.order
    return Item(
        shipment, shipment.number, f"{order.number} {order.ship_name}", shipment.shipped_at, href, _("Send again")
    )


def _exception(exception: DeliveryException) -> Item:
    why = f"{exception.shipment.number} {exception.get_kind_display()}"
    return Item(exception, exception.number, why, exception.at, exception.get_absolute_url(), _("Settle"))


def _purchase(purchase) -> Item:
    why = f"{purchase.supplier} → {purchase.warehouse}"
    return Item(
        purchase, purchase.number, why, purchase.expected, purchase.get_absolute_url(), _("Receive or postpone")
    )


def _alert(alert) -> Item:
    what = f"{alert.stock.product.sku} {alert.stock.product.name}"
    return Item(alert, what, str(alert.stock.warehouse), alert.raised_at, alert.get_absolute_url(), _("Order goods"))


def _message(message: Message) -> Item:
    return Item(message, str(message), message.to, message.created_at, message.get_absolute_url(), _("Send again"))


def _reaction(delivery: Delivery) -> Item:
    what = events.label(delivery.event.kind)
    return Item(delivery, what, delivery.error[:200], delivery.event.at, reverse("deliveries"), _("Try again"))


def _job(job: Job) -> Item:
    return Item(job, job.title, str(job.by or ""), job.created_at, job.get_absolute_url(), _("Open"))


def _booking(booking: Booking) -> Item:
    href = booking.shipment.get_absolute_url()
    return Item(booking, booking.shipment.number, str(booking.carrier), booking.created_at, href, _("Book again"))


def _tracking(event: RawTrackingEvent) -> Item:
    href = f"{reverse('tracking-events')}?state={event.state}"
    return Item(event, str(event), str(event.carrier), event.received_at, href, _("Map this status"))


def _import(file: ImportFile) -> Item:
    return Item(file, file.name, str(file.by or ""), file.at, file.get_absolute_url(), _("Repair rows"))


def _webhook(endpoint: WebhookEndpoint) -> Item:
    href = endpoint.get_absolute_url()
    return Item(endpoint, endpoint.name, endpoint.url, endpoint.given_up_at, href, _("Put right and switch on"))


def _open_holds() -> models.QuerySet:
    held = Hold.objects.filter(released_at=None, order__status__in=OPEN).select_related("order")
    return held.order_by("-order__priority", "id")


def _failed_bookings() -> models.QuerySet:
    failed = Booking.objects.filter(state=Booking.State.FAILED)
    return failed.select_related("shipment", "carrier").order_by("-id")


def _odd_events() -> models.QuerySet:
    odd = [RawTrackingEvent.State.UNMAPPED, RawTrackingEvent.State.NO_SHIPMENT]
    return RawTrackingEvent.objects.filter(state__in=odd).select_related("carrier").order_by("-id")


def _overdue() -> models.QuerySet:
    arrived = [Order.Stage.DELIVERED, Order.Stage.RETURNED]
    late = Order.objects.filter(status__in=OPEN, history=False, promised_date__lt=timezone.localdate())
    return late.exclude(stage__in=arrived).select_related("customer").order_by("promised_date", "id")


def _waiting() -> models.QuerySet:
    waiting = Order.objects.filter(stage=Order.Stage.WAITING_STOCK)
    return waiting.select_related("customer").order_by("-priority", "promised_date", "id")


def _to_repair() -> models.QuerySet:
    refused = ImportRow.objects.filter(state__in=[ImportRow.State.REFUSED, ImportRow.State.FIXED], file=OuterRef("pk"))
    return ImportFile.objects.filter(Exists(refused), undone_at=None).select_related("by").order_by("-id")


KINDS = [
    Kind("holds", _("Orders on hold"), "orders.release_hold", _open_holds, _hold),
    Kind("late", _("Promises that are overdue"), "orders.view_order", _overdue, _late),
    Kind("short", _("Orders waiting for stock"), "orders.confirm_order", _waiting, _short),
    Kind(
        "failed",
        _("Failed deliveries"),
        "fulfillment.dispatch",
        lambda: Shipment.objects.filter(status=Shipment.Status.FAILED).select_related("order").order_by("id"),
        _failed,
    ),
    Kind(
        "exceptions",
        _("Delivery exceptions"),
        "fulfillment.view_deliveryexception",
        lambda: (
            DeliveryException.objects.filter(status=DeliveryException.Status.OPEN)
            .select_related("shipment")
            .order_by("id")
        ),
        _exception,
    ),
    Kind("bookings", _("Bookings that failed"), "fulfillment.view_booking", _failed_bookings, _booking),
    Kind("tracking", _("Tracking events not understood"), "fulfillment.view_rawtrackingevent", _odd_events, _tracking),
    Kind(
        "purchases",
        _("Purchase orders overdue"),
        "inventory.view_purchaseorder",
        inventory.overdue_purchase_orders,
        _purchase,
    ),
    Kind("alerts", _("Stock under its alert line"), "inventory.handle_alert", inventory.open_alerts, _alert),
    Kind("imports", _("Import rows to repair"), "orders.import_orders", _to_repair, _import),
    Kind(
        "messages",
        _("Messages not sent"),
        "oms.view_message",
        lambda: (
            Message.objects.filter(state__in=[Message.State.FAILED, Message.State.BOUNCED])
            .defer("text", "html")
            .order_by("-id")
        ),
        _message,
    ),
    Kind(
        "reactions",
        _("Failed reactions"),
        "oms.view_delivery",
        lambda: Delivery.objects.filter(state=Delivery.State.FAILED).select_related("event").order_by("-id"),
        _reaction,
    ),
    Kind(
        "webhooks",
        _("Webhooks switched off after failing for days"),
        "orders.view_webhookendpoint",
        lambda: WebhookEndpoint.objects.exclude(given_up_at=None).order_by("given_up_at", "id"),
        _webhook,
    ),
    Kind(
        "jobs",
        _("Failed jobs"),
        "oms.view_job",
        lambda: Job.objects.filter(state=Job.State.FAILED).select_related("by").order_by("-id"),
        _job,
    ),
]


def kinds_for(user) -> list[Kind]:
    """The sorts of things that this person may see."""
    return [kind for kind in KINDS if user.has_perm(kind.permission)]


def items(kind: Kind) -> list[Item]:
    """The first of a kind, with whose they are; two statements however many."""
    rows = list(kind.rows()[:SHOWN])
    if not rows:
        return []
    subject = ContentType.objects.get_for_model(rows[0])
    found = Assignment.objects.filter(subject_type=subject, subject_id__in=[row.pk for row in rows])
    taken = {row.subject_id: row for row in found.select_related("owner")}
    return [replace(kind.item(row), assignment=taken.get(row.pk)) for row in rows]


def record_of(kind: Kind, pk: int) -> models.Model | None:
    """The row that a form names, as long as it is still abnormal."""
    return kind.rows().filter(pk=pk).first()
