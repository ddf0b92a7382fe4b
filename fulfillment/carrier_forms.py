"""What people type about carriers: who they are, their services, zones and prices, and how parcels go with them."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from fulfillment.adapters import refuse_address
from fulfillment.models import Carrier, CarrierService, RateBand, RateZone, StatusMapping, Step
from fulfillment.quoting import Option, Quote
from fulfillment.reasons import sentence, sentences
from oms import formats
from oms.context import current
from oms.errors import DomainError
from oms.forms import Form, ModelForm
from oms.models import Company
from oms.money import format_money

MAX_BANDS = 100


class ShipForm(Form):
    """The services that can take the parcel, the best first and ticked; or a carrier by hand."""

    service = forms.ModelChoiceField(
        label=_("Service"), queryset=None, required=False, empty_label=None, widget=forms.RadioSelect
    )
    carrier = forms.ModelChoiceField(
        label=_("Carrier by hand"),
        queryset=Carrier.objects.filter(active=True),
        required=False,
        empty_label=_("As above, or the best service of all"),
    )
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=80, required=False)
    cost = forms.DecimalField(
        label=_("Shipping cost"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty takes the price list's."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quote: Quote | None = self.initial.get("quote")
        able = [option for option in quote.options if not option.out] if quote else []
        if not able:
            del self.fields["service"]
            return
        field = self.fields["service"]
        field.queryset = CarrierService.objects.filter(pk__in=[option.key for option in able])
        field.choices = [(option.key, option_words(option)) for option in able]
        field.help_text = lines([*sentences(quote.reasons), *out_words(quote)])

    def clean(self) -> dict:
        cleaned = super().clean()
        service, carrier = cleaned.get("service"), cleaned.get("carrier")
        if service and carrier and service.carrier_id != carrier.pk:
            cleaned["service"] = None
        return cleaned


class BookForm(Form):
    """The services of carriers that are booked; without a shipment to look at, all of them."""

    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=CarrierService.objects.filter(active=True, carrier__active=True)
        .exclude(carrier__adapter=Carrier.Adapter.OWN)
        .select_related("carrier"),
        required=False,
        empty_label=_("The carrier of the shipment"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quote: Quote | None = self.initial.get("quote")
        if quote:
            words = {option.key: option_words(option) for option in quote.options if not option.out}
            field = self.fields["service"]
            field.label_from_instance = lambda service: words.get(service.pk, str(service))
            field.help_text = lines(out_words(quote))


class StepForm(Form):
    step = forms.ChoiceField(label=_("It means"), choices=Step, widget=forms.RadioSelect)


class MappingForm(ModelForm):
    class Meta:
        model = StatusMapping
        fields = ["carrier", "carrier_status", "step"]


class EventFileForm(Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV whose first line names the columns: number, status, time, and if you have them place and note."
        ),
    )


def lines(texts: list[str]) -> SafeString:
    """Each text on a line of its own."""
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts))


def option_words(option: Option) -> str:
    """A possible service with its price and day."""
    facts = {
        "service": option.name,
        "price": format_money(option.price, current(Company).currency),
        "arrives": formats.day(option.arrives),
    }
    if option.in_time:
        return translated("%(service)s: %(price)s, arrives %(arrives)s") % facts
    return translated("%(service)s: %(price)s, arrives %(arrives)s, later than promised") % facts


def out_words(quote: Quote) -> list[str]:
    """Why the others cannot."""
    return [
        translated("%(service)s: %(reason)s") % {"service": option.name, "reason": sentence(option.out)}
        for option in quote.options
        if option.out
    ]


class CarrierForm(ModelForm):
    secret = forms.CharField(
        label=_("Shared secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Proves our calls to the carrier and its calls to us. Empty keeps the present one."),
    )

    class Meta:
        model = Carrier
        fields = ["name", "code", "own", "tracking_url", "adapter", "base_url", "secret", "active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["adapter"].required = False

    def clean_adapter(self) -> str:
        return self.cleaned_data["adapter"] or Carrier.Adapter.OWN

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"] or self.instance.secret

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("adapter") == Carrier.Adapter.HTTP:
            try:
                refuse_address(cleaned.get("base_url", ""))
            except DomainError as error:
                self.add_error("base_url", str(error))
            for name in ("code", "secret"):
                if not cleaned.get(name):
                    self.add_error(name, translated("Its web service needs this."))
        return cleaned


class ServiceForm(ModelForm):
    class Meta:
        model = CarrierService
        fields = ["name", "code", "transit_min", "transit_max", "cut_off", "active"]

    def clean(self) -> dict:
        # the form has no carrier field, so Django leaves out the constraint that names it
        cleaned = super().clean()
        if _taken(CarrierService, self.instance, code=cleaned.get("code")):
            self.add_error("code", translated("This carrier has another service with this code."))
        return cleaned


class ZoneForm(ModelForm):
    class Meta:
        model = RateZone
        fields = ["name", "country", "postcodes"]
        widgets = {"postcodes": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict:
        cleaned = super().clean()
        if _taken(RateZone, self.instance, name=cleaned.get("name")):
            self.add_error("name", translated("This carrier has another zone with this name."))
        return cleaned


def _taken(model, instance, **fields) -> bool:
    return model.objects.filter(carrier_id=instance.carrier_id, **fields).exclude(pk=instance.pk).exists()


class PricesForm(Form):
    prices = forms.CharField(
        label=_("Weights and prices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono"}),
        help_text=_("One line each: up to how many grams, then the price. A table can be pasted from a spreadsheet."),
    )

    def clean_prices(self) -> list[tuple[int, Decimal]]:
        """(grams, price) pairs."""
        lines = [line for line in self.cleaned_data["prices"].splitlines() if line.strip()]
        if len(lines) > MAX_BANDS:
            raise forms.ValidationError(translated("At most %(limit)s lines.") % {"limit": MAX_BANDS})
        return [_pair(line) for line in lines]


def _pair(line: str) -> tuple[int, Decimal]:
    parts = line.replace(";", " ").split()
    try:
        weight, price = parts
        pair = int(weight), Decimal(price)
        if not pair[1].is_finite() or pair[1] >= 10**10 or pair[0] >= 2**31 or pair[1].as_tuple().exponent < -2:
            raise ValueError
    except (ValueError, InvalidOperation):
        raise forms.ValidationError(
            translated("“%(line)s” is not a weight in grams and a price.") % {"line": line[:60]}
        ) from None
    return pair


def prices_text(bands: list[RateBand]) -> str:
    """Stored prices as they are typed."""
    return "\n".join(f"{band.up_to_g} {band.price}" for band in bands)
