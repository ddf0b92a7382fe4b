"""Money received and given back."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.events import record
from oms.locking import lock
from oms.money import format_money, rounded
from orders.events import OrderEvent
from orders.models import Order, Payment
from orders.services.expiring import resume_paid


@transaction.atomic
def record_payment(order: Order, *, by, method: str, amount: Decimal, reference: str = "") -> Payment:
    """Money came in; drafts and cancelled orders take none."""
    order = lock(order)
    if order.status in (Order.Status.DRAFT, Order.Status.CANCELLED):
        raise DomainError(
            _("%(number)s takes no payment, it is %(stage)s.")
            % {"number": order.number, "stage": order.get_stage_display()}
        )
    _refuse_odd(amount, order.currency)
    payment = _post(order, OrderEvent.PAID, method, amount, reference, by)
    resume_paid(order, by=by)
    return payment


@transaction.atomic
def refund(order: Order, *, by, method: str, amount: Decimal, reference: str = "") -> Payment:
    """Money goes back; never more than was paid."""
    order = lock(order)
    _refuse_odd(amount, order.currency)
    if amount > order.paid:
        raise DomainError(
            _("Only %(paid)s was paid; %(amount)s cannot be refunded.")
            % {"paid": format_money(order.paid, order.currency), "amount": format_money(amount, order.currency)}
        )
    return _post(order, OrderEvent.REFUNDED, method, -amount, reference, by)


def _refuse_odd(amount: Decimal, currency: str) -> None:
    if amount <= 0 or amount != rounded(amount, currency):
        raise DomainError(_("The amount must be positive and in whole cents."))


def _post(order: Order, kind: OrderEvent, method: str, amount: Decimal, reference: str, by) -> Payment:
    payment = Payment.objects.create(order=order, method=method, amount=amount, reference=reference, by=by)
    order.paid += amount
    order.version += 1
    order.save(update_fields=["paid", "version", "updated_at"])
    record(order, kind, by=by, amount=str(abs(amount)), currency=order.currency, method=method)
    return payment
