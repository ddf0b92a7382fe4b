"""What follows an event of stock."""

from django.conf import settings

from inventory.events import StockEvent
from inventory.models import Stock
from oms.context import current
from oms.messages import queue_email
from oms.models import Company, Event
from oms.outbox import on


@on(StockEvent.ALERTED)
def mail_buyer(event: Event) -> None:
    """Tell whoever buys that a product fell under its alert line."""
    company = current(Company)
    stock = Stock.objects.select_related("product__supplier", "warehouse").get(pk=event.subject_id)
    if company.buyer_email:
        queue_email(
            "stock_alert",
            to=company.buyer_email,
            language=settings.LANGUAGE_CODE,
            context={"stock": stock, "data": event.data},
            about=stock,
            once=f"stock_alert:{event.data['alert']}",
        )
