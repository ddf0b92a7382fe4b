"""Writing down scans that were refused."""

from fulfillment.models import ScanRefusal
from oms.models import User


def note_refusal(*, by: User, work: str, number: str, code: str, why: str) -> None:
    """Keep a refused scan of picking or packing; other work is not counted."""
    if work in ScanRefusal.Work.values:
        ScanRefusal.objects.create(by=by, work=work, number=number[:30], code=code[:60], why=why[:300])
