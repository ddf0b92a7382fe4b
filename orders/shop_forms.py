"""What strangers type when they order, and the rules of the shop."""

import datetime
import re

from babel import Locale
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import digits
from oms import formats
from oms.forms import Form, ModelForm
from oms.money import babel_locale
from orders.composing import ADDRESS
from orders.models import ShopSettings
from orders.services.shop import Stranger

PHONE_DIGITS = 5
DAYS_AHEAD = 14
LINK = re.compile(r"://|www\.", re.IGNORECASE)


class ShopSettingsForm(ModelForm):
    class Meta:
        model = ShopSettings
        fields = ["open", "welcome", "backorders", "few", "payment"]
        widgets = {"welcome": forms.Textarea(attrs={"rows": 3}), "payment": forms.Textarea(attrs={"rows": 3})}


def countries() -> list[tuple[str, str]]:
    """ISO codes and the countries' names in the reader's language, by name."""
    names = Locale.parse(babel_locale()).territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in UNREAL]
    return sorted(found, key=lambda pair: pair[1])


UNREAL = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # codes that CLDR has beside those of countries


class CheckoutForm(Form):
    """Who orders and where it goes; `days` are those on which it can arrive."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("An e-mail address or a phone number is enough."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    line1 = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    line2 = forms.CharField(
        label=gettext_lazy("Address, second line"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = forms.CharField(
        label=gettext_lazy("City"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    region = forms.CharField(
        label=gettext_lazy("Province or region"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    postcode = forms.CharField(
        label=gettext_lazy("Postcode"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), initial="CN", widget=forms.Select(attrs={"autocomplete": "country"})
    )
    requested_date = forms.TypedChoiceField(
        label=gettext_lazy("Delivery"), required=False, coerce=datetime.date.fromisoformat, empty_value=None
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    promotion_code = forms.CharField(
        label=gettext_lazy("Promotion code"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    total = forms.DecimalField(widget=forms.HiddenInput, max_digits=14, decimal_places=2)
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args, soonest: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()
        later = [soonest + datetime.timedelta(days=days) for days in range(1, DAYS_AHEAD + 1)]
        first = _("as soon as possible, about %(day)s") % {"day": formats.day(soonest)}
        self.fields["requested_date"].choices = [("", first), *((f"{day}", formats.day(day)) for day in later)]

    def clean_website(self) -> str:
        """A trap: people do not see this field, programs fill it in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Please leave this field empty."))
        return ""

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        if phone and len(digits(phone)) < PHONE_DIGITS:
            raise forms.ValidationError(_("This is not a phone number."))
        return phone

    def clean(self) -> dict:
        data = super().clean()
        for name in ("name", "line1", "line2", "city", "region", "postcode"):
            if LINK.search(data.get(name) or ""):
                self.add_error(name, _("Please write this without a web address."))
        if not (data.get("email") or data.get("phone") or self.errors):
            self.add_error("email", _("Please give an e-mail address or a phone number, so that we can reach you."))
        return data

    def who(self, language: str) -> Stranger:
        """Who orders."""
        data = self.cleaned_data
        return Stranger(data["name"], data["email"], data["phone"], language)

    def address(self) -> dict[str, str]:
        """Where it goes."""
        return {"ship_name": self.cleaned_data["name"]} | {
            name: self.cleaned_data[name] for name in ADDRESS if name != "ship_name"
        }
