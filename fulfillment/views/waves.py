"""Waves, carts, and the batch on a picker's cart."""

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment import queries, services
from fulfillment.actions import batch_actions, wave_actions
from fulfillment.filters import BatchFilters, CartFilters, WaveFilters
from fulfillment.forms import CartForm, WaveForm, WorkForm
from fulfillment.models import Batch, Carrier, Cart, Wave
from fulfillment.pickability import refusal_sentence
from fulfillment.views.scanning import ScanPage
from fulfillment.views.shipments import TONES
from oms import formats
from oms.actions import ActionView
from oms.columns import Column
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link
from oms.records import Fact, RecordPage, Status

WAVE_TONES = {"open": "warn", "released": "info", "done": "ok"}
BATCH_TONES = {"picking": "info", "done": "ok"}
NEW_WAVE = Link(_("Plan a wave"), "wave-new", "plus", "fulfillment.release_wave")
NEW_CART = Link(_("New cart"), "cart-new", "plus", "fulfillment.add_cart")
SHIPMENTS_SHOWN = 200


class Waves(ListPage):
    page = "waves"
    permission = "fulfillment.view_wave"
    title = _("Waves")
    filterset_class = WaveFilters
    columns = [
        Column("number", _("Wave"), link=True),
        Column("status", _("Status"), kind="status", tones=WAVE_TONES),
        Column("warehouse.name", _("Warehouse")),
        Column("released", _("Orders"), kind="number"),
        Column("refusals", _("Stayed behind"), kind="number", value=lambda wave: len(wave.refusals)),
        Column("by", _("Planned by")),
        Column("created_at", _("Planned"), kind="moment", sort="newest"),
        Column("released_at", _("Released"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("On the floor"), "status=released")]
    primary = NEW_WAVE
    more = [Link(_("Carts"), "carts", "shopping-cart", "fulfillment.view_cart")]
    empty = Empty(
        _("No waves yet"), _("A wave sends many orders to the floor at once."), NEW_WAVE, icon="waves-horizontal"
    )

    def queryset(self) -> QuerySet[Wave]:
        return Wave.objects.select_related("warehouse", "by")


class NewWave(CreatePage):
    permission = "fulfillment.release_wave"
    title = _("Plan a wave")
    breadcrumb = [(_("Waves"), "waves")]
    form_class = WaveForm
    submit_label = _("Plan")
    done = _("%(what)s is planned. Look at it, then release it.")

    def perform(self, form) -> Wave:
        return services.plan_wave(
            by=self.request.user, warehouse=form.cleaned_data["warehouse"], criteria=form.criteria()
        )


class WavePage(RecordPage):
    permission = "fulfillment.view_wave"
    template_name = "fulfillment/wave.html"
    queryset = Wave.objects.select_related("warehouse", "by")
    breadcrumb = [(_("Waves"), "waves")]
    actions = wave_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), WAVE_TONES[self.object.status])

    def facts(self) -> list[Fact]:
        wave, wanted = self.object, self.object.criteria
        carrier = Carrier.objects.filter(pk=wanted.get("carrier")).first() if wanted.get("carrier") else None
        return [
            Fact(_("Warehouse"), wave.warehouse),
            Fact(_("To ship until"), wanted.get("ship_by")),
            Fact(_("Zone"), wanted.get("zone")),
            Fact(_("Priority from"), wanted.get("min_priority")),
            Fact(_("Single-line orders only"), bool(wanted.get("single_line"))),
            Fact(_("Carrier"), carrier),
            Fact(_("At most, orders"), wanted.get("limit")),
            Fact(_("Released"), formats.moment(wave.released_at)),
            Fact(_("Done"), formats.moment(wave.done_at)),
        ]

    def get_context_data(self, **kwargs) -> dict:
        wave = self.object
        shipments = wave.shipments.select_related("order", "picker", "batch").order_by("id")[:SHIPMENTS_SHOWN]
        waiting = queries.ready_for(wave)[: services.MAX_ORDERS].count() if wave.status == Wave.Status.OPEN else None
        context = {
            "waiting": waiting,
            "shipments": [(shipment, TONES[shipment.status]) for shipment in shipments],
            "refusals": [refusal_sentence(refusal) for refusal in wave.refusals],
        }
        return super().get_context_data(**context | kwargs)


class WaveAction(ActionView):
    actions = wave_actions


