"""The courier's label: 4 × 6 inches, one page for each piece."""

from fulfillment.documents import barcode_svg
from fulfillment.models import Consignment
from oms.pdf import render_pdf

MOST_PIECES = 200


def waybill_pdf(consignment: Consignment, language: str) -> bytes:
    """The labels of a consignment, as many pages as pieces."""
    context = {
        "consignment": consignment,
        "pieces": range(1, min(consignment.pieces, MOST_PIECES) + 1),
        "barcode": barcode_svg(consignment.number),
    }
    return render_pdf("documents/waybill.html", context, language)
