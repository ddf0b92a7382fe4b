"""Pages for the tests of the shared views: actions on messages with a form, a question, and neither."""

from django import forms
from django.db import transaction
from django.urls import path
from django.utils.translation import gettext_lazy as _

from oms.actions import Action, Actions, ActionView
from oms.errors import DomainError
from oms.forms import CreatePage, EditPage, Form, ModelForm
from oms.models import Message
from oms.records import RecordPage
from oms.urls import urlpatterns as every_page


class WhyForm(Form):
    reason = forms.CharField(label=_("Reason"))


@transaction.atomic
def bounce(message, *, by, reason="none"):
    """Write down the reason; refuses what was bounced before, after having touched it."""
    was = message.state
    message.state, message.error = "bounced", f"{by.username}: {reason}"
    message.save()
    if was == "bounced":
        raise DomainError("It bounced before.")


@transaction.atomic
def copy(*, by, to, text):
    if to == "nobody":
        raise DomainError("Nobody is not a recipient.")
    return Message.objects.create(channel="sms", to=to, text=text, language="en", template="t")


@transaction.atomic
def readdress(message, *, by, to, version=None):
    if version is not None and version != message.attempts:
        raise DomainError("Somebody else changed it.")
    message.to = to
    message.save()


actions = Actions(
    "test-action",
    Message,
    [
        Action("why", "Bounce", "oms.resend_message", bounce, form=WhyForm, done="%(what)s bounced."),
        Action("ask", "Ask", "oms.resend_message", bounce, confirm="Bounce %(what)s?", style="danger"),
        Action(
            "at-once",
            "At once",
            "oms.resend_message",
            bounce,
            allowed=lambda message: message.state == "sent",
        ),
    ],
)


class Act(ActionView):
    actions = actions


class Record(RecordPage):
    permission = "oms.view_message"
    model = Message
    actions = actions


class NewForm(ModelForm):
    class Meta:
        model = Message
        fields = ["to", "text"]


class New(CreatePage):
    permission = "oms.resend_message"
    title = "New text"
    form_class = NewForm
    service = staticmethod(copy)
    done = "%(what)s made."


class ToForm(ModelForm):
    class Meta:
        model = Message
        fields = ["to"]


class Edit(EditPage):
    permission = "oms.resend_message"
    model = Message
    form_class = ToForm
    service = staticmethod(readdress)


urlpatterns = [
    path("t/new/", New.as_view()),
    path("t/<int:pk>/", Record.as_view()),
    path("t/<int:pk>/edit/", Edit.as_view()),
    path("t/<int:pk>/do/<slug:action>/", Act.as_view(), name="test-action"),
    *every_page,
]
