"""Orders that are still being typed."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.errors import DomainError
from oms.submissions import earlier_result
from orders.models import OrderDraft

DRAFTS = 100
CELLS = 4000  # four of each of the lines that an order can have, twice
LETTERS = 2000


@transaction.atomic
def save_draft(*, by, key: str, content: dict[str, list[str]]) -> OrderDraft | None:
    """Keep what was typed so far; the same form again replaces it. None when that form is an order already."""
    if earlier_result(key) is not None:
        return None
    if any(len(cells) > CELLS or any(len(cell) > LETTERS for cell in cells) for cells in content.values()):
        raise DomainError(_("This is too long to be kept as a draft."))
    mine = OrderDraft.objects.filter(by=by)
    if not mine.filter(key=key).exists() and mine.count() >= DRAFTS:
        raise DomainError(_("You have %(limit)s drafts. Throw some away first.") % {"limit": DRAFTS})
    draft, _made = OrderDraft.objects.update_or_create(
        by=by,
        key=uuid.UUID(key),
        defaults={
            "content": content,
            "customer": "".join(content.get("customer", [])[:1])[:200],
            "lines": sum(bool(sku.strip()) for sku in content.get("sku", [])),
            "saved_at": timezone.now(),
        },
    )
    return draft


@transaction.atomic
def throw_away_draft(draft: OrderDraft, *, by) -> None:
    """Forget what was typed; nothing else knew of it."""
    OrderDraft.objects.filter(pk=draft.pk, by=by).delete()
