"""Submission keys: a form that creates something does it once, however often it is sent."""

import uuid

from django.db import IntegrityError, transaction

from oms.models import Submission


def new_key() -> str:
    """A key for the hidden field of a form that is about to be shown."""
    return str(uuid.uuid4())


def earlier_result(key: str) -> str | None:
    """Where the first sending of this form led, or None when it was not sent yet."""
    return Submission.objects.filter(key=key).values_list("location", flat=True).first()


@transaction.atomic
def once(key: str, by, create) -> str:
    """Run `create()`, which returns a location, unless this key was spent; return the first result's location.

    A second sending at the same moment waits for the first one's row. When `create` refuses, the key is unspent.
    """
    try:
        with transaction.atomic():
            spent = Submission.objects.create(key=key, by=by)
    except IntegrityError:
        return Submission.objects.get(key=key).location
    spent.location = create()
    spent.save(update_fields=["location"])
    return spent.location
