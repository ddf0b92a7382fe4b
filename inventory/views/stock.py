"""Stock: the list, one row with the statement that explains it, receipts, corrections, the ledger."""

import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from inventory import queries, services
from inventory.filters import MovementFilters, StockFilters
from inventory.forms import AdjustForm, AssembleForm, DayForm, PiecesForm, PlaceForm, PutAwayForm, ReceiveForm
from inventory.models import Movement, Stock, Warehouse
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link, permitted
from oms.records import Fact, RecordPage, Status

RECEIVE = Link(_("Receive"), "receive", icon="package-plus", permission="inventory.receive_stock")


def of_stock(stock: Stock) -> dict:
    """What a form asks about a stock row begins with."""
    return {"stock": stock}


def assemble_here(stock: Stock, *, by, quantity: int) -> Stock:
    """Make pieces of the row's product out of the parts in its warehouse."""
    return services.assemble(stock.product, stock.warehouse, quantity, by=by)


stock_actions = Actions(
    "stock-action",
    Stock,
    [
        Action(
            "adjust",
            _("Correct"),
            "inventory.adjust_stock",
            services.adjust,
            form=AdjustForm,
            icon="scale",
            initial=of_stock,
            done=_("%(what)s is corrected."),
        ),
        Action(
            "place",
            _("Bin and alert line"),
            "inventory.adjust_stock",
            services.set_place,
            form=PlaceForm,
            icon="map-pin",
            initial=lambda stock: {"bin": stock.bin, "alert_line": stock.alert_line, "kept": stock.kept},
            done=_("%(what)s saved."),
        ),
        Action(
            "put-away",
            _("Move to another bin"),
            "inventory.receive_stock",
            services.put_away,
            form=PutAwayForm,
            icon="move-right",
            initial=of_stock,
            allowed=lambda stock: stock.on_hand > 0,
            done=_("%(what)s moved."),
        ),
        Action(
            "quarantine",
            _("Put into quarantine"),
            "inventory.adjust_stock",
            services.quarantine,
            form=PiecesForm,
            icon="shield-alert",
            initial=of_stock,
            allowed=lambda stock: stock.available > 0,
            done=_("The pieces are blocked."),
        ),
        Action(
            "unblock",
            _("Release from quarantine"),
            "inventory.adjust_stock",
            services.unblock,
            form=PiecesForm,
            icon="shield-check",
            initial=of_stock,
            allowed=lambda stock: stock.quarantined > 0,
            done=_("The pieces can be sold again."),
        ),
        Action(
            "scrap",
            _("Scrap"),
            "inventory.adjust_stock",
            services.scrap,
            form=PiecesForm,
            icon="trash-2",
            style="danger",
            initial=of_stock,
            allowed=lambda stock: stock.quarantined > 0,
            done=_("The pieces are written off."),
        ),
        Action(
            "assemble",
            _("Assemble"),
            "inventory.adjust_stock",
            assemble_here,
            form=AssembleForm,
            icon="blocks",
            allowed=lambda stock: stock.product.components.exists(),
            done=_("%(what)s assembled."),
        ),
    ],
)


class StockList(ListPage):
    page = "stock"
    permission = "inventory.view_stock"
    title = _("Stock")
    filterset_class = StockFilters
    columns = [
        Column("product.name", _("Product"), link=True),
        Column("product.sku", _("SKU"), sort="sku"),
        Column("warehouse.name", _("Warehouse")),
        Column("bin", _("Bin"), sort="bin"),
        Column("available", _("Available"), kind="number", template="inventory/cells/available.html"),
        Column("reserved", _("Reserved"), kind="number", sort="reserved"),
        Column("on_hand", _("On hand"), kind="number", sort="on_hand"),
        Column("quarantined", _("Quarantined"), kind="number", value=lambda stock: stock.quarantined or None),
        Column("alert_line", _("Alert line"), kind="number", value=lambda stock: stock.alert_line or None),
    ]
    orderings = {
        "sku": Ordering(_("SKU"), "product__sku", "id"),
        "bin": Ordering(_("Bin"), "bin", "id"),
        "reserved": Ordering(_("Reserved"), "-reserved", "-id"),
        "on_hand": Ordering(_("On hand"), "-on_hand", "-id"),
    }
    tabs = [Tab(_("Below alert line"), "low=yes"), Tab(_("Nothing available"), "available=no")]
    primary = RECEIVE
    more = [
        Link(_("Availability"), "availability", icon="radar"),
        Link(_("Stock at a past moment"), "stock-then", icon="history"),
        Link(_("Movements"), "movements", icon="list-checks"),
        Link(_("Alerts"), "alerts", icon="bell"),
    ]
    empty = Empty(_("No stock yet"), _("Goods appear here as soon as they are received."), RECEIVE, icon="boxes")

    def queryset(self) -> QuerySet[Stock]:
        return Stock.objects.select_related("product", "warehouse")


