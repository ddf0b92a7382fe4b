"""What was asked: orders and their lines."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.signing import Signer
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from inventory.models import Product, Stock, Warehouse
from orders.models.imports import ImportFile

LINK_SIGNER = Signer(salt="order-link")
TONES = {
    "draft": "muted",
    "on_hold": "bad",
    "to_review": "warn",
    "waiting_stock": "warn",
    "to_make": "info",
    "to_pick": "info",
    "picking": "info",
    "to_ship": "info",
    "partly_shipped": "info",
    "shipped": "info",
    "delivered": "ok",
    "returned": "muted",
    "closed": "muted",
    "cancelled": "muted",
}


class Order(models.Model):
    """An order. People decide `status`; `stage` is the headline that `orders.stages.stage_of` computes."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PLACED = "placed", _("placed")
        CONFIRMED = "confirmed", _("confirmed")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ON_HOLD = "on_hold", _("On hold")
        TO_REVIEW = "to_review", _("To review")
        WAITING_STOCK = "waiting_stock", _("Waiting for stock")
        TO_MAKE = "to_make", _("To make")
        TO_PICK = "to_pick", _("To pick")
        PICKING = "picking", _("Picking")
        TO_SHIP = "to_ship", _("To ship")
        PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
        SHIPPED = "shipped", _("Shipped")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Channel(models.TextChoices):
        DESK = "desk", _("order desk")
        IMPORT = "import", _("file")
        SHOP = "shop", _("order page")
        API = "api", _("API")
        COUNTER = "counter", _("counter")

    class Handover(models.TextChoices):
        DELIVERY = "delivery", _("delivery")
        PICKUP = "pickup", _("pick-up")
        TABLE = "table", _("at the table")

    class Origin(models.TextChoices):
        SPLIT = "split", _("split off")
        MERGED = "merged", _("merged")
        RESHIP = "reship", _("sent again")

    class Terms(models.TextChoices):
        PREPAID = "prepaid", _("paid before it leaves")
        ON_DELIVERY = "on_delivery", _("paid on delivery")
        NET_7 = "net_7", _("within 7 days")
        NET_14 = "net_14", _("within 14 days")
        NET_30 = "net_30", _("within 30 days")
        NET_60 = "net_60", _("within 60 days")

    OWED = (Status.PLACED, Status.CONFIRMED, Status.CLOSED)

    number = models.CharField(_("number"), max_length=20, unique=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer"))
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.DESK)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.DRAFT)
    history = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    urgent = models.BooleanField(_("urgent"), default=False)
    priority = models.SmallIntegerField(_("priority"), default=0)
    priority_reasons = models.JSONField(default=list)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("warehouse")
    )
    warehouse_reason = models.JSONField(default=dict)

    language = models.CharField(_("language"), max_length=10, default="en")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    ship_name = models.CharField(_("recipient"), max_length=160, blank=True)
    line1 = models.CharField(_("address"), max_length=200, blank=True)
    line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.CharField(_("province or region"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)

    currency = models.CharField(_("currency"), max_length=3)
    shipping = models.DecimalField(_("shipping, net"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    shipping_tax = models.DecimalField(_("tax on shipping"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2, default=0)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2, default=0)
    paid = models.DecimalField(_("paid"), max_digits=14, decimal_places=2, default=0)

    requested_date = models.DateField(_("requested for"), null=True, blank=True)
    ship_by = models.DateField(_("ship by"), null=True, blank=True)
    promised_date = models.DateField(_("promised for"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    payment_terms = models.CharField(_("payment terms"), max_length=12, choices=Terms, blank=True, db_default="")
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, db_default=[], blank=True)
    handover = models.CharField(_("handed over by"), max_length=10, choices=Handover, default=Handover.DELIVERY)
    carrier_code = models.CharField(_("wished carrier"), max_length=40, blank=True, db_default="")
    imported_from = models.ForeignKey(
        ImportFile, on_delete=models.PROTECT, null=True, editable=False, related_name="orders"
    )
    updated_from = models.ForeignKey(
        ImportFile, on_delete=models.PROTECT, null=True, editable=False, related_name="updated_orders"
    )
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    origin = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="offspring", verbose_name=_("from")
    )
    origin_kind = models.CharField(max_length=10, choices=Origin, blank=True, editable=False)
    origin_reason = models.CharField(max_length=300, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "reference"], condition=~Q(reference=""), name="order_reference_once"
            ),
            models.CheckConstraint(condition=Q(total=F("net") + F("tax")), name="order_total_adds_up"),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_recent"),
            models.Index(fields=["stage", "-placed_at", "-id"], name="order_stage"),
            models.Index(fields=["-total", "-id"], name="order_largest"),
            models.Index(fields=["customer", "-placed_at", "-id"], name="order_of_customer"),
            models.Index(fields=["channel", "updated_at", "id"], name="order_changes_of_channel"),
            models.Index(
                fields=["-priority", "promised_date", "id"], name="order_to_pick", condition=Q(stage="to_pick")
            ),
            models.Index(
                fields=["-priority", "promised_date", "id"],
                name="order_pick_queue",
                condition=Q(stage__in=["to_pick", "waiting_stock", "partly_shipped"]),
            ),
            models.Index(
                fields=["promised_date", "id"],
                name="order_promised_open",
                condition=Q(status__in=["placed", "confirmed"], history=False)
                & ~Q(stage__in=["delivered", "returned"]),
            ),
            models.Index(
                fields=["customer", "placed_at"],
                name="order_owed",
                condition=Q(paid__lt=F("total"), status__in=["placed", "confirmed", "closed"], history=False),
            ),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="order_number_trgm"),
            GinIndex(fields=["tags"], name="order_tags"),
            models.Index(Upper("email"), name="order_email"),
            GinIndex(OpClass(Upper("reference"), name="gin_trgm_ops"), name="order_reference_trgm"),
            GinIndex(OpClass(Upper("ship_name"), name="gin_trgm_ops"), name="order_ship_name_trgm"),
        ]
        permissions = [
            ("place_order", _("Can place an order")),
            ("confirm_order", _("Can confirm an order")),
            ("place_hold", _("Can put an order on hold")),
            ("release_hold", _("Can release a hold")),
            ("approve_large_order", _("Can approve orders above the house's limit")),
            ("cancel_order", _("Can cancel an order")),
            ("move_claim", _("Can give stock of one order to another")),
            ("split_order", _("Can split, merge, resend and reopen orders")),
            ("change_price", _("Can change a price")),
            ("tag_order", _("Can tag orders")),
            ("import_orders", _("Can import orders")),
            ("record_payment", _("Can record a payment or refund")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.number])

    @property
    def tone(self) -> str:
        """How the stage is coloured: ok, warn, bad, info or muted."""
        return TONES[self.stage]

    @property
    def public_key(self) -> str:
        """The signed part of the customer's own link."""
        return LINK_SIGNER.sign(self.number)

    @property
    def public_path(self) -> str:
        """The customer's own link within this site."""
        return reverse("track_order", args=[self.public_key])

    @property
    def public_url(self) -> str:
        """The customer's own link, absolute."""
        return settings.BASE_URL + self.public_path

    def add_up(self, lines: "Iterable[OrderLine]") -> None:
        """Net, tax and total are the sums of the lines' rounded parts and the shipping fee."""
        lines = list(lines)
        self.net = sum((line.net for line in lines), self.shipping)
        self.tax = sum((line.tax for line in lines), self.shipping_tax)
        self.total = self.net + self.tax

    @property
    def balance(self) -> Decimal:
        """What is still to be paid; negative when too much was paid."""
        return self.total - self.paid

    @property
    def is_owed(self) -> bool:
        """Whether the customer still has to pay for it."""
        return self.balance > 0 and self.status in self.OWED and not self.history

    @property
    def due_at(self) -> datetime.datetime:
        """Until when it is to be paid: its own terms go before the customer's days."""
        kind, _net, days = self.payment_terms.partition("net_")
        days = int(days) if days and not kind else self.customer.payment_days
        return self.placed_at + datetime.timedelta(days=days)

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on a parcel, without empty lines."""
        place = " ".join(filter(None, [self.postcode, self.city, self.region]))
        return [line for line in (self.ship_name, self.line1, self.line2, place, self.country) if line]

    def open_holds(self) -> models.QuerySet:
        return self.holds.filter(released_at=None)


class OrderLine(models.Model):
    """A line: a snapshot of what was sold, and counters of units that carry the arithmetic."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, null=True, related_name="+")
    sku = models.CharField(_("SKU"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    spec = models.CharField(_("specification"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=20)
    made_to_order = models.BooleanField(_("made to order"), default=False)
    kit = models.JSONField(_("kit"), default=dict)
    stated = models.JSONField(_("stated"), default=dict)
    list_price = models.DecimalField(_("list price"), max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    price_reasons = models.JSONField(default=list)
    tax_rate = models.DecimalField(_("tax, %"), max_digits=5, decimal_places=2)
    tax_included = models.BooleanField(_("price includes tax"), default=False)
    discount = models.DecimalField(_("discount"), max_digits=14, decimal_places=2, default=Decimal("0.00"))
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2)
    ordered = models.PositiveIntegerField(_("ordered"))
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    picked = models.PositiveIntegerField(_("picked"), default=0)
    packed = models.PositiveIntegerField(_("packed"), default=0)
    shipped = models.PositiveIntegerField(_("shipped"), default=0)
    delivered = models.PositiveIntegerField(_("delivered"), default=0)
    returned = models.PositiveIntegerField(_("returned"), default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        indexes = [models.Index(fields=["product"], name="line_of_product")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(ordered__gt=0), name="line_orders_something"),
            models.CheckConstraint(condition=Q(discount__gte=0), name="line_discount_not_negative"),
            models.CheckConstraint(condition=Q(cancelled__lte=F("ordered")), name="line_cancelled_within_ordered"),
            models.CheckConstraint(
                condition=Q(ordered__gte=F("cancelled") + F("shipped") + F("reserved")),
                name="line_claims_within_ordered",
            ),
            models.CheckConstraint(condition=Q(shipped__lte=F("packed")), name="line_shipped_within_packed"),
            models.CheckConstraint(condition=Q(packed__lte=F("picked")), name="line_packed_within_picked"),
            models.CheckConstraint(
                condition=Q(picked__lte=F("shipped") + F("reserved")), name="line_picked_within_reserved"
            ),
            models.CheckConstraint(condition=Q(delivered__lte=F("shipped")), name="line_delivered_within_shipped"),
            models.CheckConstraint(condition=Q(returned__lte=F("shipped")), name="line_returned_within_shipped"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} × {self.ordered}"

    @property
    def left(self) -> int:
        """Units that are still wanted, shipped ones included."""
        return self.ordered - self.cancelled

    @property
    def open(self) -> int:
        """Units still to ship."""
        return self.ordered - self.cancelled - self.shipped

    @property
    def short(self) -> int:
        """Units still to ship that no stock is reserved for."""
        return self.open - self.reserved

    @property
    def to_make(self) -> int:
        """Units still to be made to order."""
        return self.short if self.made_to_order else 0

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def amount(self) -> Decimal:
        """The pieces' money as they are priced, with or without tax, before the discount."""
        return (self.total if self.tax_included else self.net) + self.discount
