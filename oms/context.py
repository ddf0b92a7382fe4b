"""Rows that are one of a kind, and what every page knows."""

from typing import TypeVar

from django.core.cache import cache
from django.db import models
from django.http import HttpRequest
from redis.exceptions import RedisError

from oms.models import Company

M = TypeVar("M", bound=models.Model)


def current(model: type[M]) -> M:
    """The only row of `model`, from the cache for a minute; its defaults while there is none."""
    key = f"oms:one:{model._meta.label_lower}"
    try:
        row = cache.get(key)
        if row is None:
            row = model.objects.first() or model(pk=1)
            cache.set(key, row, 60)
        return row
    except RedisError:
        return model.objects.first() or model(pk=1)


def forget(model: type[models.Model]) -> None:
    """Read the row anew next time, because it was changed."""
    cache.delete(f"oms:one:{model._meta.label_lower}")


def company(request: HttpRequest) -> dict:
    """Template context: `company`."""
    return {"company": current(Company)}
