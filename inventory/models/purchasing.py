"""What we buy: the terms of suppliers, purchase orders, and the receipts that answer them."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product, Supplier
from inventory.models.stock import Lot, Warehouse
from oms import states
from oms.context import current
from oms.models import Company
from oms.states import move

MOVES = {
    "change": move("draft", "draft"),
    "send": move("draft", "sent"),
    "expect": move("sent", "sent"),
    "receive": move("sent", "sent"),
    "close": move("sent", "closed"),
    "cancel": move("draft sent", "cancelled"),
}


class SupplierItem(models.Model):
    """A supplier's terms for a product; the price is for one piece, before tax, in the company's currency."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="items", verbose_name=_("supplier"))
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="supplier_items", verbose_name=_("product")
    )
    supplier_sku = models.CharField(_("supplier's SKU"), max_length=60, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, default=0)
    minimum = models.PositiveIntegerField(_("minimum, pieces"), default=1)
    pack_size = models.PositiveIntegerField(_("pieces in a pack"), default=1)
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time, days"), null=True, blank=True, help_text=_("empty: the supplier's own")
    )
    preferred = models.BooleanField(_("preferred"), default=False)

    class Meta:
        verbose_name = _("supplier item")
        verbose_name_plural = _("supplier items")
        ordering = ["-preferred", "price", "id"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="supplier_item_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(preferred=True), name="one_preferred_supplier_of_a_product"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, minimum__gte=1, pack_size__gte=1), name="supplier_item_terms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.sku} – {self.supplier}"

    def get_absolute_url(self) -> str:
        return reverse("supplier-item", args=[self.pk])

    @property
    def currency(self) -> str:
        return self.product.currency

    @property
    def lead_days(self) -> int:
        """Days from order to delivery: its own, else the supplier's."""
        return self.supplier.lead_time_days if self.lead_time_days is None else self.lead_time_days


class PurchaseOrderQuerySet(models.QuerySet):
    def overdue(self):
        """Sent, not complete, and expected before today."""
        return self.filter(status="sent", expected__lt=timezone.localdate())


class PurchaseOrder(models.Model):
    """Goods ordered from a supplier for one warehouse."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, related_name="purchases", verbose_name=_("supplier")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="purchases", verbose_name=_("warehouse")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    expected = models.DateField(_("expected"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True, help_text=_("printed on the purchase order"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PurchaseOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        permissions = [("send_purchaseorder", _("Can send a purchase order"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(sent_at__isnull=False),
                name="purchase_sent_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["expected"], name="purchase_expected", condition=Q(status="sent"))]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("purchase-order", args=[self.number])

    def may(self, verb: str) -> bool:
        """Whether this verb is possible in this status."""
        return states.may(MOVES, verb, self.status)

    def move(self, verb: str) -> None:
        """Take the status to which the verb leads; DomainError when it may not."""
        self.status = states.target(MOVES, verb, self.status, shown=self.get_status_display(), what=self.number)

    @property
    def currency(self) -> str:
        return current(Company).currency

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been here before today."""
        late = self.expected is not None and self.expected < timezone.localdate()
        return self.status == self.Status.SENT and late


class PurchaseLine(models.Model):
    """A product on a purchase order, with its counters in pieces and the cost of one piece."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="purchase_lines")
    supplier_sku = models.CharField(_("supplier's SKU"), max_length=60, blank=True)
    ordered = models.PositiveIntegerField(_("ordered"))
    received = models.PositiveIntegerField(_("received"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=4, default=0)

    class Meta:
        verbose_name = _("purchase line")
        verbose_name_plural = _("purchase lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="purchase_line_once"),
            models.CheckConstraint(
                condition=Q(ordered__gte=F("received") + F("cancelled")), name="purchase_line_within_ordered"
            ),
            models.CheckConstraint(
                condition=Q(ordered__gte=1, received__gte=0, cancelled__gte=0, cost__gte=0),
                name="purchase_line_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product"],
                name="purchase_line_open",
                condition=Q(ordered__gt=F("received") + F("cancelled")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product.sku} × {self.ordered}"

    def get_absolute_url(self) -> str:
        return self.order.get_absolute_url()

    @property
    def open(self) -> int:
        """Pieces still to come."""
        return self.ordered - self.received - self.cancelled

    @property
    def total(self) -> Decimal:
        """What is ordered and not cancelled, at cost."""
        return (self.ordered - self.cancelled) * self.cost


class Receipt(models.Model):
    """Goods that came in one delivery; append-only. Without a purchase order it was received blind."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    purchase = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, null=True, related_name="receipts", verbose_name=_("purchase order")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("warehouse")
    )
    paper = models.CharField(_("delivery note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("receipt", args=[self.number])


class ReceiptLine(models.Model):
    """Pieces of a product in a delivery; append-only. Its movement in the ledger has the receipt's number as cause."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    purchase_line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, null=True, related_name="receipt_lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lot"))

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="receipt_line_of_a_piece_or_more")]

    def __str__(self) -> str:
        return f"{self.product.sku} × {self.quantity}"


class Demand(models.Model):
    """What a night's computation made of a stock row's sales, so that its reorder point can be explained."""

    stock = models.OneToOneField("inventory.Stock", on_delete=models.CASCADE, primary_key=True, related_name="demand")
    per_day = models.FloatField(_("demand a day"))
    deviation = models.FloatField(_("its standard deviation"))
    smoothed = models.BooleanField(_("by exponential smoothing"))
    lead_days = models.FloatField(_("lead time, days"))
    lead_deviation = models.FloatField(_("its standard deviation"))
    safety = models.PositiveIntegerField(_("safety stock"))
    last_sold = models.DateField(_("last sold"), null=True)
    computed_on = models.DateField(_("computed"))

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demand")
        indexes = [models.Index(fields=["last_sold"], name="demand_last_sold")]

    def __str__(self) -> str:
        return f"{self.per_day:g}"
