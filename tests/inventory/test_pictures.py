"""Pictures of a product: their order, the first one as the product's face, and who may change them."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from inventory import services
from inventory.models import Product, ProductImage
from inventory.services.pictures import MAX_PICTURES
from oms.errors import DomainError
from tests.stories import a_person, a_product

pytestmark = pytest.mark.django_db
PRICES = {"price": "10", "floor_price": "0", "cost": "0", "tax_rate": "13"}
SHOWN = {"sku": "TEA", "name": "Tea", "unit": "pc", "active": "on", "in_shop": "on", **PRICES}


def a_picture(name: str = "front.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "#4f8a66").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), "image/png")


@pytest.fixture
def tea() -> Product:
    return a_product("TEA", name="Tea", on_hand=0)


@pytest.fixture
def desk(client):
    client.force_login(a_person("inventory.view_product", "inventory.change_product"))
    return client


def with_pictures(product: Product, *names: str) -> list[ProductImage]:
    return [services.add_picture(product, by=None, image=a_picture(f"{name}.png"), alt=name) for name in names]


def row(product: Product) -> list[str]:
    """What the pictures show, in their order; the first one is the product's face."""
    product.refresh_from_db()
    found = list(product.images.all())
    assert [picture.position for picture in found] == list(range(1, len(found) + 1))
    assert product.image.name == (found[0].image.name if found else "")
    return [picture.alt for picture in found]


def test_pictures_stand_in_the_order_in_which_they_come(tea):
    with_pictures(tea, "front", "back", "side")
    assert row(tea) == ["front", "back", "side"]


def test_a_picture_changes_places_with_its_neighbour(tea):
    _front, back, side = with_pictures(tea, "front", "back", "side")
    services.show_earlier(back, by=None)
    assert row(tea) == ["back", "front", "side"]
    with pytest.raises(DomainError, match="cannot go any further"):
        services.show_later(side, by=None)
    assert row(tea) == ["back", "front", "side"]


def test_the_next_picture_becomes_the_face_when_the_first_is_removed(tea):
    front, back = with_pictures(tea, "front", "back")
    services.remove_picture(front, by=None)
    assert row(tea) == ["back"]
    services.remove_picture(back, by=None)
    assert row(tea) == []


def test_there_is_a_limit(tea):
    with_pictures(tea, *map(str, range(MAX_PICTURES)))
    with pytest.raises(DomainError, match="12 pictures at most"):
        with_pictures(tea, "one more")
    assert len(row(tea)) == MAX_PICTURES


def test_an_image_given_in_the_product_form_becomes_the_first_picture(desk, tea):
    with_pictures(tea, "front")
    sent = {**SHOWN, "image": a_picture("new.png"), "submission": str(uuid4())}
    assert desk.post(reverse("product-edit", args=[tea.pk]), sent).status_code == 302
    assert row(tea) == ["", "front"]
    desk.post(reverse("product-edit", args=[tea.pk]), {**SHOWN, "name": "Other tea", "submission": str(uuid4())})
    assert row(tea) == ["", "front"]


def test_a_picture_is_uploaded_described_and_removed_on_its_pages(desk, tea):
    sent = {"image": a_picture(), "alt": "front", "submission": str(uuid4())}
    answer = desk.post(reverse("picture-new", args=[tea.pk]), sent)
    assert answer.url == f"/inventory/products/{tea.pk}/#pictures"
    assert row(tea) == ["front"]
    picture = tea.images.get()
    desk.post(reverse("picture-action", args=[picture.pk, "describe"]), {"alt": "a tin", "submission": str(uuid4())})
    assert row(tea) == ["a tin"]
    page = desk.get(tea.get_absolute_url()).content.decode()
    assert 'alt="a tin"' in page
    assert reverse("picture-action", args=[picture.pk, "remove"]) in page
    desk.post(reverse("picture-action", args=[picture.pk, "remove"]), {"submission": str(uuid4())})
    assert row(tea) == []


def test_what_is_no_picture_is_refused(desk, tea):
    wrong = SimpleUploadedFile("front.png", b"<svg onload=alert(1)>", "image/png")
    answer = desk.post(reverse("picture-new", args=[tea.pk]), {"image": wrong, "submission": str(uuid4())})
    assert answer.status_code == 422
    assert row(tea) == []


def test_who_may_not_change_products_sees_pictures_but_changes_none(client, tea):
    (picture,) = with_pictures(tea, "front")
    client.force_login(a_person("inventory.view_product"))
    page = client.get(tea.get_absolute_url()).content.decode()
    assert 'alt="front"' in page
    assert "picture-action" not in page and "/do/remove/" not in page
    for address in (reverse("picture-new", args=[tea.pk]), reverse("picture-action", args=[picture.pk, "remove"])):
        assert client.get(address).status_code == 403
        assert client.post(address, {"image": a_picture(), "submission": str(uuid4())}).status_code == 403
    assert row(tea) == ["front"]


def test_only_moves_that_are_possible_are_offered(desk, tea):
    with_pictures(tea, "front", "back", "side")
    page = desk.get(tea.get_absolute_url()).content.decode()
    assert (page.count("/do/earlier/"), page.count("/do/later/"), page.count("shown first")) == (2, 2, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_a_product_page_costs_the_same_for_any_number_of_pictures(desk, tea, count, django_assert_num_queries):
    with_pictures(tea, *map(str, range(count)))
    desk.get(tea.get_absolute_url())
    with django_assert_num_queries(12):
        desk.get(tea.get_absolute_url())
