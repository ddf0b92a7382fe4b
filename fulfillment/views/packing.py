"""Packing: every piece is checked by its code before it goes into the parcel."""

from django.db.models import Model, QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from fulfillment import queries, services
from fulfillment.filters import CartonFilters
from fulfillment.forms import CartonForm, CloseForm
from fulfillment.models import Carton, Shipment
from fulfillment.services.steps import lines_of
from fulfillment.views.scanning import ScanPage
from oms.columns import Column
from oms.errors import DomainError
from oms.forms import CreatePage, EditPage
from oms.keyset import Ordering
from oms.lists import Empty, ListPage
from oms.pages import Link, Page


class PackQueue(Page, TemplateView):
    """What lies at the packing table; scanning a trolley's number opens it."""

    permission = "fulfillment.pack"
    title = _("Packing")
    more = [Link(_("Cartons"), "cartons", "box", "fulfillment.view_carton")]
    template_name = "fulfillment/packing.html"

    def get(self, request, *args, **kwargs):
        code = request.GET.get("code", "").strip()
        if services.is_paper(code):
            try:
                return redirect("pack", services.read_paper(code).number)
            except DomainError as refusal:
                return self.render_to_response(self.get_context_data(code=code, refusal=str(refusal)), status=409)
        found = queries.in_house(code) if code else None
        if found:
            return redirect("pack" if found.status == Shipment.Status.PICKED else "shipment", found.number)
        return self.render_to_response(self.get_context_data(code=code))

    def get_context_data(self, **kwargs) -> dict:
        context = {
            "to_pack": queries.packing().prefetch_related("lines")[:100],
            "to_ship": queries.to_ship().prefetch_related("lines")[:100],
        }
        return super().get_context_data(**context | kwargs)


class Pack(ScanPage):
    permission = "fulfillment.pack"
    template_name = "fulfillment/pack.html"
    work_template = "fulfillment/pack_work.html"
    breadcrumb = [(_("Packing"), "packing")]
    works_on = Shipment.Status.PICKED
    counter, goal = "packed", "picked"

    def get_title(self) -> str:
        return translated("Pack %(number)s") % {"number": self.kwargs["number"]}

    def work(self, subject: Shipment) -> dict:
        lines = lines_of(subject)
        parcels = list(subject.parcels.with_contents())
        suggestion = services.suggest_carton(lines)
        carton = Carton.objects.filter(name=suggestion.name).first() if suggestion.name else None
        opened = next((parcel for parcel in parcels if not parcel.closed_at), None)
        return {
            "lines": lines,
            "parcels": [parcel for parcel in parcels if parcel.closed_at],
            "opened": opened,
            "suggestion": suggestion,
            "close_form": CloseForm(self.request.POST if self._closes else None, initial={"carton": carton}),
        }

    @property
    def _closes(self) -> bool:
        return self.request.POST.get("op") in ("next", "finish")

    def do(self, op: str, code: str, quantity: int) -> str:
        shipment, by = self.subject, self.request.user
        if op == "add":
            after = services.scan_pack(shipment, by=by, code=code, quantity=quantity, serial=self.serial)
            return self._packed(after, code, quantity)
        if op == "next":
            parcel = services.close_parcel(shipment, by=by, **self._closing())
            return translated("%(code)s is closed. The next scan opens another parcel.") % {"code": parcel.code}
        if op == "finish":
            services.finish_packing(shipment, by=by, **self._closing())
            return reverse("shipment", args=[shipment.number])
        return self.unknown(op)

    def _packed(self, shipment: Shipment, code: str, quantity: int) -> str:
        """The last scan completes the shipment, unless there is a carton to choose or a weight to check."""
        if not any(line.unpacked for line in shipment.lines.all()) and not services.asks_for_weight(shipment):
            services.finish_packing(shipment, by=self.request.user)
            return reverse("shipment", args=[shipment.number])
        return translated("%(quantity)s × %(code)s packed.") % {"code": code, "quantity": quantity}

    def _closing(self) -> dict:
        form = CloseForm(self.request.POST)
        if not form.is_valid():
            raise DomainError(" ".join(error for errors in form.errors.values() for error in errors))
        return form.cleaned_data


NEW_CARTON = Link(_("New carton"), "carton-new", "plus", "fulfillment.add_carton")


class Cartons(ListPage):
    page = "cartons"
    permission = "fulfillment.view_carton"
    title = _("Cartons")
    filterset_class = CartonFilters
    columns = [
        Column("name", _("Carton"), link=True),
        Column("length_mm", _("Length, mm"), kind="number"),
        Column("width_mm", _("Width, mm"), kind="number"),
        Column("height_mm", _("Height, mm"), kind="number"),
        Column("max_weight_g", _("Carries, g"), kind="number"),
        Column("own_weight_g", _("Own weight, g"), kind="number"),
        Column("active", _("Active"), kind="yes"),
    ]
    orderings = {"name": Ordering(_("Name"), "name")}
    primary = NEW_CARTON
    empty = Empty(_("No cartons yet"), _("With cartons, packers are told which one fits."), NEW_CARTON, icon="box")

    def queryset(self) -> QuerySet[Carton]:
        return Carton.objects.all()


class SavedCarton:
    breadcrumb = [(_("Cartons"), "cartons")]
    form_class = CartonForm
    done = _("%(what)s saved.")

    def perform(self, form) -> Model:
        return form.save()


class NewCarton(SavedCarton, CreatePage):
    permission = "fulfillment.add_carton"
    title = _("New carton")


class EditCarton(SavedCarton, EditPage):
    permission = "fulfillment.change_carton"
    model = Carton
