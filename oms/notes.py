"""Notes: what people write on a record, kept in its timeline with the files that they add."""

import io
from collections.abc import Sequence

from django.core.files import File
from django.db import models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from PIL import Image

from oms.errors import DomainError
from oms.events import EventKind, record
from oms.models import Attachment, Event

FILES = 5
LARGEST = 8 * 1024 * 1024
PIXELS = 60_000_000
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
PDF = "application/pdf"


class NoteEvent(EventKind):
    NOTED = "oms.noted", _("Note")


@transaction.atomic
def add_note(
    subject: models.Model, *, by, text: str, files: Sequence[File] = (), kind: EventKind = NoteEvent.NOTED
) -> Event:
    """Write a note on a record, with pictures or PDFs; it is an event and cannot be edited later."""
    if len(files) > FILES:
        raise DomainError(translated("A note can have %(limit)s files at most.") % {"limit": FILES})
    kept = [_attachment(file) for file in files]
    event = record(subject, kind, by=by, text=text)
    for attachment in kept:
        attachment.event = event
    Attachment.objects.bulk_create(kept)
    return event


def _attachment(file: File) -> Attachment:
    name = file.name.rpartition("/")[2].replace("\0", "")
    if file.size > LARGEST:
        raise DomainError(
            translated("%(name)s has %(size)s; the limit is %(limit)s.")
            % {"name": name, "size": filesizeformat(file.size), "limit": filesizeformat(LARGEST)}
        )
    content = file.read()
    kind = kind_of(content)
    if not kind:
        raise DomainError(translated("%(name)s is neither a picture nor a PDF.") % {"name": name})
    stem, dot, ending = name.rpartition(".")
    name = f"{(stem or ending)[:140]}{dot if stem else ''}{ending[:9] if stem else ''}"
    return Attachment(name=name, kind=kind, size=len(content), content=content)


def kind_of(content: bytes) -> str:
    """The media type of a picture or a PDF as its content says, whatever its name; "" for everything else."""
    if content.startswith(b"%PDF-"):
        return PDF
    try:
        with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            kind, pixels = PICTURES[picture.format], picture.width * picture.height
            picture.verify()
    except Exception:  # Pillow raises what it likes on a broken picture; it is refused, whatever is wrong with it
        return ""
    return kind if pixels <= PIXELS else ""