class Batches(ListPage):
    page = "batches"
    permission = "fulfillment.pick"
    title = _("Batches")
    filterset_class = BatchFilters
    columns = [
        Column("number", _("Batch"), link=True),
        Column("status", _("Status"), kind="status", tones=BATCH_TONES),
        Column("cart.name", _("Cart")),
        Column("picker", _("Picker")),
        Column("created_at", _("Started"), kind="moment", sort="newest"),
        Column("done_at", _("Done"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    primary = Link(_("Give me work"), "batch-new", "shopping-basket", "fulfillment.pick")
    empty = Empty(_("No batches yet"), _("A batch is one picker's cart full of orders."), icon="layers")

    def queryset(self) -> QuerySet[Batch]:
        return Batch.objects.select_related("cart", "picker")


class NewBatch(CreatePage):
    """Give me work: the best orders for this cart."""

    permission = "fulfillment.pick"
    title = _("Give me work")
    breadcrumb = [(_("Picking"), "picking")]
    form_class = WorkForm
    submit_label = _("Give me work")

    def perform(self, form) -> str:
        batch = services.give_me_work(by=self.request.user, cart=form.cleaned_data["cart"])
        return reverse("batch-pick", args=[batch.number])


class BatchPage(RecordPage):
    permission = "fulfillment.pick"
    template_name = "fulfillment/batch.html"
    queryset = Batch.objects.select_related("cart__warehouse", "picker")
    breadcrumb = [(_("Batches"), "batches")]
    actions = batch_actions
    notes = False

    def status(self) -> Status:
        return Status(self.object.get_status_display(), BATCH_TONES[self.object.status])

    @property
    def primary(self) -> Link | None:
        if self.object.status != Batch.Status.PICKING:
            return None
        address = reverse("batch-pick", args=[self.object.number])
        return Link(_("Go on picking"), address, "scan-barcode", "fulfillment.pick")

    def facts(self) -> list[Fact]:
        batch = self.object
        return [
            Fact(_("Cart"), batch.cart),
            Fact(_("Picker"), batch.picker),
            Fact(_("Warehouse"), batch.cart.warehouse),
            Fact(_("Started"), batch.created_at),
            Fact(_("Done"), batch.done_at),
        ]

    def get_context_data(self, **kwargs) -> dict:
        shipments = self.object.shipments.select_related("order").order_by("tote")
        return super().get_context_data(shipments=[(s, TONES[s.status]) for s in shipments], **kwargs)


class BatchAction(ActionView):
    actions = batch_actions


class BatchPick(ScanPage):
    """The way through the bins over all orders on the cart: the product is scanned, then the tote."""

    permission = "fulfillment.pick"
    template_name = "fulfillment/batch_pick.html"
    work_template = "fulfillment/batch_work.html"
    breadcrumb = [(_("Picking"), "picking")]
    works_on = Batch.Status.PICKING
    counter, goal = "picked", "to_pick"
    subjects = Batch.objects.select_related("cart__warehouse", "picker")
    called = "batch"

    def get_title(self) -> str:
        return translated("Pick batch %(number)s") % {"number": self.kwargs["number"]}

    def work(self, subject: Batch) -> dict:
        lines = queries.lines_on(subject)
        stops = queries.stops(lines)
        now = next((stop for stop in stops if stop.sku == subject.in_hand and stop.missing), None)
        return {"lines": lines, "stops": stops, "now": now or next((s for s in stops if s.missing), None)}

    def do(self, op: str, code: str, quantity: int) -> str:
        batch, by = self.subject, self.request.user
        if op == "add":
            return self._scanned(services.scan_batch(batch, by=by, code=code), batch, code)
        if op == "aside":
            services.put_aside(batch, by=by)
            return translated("%(sku)s is laid back.") % {"sku": batch.in_hand}
        if op == "finish":
            services.finish_batch(batch, by=by)
            return reverse("batch", args=[batch.number])
        return self.unknown(op)

    def _scanned(self, after: Batch, before: Batch, code: str) -> str:
        if not before.in_hand:
            return translated("%(sku)s: now scan the tote.") % {"sku": after.in_hand}
        return translated("%(sku)s is in tote %(tote)s.") % {"sku": before.in_hand, "tote": code.strip().lstrip("Tt")}


class Carts(ListPage):
    page = "carts"
    permission = "fulfillment.view_cart"
    title = _("Carts")
    filterset_class = CartFilters
    columns = [
        Column("name", _("Cart"), link=True),
        Column("warehouse.name", _("Warehouse")),
        Column("totes", _("Totes"), kind="number"),
        Column("max_weight_g", _("Carries, g"), kind="number"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_CART
    empty = Empty(_("No carts yet"), _("A picker pushes a cart with a tote for each order."), NEW_CART)

    def queryset(self) -> QuerySet[Cart]:
        return Cart.objects.select_related("warehouse")


class SavedCart:
    breadcrumb = [(_("Carts"), "carts")]
    form_class = CartForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class NewCart(SavedCart, CreatePage):
    permission = "fulfillment.add_cart"
    title = _("New cart")


class EditCart(SavedCart, EditPage):
    permission = "fulfillment.change_cart"
    model = Cart
