"""Who drives which vehicle when."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fulfillment.models import Shift, Vehicle
from oms.errors import DomainError
from oms.formats import moment
from oms.models import User


@transaction.atomic
def book_shift(*, by, driver: User, vehicle: Vehicle, starts: datetime, ends: datetime) -> Shift:
    """A driver gets a vehicle for some hours; refused when either is taken, naming by whom."""
    return _keep(Shift(driver=driver, vehicle=vehicle, starts=starts, ends=ends))


@transaction.atomic
def change_shift(shift: Shift, *, by, driver: User, vehicle: Vehicle, starts: datetime, ends: datetime) -> Shift:
    """Other people, another vehicle or other hours; plans made with the shift keep what they were made with."""
    shift.driver, shift.vehicle, shift.starts, shift.ends = driver, vehicle, starts, ends
    return _keep(shift)


@transaction.atomic
def cancel_shift(shift: Shift, *, by) -> None:
    """The shift is not driven; refused while a plan counts on it."""
    if shift.routes.filter(stops__isnull=False).exists():
        raise DomainError(_("A plan has stops for this shift. Take them out or plan the day again first."))
    shift.delete()


def _keep(shift: Shift) -> Shift:
    if shift.ends <= shift.starts:
        raise DomainError(_("The shift ends before it begins."))
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        raise DomainError(_taken(shift)) from error
    return shift


def _taken(shift: Shift) -> str:
    other = (
        Shift.objects.filter(Q(driver=shift.driver) | Q(vehicle=shift.vehicle))
        .filter(starts__lt=shift.ends, ends__gt=shift.starts)
        .exclude(pk=shift.pk)
        .select_related("driver", "vehicle")
        .first()
    )
    if other is None:
        return _("Somebody else changed the shifts just now. Try again.")
    return _("%(driver)s drives %(vehicle)s from %(starts)s to %(ends)s already.") % {
        "driver": other.driver,
        "vehicle": other.vehicle,
        "starts": moment(other.starts),
        "ends": moment(other.ends),
    }
