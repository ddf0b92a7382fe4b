from django.utils.translation import gettext_lazy as _

from oms.events import EventKind


class CustomerEvent(EventKind):
    CREATED = "customer.created", _("Customer created")
    CHANGED = "customer.changed", _("Customer changed")
    NOTED = "customer.noted", _("Note")
