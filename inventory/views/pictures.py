"""Pictures of a product: added, described, put in order and taken out."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from inventory.forms import DescribePictureForm, PictureForm
from inventory.models import Product, ProductImage
from inventory.services import add_picture, describe_picture, remove_picture, show_earlier, show_later
from oms.actions import Action, Actions, ActionView, Button, action_buttons
from oms.forms import CreatePage

CHANGE = "inventory.change_product"
picture_actions = Actions(
    "picture-action",
    ProductImage,
    [
        Action("earlier", _("Show earlier"), CHANGE, show_earlier, allowed=lambda p: p.position > 1, icon="arrow-up"),
        Action("later", _("Show later"), CHANGE, show_later, icon="arrow-down"),
        Action(
            "describe",
            _("Describe"),
            CHANGE,
            describe_picture,
            form=DescribePictureForm,
            initial=lambda picture: {"alt": picture.alt},
            icon="pencil",
        ),
        Action(
            "remove",
            _("Remove"),
            CHANGE,
            remove_picture,
            confirm=_("Take this picture of %(what)s out?"),
            style="danger",
            icon="trash-2",
        ),
    ],
)


def pictures_of(product: Product, user) -> list[tuple[ProductImage, list[Button]]]:
    """The pictures in their order, each with what this user can do with it; the last one goes no later."""
    row = list(product.images.all())
    found = [(picture, action_buttons(picture, user, picture_actions)) for picture in row]
    return [(p, [b for b in buttons if p != row[-1] or b.action.name != "later"]) for p, buttons in found]


class PictureAction(ActionView):
    actions = picture_actions
    queryset = ProductImage.objects.select_related("product")

    def get_breadcrumb(self):
        product = self.object.product
        return [(_("Products"), "products"), (str(product), product.get_absolute_url())]


class NewPicture(CreatePage):
    permission = CHANGE
    title = _("New picture")
    form_class = PictureForm
    done = _("Picture added.")

    @cached_property
    def product(self) -> Product:
        return get_object_or_404(Product, pk=self.kwargs["pk"])

    def get_breadcrumb(self):
        return [(_("Products"), "products"), (str(self.product), self.product.get_absolute_url())]

    def perform(self, form) -> ProductImage:
        return add_picture(self.product, by=self.request.user, **form.cleaned_data)
