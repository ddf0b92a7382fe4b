"""Stock alerts: what runs low, and who has taken care of it."""

import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory import services
from inventory.filters import AlertFilters
from inventory.forms import HandleForm
from inventory.models import StockAlert
from inventory.purchase_forms import SnoozeForm
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab

STATES = {
    "open": (_("open"), "bad"),
    "asleep": (_("asleep"), "muted"),
    "handled": (_("handled"), "info"),
    "over": (_("back in stock"), "ok"),
}

alert_actions = Actions(
    "alert-action",
    StockAlert,
    [
        Action(
            "handle",
            _("Mark as handled"),
            "inventory.handle_alert",
            services.handle_alert,
            form=HandleForm,
            allowed=lambda alert: not alert.handled_at,
            icon="check",
            done=_("The alert is marked as handled."),
            then=lambda alert, result: reverse("alerts"),
        ),
        Action(
            "snooze",
            _("Put off"),
            "inventory.handle_alert",
            services.snooze_alert,
            form=SnoozeForm,
            allowed=lambda alert: alert.state in ("open", "asleep"),
            initial=lambda alert: {"until": timezone.localdate() + datetime.timedelta(days=7)},
            icon="clock",
            done=_("The alert is put off."),
            then=lambda alert, result: reverse("alerts"),
        ),
    ],
)


def _state(alert: StockAlert) -> tuple:
    return STATES[alert.state]


class Alerts(ListPage):
    page = "alerts"
    permission = ("inventory.view_stock", "inventory.handle_alert")
    title = _("Stock alerts")
    filterset_class = AlertFilters
    columns = [
        Column("stock.product.name", _("Product"), link=True),
        Column(
            "state",
            _("State"),
            value=_state,
            template="inventory/cells/state.html",
            export=lambda a: STATES[a.state][0],
        ),
        Column("stock.warehouse.name", _("Warehouse")),
        Column("stock.available", _("Available now"), kind="number"),
        Column("available", _("When raised"), kind="number", shown=False),
        Column("alert_line", _("Alert line"), kind="number"),
        Column("stock.product.supplier.name", _("Supplier")),
        Column("raised_at", _("Raised"), kind="moment", sort="newest"),
        Column("owner", _("Owner")),
        Column("snoozed_until", _("Asleep until"), kind="day", shown=False),
        Column("handled_by", _("Handled by"), shown=False),
        Column("note", _("Note")),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Open"), "open=yes"), Tab(_("Mine"), "mine=yes&open=yes")]
    bulk = [alert_actions["handle"], alert_actions["snooze"]]
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(
        _("No alerts"), _("Give a stock row an alert line, and it reports here when it falls to it."), icon="bell-off"
    )

    def queryset(self) -> QuerySet[StockAlert]:
        return StockAlert.objects.select_related("stock__product__supplier", "stock__warehouse", "handled_by", "owner")


class AlertAction(ActionView):
    actions = alert_actions
    queryset = StockAlert.objects.select_related("stock__product", "stock__warehouse")
