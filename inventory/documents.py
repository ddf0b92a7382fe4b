"""What purchasing and the goods entrance print."""

from inventory.models import PurchaseOrder, Receipt
from oms.barcodes import barcode_svg
from oms.pdf import render_pdf


def purchase_order_pdf(purchase: PurchaseOrder) -> bytes:
    """The purchase order in the supplier's language."""
    lines = [line for line in purchase.lines.select_related("product") if line.ordered > line.cancelled]
    context = {
        "purchase": purchase,
        "lines": [(line, line.ordered - line.cancelled) for line in lines],
        "total": sum(line.total for line in lines),
        "barcode": barcode_svg(purchase.number),
    }
    return render_pdf("documents/purchase_order.html", context, purchase.supplier.language)


def receipt_pdf(receipt: Receipt, language: str) -> bytes:
    """The goods received note, in the language of who prints it."""
    lines = list(receipt.lines.select_related("product", "lot", "purchase_line"))
    context = {
        "receipt": receipt,
        "lines": lines,
        "pieces": sum(line.quantity for line in lines),
        "barcode": barcode_svg(receipt.number),
    }
    return render_pdf("documents/goods_received.html", context, language)
