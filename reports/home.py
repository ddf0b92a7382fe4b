"""What the home page shows: open orders by stage, what failed, and each role's own work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from aftersales.models import Return, Ticket
from fulfillment import queries as fulfillment
from fulfillment.models import Shipment
from oms.models import Delivery, Job, Message
from oms.pages import url_or_none
from orders.models import Order
from reports.periods import Period, today

Stage = Order.Stage
OPEN_STAGES = [
    Stage.DRAFT,
    Stage.ON_HOLD,
    Stage.TO_REVIEW,
    Stage.WAITING_STOCK,
    Stage.TO_MAKE,
    Stage.TO_PICK,
    Stage.PICKING,
    Stage.TO_SHIP,
    Stage.PARTLY_SHIPPED,
    Stage.SHIPPED,
]
NEEDS_A_PERSON = {Stage.ON_HOLD: "warn", Stage.TO_REVIEW: "warn", Stage.WAITING_STOCK: "warn"}
ALERTS_SHOWN = 8
FAILED_DAYS = 7


@dataclass(frozen=True)
class Tile:
    """A number that leads to the list behind it."""

    label: str
    value: int
    href: str | None
    tone: str = ""
    note: str = ""


def listed(name: str, query: str = "") -> str | None:
    """The address of a list with a filter; None while there is no such list."""
    path = url_or_none(name)
    return f"{path}?{query}" if path and query else path


def open_orders() -> list[Tile]:
    """One tile for each stage of an open order, empty ones too, so that they always sum to the total; one statement."""
    counts = dict(Order.objects.filter(stage__in=OPEN_STAGES).values_list("stage").annotate(Count("pk")).order_by())
    return [
        Tile(
            str(stage.label),
            counts.get(stage, 0),
            listed("orders", f"stage={stage}"),
            NEEDS_A_PERSON.get(stage, "") if counts.get(stage) else "",
        )
        for stage in OPEN_STAGES
    ]


def open_orders_href() -> str | None:
    """The list of all open orders."""
    return listed("orders", "&".join(f"stage={stage}" for stage in OPEN_STAGES))


def failures(user) -> list[Tile]:
    """What the system could not do by itself, as far as this person may see it; only what there is."""
    since = today() - timedelta(days=FAILED_DAYS)
    jobs = Job.objects.filter(state=Job.State.FAILED, created_at__gte=Period(since, since).start)
    if not user.has_perm("oms.view_job"):
        jobs = jobs.filter(by=user)
    tiles = [
        Tile(
            _("Failed jobs of the last days"), jobs.count(), listed("jobs", f"state=failed&created_from={since}"), "bad"
        )
    ]
    if user.has_perm("oms.view_message"):
        failed = Message.objects.filter(state__in=[Message.State.FAILED, Message.State.BOUNCED]).count()
        tiles.append(Tile(_("Messages not sent"), failed, listed("messages", "state=failed&state=bounced"), "bad"))
    if user.has_perm("oms.view_delivery"):
        failed = Delivery.objects.filter(state=Delivery.State.FAILED).count()
        tiles.append(Tile(_("Failed reactions"), failed, listed("deliveries"), "bad"))
    return [tile for tile in tiles if tile.value]


def my_work(user) -> list[Tile]:
    """The queues with work for this person, by what she may do; one statement a queue at most."""
    return [
        tile
        for ask in (_orders, _picking, _shipments, _returns, _tickets)
        for tile in ask(user, user.has_perm)
        if tile.value
    ]


Asked = Callable[[str], bool]


def _orders(user, may: Asked) -> list[Tile]:
    wanted = [
        ("orders.confirm_order", Stage.TO_REVIEW, _("Orders to review"), listed("orders", "stage=to_review")),
        ("orders.release_hold", Stage.ON_HOLD, _("Orders on hold"), listed("orders", "stage=on_hold")),
    ]
    mine = [each for each in wanted if may(each[0])]
    if not mine:
        return []
    stages = [stage for _permission, stage, _label, _href in mine]
    counts = dict(Order.objects.filter(stage__in=stages).values_list("stage").annotate(Count("pk")).order_by())
    return [Tile(label, counts.get(stage, 0), href) for _permission, stage, label, href in mine]


def _picking(user, may: Asked) -> list[Tile]:
    if not may("fulfillment.pick"):
        return []
    return [Tile(_("Orders to pick"), fulfillment.ready_to_pick().count(), listed("picking"))]


def _shipments(user, may: Asked) -> list[Tile]:
    status, own = Shipment.Status, Q(driver=user)
    to_send_out = Q(status=status.SHIPPED, carrier__own=True) | Q(status=status.FAILED)
    wanted = [
        ("fulfillment.pack", Q(status=status.PICKED), _("Shipments to pack"), listed("packing")),
        (
            "fulfillment.ship",
            Q(status=status.PACKED),
            _("Parcels to ship"),
            listed("shipments", "status=packed"),
        ),
        ("fulfillment.dispatch", to_send_out, _("To send out"), listed("dispatch")),
        (
            "fulfillment.dispatch",
            Q(status=status.FAILED),
            _("Failed deliveries"),
            listed("shipments", "status=failed"),
        ),
        ("fulfillment.deliver_own", own & Q(status=status.OUT), _("My deliveries"), listed("my-deliveries")),
    ]
    return _counted(
        Shipment.objects.filter(status__in=[status.PICKED, status.PACKED, status.SHIPPED, status.OUT, status.FAILED]),
        wanted,
        may,
    )


def _returns(user, may: Asked) -> list[Tile]:
    status = Return.Status
    wanted = [
        (
            "aftersales.approve_return",
            Q(status=status.REQUESTED),
            _("Returns to answer"),
            listed("returns", "status=requested"),
        ),
        (
            "aftersales.receive_return",
            Q(status=status.APPROVED),
            _("Returns on their way"),
            listed("returns", "status=approved"),
        ),
        (
            "aftersales.receive_return",
            Q(status=status.RECEIVED),
            _("Returns received"),
            listed("returns", "status=received"),
        ),
    ]
    return _counted(Return.objects.filter(status__in=[status.REQUESTED, status.APPROVED, status.RECEIVED]), wanted, may)


def _tickets(user, may: Asked) -> list[Tile]:
    status = Ticket.Status
    wanted = [
        (
            "aftersales.change_ticket",
            Q(status=status.OPEN),
            _("Open tickets"),
            listed("tickets", "status=open"),
        ),
        (
            "aftersales.change_ticket",
            Q(owner=user),
            _("My tickets"),
            listed("tickets", "mine=yes&status=open&status=waiting"),
        ),
    ]
    return _counted(Ticket.objects.filter(status__in=[status.OPEN, status.WAITING]), wanted, may)


def _counted(queryset: QuerySet, wanted: list[tuple[str, Q, str, str | None]], may: Asked) -> list[Tile]:
    mine = [(f"n{place}", *each[1:]) for place, each in enumerate(wanted) if may(each[0])]
    if not mine:
        return []
    counts = queryset.aggregate(**{name: Count("pk", filter=condition) for name, condition, _label, _href in mine})
    return [Tile(label, counts[name], href) for name, _condition, label, href in mine]
