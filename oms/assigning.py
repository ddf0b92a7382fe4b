"""Who takes care of what."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.models import Assignment


@transaction.atomic
def take(subject: models.Model, *, by, due: datetime.date) -> Assignment:
    """Take care of something until a day; what a colleague has taken stays hers, one's own gets the new day."""
    if due < timezone.localdate():
        raise DomainError(_("Choose today or a later day."))
    kind = ContentType.objects.get_for_model(subject)
    found, made = Assignment.objects.select_for_update().get_or_create(
        subject_type=kind, subject_id=subject.pk, defaults={"owner": by, "due": due}
    )
    if found.owner_id != by.pk:
        raise DomainError(_("%(who)s takes care of it already.") % {"who": found.owner})
    if not made:
        found.due = due
        found.save(update_fields=["due"])
    return found


def give_back(subject: models.Model, *, by) -> None:
    """Leave something to others again."""
    kind = ContentType.objects.get_for_model(subject)
    Assignment.objects.filter(subject_type=kind, subject_id=subject.pk, owner=by).delete()
