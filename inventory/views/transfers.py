"""Transfers: the list, one with its lines, a new one, its arrival by scan, and the paper that goes with it."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from inventory import services
from inventory.count_filters import TransferFilters
from inventory.count_forms import ArrivalForm, ReasonForm, SendForm, TransferForm
from inventory.labels import transfer_note_pdf
from inventory.models import Product, Transfer, TransferLine, Warehouse
from inventory.queries import scan
from oms.actions import Action, Actions, ActionView
from oms.columns import Column
from oms.errors import DomainError
from oms.forms import CreatePage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage, Tab
from oms.pages import Link
from oms.records import Fact, RecordPage, Status
from oms.scanning import ScanPage

TONES = {"draft": "info", "sent": "warn", "received": "ok", "cancelled": "muted"}
NEW = Link(_("New transfer"), "transfer-new", icon="plus", permission="inventory.add_transfer")
TRANSFERS = Transfer.objects.select_related("source", "target", "by")

transfer_actions = Actions(
    "transfer-action",
    Transfer,
    [
        Action(
            "send",
            _("Send"),
            "inventory.send_transfer",
            services.send_transfer,
            form=SendForm,
            icon="send",
            initial=lambda transfer: {"transfer": transfer},
            allowed=lambda transfer: transfer.status == Transfer.Status.DRAFT,
            confirm=_("All pieces of %(what)s leave the warehouse now."),
            done=_("%(what)s is on the way."),
        ),
        Action(
            "close",
            _("Close with missing pieces"),
            "inventory.send_transfer",
            services.close_transfer,
            form=ReasonForm,
            icon="circle-x",
            style="danger",
            allowed=lambda transfer: transfer.status == Transfer.Status.SENT,
            confirm=_("What has not arrived yet is written down as missing for good."),
            done=_("%(what)s is closed."),
        ),
        Action(
            "cancel",
            _("Cancel"),
            "inventory.add_transfer",
            services.cancel_transfer,
            icon="x",
            style="danger",
            allowed=lambda transfer: transfer.status == Transfer.Status.DRAFT,
            confirm=_("Cancel %(what)s?"),
            done=_("%(what)s is cancelled."),
        ),
    ],
    lookup="number",
)


class Transfers(ListPage):
    page = "transfers"
    permission = "inventory.view_transfer"
    title = _("Transfers")
    filterset_class = TransferFilters
    columns = [
        Column("number", _("Transfer"), link=True),
        Column("status", _("Status"), kind="status", tones=TONES),
        Column("source.name", _("From")),
        Column("target.name", _("To")),
        Column("products", _("Products"), kind="number"),
        Column("asked", _("Pieces"), kind="number"),
        Column("way", _("On the way"), kind="number", value=lambda transfer: transfer.way or None),
        Column("missing", _("Missing"), kind="number", value=lambda transfer: transfer.missing or None),
        Column("created_at", _("Written"), kind="moment", sort="newest"),
        Column("sent_at", _("Sent"), kind="moment"),
        Column("closed_at", _("Closed"), kind="moment", shown=False),
        Column("by", _("By"), shown=False),
    ]
    orderings = {"newest": Ordering(_("Newest"), "-id")}
    tabs = [Tab(_("Drafts"), "status=draft"), Tab(_("On the way"), "status=sent"), Tab(_("Missing"), "short=yes")]
    primary = NEW
    breadcrumb = [(_("Stock"), "stock")]
    empty = Empty(
        _("No transfers yet"), _("A transfer moves goods from one warehouse to another."), NEW, icon="arrow-right-left"
    )

    def queryset(self) -> QuerySet[Transfer]:
        return TRANSFERS.annotate(
            products=Count("lines"),
            asked=Sum("lines__asked"),
            way=Sum(F("lines__sent") - F("lines__received") - F("lines__missing")),
            missing=Sum("lines__missing"),
        )


class TransferPage(RecordPage):
    permission = "inventory.view_transfer"
    template_name = "inventory/transfer.html"
    queryset = TRANSFERS
    breadcrumb = [(_("Transfers"), "transfers")]
    actions = transfer_actions

    def status(self) -> Status:
        return Status(self.object.get_status_display(), TONES[self.object.status])

    @property
    def primary(self) -> Link | None:
        href = reverse("transfer-receive", args=[self.object.number])
        link = Link(_("Receive"), href, "package-plus", "inventory.send_transfer")
        return link if self.object.status == Transfer.Status.SENT else None

    @property
    def more(self) -> list[Link]:
        labels = f"{reverse('labels')}?transfer={self.object.number}"
        return [
            Link(_("Transfer note"), reverse("transfer-note", args=[self.object.number]), "printer"),
            Link(_("Labels"), labels, "tags", "inventory.view_product"),
        ]

    def facts(self) -> list[Fact]:
        transfer = self.object
        return [
            Fact(_("From"), transfer.source),
            Fact(_("To"), transfer.target),
            Fact(_("Written by"), transfer.by),
            Fact(_("Written"), transfer.created_at),
            Fact(_("Sent"), transfer.sent_at),
            Fact(_("Closed"), transfer.closed_at),
            Fact(_("Note"), transfer.note),
            Fact(_("Why pieces are missing"), transfer.reason),
        ]

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**{"lines": _lines_of(self.object)} | kwargs)


class TransferAction(ActionView):
    actions = transfer_actions
    queryset = TRANSFERS


class NewTransfer(CreatePage):
    permission = "inventory.add_transfer"
    title = _("New transfer")
    breadcrumb = [(_("Transfers"), "transfers")]
    form_class = TransferForm
    service = staticmethod(services.create_transfer)
    done = _("%(what)s is written. Send it when the goods leave.")

    def get_initial(self) -> dict:
        places = list(Warehouse.objects.filter(active=True).values_list("pk", flat=True)[:2])
        asked = {name: self.request.GET.get(name) for name in ("source", "target", "lines") if name in self.request.GET}
        return dict(zip(("source", "target"), places, strict=False)) | asked


class ReceiveTransfer(ScanPage):
    """Pieces of a transfer arrive one scan at a time."""

    permission = "inventory.send_transfer"
    template_name = "inventory/transfer_receive.html"
    work_template = "inventory/transfer_receive_work.html"
    breadcrumb = [(_("Transfers"), "transfers")]

    def get_title(self) -> str:
        return translated("Receive %(number)s") % {"number": self.kwargs["number"]}

    @property
    def record(self) -> Transfer:
        return get_object_or_404(TRANSFERS, number=self.kwargs["number"])

    def works(self, record: Transfer) -> bool:
        return record.status == Transfer.Status.SENT

    def scanned(self, request: HttpRequest) -> str:
        form = ArrivalForm(request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        transfer, code = self.record, form.cleaned_data["code"].strip()
        found = scan(code)
        if found is None:
            raise DomainError(translated("No product has the SKU or barcode %(code)s.") % {"code": code})
        pieces = found.pieces * form.cleaned_data["quantity"]
        numbered = found.product.tracking == Product.Tracking.SERIAL
        transfer = services.receive_transfer(
            transfer, {found.product.pk: pieces}, by=request.user, serials=[code] if numbered else []
        )
        if transfer.status == Transfer.Status.RECEIVED:
            return transfer.get_absolute_url()
        return translated("%(pieces)s × %(sku)s received.") % {"pieces": pieces, "sku": found.product.sku}

    def work_context(self, record: Transfer) -> dict:
        lines = _lines_of(record)
        done, wanted = sum(line.received for line in lines), sum(line.sent for line in lines)
        return {"transfer": record, "lines": lines, "done": done, "wanted": wanted, "percent": done * 100 // wanted}


@permission_required("inventory.view_transfer", raise_exception=True)
def transfer_note(request: HttpRequest, number: str) -> HttpResponse:
    """The transfer note as a PDF."""
    transfer = get_object_or_404(TRANSFERS, number=number)
    response = HttpResponse(transfer_note_pdf(transfer), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{transfer.number}.pdf"'
    return response


def _lines_of(transfer: Transfer) -> list[TransferLine]:
    return list(transfer.lines.select_related("product").order_by("product__sku"))
