"""A carrier's services, zones and prices."""

from functools import cached_property

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from fulfillment import services
from fulfillment.carrier_forms import PricesForm, ServiceForm, ZoneForm, prices_text
from fulfillment.models import Carrier, CarrierService, RateZone
from oms.forms import CreatePage, EditPage


class OfCarrier(CreatePage):
    """Something new of the carrier in the address."""

    permission = "fulfillment.change_carrier"
    done = _("%(what)s saved.")

    @cached_property
    def carrier(self) -> Carrier:
        return get_object_or_404(Carrier, pk=self.kwargs["carrier"])

    def get_breadcrumb(self):
        return [(_("Carriers"), "carriers"), (str(self.carrier), self.carrier.get_absolute_url())]

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"instance": self.form_class.Meta.model(carrier=self.carrier)}

    def perform(self, form) -> Model:
        return form.save()


class NewService(OfCarrier):
    title = _("New service")
    form_class = ServiceForm


class NewZone(OfCarrier):
    title = _("New zone")
    form_class = ZoneForm


class EditOfCarrier(EditPage):
    permission = "fulfillment.change_carrier"
    done = _("%(what)s saved.")

    def get_breadcrumb(self):
        carrier = self.object.carrier
        return [(_("Carriers"), "carriers"), (str(carrier), carrier.get_absolute_url())]

    def perform(self, form) -> Model:
        return form.save()


class EditService(EditOfCarrier):
    queryset = CarrierService.objects.select_related("carrier")
    form_class = ServiceForm


class EditZone(EditOfCarrier):
    queryset = RateZone.objects.select_related("carrier")
    form_class = ZoneForm


class EditPrices(EditOfCarrier):
    """The whole price list of a service in a zone, as lines of weight and price."""

    queryset = CarrierService.objects.select_related("carrier")
    form_class = PricesForm
    done = _("Prices of %(what)s saved.")

    @cached_property
    def zone(self) -> RateZone:
        return get_object_or_404(RateZone, pk=self.kwargs["zone"], carrier=self.object.carrier)

    def get_object(self) -> CarrierService:
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{self.object.name} · {self.zone}"

    def get_initial(self) -> dict:
        return {"prices": prices_text(self.object.bands.filter(zone=self.zone).order_by("up_to_g"))}

    def perform(self, form) -> Model:
        return services.set_prices(
            self.object, by=self.request.user, zone=self.zone, prices=form.cleaned_data["prices"]
        )