class StockThen(ListPage):
    """Stock as it was at the end of a past day: what is on hand now, less every movement since."""

    page = "stock-then"
    permission = "inventory.view_stock"
    template_name = "inventory/stock_then.html"
    title = _("Stock at a past moment")
    filterset_class = StockFilters
    columns = [
        Column("product.name", _("Product"), link=True),
        Column("product.sku", _("SKU"), sort="sku"),
        Column("warehouse.name", _("Warehouse")),
        Column("on_hand_then", _("On hand then"), kind="number"),
        Column("reserved_then", _("Reserved then"), kind="number"),
        Column("quarantined_then", _("Quarantined then"), kind="number"),
        Column("on_hand", _("On hand now"), kind="number"),
    ]
    orderings = {"sku": Ordering(_("SKU"), "product__sku", "id")}
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(_("No stock yet"), _("Goods appear here as soon as they are received."), RECEIVE, icon="history")

    @property
    def day(self) -> datetime.date:
        form = DayForm(self.request.GET)
        return form.cleaned_data["day"] or timezone.localdate() if form.is_valid() else timezone.localdate()

    def queryset(self) -> QuerySet[Stock]:
        midnight = datetime.datetime.combine(self.day + datetime.timedelta(days=1), datetime.time.min)
        return queries.stock_at(timezone.make_aware(midnight)).select_related("product", "warehouse")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"day_form": DayForm({"day": self.day}), "day": self.day} | kwargs)


class StockPage(RecordPage):
    """Why on hand is what it is: the sources that add up to it, and the ledger as a statement."""

    permission = "inventory.view_stock"
    template_name = "inventory/stock.html"
    queryset = Stock.objects.select_related("product", "warehouse")
    breadcrumb = [(_("Stock"), "stock")]
    actions = stock_actions

    def get_title(self) -> str:
        stock = self.object
        return translated("%(product)s in %(warehouse)s") % {
            "product": stock.product.name,
            "warehouse": stock.warehouse,
        }

    def status(self) -> Status | None:
        stock = self.object
        low = stock.alert_line and stock.available <= stock.alert_line
        return Status(_("below alert line"), "warn") if low else None

    def facts(self) -> list[Fact]:
        stock = self.object
        return [
            Fact(_("Product"), stock.product, stock.product.get_absolute_url()),
            Fact(_("Warehouse"), stock.warehouse),
            Fact(_("Bin"), stock.bin),
            Fact(_("Alert line"), stock.alert_line or _("no alert")),
        ]

    def get_context_data(self, **kwargs) -> dict:
        asked = self.request.GET.get("before", "")
        before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
        context = {
            "statement": queries.statement(self.object, before=before),
            "older_page": before is not None,
            "sources": queries.sources(self.object),
            "lying": self.object.lying(),
            "alert": self.object.alerts.filter(over_at=None).select_related("handled_by").first(),
            "may_handle": permitted(self.request.user, "inventory.handle_alert"),
        }
        return super().get_context_data(**context | kwargs)


class StockAction(ActionView):
    actions = stock_actions
    queryset = Stock.objects.select_related("product", "warehouse")


class Receive(FormPage):
    """One form for each kind of article that came in; the next one opens with the same warehouse and paper."""

    permission = "inventory.receive_stock"
    title = _("Receive goods")
    breadcrumb = [(_("Stock"), "stock")]
    form_class = ReceiveForm
    template_name = "inventory/receive.html"
    submit_label = _("Receive")
    intro = _("Count what came in and enter it as it is, article by article.")

    def get_initial(self) -> dict:
        asked = {name: self.request.GET.get(name, "") for name in ("code", "warehouse", "paper")}
        first = Warehouse.objects.filter(active=True).first()
        return asked | {"warehouse": asked["warehouse"] or (first and first.pk)}

    def get_context_data(self, **kwargs) -> dict:
        latest = (
            Movement.objects.filter(kind=Movement.Kind.RECEIVE, by=self.request.user)
            .select_related("stock__product", "stock__warehouse")
            .order_by("-id")[:5]
        )
        return super().get_context_data(**{"latest": latest} | kwargs)

    def perform(self, form) -> str:
        data = form.cleaned_data
        told = {name: data[name] for name in ("bin", "lot", "expires", "serials")}
        services.receive(
            data["code"], data["warehouse"], data["quantity"], by=self.request.user, reason=data["paper"], **told
        )
        messages.success(
            self.request,
            translated("%(quantity)s × %(product)s received in %(warehouse)s.")
            % {"quantity": data["quantity"], "product": data["code"], "warehouse": data["warehouse"]},
        )
        kept = urlencode({"warehouse": data["warehouse"].pk, "paper": data["paper"]})
        return f"{reverse('receive')}?{kept}"


class Movements(ListPage):
    page = "movements"
    permission = "inventory.view_stock"
    title = _("Movements")
    filterset_class = MovementFilters
    columns = [
        Column("stock.product.name", _("Product"), url=lambda m: m.stock.get_absolute_url()),
        Column("at", _("Time"), kind="moment", sort="newest"),
        Column("kind", _("Kind"), value=Movement.get_kind_display),
        Column("on_hand", _("On hand"), kind="number", template="inventory/cells/change.html"),
        Column("reserved", _("Reserved"), kind="number", template="inventory/cells/change.html"),
        Column("stock.product.sku", _("SKU")),
        Column("stock.warehouse.name", _("Warehouse")),
        Column("cause", _("Cause"), template="inventory/cells/cause.html"),
        Column("reason", _("Reason")),
        Column("by", _("By"), shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Corrections"), "kind=adjust"), Tab(_("Receipts"), "kind=receive")]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(_("No movements yet"), _("Every change of stock is kept here for good."), icon="list-checks")

    def queryset(self) -> QuerySet[Movement]:
        return Movement.objects.select_related("stock__product", "stock__warehouse", "by")
