"""Roles as data: groups and their permissions, as a new installation gets them."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

VIEW_ALL = (
    "customers.view_customer orders.view_order inventory.view_product inventory.view_stock "
    "fulfillment.view_shipment fulfillment.view_consignment aftersales.view_return aftersales.view_ticket "
    "aftersales.view_feedback"
).split()

ROLES: dict[str, list[str]] = {
    "sales": [
        *VIEW_ALL,
        *"customers.add_customer customers.change_customer customers.import_customers "
        "orders.place_order orders.confirm_order orders.release_hold "
        "orders.place_hold orders.cancel_order orders.import_orders orders.record_payment orders.change_price "
        "orders.tag_order orders.split_order orders.view_pricelist orders.view_promotion orders.view_invoice "
        "orders.issue_invoice orders.view_rule orders.view_rulefiring aftersales.add_return aftersales.add_ticket "
        "fulfillment.add_consignment oms.view_message oms.resend_message".split(),
    ],
    "warehouse": [
        *VIEW_ALL,
        *"inventory.view_purchaseorder inventory.view_receipt inventory.receive_stock inventory.adjust_stock "
        "inventory.handle_alert inventory.view_transfer inventory.add_transfer inventory.send_transfer "
        "inventory.view_count inventory.add_count inventory.count_stock fulfillment.pick fulfillment.cook "
        "fulfillment.pack "
        "fulfillment.ship fulfillment.book_carrier fulfillment.view_booking fulfillment.sort_consignment "
        "fulfillment.view_wave fulfillment.release_wave fulfillment.view_cart fulfillment.view_carton "
        "fulfillment.view_deliveryexception fulfillment.handle_exception "
        "aftersales.receive_return".split(),
    ],
    "dispatcher": [
        *VIEW_ALL,
        *"fulfillment.ship fulfillment.dispatch fulfillment.deliver fulfillment.view_shipping_cost "
        "fulfillment.view_carrier fulfillment.view_booking fulfillment.book_carrier fulfillment.upload_events "
        "fulfillment.view_rawtrackingevent fulfillment.view_statusmapping fulfillment.add_statusmapping "
        "fulfillment.change_statusmapping fulfillment.add_consignment fulfillment.sort_consignment "
        "fulfillment.view_deliverywish fulfillment.view_deliveryexception fulfillment.handle_exception "
        "fulfillment.view_claimagainstcarrier fulfillment.view_performance".split(),
        *"fulfillment.view_routeplan fulfillment.plan_routes fulfillment.view_vehicle fulfillment.add_vehicle "
        "fulfillment.change_vehicle fulfillment.view_shift fulfillment.add_shift fulfillment.change_shift "
        "fulfillment.delete_shift fulfillment.view_deliveryzone fulfillment.add_deliveryzone "
        "fulfillment.change_deliveryzone fulfillment.view_depot fulfillment.add_depot fulfillment.change_depot "
        "fulfillment.view_place fulfillment.add_place fulfillment.change_geocodedaddress".split(),
    ],
    "driver": ["fulfillment.deliver_own"],
    "support": [
        *VIEW_ALL,
        *"aftersales.add_return aftersales.approve_return aftersales.add_ticket aftersales.change_ticket "
        "fulfillment.view_deliverywish fulfillment.view_deliveryexception fulfillment.view_claimagainstcarrier "
        "aftersales.refund_return orders.place_hold orders.tag_order customers.change_customer oms.view_message "
        "oms.resend_message".split(),
    ],
}
EVERY_APP = ["customers", "inventory", "orders", "fulfillment", "aftersales", "reports", "oms"]
NAMES = [
    gettext_noop("sales"),
    gettext_noop("warehouse"),
    gettext_noop("dispatcher"),
    gettext_noop("driver"),
    gettext_noop("support"),
    gettext_noop("manager"),
]


def install_roles(*, add: bool = False) -> None:
    """Create the roles that are missing, with their permissions; a role that exists is left as people edited it.

    With `add` those get what a newer version gives their role; nothing is taken away.
    """
    for name, codes in ROLES.items():
        _install(name, _permissions(codes), add)
    _install("manager", Permission.objects.filter(content_type__app_label__in=EVERY_APP), add)


def _install(name: str, permissions: QuerySet[Permission], add: bool) -> None:
    group, made = Group.objects.get_or_create(name=name)
    if made or add:
        group.permissions.add(*permissions)


def _permissions(codes: list[str]):
    wanted = Q()
    for code in codes:
        app, codename = code.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = Permission.objects.filter(wanted)
    if len(found) != len(set(codes)):
        known = {f"{p.content_type.app_label}.{p.codename}" for p in found.select_related("content_type")}
        raise LookupError(f"no such permission: {sorted(set(codes) - known)}")
    return found
