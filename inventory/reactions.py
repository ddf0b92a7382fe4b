"""What follows an event of stock."""

from django.conf import settings

from inventory.documents import purchase_order_pdf
from inventory.events import PurchaseEvent, StockEvent
from inventory.models import PurchaseOrder, Stock
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


@on(PurchaseEvent.SENT)
def mail_supplier(event: Event) -> None:
    """The purchase order as a mail with its document, in the supplier's language."""
    purchase = PurchaseOrder.objects.select_related("supplier", "warehouse").get(pk=event.subject_id)
    supplier = purchase.supplier
    if supplier.email:
        queue_email(
            "purchase_order",
            to=supplier.email,
            language=supplier.language,
            context={"purchase": purchase, "lines": list(purchase.lines.select_related("product"))},
            about=purchase,
            once=f"purchase_order:{event.pk}",
            files=[(f"{purchase.number}.pdf", purchase_order_pdf(purchase))],
        )
