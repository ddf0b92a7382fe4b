"""What people type about vehicles, shifts, places and routes."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment import queries
from fulfillment.models import DeliveryZone, Depot, GeocodedAddress, Route, Vehicle
from fulfillment.models.fleet import LATITUDE, LONGITUDE
from fulfillment.services.planning import SECONDS
from inventory.models import Warehouse
from oms.forms import Form, ModelForm

LONGEST_SEARCH = 300


class VehicleForm(ModelForm):
    class Meta:
        model = Vehicle
        fields = [
            "name",
            "plate",
            "warehouse",
            "weight_kg",
            "volume_l",
            "max_stops",
            "cost_km",
            "cost_hour",
            "active",
        ]


class DepotForm(ModelForm):
    class Meta:
        model = Depot
        fields = ["warehouse", "latitude", "longitude", "stop_minutes"]


class ZoneForm(ModelForm):
    class Meta:
        model = DeliveryZone
        fields = ["name", "warehouse", "country", "postcodes", "latitude", "longitude", "radius_km", "active"]

    def clean(self):
        cleaned = super().clean()
        circle = [cleaned.get(name) is not None for name in ("latitude", "longitude", "radius_km")]
        if any(circle) and not all(circle):
            raise forms.ValidationError(_("A circle needs the latitude and longitude of its centre and a radius."))
        if not any(circle) and not cleaned.get("postcodes"):
            raise forms.ValidationError(_("Enter postcodes or a circle."))
        return cleaned


class ShiftForm(Form):
    vehicle = forms.ModelChoiceField(label=_("Vehicle"), queryset=Vehicle.objects.filter(active=True))
    driver = forms.ModelChoiceField(label=_("Driver"), queryset=None)
    day = forms.DateField(label=_("Day"), initial=timezone.localdate)
    start = forms.TimeField(label=_("From"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label=_("Until"), initial="18:00", widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["driver"].queryset = queries.drivers()

    def clean(self):
        """Day and times as moments of the business's zone, `starts` and `ends`."""
        cleaned = super().clean()
        if {"day", "start", "end"} <= set(cleaned):
            day = cleaned.pop("day")
            for name, time in (("starts", cleaned.pop("start")), ("ends", cleaned.pop("end"))):
                cleaned[name] = timezone.make_aware(datetime.combine(day, time))
            if cleaned["ends"] <= cleaned["starts"]:
                self.add_error("end", _("The shift ends before it begins."))
        return cleaned


class PositionForm(Form):
    latitude = forms.FloatField(label=_("Latitude"), validators=LATITUDE, help_text=_("degrees, e.g. 31.2304"))
    longitude = forms.FloatField(label=_("Longitude"), validators=LONGITUDE, help_text=_("degrees, e.g. 121.4737"))


class KnownPositionForm(ModelForm):
    class Meta:
        model = GeocodedAddress
        fields = ["latitude", "longitude"]


class PlacesFileForm(Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with the columns country, postcode or city, latitude and longitude. "
            "A row with a column address says where that address is."
        ),
    )


class PlanDayForm(Form):
    date = forms.DateField(label=_("Day"), initial=timezone.localdate)
    warehouse = forms.ModelChoiceField(label=_("Warehouse"), queryset=Warehouse.objects.filter(active=True))
    seconds = forms.IntegerField(
        label=_("Seconds to search"),
        min_value=1,
        max_value=LONGEST_SEARCH,
        initial=SECONDS,
        help_text=_("More time can find shorter routes."),
    )


class MoveForm(Form):
    route = forms.ModelChoiceField(label=_("Route"), queryset=Route.objects.none())
    position = forms.IntegerField(label=_("Place on the route"), min_value=1, max_value=1000)


class WindowForm(Form):
    window_start = forms.DateTimeField(label=_("Deliver from"), required=False)
    window_end = forms.DateTimeField(label=_("Deliver until"), required=False)
