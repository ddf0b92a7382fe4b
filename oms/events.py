"""Events: `record()` writes what happened, and what is owed to whoever registered with `outbox.on`."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from oms.models import Delivery, Event
from oms.outbox import nudge, reactions_to


class EventKind(models.TextChoices):
    """Base of every app's `events.py`; a member's label is the sentence of the timeline."""


def label(kind: str) -> str:
    """The translated sentence for a stored kind; the kind itself when nobody declares it any more."""
    for kinds in EventKind.__subclasses__():
        if kind in kinds.values:
            return str(kinds(kind).label)
    return kind


def record(subject: models.Model, kind: EventKind, *, by=None, **data: Any) -> Event:
    """Write one event on `subject` and one delivery per reaction, inside the caller's transaction."""
    return record_many([(subject, kind, data)], by=by)[0]


def record_many(happenings: Iterable[tuple[models.Model, EventKind, dict]], *, by=None) -> list[Event]:
    """Like `record` for many happenings, in two statements at most."""
    events = Event.objects.bulk_create(
        Event(
            kind=kind.value,
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            by=by,
            data=data,
        )
        for subject, kind, data in happenings
    )
    deliveries = [Delivery(event=e, reaction=name) for e in events for name in reactions_to(e.kind)]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        once_after_commit(nudge)
    return events


def once_after_commit(function: Callable[[], None]) -> None:
    """Call `function` after commit, once however often the transaction asks for it."""
    waiting = transaction.get_connection().run_on_commit
    if all(entry[1] is not function for entry in waiting):
        transaction.on_commit(function)


def timeline(subject: models.Model) -> models.QuerySet[Event]:
    """The events of one record, newest first, with who did it."""
    return Event.objects.filter(
        subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk
    ).select_related("by").order_by("-id")
