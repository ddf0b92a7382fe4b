"""Events: `record()` writes what happened, and what is owed to whoever registered with `outbox.on`."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from oms import inserts
from oms.models import Delivery, Event
from oms.outbox import nudge, reactions_to

KEYS = "oms_event_id_seq"
Happening = tuple[models.Model, "EventKind", dict]


class EventKind(models.TextChoices):
    """Base of every app's `events.py`; a member's label is the sentence of the timeline."""


def label(kind: str) -> str:
    """The translated sentence for a stored kind; the kind itself when nobody declares it any more."""
    for kinds in EventKind.__subclasses__():
        if kind in kinds.values:
            return str(kinds(kind).label)
    return kind


def record(subject: models.Model, kind: EventKind, /, *, by=None, **data: Any) -> Event:
    """Write one event on `subject` and one delivery per reaction, inside the caller's transaction."""
    return record_many([(subject, kind, data)], by=by)[0]


def record_many(happenings: Sequence[Happening], *, by=None) -> list[Event]:
    """Like `record` for many happenings, in two statements."""
    (keys,) = inserts.take_values((KEYS, len(happenings)))
    events, deliveries = rows_of(happenings, keys, by=by)
    inserts.insert([events, deliveries])
    return events


def rows_of(happenings: Sequence[Happening], keys: Sequence[int], *, by=None) -> tuple[list[Event], list[Delivery]]:
    """Events under these primary keys and their deliveries, for a verb that inserts them itself."""
    events = [
        Event(
            pk=key,
            kind=kind.value,
            subject_type=ContentType.objects.get_for_model(subject),
            subject_id=subject.pk,
            by=by,
            data=data,
        )
        for key, (subject, kind, data) in zip(keys, happenings, strict=True)
    ]
    deliveries = [Delivery(event=event, reaction=name) for event in events for name in reactions_to(event.kind)]
    if deliveries:
        once_after_commit(nudge)
    return events, deliveries


def once_after_commit(function: Callable[[], None]) -> None:
    """Call `function` after commit, once however often the transaction asks for it."""
    waiting = transaction.get_connection().run_on_commit
    if all(entry[1] is not function for entry in waiting):
        transaction.on_commit(function)


def timeline(subject: models.Model) -> models.QuerySet[Event]:
    """The events of one record, newest first, with who did it."""
    return (
        Event.objects.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
        .select_related("by")
        .order_by("-id")
    )
