"""What customers ask for on the way, for the dispatcher to answer."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fulfillment.actions import wish_actions
from fulfillment.filters import WishFilters
from fulfillment.models import DeliveryWish
from oms import formats
from oms.actions import ActionView
from oms.columns import Column
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab

TONES = {"open": "warn", "accepted": "ok", "declined": "muted"}
WISHES = DeliveryWish.objects.select_related("shipment__order", "shipment__carrier", "by")


def window(wish: DeliveryWish) -> str:
    """The time that was asked for, in words."""
    return f"{formats.moment(wish.wanted_from)} – {formats.moment(wish.wanted_to)}" if wish.wanted_from else ""


class Wishes(ListPage):
    page = "delivery-wishes"
    permission = "fulfillment.view_deliverywish"
    title = _("Delivery wishes")
    filterset_class = WishFilters
    columns = [
        Column("shipment.number", _("Shipment"), url=lambda wish: wish.shipment.get_absolute_url()),
        Column("shipment.order.ship_name", _("Recipient")),
        Column("kind", _("Wish"), kind="choice"),
        Column("window", _("Wanted time"), value=window),
        Column("note", _("Note"), kind="long"),
        Column("state", _("State"), kind="status", tones=TONES),
        Column("at", _("Asked"), kind="moment", sort="newest"),
        Column("answer", _("Answer"), kind="long", template="fulfillment/cells/wish_answer.html"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("To answer"), "state=open")]
    bulk = [wish_actions["accept"]]
    empty = Empty(
        _("No wishes yet"), _("Customers ask on the page that shows them their order."), icon="calendar-clock"
    )

    def queryset(self) -> QuerySet[DeliveryWish]:
        return WISHES


class WishAction(ActionView):
    actions = wish_actions
    queryset = WISHES

    def get_breadcrumb(self):
        return [(_("Delivery wishes"), "delivery-wishes")]
