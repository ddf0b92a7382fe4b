"""The record page: who and what, its status, what can be done next, its facts and its timeline."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Prefetch, prefetch_related_objects
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from oms import formats
from oms.actions import Actions, action_buttons
from oms.errors import DomainError
from oms.events import EventKind, timeline
from oms.forms import Form, posted_key
from oms.models import Attachment
from oms.notes import NoteEvent, add_note
from oms.pages import Page, Text
from oms.submissions import once

TIMELINE_SHOWN = 30


@dataclass(frozen=True)
class Fact:
    """A labelled value on a record page; an empty value is drawn as a dash."""

    label: Text
    value: Any
    url: str | None = None

    @property
    def words(self) -> Any:
        """The value as it reads on a page: days and moments in the person's language, yes and no."""
        if isinstance(self.value, bool):
            return _("yes") if self.value else _("no")
        if isinstance(self.value, datetime):
            return formats.moment(self.value)
        return formats.day(self.value) if isinstance(self.value, date) else self.value


@dataclass(frozen=True)
class Status:
    """A status: its word and its tone (ok, warn, bad, info, muted)."""

    label: Text
    tone: str = "muted"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, as a list; none is an empty one."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class NoteForm(Form):
    text = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    files = FilesField(label=_("Files"), required=False)

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors and not data["text"] and not data["files"]:
            self.add_error("text", _("Write something, or add a file."))
        return data


class RecordPage(Page, TemplateView):
    """One record, found by the address's keyword (`pk`, `number` …), with actions, facts, notes and timeline.

    Templates extend oms/record.html and fill the blocks `main` and `side`. An app with an event of its own for
    notes gives it as `note_kind`. `?file=` is a file of a note on this record, for those who may see the record.
    """

    template_name = "oms/record.html"
    queryset: models.QuerySet | None = None
    model: type[models.Model] | None = None
    actions: Actions | None = None
    notes = True
    note_kind: EventKind = NoteEvent.NOTED

    def get_template_names(self) -> list[str]:
        return ["oms/panel.html"] if self.in_panel else super().get_template_names()

    @property
    def in_panel(self) -> bool:
        """Whether a list asks for a quick look."""
        return bool(self.request.htmx) and self.request.htmx.target == "panel"

    def get_queryset(self) -> models.QuerySet:
        """The records that this user may see."""
        return self.model._default_manager.all() if self.queryset is None else self.queryset.all()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self._file(request.GET["file"]) if "file" in request.GET else super().get(request, *args, **kwargs)

    @property
    def object(self) -> Any:
        if not hasattr(self, "_object"):
            self._object = get_object_or_404(self.get_queryset(), **self.kwargs)
        return self._object

    def get_title(self) -> Text:
        return self.title or str(self.object)

    def status(self) -> Status | None:
        """The headline status beside the title."""
        return None

    def facts(self) -> Sequence[Fact]:
        """The facts of the side column."""
        return ()

    def timeline(self) -> models.QuerySet:
        """The events shown, newest first."""
        return timeline(self.object)

    def get_context_data(self, **kwargs) -> dict:
        buttons = action_buttons(self.object, self.request.user, self.actions) if self.actions else []
        everything = "timeline" in self.request.GET
        events = list(self.timeline()[: None if everything else TIMELINE_SHOWN + 1])
        noted = [event for event in events if event.kind.endswith(".noted")]
        if noted:
            prefetch_related_objects(noted, Prefetch("attachments", Attachment.objects.defer("content")))
        context = {
            "object": self.object,
            "status": self.status(),
            "facts": self.facts(),
            "buttons": buttons,
            "timeline": events if everything else events[:TIMELINE_SHOWN],
            "timeline_goes_on": not everything and len(events) > TIMELINE_SHOWN,
            "note_form": NoteForm() if self.notes else None,
        }
        return super().get_context_data(**context | kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """A note, written once however often it is sent."""
        form = NoteForm(request.POST, request.FILES)
        if not self.notes or not form.is_valid():
            return self.render_to_response(self.get_context_data(note_form=form), status=422)
        try:
            once(posted_key(request), request.user, lambda: self._note(**form.cleaned_data))
        except DomainError as error:
            form.add_error("text", str(error))
            return self.render_to_response(self.get_context_data(note_form=form), status=409)
        return redirect(f"{request.path}#timeline")

    def _note(self, **fields) -> str:
        add_note(self.object, by=self.request.user, kind=self.note_kind, **fields)
        return self.request.path

    def _file(self, key: str) -> HttpResponse:
        """A file of this record's notes: a picture is shown, everything else is a download, never a page."""
        mine = Attachment.objects.filter(event__in=self.timeline().order_by().values("pk"))
        file = get_object_or_404(mine, pk=int(key) if key.isdecimal() and len(key) < 18 else 0)
        content = io.BytesIO(bytes(file.content))
        response = FileResponse(content, as_attachment=not file.is_picture, filename=file.name, content_type=file.kind)
        response["Cache-Control"] = "private, max-age=3600"
        response["X-Content-Type-Options"] = "nosniff"
        return response
