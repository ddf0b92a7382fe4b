"""Actions: one description of a verb gives its button, its form or question, its permission and its page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.forms import Form, FormPage
from oms.locking import lock
from oms.pages import Permission, Text, permitted

Service = Callable[..., Any]


def _always(obj: Any) -> bool:
    return True


@dataclass(frozen=True)
class Action:
    """A verb on one record: `service(obj, by=user, **cleaned fields)`.

    `allowed` is the state table's answer for a record. `form` asks for what the service needs, `confirm` is
    a question when there is nothing to fill in. `style` is secondary or danger. `done` is the toast; in
    both texts %(what)s is the record. `initial(obj)` fills the form in. `then(obj, result)` is the address
    to go to, else the record's own. `versioned` passes the record's `version` as the person saw it;
    `guarded` compares it before the service is called, for services that ask for none.
    `together(rows)` makes it an action of lists alone, without a service: all ticked rows go to one address.
    """

    name: str
    label: Text
    permission: Permission
    service: Service | None
    form: type[Form] | None = None
    allowed: Callable[[Any], bool] = _always
    style: str = "secondary"
    icon: str = ""
    confirm: Text = ""
    done: Text = ""
    initial: Callable[[Any], dict] | None = None
    then: Callable[[Any, Any], str] | None = None
    versioned: bool = False
    guarded: bool = False
    together: Callable[[list], str] | None = None

    @property
    def asks(self) -> bool:
        """Whether there is something to fill in or to confirm before it is done."""
        return bool(self.form or self.confirm)

    def offered(self, obj: Any, user) -> bool:
        """Whether this user gets the button for this record."""
        return permitted(user, self.permission) and self.allowed(obj)


@dataclass(frozen=True)
class Button:
    """An action on one record, ready to be drawn."""

    action: Action
    url: str


class Actions:
    """A model's actions under one URL name, in the order in which their buttons are drawn.

    The URL has the record's `lookup` and the action's name: `path("orders/<str:number>/do/<slug:action>/",
    ActionView.as_view(actions=order_actions), name="order-action")`.
    """

    def __init__(self, url_name: str, model: type[models.Model], actions: Iterable[Action], *, lookup: str = "pk"):
        self.url_name, self.model, self.lookup = url_name, model, lookup
        self.by_name = {action.name: action for action in actions}

    def __iter__(self) -> Iterator[Action]:
        return iter(self.by_name.values())

    def __getitem__(self, name: str) -> Action:
        return self.by_name[name]

    def url(self, action: Action, obj: Any) -> str:
        """The address of an action on a record."""
        return reverse(self.url_name, kwargs={self.lookup: getattr(obj, self.lookup), "action": action.name})


def action_buttons(obj: Any, user, actions: Actions) -> list[Button]:
    """The buttons that this user gets for this record, the permitted and possible ones only."""
    return [Button(action, actions.url(action, obj)) for action in actions if action.offered(obj, user)]


class ActionView(FormPage):
    """The one page of all actions: asks, does, reports. Works as a page and as a dialog over the record."""

    actions: Actions
    queryset: models.QuerySet | None = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.action = self.actions.by_name.get(kwargs["action"])
        if self.action is None:
            raise Http404
        self.permission = self.action.permission

    def get_queryset(self) -> models.QuerySet:
        """The records on which this user may act."""
        return self.actions.model._default_manager.all() if self.queryset is None else self.queryset.all()

    @property
    def object(self) -> models.Model:
        if not hasattr(self, "_object"):
            self._object = get_object_or_404(
                self.get_queryset(), **{self.actions.lookup: self.kwargs[self.actions.lookup]}
            )
        return self._object

    def get(self, request, *args, **kwargs) -> HttpResponse:
        if not self.action.allowed(self.object):
            return self._impossible()
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> type[Form]:
        return self.action.form or Form

    def get_initial(self) -> dict:
        return self.action.initial(self.object) if self.action.initial else {}

    def get_title(self) -> Text:
        return self.action.label

    def get_breadcrumb(self):
        return [(str(self.object), self.object.get_absolute_url())]

    def get_context_data(self, **kwargs) -> dict:
        action = self.action
        texts = {
            "intro": str(action.confirm) % {"what": self.object},
            "submit_label": action.label,
            "submit_style": "danger" if action.style == "danger" else "primary",
            "object": self.object,
        }
        return super().get_context_data(**texts | kwargs)

    def get_form(self, form_class=None) -> Form:
        form = super().get_form(form_class)
        if self.action.guarded:
            seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=self.object.version)
            form.fields["seen_version"] = seen
        return form

    def refused(self, form, status: int) -> HttpResponse:
        """The form again; who was told that the record changed may repeat what she wanted."""
        if self.action.guarded:
            form.data = form.data.copy()
            form.data["seen_version"] = get_object_or_404(self.get_queryset(), pk=self.object.pk).version
        return super().refused(form, status)

    def perform(self, form) -> str:
        seen = form.cleaned_data.pop("seen_version", None)
        if seen is not None:
            lock(self.object, version=seen)
        result = self.action.service(self.object, by=self.request.user, **form.cleaned_data)
        return self.action.then(self.object, result) if self.action.then else self.object.get_absolute_url()

    def done_text(self, result: Any) -> str:
        return str(self.done) % {"what": self.object}

    @property
    def done(self) -> Text:
        return self.action.done

    @property
    def versioned(self) -> bool:
        return self.action.versioned

    def _impossible(self) -> HttpResponse:
        form = Form({})
        form.is_valid()
        form.add_error(None, _("%(what)s is not in a state in which this is possible.") % {"what": self.object})
        return self.render_to_response(self.get_context_data(form=form, impossible=True), status=409)
