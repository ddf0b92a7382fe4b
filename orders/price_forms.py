"""What is typed about price lists and promotions."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Category, Product
from oms.formats import listed
from oms.forms import Form, ModelForm
from orders.models import PriceList, Promotion

MAX_PRICES = 20_000
MAX_PRICE = Decimal(10) ** 9


class PriceListForm(ModelForm):
    class Meta:
        model = PriceList
        fields = ["name", "tier", "tax_included", "starts_on", "ends_on", "active"]


class PricesForm(Form):
    """All prices of a list, one on a line; errors name the line."""

    prices = forms.CharField(
        label=gettext_lazy("Prices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "form-control mono"}),
        help_text=gettext_lazy(
            "One price on a line: SKU, from how many pieces, price. Rows can be pasted from a spreadsheet. "
            "Example: TEA-100, 10, 18.50"
        ),
    )

    def clean_prices(self) -> list[tuple[Product, int, Decimal]]:
        """(product, from pieces, price) in the order typed."""
        rows = [
            (n, text.replace("\t", ",").split(","))
            for n, text in enumerate(self.cleaned_data["prices"].splitlines(), 1)
            if text.strip()
        ]
        if len(rows) > MAX_PRICES:
            raise forms.ValidationError(_("A list holds %(limit)s prices at most.") % {"limit": f"{MAX_PRICES:,}"})
        skus = {cells[0].strip().upper() for _n, cells in rows}
        products = {p.sku.upper(): p for p in Product.objects.filter(sku__in=skus)}
        found: dict[tuple[int, int], tuple[Product, int, Decimal]] = {}
        problems = []
        for n, cells in rows:
            try:
                product, minimum, price = _read(cells, products)
                if (product.pk, minimum) in found:
                    told = {"sku": product.sku, "minimum": minimum}
                    raise ValueError(_("%(sku)s has a price from %(minimum)s pieces already.") % told)
                found[product.pk, minimum] = (product, minimum, price)
            except ValueError as error:
                problems.append(_("Line %(line)s: %(problem)s") % {"line": n, "problem": error})
        if problems:
            raise forms.ValidationError(problems[:20])
        return list(found.values())


def _read(cells: list[str], products: dict[str, Product]) -> tuple[Product, int, Decimal]:
    cells = [cell.strip() for cell in cells]
    if len(cells) == 2:
        cells.insert(1, "1")
    if len(cells) != 3:
        raise ValueError(_("Write the SKU, from how many pieces, and the price, with commas between."))
    product = products.get(cells[0].upper())
    if product is None:
        raise ValueError(_("No product has the SKU “%(sku)s”.") % {"sku": cells[0][:40]})
    if not cells[1].isdecimal() or not 1 <= int(cells[1][:8]) <= 1_000_000:
        raise ValueError(_("“%(text)s” is not a number of pieces.") % {"text": cells[1][:40]})
    try:
        price = Decimal(cells[2])
    except InvalidOperation:
        price = Decimal(-1)
    if not price.is_finite() or not 0 <= price < MAX_PRICE or price.as_tuple().exponent < -4:
        raise ValueError(_("“%(text)s” is not a price such as 18.50.") % {"text": cells[2][:40]})
    return product, int(cells[1]), price


class PromotionForm(ModelForm):
    skus = forms.CharField(
        label=gettext_lazy("Only for products"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("SKUs with commas between; empty for all."),
    )

    class Meta:
        model = Promotion
        fields = [
            "name",
            "code",
            "kind",
            "value",
            "buy",
            "free",
            "minimum",
            "tiers",
            "categories",
            "starts_at",
            "ends_at",
            "max_uses",
            "max_uses_each",
            "alone",
            "rank",
            "active",
        ]
        widgets = {"tiers": forms.CheckboxSelectMultiple, "categories": forms.CheckboxSelectMultiple}

    field_order = ["name", "code", "kind", "value", "buy", "free", "minimum", "skus", "categories", "tiers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].min_value = 0
        for name in ("value", "buy", "free", "minimum"):
            self.fields[name].required = False
        self.fields["categories"].queryset = Category.objects.all()
        if self.instance.pk:
            self.initial["skus"] = ", ".join(self.instance.products.values_list("sku", flat=True))

    def clean_code(self) -> str:
        """Codes are compared without case."""
        code = self.cleaned_data["code"].strip().upper()
        others = Promotion.objects.exclude(pk=self.instance.pk)
        if code and others.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("Another promotion has this code."))
        return code

    def clean_skus(self) -> list[Product]:
        """The products meant."""
        wanted = {sku.upper() for sku in listed(self.cleaned_data["skus"])}
        found = {p.sku.upper(): p for p in Product.objects.filter(sku__in=wanted)}
        unknown = sorted(wanted - set(found))
        if unknown:
            raise forms.ValidationError(_("No product has the SKU “%(sku)s”.") % {"sku": unknown[0]})
        return list(found.values())

    def clean(self) -> dict:
        data = super().clean()
        kind = data.get("kind")
        for name, nothing in (("value", Decimal("0.00")), ("buy", 0), ("free", 0), ("minimum", Decimal("0.00"))):
            if data.get(name) is None and name not in self.errors:
                data[name] = nothing
        value = data.get("value") or 0
        if kind == Promotion.Kind.PERCENT and not 0 < value <= 100:
            self.add_error("value", _("Enter a percentage above 0, up to 100."))
        if kind == Promotion.Kind.AMOUNT and value <= 0:
            self.add_error("value", _("Enter an amount above 0."))
        if kind == Promotion.Kind.GOODS and not (data.get("buy") and data.get("free")):
            self.add_error("buy", _("Say how many are bought and how many come free."))
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It must end after it begins."))
        used, limit = self.instance.used, data.get("max_uses")
        if limit is not None and limit < used:
            self.add_error("max_uses", _("%(used)s orders have it already.") % {"used": used})
        data["products"] = data.pop("skus", [])
        return data
