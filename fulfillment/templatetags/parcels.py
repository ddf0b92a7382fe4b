"""What the customer's own page of an order asks about its parcels: `{% load parcels %}`."""

from django import template

from fulfillment import tracking
from fulfillment.tracking import Parcel
from orders.models import Order

register = template.Library()


@register.simple_tag
def order_parcels(order: Order) -> list[Parcel]:
    """`{% order_parcels order as parcels %}`: those that have left the house."""
    return [parcel for parcel in tracking.parcels_of(order) if parcel.left]


@register.simple_tag
def order_stamp(order: Order) -> str:
    """`{% order_stamp order %}`: what the page is compared with when it asks for news."""
    return tracking.stamp_of(order)
