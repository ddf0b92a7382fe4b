"""Alert lines: raised once, handled by somebody, over when stock is back."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.events import StockEvent
from inventory.models import Stock, StockAlert
from oms.errors import DomainError
from oms.events import record
from oms.locking import lock


def check_alert_lines() -> int:
    """Raise one alert for each stock row newly under its line and end those that are back; returns how many rose.

    Hysteresis: an alert, handled or not, ends only when more than the line is available again.
    """
    StockAlert.objects.filter(over_at=None).exclude(stock__in=Stock.objects.under_alert_line()).update(
        over_at=timezone.now()
    )
    alerted = StockAlert.objects.filter(over_at=None).values("stock")
    return sum(map(_raise_alert, Stock.objects.under_alert_line().exclude(pk__in=alerted)))


@transaction.atomic
def _raise_alert(stock: Stock) -> bool:
    stock = lock(stock)
    # What this worker saw may be history: another one raised the alert, or goods came in.
    if stock.available > stock.alert_line or StockAlert.objects.filter(stock=stock, over_at=None).exists():
        return False
    alert = StockAlert.objects.create(stock=stock, available=stock.available, alert_line=stock.alert_line)
    record(stock, StockEvent.ALERTED, alert=alert.pk, available=stock.available, alert_line=stock.alert_line)
    return True


@transaction.atomic
def handle_alert(alert: StockAlert, *, by, note: str = "") -> StockAlert:
    """Take an alert off everybody's home page; it rises again only after stock was back over the line."""
    alert = lock(alert)
    if alert.handled_at:
        raise DomainError(_("%(who)s has already handled this alert.") % {"who": alert.handled_by})
    alert.handled_at, alert.handled_by, alert.note = timezone.now(), by, note
    alert.save(update_fields=["handled_at", "handled_by", "note"])
    record(alert.stock, StockEvent.HANDLED, by=by, note=note)
    return alert


@transaction.atomic
def snooze_alert(alert: StockAlert, *, by, until: datetime.date, take_over: bool = True) -> StockAlert:
    """Put an alert off until a day; until then it is on nobody's home page. Its owner takes care of it."""
    alert = lock(alert)
    if alert.state not in ("open", "asleep"):
        raise DomainError(_("This alert is over or handled already."))
    alert.snoozed_until = until
    if take_over:
        alert.owner = by
    alert.save(update_fields=["snoozed_until", "owner"])
    record(alert.stock, StockEvent.SNOOZED, by=by, until=str(until), owner=str(alert.owner or ""))
    return alert
