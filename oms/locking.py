"""Row locks, taken by the verbs themselves and always in the order of the design."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from oms.errors import DomainError

M = TypeVar("M", bound=models.Model)


def lock(obj: M, *, version: int | None = None) -> M:
    """The row behind `obj`, fresh and locked until the transaction ends.

    With `version` given, a row that somebody changed since is refused with a DomainError. `no_key` keeps the lock
    compatible with the foreign keys' own locks of rows that point here.
    """
    fresh = type(obj)._base_manager.select_for_update(no_key=True).get(pk=obj.pk)
    if version is not None and fresh.version != version:
        raise DomainError(
            _("%(what)s was changed by somebody else since you opened it. Look at it again, then repeat your change.")
            % {"what": fresh}
        )
    return fresh
