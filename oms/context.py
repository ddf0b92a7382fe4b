"""Rows that are one of a kind, and what every page knows."""

import time
from typing import TypeVar

from django.db import models
from django.http import HttpRequest

from oms.models import Company

M = TypeVar("M", bound=models.Model)

KEPT_SECONDS = 5
_kept: dict[type[models.Model], tuple[float, models.Model]] = {}


def current(model: type[M]) -> M:
    """The only row of `model`, kept by each process for five seconds; its defaults while there is none."""
    read_at, row = _kept.get(model, (0.0, None))
    if row is None or time.monotonic() - read_at > KEPT_SECONDS:
        row = model.objects.first() or model(pk=1)
        _kept[model] = time.monotonic(), row
    return row


def forget(model: type[models.Model]) -> None:
    """Read the row anew next time, because it was changed; other processes follow within five seconds."""
    _kept.pop(model, None)


def company(request: HttpRequest) -> dict:
    """Template context: `company`."""
    return {"company": current(Company)}
