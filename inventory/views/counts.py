"""Counts: the list, one with its differences, a new one, the rules, and how right the books were."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from inventory import count_queries, services
from inventory.count_filters import CountFilters, CountLineFilters
from inventory.count_forms import CountForm, CountPolicyForm, FinishForm, ReasonForm
from inventory.models import AbcClass, Count, CountLine, CountPolicy, Warehouse
from oms import formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.context import current
from oms.forms import FormPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.models import Company
from oms.pages import Link, Page
from oms.records import Fact, RecordPage, Status

TONES = {"open": "info", "counted": "warn", "approved": "ok", "cancelled": "muted"}
NEW = Link(_("New count"), "count-new", icon="plus", permission="inventory.add_count")
ACCURACY = Link(_("Accuracy"), "count-accuracy", icon="target", permission="inventory.view_count")
RULES = Link(_("Rules for counting"), "count-policy", icon="settings", permission="inventory.approve_count")
COUNTS = Count.objects.select_related("warehouse", "opened_by", "closed_by")
BIGGEST = 50
NOTHING_YET = Empty(
    _("No counts yet"), _("Count a few products every day, or everything once."), NEW, icon="scan-barcode"
)

count_actions = Actions(
    "count-action",
    Count,
    [
        Action(
            "approve",
            _("Approve"),
            "inventory.approve_count",
            services.approve_count,
            icon="check",
            allowed=lambda count: count.status == Count.Status.COUNTED,
            confirm=_("Every difference of %(what)s becomes a movement of stock."),
            done=_("%(what)s is approved."),
        ),
        Action(
            "finish",
            _("Finish counting"),
            "inventory.count_stock",
            services.finish_count,
            form=FinishForm,
            icon="list-checks",
            allowed=lambda count: count.status == Count.Status.OPEN,
            done=_("%(what)s was looked through."),
        ),
        Action(
            "cancel",
            _("Give up"),
            "inventory.approve_count",
            services.cancel_count,
            form=ReasonForm,
            icon="x",
            style="danger",
            allowed=lambda count: count.status in (Count.Status.OPEN, Count.Status.COUNTED),
            done=_("%(what)s is given up."),
        ),
    ],
    lookup="number",
)
recount = Action(
    "recount", _("Count again"), "inventory.approve_count", services.recount, icon="rotate-ccw", done=_("Asked again.")
)


class Counts(ListPage):
    page = "counts"
    permission = "inventory.view_count"
    template_name = "inventory/counts.html"
    title = _("Counts")
    filterset_class = CountFilters
    columns = [
        Column("number", _("Count"), link=True),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("kind", _("Kind"), kind="choice"),
        Column("warehouse.name", _("Warehouse")),
        Column("mode", _("Meanwhile"), kind="choice"),
        Column("blind", _("Blind"), kind="yes", shown=False),
        Column("opened_by", _("Opened by")),
        Column("opened_at", _("Opened"), kind="moment", sort="newest"),
        Column("closed_at", _("Closed"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Being counted"), "status=open"), Tab(_("To be approved"), "status=counted")]
    primary = NEW
    more = [ACCURACY, RULES]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(
        _("No counts yet"), _("Count a few products every day, or everything once."), NEW, icon="scan-barcode"
    )

    def queryset(self) -> QuerySet[Count]:
        return COUNTS

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"due": count_queries.due_by_class()} | kwargs)


class CountPage(RecordPage):
    permission = "inventory.view_count"
    template_name = "inventory/count.html"
    queryset = COUNTS
    breadcrumb = [(_("Counts"), "counts")]
    actions = count_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    @property
    def primary(self) -> Link | None:
        href = reverse("count-work", args=[self.object.number])
        link = Link(_("Count"), href, "scan-barcode", "inventory.count_stock")
        return link if self.object.status == Count.Status.OPEN else None

    def facts(self) -> list[Fact]:
        count = self.object
        return [
            Fact(_("Warehouse"), count.warehouse),
            Fact(_("Kind"), count.get_kind_display()),
            Fact(_("Meanwhile"), count.get_mode_display()),
            Fact(_("Blind"), count.blind),
            Fact(_("Count again over"), f"{formats.quantity(count.threshold.normalize())} %"),
            Fact(_("Opened by"), count.opened_by),
            Fact(_("Opened"), count.opened_at),
            Fact(_("Closed by"), count.closed_by),
            Fact(_("Closed"), count.closed_at),
        ]

    def get_context_data(self, **kwargs) -> dict:
        count = self.object
        wrong = count.lines.exclude(variance=0).exclude(counted=None).select_related("stock__product", "counted_by")
        context = {
            "figures": count_queries.accuracy_of(count),
            "wrong": [] if count.hides_expected else sorted(wrong, key=lambda line: -abs(line.value))[:BIGGEST],
            "currency": current(Company).currency,
            "lines_href": f"{reverse('count-lines')}?count={count.pk}",
        }
        return super().get_context_data(**context | kwargs)


class CountAction(ActionView):
    actions = count_actions
    queryset = COUNTS


def shown(name: str):
    """A value of a line that a blind count hides as long as it is open."""
    return lambda line: None if line.count.hides_expected else getattr(line, name)


class CountLines(ListPage):
    page = "count-lines"
    permission = "inventory.view_count"
    title = _("Counted goods")
    filterset_class = CountLineFilters
    columns = [
        Column("stock.product.name", _("Product"), url=lambda line: line.stock.get_absolute_url()),
        Column("stock.product.sku", _("SKU")),
        Column("stock.bin", _("Bin")),
        Column("count.number", _("Count"), url=lambda line: line.count.get_absolute_url()),
        Column("expected", _("Expected"), kind="number", value=shown("expected")),
        Column("counted", _("Counted"), kind="number"),
        Column("recounted", _("Counted again"), kind="number"),
        Column("variance", _("Difference"), kind="number", value=shown("variance")),
        Column("waits", _("To be counted"), kind="yes", value=lambda line: line.waits),
        Column("counted_by", _("Counted by")),
        Column("counted_at", _("Counted at"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Differences"), "wrong=yes"), Tab(_("To be counted"), "waits=yes")]
    bulk = [recount]
    breadcrumb = [(_("Counts"), "counts")]
    empty = Empty(
        _("No counts yet"), _("Count a few products every day, or everything once."), NEW, icon="scan-barcode"
    )

    def queryset(self) -> QuerySet[CountLine]:
        return CountLine.objects.select_related("count", "stock__product", "stock__warehouse", "counted_by")


class NewCount(FormPage):
    """A cycle count takes what is due in the chosen classes, a full stocktake everything."""

    permission = "inventory.add_count"
    title = _("New count")
    breadcrumb = [(_("Counts"), "counts")]
    form_class = CountForm
    submit_label = _("Open the count")
    done = _("%(what)s is open.")

    def get_initial(self) -> dict:
        first = Warehouse.objects.filter(active=True).first()
        asked = self.request.GET
        return {
            "warehouse": asked.get("warehouse") or (first and first.pk),
            "kind": Count.Kind.CYCLE,
            "classes": asked.getlist("class") or AbcClass.values,
            "lines": 20,
            "mode": Count.Mode.MOVING,
            "blind": True,
            "threshold": f"{current(CountPolicy).threshold.normalize():f}",
        }

    def perform(self, form) -> Count:
        data = dict(form.cleaned_data)
        classes, lines = data.pop("classes"), data.pop("lines")
        rows = []
        if data["kind"] == Count.Kind.CYCLE:
            rows = [stock.pk for stock in count_queries.due_stock(data["warehouse"], classes)[:lines]]
        return services.open_count(by=self.request.user, stock=rows, **data)


class Accuracy(Page, TemplateView):
    """Lines that were exact and money that was missing, month by month."""

    permission = "inventory.view_count"
    template_name = "inventory/accuracy.html"
    title = _("Accuracy of the books")
    breadcrumb = [(_("Counts"), "counts")]

    def get_context_data(self, **kwargs) -> dict:
        context = {"months": count_queries.accuracy_by_month(), "currency": current(Company).currency}
        return super().get_context_data(**context | kwargs)


class CountRules(FormPage):
    permission = "inventory.approve_count"
    title = _("Rules for counting")
    breadcrumb = [(_("Counts"), "counts")]
    form_class = CountPolicyForm
    done = _("The rules are saved.")

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"instance": CountPolicy.objects.first() or CountPolicy(pk=1)}

    def perform(self, form) -> CountPolicy:
        return services.change_count_policy(by=self.request.user, **form.cleaned_data)
