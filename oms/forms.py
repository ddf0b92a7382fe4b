"""Forms: one look, native pickers, bounded files; and pages that turn a form into one call of a service."""

import copy
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django_htmx.http import HttpResponseClientRedirect

from oms.errors import DomainError
from oms.pages import Page, Text, permitted
from oms.submissions import earlier_result, new_key, once


class DayInput(forms.DateInput):
    """The browser's own date picker, which speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


PICKERS = {forms.DateInput: DayInput, forms.DateTimeInput: MomentInput}


def within_limit(file: File) -> None:
    """Refuse a file larger than UPLOAD_LIMIT_BYTES."""
    if file.size > settings.UPLOAD_LIMIT_BYTES:
        raise ValidationError(
            _("This file has %(size)s; the limit is %(limit)s."),
            params={"size": filesizeformat(file.size), "limit": filesizeformat(settings.UPLOAD_LIMIT_BYTES)},
        )


class _House:
    """What our forms share."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        for field in self.fields.values():
            picker = PICKERS.get(type(field.widget))
            if picker:
                field.widget = picker(field.widget.attrs)
            if isinstance(field, forms.FileField):
                field.validators = [*field.validators, within_limit]


class Form(_House, forms.Form):
    """Base of every form."""


class ModelForm(_House, forms.ModelForm):
    """Base of forms that take fields and labels from a model; the service saves, not the form."""


def posted_key(request: HttpRequest) -> str:
    """The submission key that came with a form; a new one for a form first shown or tampered with."""
    try:
        return str(uuid.UUID(request.POST.get("submission", "")))
    except ValueError:
        return new_key()


class FormPage(Page, FormView):
    """A form that becomes one call of a service, once however often it is sent.

    Subclasses give `perform(form)`, which calls the service and returns the record to go to (or an
    address). A DomainError is shown on top with the typing kept (409), a wrong field at the field (422).
    Asked for by htmx into #dialog, it is drawn as a dialog. `versioned` sends the `version` of
    `self.object` along as one more field, so that the service can refuse to overwrite somebody else's
    change.
    """

    template_name = "oms/form.html"
    submit_label: Text = _("Save")
    submit_style = "primary"
    intro: Text = ""
    done: Text = ""
    versioned: bool = False

    def perform(self, form) -> models.Model | str:
        raise NotImplementedError

    def get_template_names(self) -> list[str]:
        return ["oms/dialog.html"] if self.in_dialog else [self.template_name]

    @property
    def in_dialog(self) -> bool:
        htmx = self.request.htmx
        return bool(htmx) and htmx.target == "dialog"

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        crumbs = context["crumbs"]
        return {
            "submission": posted_key(self.request),
            "submit_label": self.submit_label,
            "submit_style": self.submit_style,
            "intro": self.intro,
            "back": crumbs[-1].href if crumbs else "/",
        } | context

    def get_form_kwargs(self) -> dict:
        # the page below the dialog may have a form of its own: no id is there twice
        return super().get_form_kwargs() | ({"auto_id": "dialog_%s"} if self.in_dialog else {})

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.versioned:
            seen = forms.IntegerField(widget=forms.HiddenInput, initial=self.object.version)
            form.fields["version"] = seen
        return form

    def form_valid(self, form) -> HttpResponse:
        try:
            location = once(posted_key(self.request), self.request.user, lambda: self._performed(form))
        except DomainError as error:
            form.add_error(None, str(error))
            return self.refused(form, 409)
        return self._go_to(location)

    def form_invalid(self, form) -> HttpResponse:
        # sent twice, a form may no longer fit what its first sending changed: it is answered like the first
        earlier = earlier_result(posted_key(self.request))
        return self._go_to(earlier) if earlier else self.refused(form, 422)

    def _go_to(self, location: str) -> HttpResponse:
        return HttpResponseClientRedirect(location) if self.request.htmx else redirect(location)

    def refused(self, form, status: int) -> HttpResponse:
        """The form again, with what was typed and what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def done_text(self, result: Any) -> str:
        """The toast: `done`, in which %(what)s is the record."""
        return str(self.done) % {"what": result}

    def _performed(self, form) -> str:
        result = self.perform(form)
        if self.done:
            messages.success(self.request, self.done_text(result))
        return result if isinstance(result, str) else result.get_absolute_url()


class CreatePage(FormPage):
    """A form that makes a record: `service = staticmethod(…)` gets `by` and the cleaned fields."""

    service: Any = None

    def perform(self, form) -> models.Model | str:
        return self.service(by=self.request.user, **form.cleaned_data)


class EditPage(FormPage):
    """A form that changes the record named by the address: `service(obj, by=…, **fields)`."""

    service: Any = None
    queryset: models.QuerySet | None = None
    model: type[models.Model] | None = None

    def get_queryset(self) -> models.QuerySet:
        return self.model._default_manager.all() if self.queryset is None else self.queryset.all()

    def get_object(self) -> models.Model:
        """The record named by the address."""
        return get_object_or_404(self.get_queryset(), **self.kwargs)

    def dispatch(self, request, *args, **kwargs):
        if not permitted(request.user, self.permission):
            raise PermissionDenied
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> Text:
        return self.title or self.object

    def get_breadcrumb(self):
        return [*self.breadcrumb, (str(self.object), self.object.get_absolute_url())]

    def get_form_kwargs(self) -> dict:
        # a copy, because validation writes what was typed into the instance, and the title reads the record
        instance = {"instance": copy.copy(self.object)} if issubclass(self.form_class, forms.BaseModelForm) else {}
        return super().get_form_kwargs() | instance

    def perform(self, form) -> models.Model | str:
        return self.service(self.object, by=self.request.user, **form.cleaned_data) or self.object
