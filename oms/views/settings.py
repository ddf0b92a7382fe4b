"""The person's own profile and the company's settings."""

import re
import zoneinfo

from babel.numbers import list_currencies
from django import forms
from django.contrib.auth.views import PasswordChangeView
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from oms.context import forget
from oms.forms import EditPage, ModelForm
from oms.models import Company, User
from oms.pages import Link, Page


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "phone", "language"]


class Profile(EditPage):
    """One's own name, address and language."""

    title = _("Profile")
    form_class = ProfileForm
    done = _("Profile saved.")
    more = [Link(_("Change password"), "password", icon="key-round")]

    def get_object(self) -> User:
        return User.objects.get(pk=self.request.user.pk)

    def get_breadcrumb(self):
        return ()

    def perform(self, form) -> str:
        form.save()
        return self.request.path


class Password(Page, PasswordChangeView):
    """Change one's own password; other sessions end."""

    title = _("Change password")
    breadcrumb = [(_("Profile"), "profile")]
    template_name = "oms/form.html"
    success_url = reverse_lazy("profile")
    extra_context = {
        "submit_label": _("Change password"),
        "submit_style": "primary",
        "back": reverse_lazy("profile"),
    }


class CompanyForm(ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(z, z) for z in sorted(zoneinfo.available_timezones())]
    )

    def clean_accent(self) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.cleaned_data["accent"]):
            raise forms.ValidationError(_("Write the colour as # and six digits, for example #2f5bd0."))
        return self.cleaned_data["accent"]

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if code not in list_currencies():
            raise forms.ValidationError(_("There is no currency %(code)s."), params={"code": code})
        return code

    class Meta:
        model = Company
        fields = ["name", "logo", "accent", "email", "phone", "address", "currency", "time_zone"]
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "address": forms.Textarea(attrs={"rows": 3}),
        }


class CompanySettings(EditPage):
    """Whose system this is: the public face and the house rules."""

    permission = "oms.change_company"
    title = _("Company")
    form_class = CompanyForm
    done = _("Company saved.")

    def get_object(self) -> Company:
        return Company.objects.first() or Company(pk=1)

    def get_breadcrumb(self):
        return ()

    def perform(self, form) -> str:
        form.save()
        forget(Company)
        return self.request.path
