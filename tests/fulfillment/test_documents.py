"""The packing slip: read back from the PDF."""

import subprocess

import pytest

from fulfillment import services as fulfillment
from fulfillment.documents import barcode_svg, packing_slip_pdf
from fulfillment.models import Carrier
from tests.fulfillment.test_walk import packed
from tests.stories import a_customer, a_person, a_placed_order, a_product


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_a_slip_says_what_is_in_the_parcel_and_what_follows(language):
    picker = a_person()
    tea = a_product("TEA", name="龙井绿茶 Green tea", spec="250 g", on_hand=9)
    cup = a_product("CUP", name="紫砂壺", on_hand=9)
    order = a_placed_order((tea, 3), (cup, 1), customer=a_customer(language=language), note="请放在前台")
    shipment = fulfillment.start_picking(order, by=picker)
    fulfillment.pick(shipment, by=picker, code="TEA", quantity=2)
    fulfillment.finish_picking(shipment, by=picker, reason="Bin is empty")
    fulfillment.scan_pack(shipment, by=picker, code="TEA", quantity=2)
    shipment = fulfillment.finish_packing(shipment, by=picker)
    lines = [" ".join(line.split()) for line in text_of(packing_slip_pdf(shipment)).splitlines()]
    assert "TEA 龙井绿茶 Green tea 2 pc" in lines
    assert "TEA 龙井绿茶 Green tea × 1" in lines
    assert "CUP 紫砂壺 × 1" in lines
    assert not any(line.startswith("CUP 紫砂壺 1") for line in lines)
    assert {"林美玲", "南京西路 1266 号", "上海", "请放在前台"} <= {word for line in lines for word in parts(line)}
    assert any(order.number in line for line in lines) and any(shipment.number in line for line in lines)


def parts(line: str) -> set[str]:
    return {line, line.split(" SO")[0], *line.split(" "), " ".join(line.split(" ")[:3])}


@pytest.mark.django_db
def test_a_slip_after_shipping_is_the_same():
    shipment = packed(a_placed_order((a_product("TEA", on_hand=9), 3)), a_person())
    before = text_of(packing_slip_pdf(shipment))
    shipment = fulfillment.ship(shipment, by=None, carrier=Carrier.objects.create(name="SF"), tracking_number="SF9")
    after = text_of(packing_slip_pdf(shipment))
    assert "SF9" in after and "SF9" not in before
    assert "TEA" in after and "3 pc" in after


def test_a_barcode_is_drawn_from_code_128():
    svg = barcode_svg("SO1")
    # start, three characters, checksum (11 modules each) and the stop pattern of 13
    assert 'viewBox="0 0 68 1"' in svg
    assert svg.count("h1v1h-1z") == svg.count("M")
