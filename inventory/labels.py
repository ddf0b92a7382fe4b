"""Labels and transfer notes, as they are printed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.models import Product, Transfer
from oms.barcodes import barcode_svg
from oms.pdf import render_pdf


@dataclass(frozen=True)
class Size:
    """A label of a label printer, or one of many on a sheet of A4; millimetres."""

    label: Promise
    width: int
    height: int
    on_sheet: bool = False


SIZES = {
    "small": Size(_("40 × 20 mm"), 40, 20),
    "medium": Size(_("60 × 40 mm"), 60, 40),
    "large": Size(_("100 × 50 mm"), 100, 50),
    "sheet": Size(_("A4 sheet, 24 labels of 70 × 37 mm"), 70, 37, on_sheet=True),
}


@dataclass(frozen=True)
class Label:
    """What stands on a label: a barcode, the same in letters, and what it means."""

    code: str
    title: str
    note: str = ""

    @property
    def barcode(self) -> SafeString | str:
        """The drawing; nothing for a code that no barcode can hold, such as a Chinese SKU."""
        return barcode_svg(self.code) if self.code.isascii() else ""


def product_label(product: Product) -> Label:
    """The label of a product: its barcode, else its SKU."""
    return Label(product.barcode or product.sku, product.name, " · ".join(filter(None, [product.sku, product.spec])))


def bin_label(code: str) -> Label:
    """The label of a bin."""
    return Label(code, code)


def labels_pdf(labels: Iterable[tuple[Label, int]], size: Size) -> bytes:
    """A PDF with (label, copies) in this size: one on a page, or many on sheets of A4."""
    copies = [label for label, count in labels for _copy in range(count)]
    return render_pdf("documents/labels.html", {"labels": copies, "size": size}, get_language())


def transfer_note_pdf(transfer: Transfer) -> bytes:
    """The paper that goes with a transfer: what is in the boxes, from where and to where, with its barcode."""
    lines = list(transfer.lines.select_related("product"))
    pieces = sum(line.sent or line.asked for line in lines)
    context = {"transfer": transfer, "lines": lines, "pieces": pieces, "barcode": barcode_svg(transfer.number)}
    return render_pdf("documents/transfer_note.html", context, get_language())
