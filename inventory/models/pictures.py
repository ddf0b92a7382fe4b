"""Pictures of products."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class ProductImage(models.Model):
    """A picture of a product; the first one is the product's own `image` too, its face in lists."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    image = models.ImageField(_("image"), upload_to="products/")
    position = models.PositiveSmallIntegerField(_("position"))
    alt = models.CharField(
        _("description"), max_length=200, blank=True, help_text=_("for those who cannot see it; left empty, the name")
    )

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "position"], name="picture_has_its_place", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return self.alt or self.product.name

    def get_absolute_url(self) -> str:
        return f"{reverse('product', args=[self.product_id])}#pictures"
