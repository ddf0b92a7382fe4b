"""Notes: what people write on a record, kept in its timeline."""

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from oms.events import EventKind, record
from oms.models import Event


class NoteEvent(EventKind):
    NOTED = "oms.noted", _("Note")


@transaction.atomic
def add_note(subject: models.Model, *, by, text: str) -> Event:
    """Write a note on a record; it is an event and cannot be edited later."""
    return record(subject, NoteEvent.NOTED, by=by, text=text)
