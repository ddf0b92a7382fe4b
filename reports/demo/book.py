"""Rows collected in memory under keys of the real sequences, then written table by table."""

from collections import defaultdict
from itertools import count
from typing import TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models

from aftersales.models import TicketMessage
from fulfillment.models import TrackingEvent
from inventory.models import Movement
from oms import inserts
from oms.models import Event
from orders.models import Check, Hold, Payment, Promise

M = TypeVar("M", bound=models.Model)

# Nothing points at these, so the database numbers them; those with a time are written in its order.
LEAVES = (Event, Movement, Payment, TrackingEvent, TicketMessage, Hold, Check, Promise)
BLOCK = 500
CHUNK = 4000


class Book:
    """What the demo will write."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._free: dict[str, list[int]] = {}

    def next(self, sequence: str) -> int:
        """The next value of a sequence; they are fetched by the block."""
        if not self._free.get(sequence):
            self._free[sequence] = inserts.take_values((sequence, BLOCK))[0][::-1]
        return self._free[sequence].pop()

    def add(self, row: M) -> M:
        """Keep a row for writing; it has its primary key from now on, unless nothing points at its table."""
        if not isinstance(row, LEAVES) and row.pk is None:
            row.pk = self.next(f"{row._meta.db_table}_id_seq")
        self.rows[type(row)].append(row)
        return row

    def event(self, subject: models.Model, kind, at, /, *, by=None, **data) -> None:
        """One entry of a timeline, without the reactions that a living system owes it."""
        kind_of = ContentType.objects.get_for_model(subject)
        self.add(Event(kind=kind.value, subject_type=kind_of, subject_id=subject.pk, by=by, at=at, data=data))

    def write(self) -> None:
        """Insert everything. Foreign keys are checked on commit, so the order of tables does not matter."""
        for model, rows in self.rows.items():
            if model in LEAVES and model is not Check:
                rows.sort(key=_time)
            if model is Movement:  # its time has a default in the database, which `insert` leaves to the database
                Movement.objects.bulk_create(rows, batch_size=CHUNK)
                continue
            for start in count(0, CHUNK):
                if start >= len(rows):
                    break
                inserts.insert([rows[start : start + CHUNK]])


def _time(row: models.Model):
    return row.placed_at if isinstance(row, Hold) else row.at
