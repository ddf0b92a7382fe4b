"""The left navigation: every app's pages by URL name, drawn for those who may see them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from oms.pages import Link, visible

EXCEPTIONS = (
    "orders.release_hold",
    "orders.view_order",
    "fulfillment.dispatch",
    "inventory.handle_alert",
    "oms.view_message",
    "oms.view_job",
)
SECTIONS = [
    (_("Home"), "house", [Link(_("Home"), "home")]),
    (
        _("Orders"),
        "shopping-cart",
        [
            Link(_("Orders"), "orders", permission="orders.view_order"),
            Link(_("New order"), "order-new", permission="orders.place_order"),
            Link(_("Counter"), "counter", permission="orders.place_order"),
            Link(_("My drafts"), "order-drafts", permission="orders.place_order"),
            Link(_("Review"), "review", permission=("orders.confirm_order", "orders.release_hold")),
            Link(_("Price lists"), "price-lists", permission="orders.view_pricelist"),
            Link(_("Promotions"), "promotions", permission="orders.view_promotion"),
            Link(_("Payments"), "payments", permission="orders.view_payment"),
            Link(_("Invoices"), "invoices", permission="orders.view_invoice"),
            Link(_("Automatic rules"), "rules", permission="orders.view_rule"),
            Link(_("Order import"), "order-import", permission="orders.import_orders"),
        ],
    ),
    (
        _("Customers"),
        "users",
        [
            Link(_("Customers"), "customers", permission="customers.view_customer"),
            Link(_("Tiers"), "tiers", permission="customers.view_tier"),
        ],
    ),
    (
        _("Inventory"),
        "boxes",
        [
            Link(_("Products"), "products", permission="inventory.view_product"),
            Link(_("Stock"), "stock", permission="inventory.view_stock"),
            Link(_("Availability"), "availability", permission="inventory.view_stock"),
            Link(_("Movements"), "movements", permission="inventory.view_stock"),
            Link(_("Transfers"), "transfers", permission="inventory.view_transfer"),
            Link(_("Alerts"), "alerts", permission="inventory.view_stock"),
            Link(_("Purchase orders"), "purchase-orders", permission="inventory.view_purchaseorder"),
            Link(_("To order"), "to-order", permission="inventory.add_purchaseorder"),
            Link(_("Goods receipts"), "receipts", permission="inventory.view_receipt"),
            Link(_("Suppliers"), "suppliers", permission="inventory.view_supplier"),
            Link(_("Warehouses"), "warehouses", permission="inventory.view_warehouse"),
            Link(_("Counts"), "counts", permission="inventory.view_count"),
        ],
    ),
    (
        _("Fulfillment"),
        "truck",
        [
            Link(_("Picking"), "picking", permission="fulfillment.pick"),
            Link(_("Kitchen"), "kitchen", permission="fulfillment.cook"),
            Link(_("Kitchen stations"), "stations", permission="fulfillment.view_station"),
            Link(_("Waves"), "waves", permission="fulfillment.view_wave"),
            Link(_("Packing"), "packing", permission="fulfillment.pack"),
            Link(_("Shipments"), "shipments", permission="fulfillment.view_shipment"),
            Link(_("Dispatch"), "dispatch", permission="fulfillment.dispatch"),
            Link(_("Routes"), "route-plans", permission="fulfillment.view_routeplan"),
            Link(_("Vehicles"), "vehicles", permission="fulfillment.view_vehicle"),
            Link(_("Shifts"), "shifts", permission="fulfillment.view_shift"),
            Link(_("Delivery zones"), "zones", permission="fulfillment.view_deliveryzone"),
            Link(_("Places"), "places", permission="fulfillment.view_place"),
            Link(_("Delivery wishes"), "delivery-wishes", permission="fulfillment.view_deliverywish"),
            Link(_("Delivery exceptions"), "delivery-exceptions", permission="fulfillment.view_deliveryexception"),
            Link(_("Claims against carriers"), "carrier-claims", permission="fulfillment.view_claimagainstcarrier"),
            Link(_("Delivery performance"), "delivery-performance", permission="fulfillment.view_performance"),
            Link(_("My deliveries"), "my-deliveries", permission="fulfillment.deliver_own"),
            Link(_("Consignments"), "consignments", permission="fulfillment.view_consignment"),
            Link(_("Hub"), "hub", permission="fulfillment.sort_consignment"),
            Link(_("My consignments"), "my-consignments", permission="fulfillment.deliver_own"),
            Link(_("Carriers"), "carriers", permission="fulfillment.view_carrier"),
            Link(_("Bookings"), "bookings", permission="fulfillment.view_booking"),
            Link(_("Tracking events"), "tracking-events", permission="fulfillment.view_rawtrackingevent"),
            Link(_("Shipping costs"), "shipping-costs", permission="fulfillment.view_shipping_cost"),
        ],
    ),
    (
        _("Aftersales"),
        "undo-2",
        [
            Link(_("Returns"), "returns", permission="aftersales.view_return"),
            Link(_("Tickets"), "tickets", permission="aftersales.view_ticket"),
            Link(_("Feedback"), "feedback", permission="aftersales.view_feedback"),
        ],
    ),
    (
        _("Reports"),
        "chart-column",
        [
            Link(_("Dashboard"), "dashboard", permission="reports.view_dashboard"),
            Link(_("Reports"), "reports", permission="reports.view_report"),
        ],
    ),
    (_("Exceptions"), "triangle-alert", [Link(_("Exceptions"), "inbox", permission=EXCEPTIONS)]),
    (_("Messages"), "mail", [Link(_("Messages"), "messages", permission="oms.view_message")]),
    (
        _("Settings"),
        "settings",
        [
            Link(_("Company"), "company", permission="oms.change_company"),
            Link(_("Order rules"), "order-policy", permission="orders.change_orderpolicy"),
            Link(_("Shop settings"), "shop-settings", permission="orders.change_shopsettings"),
            Link(_("Webhooks"), "webhooks", permission="orders.view_webhookendpoint"),
            Link(_("Background jobs"), "jobs"),
        ],
    ),
]


@dataclass(frozen=True)
class Section:
    """One app in the navigation: where its icon leads, and its pages."""

    label: str
    icon: str
    links: list[Link]
    active: Link | None

    @property
    def href(self) -> str:
        return self.links[0].href

    @property
    def is_page(self) -> bool:
        """Whether the section's own name already stands for its first page."""
        return self.links[0].label == self.label

    @property
    def below(self) -> list[Link]:
        """The pages listed under the section's name."""
        return self.links[1:] if self.is_page else self.links


def navigation(request: HttpRequest) -> list[Section]:
    """The sections that this user sees; the page with the longest matching address is the active one."""
    if not hasattr(request, "navigation"):
        request.navigation = _sections(request)
    return request.navigation


def _sections(request: HttpRequest) -> list[Section]:
    seen = [(label, icon, visible(links, request.user)) for label, icon, links in SECTIONS]
    here = [link for _label, _icon, links in seen for link in links if _leads_to(link.href, request.path)]
    active = max(here, key=lambda link: len(link.href), default=None)
    return [Section(label, icon, links, active if active in links else None) for label, icon, links in seen if links]


def _leads_to(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))
