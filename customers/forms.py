from django import forms
from django.utils.translation import gettext_lazy as _

from customers.models import Address, Contact, Customer, Tier
from oms.forms import ModelForm

ADDRESS_FIELDS = ["name", "phone", "line1", "line2", "city", "region", "postcode", "country"]


class CustomerForm(ModelForm):
    class Meta:
        model = Customer
        fields = [
            "name",
            "is_company",
            "email",
            "phone",
            "language",
            "tier",
            "credit_limit",
            "payment_days",
            "blocked",
            "note",
        ]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "payment_days" in self.fields:
            self.fields["payment_days"].required = False

    def clean_payment_days(self) -> int:
        """Left empty, she pays at once."""
        return self.cleaned_data["payment_days"] or 0


class NewCustomerForm(CustomerForm):
    """A customer and, when its first line is filled in, her address."""

    line1 = forms.CharField(label=_("Address"), max_length=200, required=False)
    line2 = forms.CharField(label=_("Address, second line"), max_length=200, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    region = forms.CharField(label=_("Province or region"), max_length=100, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    country = forms.CharField(label=_("Country"), max_length=60, required=False, initial="CN")

    class Meta(CustomerForm.Meta):
        fields = ["name", "is_company", "email", "phone", "language", "tier", "note"]

    def clean(self) -> dict:
        """The address as one value, none when no line was filled in."""
        data = super().clean()
        address = {name: data.pop(name, "") for name in ("line1", "line2", "city", "region", "postcode", "country")}
        if address["line1"]:
            data["address"] = {**address, "name": data.get("name", ""), "phone": data.get("phone", "")}
        return data


class AddressForm(ModelForm):
    class Meta:
        model = Address
        fields = [*ADDRESS_FIELDS, "is_default"]


class ContactForm(ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "role", "email", "phone"]


class TierForm(ModelForm):
    class Meta:
        model = Tier
        fields = ["name", "importance", "discount"]
