"""Messages that the system sent: the list, one message as it was rendered, sending again."""

from io import BytesIO

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from oms import formats
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.filters import Choices, Filters, Period
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.messages import resend
from oms.models import Message, MessageFile
from oms.records import Fact, RecordPage, Status

TONES = {"queued": "muted", "sending": "info", "sent": "ok", "failed": "bad", "bounced": "bad"}
WAITING = (Message.State.QUEUED, Message.State.SENDING)

message_actions = Actions(
    "message-action",
    Message,
    [
        Action(
            "resend",
            _("Send again"),
            "oms.resend_message",
            resend,
            allowed=lambda message: message.state not in WAITING,
            icon="send",
            done=_("A copy is on its way."),
        )
    ],
)


class MessageFilters(Filters):
    state = Choices(label=_("State"), choices=Message.State.choices)
    channel = Choices(label=_("Channel"), choices=Message.Channel.choices)
    created = Period(field_name="created_at", label=_("Created"))
    search_fields = ["to__icontains", "subject__icontains"]
    search_hint = _("Recipient or subject")

    class Meta:
        model = Message
        fields: list[str] = []


class Messages(ListPage):
    page = "messages"
    permission = "oms.view_message"
    title = _("Messages")
    filterset_class = MessageFilters
    columns = [
        Column("subject", _("Message"), link=True, value=str),
        Column("to", _("To")),
        Column("state", _("State"), kind="status", tones=TONES),
        Column("channel", _("Channel"), kind="choice"),
        Column("language", _("Language"), shown=False),
        Column("attempts", _("Attempts"), kind="number", shown=False),
        Column("created_at", _("Created"), kind="moment", sort="newest"),
        Column("sent_at", _("Sent"), kind="moment"),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Failed"), "state=failed&state=bounced"), Tab(_("Waiting"), "state=queued&state=sending")]
    bulk = [message_actions["resend"]]
    quick_look = True
    empty = Empty(_("No messages yet"), _("Mails and texts to customers and colleagues are kept here."), icon="mail")

    def queryset(self) -> QuerySet[Message]:
        return Message.objects.defer("html", "text")


class MessagePage(RecordPage):
    permission = "oms.view_message"
    template_name = "oms/message.html"
    queryset = Message.objects.all()
    breadcrumb = [(_("Messages"), "messages")]
    actions = message_actions
    notes = False

    def status(self) -> Status:
        return Status(self.object.get_state_display(), TONES[self.object.state])

    def facts(self) -> list[Fact]:
        message = self.object
        about = message.about
        return [
            Fact(_("To"), message.to),
            Fact(_("Channel"), message.get_channel_display()),
            Fact(_("Language"), message.language),
            Fact(_("About"), about, about.get_absolute_url() if hasattr(about, "get_absolute_url") else None),
            Fact(_("Created"), formats.moment(message.created_at)),
            Fact(_("Sent"), formats.moment(message.sent_at)),
            Fact(_("Attempts"), message.attempts),
        ]


class MessageAction(ActionView):
    actions = message_actions


@permission_required("oms.view_message", raise_exception=True)
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": [NONE],
        "img-src": [SELF, "data:"],
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "sandbox": [],
    }
)
def message_body(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail's HTML as sent, for the frame on its page: no script, no network, no form."""
    return HttpResponse(get_object_or_404(Message, pk=pk).html)


@permission_required("oms.view_message", raise_exception=True)
def message_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file that went out with the mail, as a download."""
    found = get_object_or_404(MessageFile, pk=file, message_id=pk)
    return FileResponse(BytesIO(bytes(found.content)), as_attachment=True, filename=found.name)
