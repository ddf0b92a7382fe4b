"""The rules of the public order page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.forms import EditPage
from oms.pages import Link
from orders import services
from orders.models import ShopSettings
from orders.shop_forms import ShopSettingsForm


class EditShop(EditPage):
    permission = "orders.change_shopsettings"
    title = _("Shop settings")
    form_class = ShopSettingsForm
    done = _("Shop settings saved.")
    more = [Link(_("Open the shop"), "shop", icon="store")]

    def get_object(self) -> ShopSettings:
        return ShopSettings.objects.first() or ShopSettings(pk=1)

    def get_breadcrumb(self):
        return ()

    def perform(self, form) -> str:
        services.change_shop(by=self.request.user, **form.cleaned_data)
        return reverse("shop-settings")
