"""What follows an order's events, and stock that arrives for orders that wait."""

from inventory.events import StockEvent
from inventory.models import Stock
from oms.messages import queue_email, queue_sms
from oms.models import Event
from oms.outbox import on
from orders import queries
from orders.api.answers import as_out
from orders.api.schemas import OrderOut
from orders.events import OrderEvent
from orders.models import Order, Rule
from orders.services import TOLD, apply_rules, queue_webhooks, reserve_missing


def _tell(event: Event, template: str) -> None:
    order = Order.objects.select_related("customer").get(pk=event.subject_id)
    context = {"order": order, "lines": list(order.lines.all()), "customer": order.customer, "event": event}
    once = f"{template}:{event.pk}"
    if order.email:
        queue_email(template, to=order.email, language=order.language, context=context, about=order, once=once)
    elif order.phone:
        queue_sms(template, to=order.phone, language=order.language, context=context, about=order, once=once)


@on(OrderEvent.CONFIRMED)
def send_confirmation(event: Event) -> None:
    """The confirmation with the promised date and the customer's own link."""
    _tell(event, "order_confirmed")


@on(OrderEvent.SHIPPED)
def send_shipped(event: Event) -> None:
    """The goods are on their way."""
    _tell(event, "order_shipped")


@on(OrderEvent.CHANGED)
def send_changed(event: Event) -> None:
    """What the order is now, and for when it is promised."""
    _tell(event, "order_changed")


@on(OrderEvent.CANCELLED)
def send_cancelled(event: Event) -> None:
    """The order was cancelled, and why."""
    _tell(event, "order_cancelled")


@on(*Rule.When.values, OrderEvent.REIMPORTED)
def run_rules(event: Event) -> None:
    """The rules that answer this, in their order."""
    apply_rules(Order(pk=event.subject_id), event)


@on(OrderEvent.RELEASED)
def serve_released_order(event: Event) -> None:
    """An order whose hold had freed its stock gets what there is now."""
    reserve_missing(Order.objects.get(pk=event.subject_id))


@on(StockEvent.RECEIVED, StockEvent.ASSEMBLED, StockEvent.UNBLOCKED)
def serve_waiting_orders(event: Event) -> None:
    """Goods arrived: orders that wait for them are served, the most important first."""
    stock = Stock.objects.get(pk=event.subject_id)
    for order in queries.waiting_for(stock):
        reserve_missing(order, warehouse=stock.warehouse)


@on(*TOLD)
def tell_other_systems(event: Event) -> None:
    """Webhooks that want this event get it with the order as it is now."""
    order = Order.objects.get(pk=event.subject_id)
    queue_webhooks(order, event, lambda: OrderOut(**as_out(order)).model_dump(mode="json"))
