"""What people type about vehicles, shifts, places and routes."""

import json
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fulfillment import queries
from fulfillment.models import DeliveryZone, Depot, GeocodedAddress, Route, Vehicle
from fulfillment.models.fleet import LATITUDE, LONGITUDE
from fulfillment.polygons import read_area
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


WRONG_AREA = {
    "json": _("This is not JSON. Paste the whole GeoJSON text."),
    "kind": _("Paste a GeoJSON Polygon or MultiPolygon."),
    "ring": _("Each ring needs four points at least, the last one the same as the first."),
    "point": _("Each point is a longitude from -180 to 180 and a latitude from -90 to 90."),
    "many": _("This area has too many points."),
}


class ZoneForm(ModelForm):
    shape = forms.CharField(
        label=_("Area, as GeoJSON"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("A polygon drawn with any map tool; points are longitude, latitude."),
    )

    class Meta:
        model = DeliveryZone
        fields = ["name", "warehouse", "country", "postcodes", "latitude", "longitude", "radius_km", "active"]

    field_order = ["name", "warehouse", "country", "postcodes", "latitude", "longitude", "radius_km", "shape", "active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.area:
            self.initial["shape"] = json.dumps(self.instance.area)

    def clean_shape(self) -> dict | None:
        """The area that the text draws."""
        text = self.cleaned_data["shape"].strip()
        try:
            return read_area(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(WRONG_AREA[str(error)]) from error

    def clean(self):
        cleaned = super().clean()
        circle = [cleaned.get(name) is not None for name in ("latitude", "longitude", "radius_km")]
        if any(circle) and not all(circle):
            raise forms.ValidationError(_("A circle needs the latitude and longitude of its centre and a radius."))
        if not any(circle) and not cleaned.get("postcodes") and not cleaned.get("shape") and "shape" not in self.errors:
            raise forms.ValidationError(_("Enter postcodes, a circle or an area."))
        self.instance.area = cleaned.get("shape")
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
