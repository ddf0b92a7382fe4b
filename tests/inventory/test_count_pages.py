"""The pages of transfers, counts and labels: what they show and cost, who may open them, what a scan does."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import escape

from inventory import services
from inventory.models import Count, CountLine, CountPolicy, Stock, Transfer
from tests.inventory.test_counts import a_count, approved
from tests.stories import a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
ALL = [
    f"inventory.{name}"
    for name in (
        "view_transfer add_transfer send_transfer view_count add_count count_stock approve_count view_stock "
        "view_product receive_stock"
    ).split()
]


@pytest.fixture
def keeper():
    return a_person(*ALL, first_name="Ana")


@pytest.fixture
def desk(client, keeper):
    client.force_login(keeper)
    return client


@pytest.fixture
def tea():
    return a_product("TEA", name="Green tea", on_hand=10, barcode="6901234567892", cost=3)


@pytest.fixture
def transfer(tea, keeper):
    lines = {tea.pk: 6, a_product("CUP", on_hand=4).pk: 1}
    draft = services.create_transfer(by=keeper, source=a_warehouse(), target=a_warehouse("EAST"), lines=lines)
    return services.send_transfer(draft, by=keeper)


def send(desk, url: str, *, htmx: bool = False, **fields):
    headers = {"HX-Request": "true", "HX-Target": "work"} if htmx else {}
    return desk.post(url, {"submission": str(uuid4())} | fields, headers=headers)


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), [("transfers", 8), ("counts", 9), ("count-lines", 7)])
def test_lists_cost_the_same_for_any_length(desk, keeper, rows, page, queries, django_assert_num_queries):
    for n in range(rows):
        product = a_product(f"P{n}", on_hand=5)
        services.create_transfer(
            by=keeper, source=a_warehouse(), target=a_warehouse("EAST"), lines={product.pk: 1}, note=f"N{n}"
        )
        services.count_line(a_count(product), product, 4, by=keeper)
    desk.get(reverse(page))
    with django_assert_num_queries(queries):
        shown = text(desk.get(reverse(page)))
    due = 3 if page == "counts" else 0  # the table of what is due: its head and two warehouses
    assert shown.count("<tr>") == rows + 1 + due


def test_a_transfer_is_written_sent_and_received_by_scan(desk, tea):
    here, there = a_warehouse(), a_warehouse("EAST")
    a_product("CUP", on_hand=4)
    lines = "6901234567892\nTEA 4\ncup 2"
    assert send(desk, reverse("transfer-new"), source=here.pk, target=there.pk, lines=lines, note="van").headers[
        "Location"
    ] == (url := Transfer.objects.get().get_absolute_url())
    transfer = Transfer.objects.get()
    assert sorted(transfer.lines.values_list("product__sku", "asked")) == [("CUP", 2), ("TEA", 5)]
    assert send(desk, reverse("transfer-action", args=[transfer.number, "send"])).status_code == 302
    work = reverse("transfer-receive", args=[transfer.number])
    assert desk.get(work).status_code == 200
    assert "4 × TEA received." in text(send(desk, work, htmx=True, code="tea", quantity=4))
    wrong = send(desk, work, htmx=True, code="TEA", quantity=2)
    assert (wrong.status_code, f"TEA: only 1 pieces of {transfer} are still on the way." in text(wrong)) == (409, True)
    assert send(desk, work, htmx=True, code="nonsense", quantity=1).status_code == 409
    send(desk, work, code="CUP", quantity=2)
    last = send(desk, work, htmx=True, code="6901234567892", quantity=1)
    assert last.headers["HX-Redirect"] == url
    assert "received" in text(desk.get(url))
    assert desk.get(work).headers["Location"] == url


def test_the_same_scan_sent_twice_counts_once(desk, transfer):
    work, key = reverse("transfer-receive", args=[transfer.number]), str(uuid4())
    for _sending in range(2):
        send(desk, work, htmx=True, code="TEA", quantity=2, submission=key)
    assert transfer.lines.get(product__sku="TEA").received == 2


def test_a_transfer_is_closed_with_what_is_missing(desk, transfer):
    close = reverse("transfer-action", args=[transfer.number, "close"])
    assert send(desk, close).status_code == 422
    assert send(desk, close, reason="lost on the road").status_code == 302
    page = text(desk.get(transfer.get_absolute_url()))
    assert "lost on the road" in page
    assert "TEA × 6; CUP × 1" in page


def test_wrong_transfers_are_refused_on_the_form(desk, tea):
    here = a_warehouse().pk
    same = send(desk, reverse("transfer-new"), source=here, target=here, lines="TEA 1")
    unknown = send(desk, reverse("transfer-new"), source=here, target=a_warehouse("EAST").pk, lines="NIX 1")
    assert (same.status_code, unknown.status_code, Transfer.objects.count()) == (422, 422, 0)
    assert "No product has the SKU or barcode NIX." in text(unknown)


def test_a_cycle_count_takes_what_is_due(desk, tea):
    a_product("CUP", on_hand=4)
    data = {"warehouse": a_warehouse().pk, "kind": "cycle", "classes": ["C"], "lines": 1, "mode": "freeze"}
    data |= {"threshold": "5", "blind": "on"}
    assert text(desk.get(reverse("counts"))).count("?warehouse=") == 3
    assert desk.get(reverse("count-new")).status_code == 200
    assert send(desk, reverse("count-new"), **data).status_code == 302
    count = Count.objects.get()
    assert (count.lines.get().stock.product, Stock.objects.filter(frozen=True).count()) == (tea, 1)
    assert "stands still for a count" in text(desk.get(tea.stock.get().get_absolute_url()))
    nothing = send(desk, reverse("count-new"), **data | {"classes": ["A"]})
    assert (nothing.status_code, "There is nothing to count." in text(nothing)) == (409, True)


def test_blind_counting_by_scanner(desk, tea, keeper):
    cup = a_product("CUP", on_hand=14)
    services.set_place(cup.stock.get(), by=keeper, bin="B-2", alert_line=0)
    count = a_count(tea, cup, threshold=20)
    work = reverse("count-work", args=[count.number])
    assert "expected" not in text(desk.get(work))
    asked = text(send(desk, work, htmx=True, code="6901234567892", quantity=""))
    assert "TEA Green tea: how many?" in asked
    assert "data-asks" in asked
    assert CountLine.objects.filter(counted=None).count() == 2
    assert "TEA Green tea: 9 counted." in text(send(desk, work, htmx=True, code="TEA", quantity=9))
    again = text(send(desk, work, htmx=True, code="tea", quantity=""))
    assert f"TEA Green tea: {keeper} found 9. How many are there?" in again
    in_bin = text(send(desk, work, htmx=True, code="b-2", quantity=""))
    assert ("Product CUP" in in_bin, "Green tea" in in_bin, "data-asks" in in_bin) == (True, False, False)
    assert "please count once more" in text(send(desk, work, htmx=True, code="CUP", quantity=3))
    scanned = text(send(desk, work, htmx=True, code="CUP", quantity="", each="on"))
    assert "CUP Product CUP: 1 counted." in scanned
    assert [line.found for line in count.lines.order_by("id")] == [1, 9] or [
        line.found for line in count.lines.order_by("id")
    ] == [9, 1]
    for code, sentence in [("NIX", "No product of this count and no bin has the code NIX."), ("", "required")]:
        answer = send(desk, work, htmx=True, code=code, quantity="")
        assert (answer.status_code, sentence in text(answer)) == (409, True)
    pot = a_product("POT")
    assert f"{pot.sku} is not part of {count}." in text(send(desk, work, htmx=True, code="POT", quantity=""))


def test_nobody_sees_what_a_blind_count_expects_until_it_is_counted(desk, tea, keeper):
    count = a_count(tea)
    services.count_line(count, tea, 7, by=keeper)
    lines = f"{reverse('count-lines')}?count={count.pk}"
    page = text(desk.get(count.get_absolute_url()))
    assert ("A blind count shows its differences" in page, "Accuracy" in page) == (True, False)
    assert ">-3<" not in text(desk.get(lines))
    assert "Green tea" not in text(desk.get(f"{lines}&wrong=yes"))
    finish = reverse("count-action", args=[count.number, "finish"])
    assert send(desk, finish).status_code == 302
    assert ">-3<" in text(desk.get(lines))
    assert "Green tea" in text(desk.get(f"{lines}&wrong=yes"))
    page = text(desk.get(count.get_absolute_url()))
    assert ("0.0 %" in page, "Green tea" in page) == (True, True)
    assert send(desk, reverse("count-action", args=[count.number, "approve"])).status_code == 302
    assert Stock.objects.get().on_hand == 7
    assert count.number in text(desk.get(tea.stock.get().get_absolute_url()))
    page = text(desk.get(reverse("count-accuracy")))
    assert "0.0 %" in page
    assert "9.00" in page


def test_a_line_is_asked_for_again_from_the_list(desk, tea, keeper):
    count = a_count(tea)
    services.count_line(count, tea, 7, by=keeper)
    line = count.lines.get()
    answer = send(desk, reverse("count-lines"), action="recount", selected=line.pk)
    line.refresh_from_db()
    assert (answer.status_code, line.again) == (200, True)


def test_a_count_is_given_up_with_a_reason(desk, tea):
    count = a_count(tea, mode="freeze")
    cancel = reverse("count-action", args=[count.number, "cancel"])
    assert send(desk, cancel, reason="fire drill").status_code == 302
    assert (Count.objects.get().status, Stock.objects.get().frozen) == ("cancelled", False)
    work = reverse("count-work", args=[count.number])
    assert desk.get(work).headers["Location"] == count.get_absolute_url()


def test_the_rules_are_edited(desk):
    data = {"a_days": 14, "b_days": 60, "c_days": 180, "period_days": 90, "threshold": "2.5"}
    assert desk.get(reverse("count-policy")).status_code == 200
    assert send(desk, reverse("count-policy"), **data).status_code == 302
    policy = CountPolicy.objects.get()
    assert (policy.a_days, policy.period_days, policy.threshold) == (14, 90, Decimal("2.5"))
    assert send(desk, reverse("count-policy"), **data | {"a_days": 0}).status_code == 422


def test_labels_are_filled_in_from_products_and_transfers(desk, tea, transfer):
    cup = transfer.lines.get(product__sku="CUP").product
    answer = desk.post(reverse("products"), {"action": "labels", "selected": [tea.pk, cup.pk]})
    form = text(desk.get(answer.headers["Location"]))
    assert "CUP 1\nTEA 1" in form
    assert "TEA 6" in text(desk.get(reverse("labels"), {"transfer": transfer.number}))
    assert "TEA 30" in text(desk.get(reverse("labels"), {"product": tea.pk, "copies": 30}))
    services.set_place(cup.stock.first(), by=None, bin="B-2", alert_line=0)
    assert "B-2 1" in text(desk.get(reverse("labels"), {"bin": ""}))


@pytest.mark.parametrize("size", ["small", "medium", "large", "sheet"])
def test_labels_come_as_a_pdf(desk, tea, size):
    chinese = a_product("茶-1", name="龙井")
    answer = desk.post(reverse("labels"), {"kind": "product", "what": f"TEA 3\n{chinese.sku} 2", "size": size})
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize(
    ("kind", "what", "words"),
    [
        ("product", "NIX 3", "No product has the SKU or barcode NIX."),
        ("product", "TEA 2001", "At most 2000 labels can be printed at once."),
        ("bin", "货架", "A barcode holds letters without accents, digits and signs only."),
    ],
)
def test_labels_that_cannot_be_printed(desk, tea, kind, what, words):
    answer = desk.post(reverse("labels"), {"kind": kind, "what": what, "size": "small"})
    assert (answer.status_code, words in text(answer)) == (422, True)


def test_bins_have_labels_and_transfers_a_note(desk, transfer):
    bins = desk.post(reverse("labels"), {"kind": "bin", "what": "A-01\nA-02 2", "size": "large"})
    note = desk.get(reverse("transfer-note", args=[transfer.number]))
    assert (bins.content[:5], note.content[:5]) == (b"%PDF-", b"%PDF-")


def test_who_may_open_what(client, transfer, tea, keeper):
    count = a_count(tea)
    services.count_line(count, tea, 10, by=keeper)
    pages = {
        reverse("transfers"): "view_transfer",
        reverse("transfer-new"): "add_transfer",
        transfer.get_absolute_url(): "view_transfer",
        reverse("transfer-receive", args=[transfer.number]): "send_transfer",
        reverse("transfer-note", args=[transfer.number]): "view_transfer",
        reverse("transfer-action", args=[transfer.number, "close"]): "send_transfer",
        reverse("counts"): "view_count",
        reverse("count-new"): "add_count",
        reverse("count-lines"): "view_count",
        reverse("count-accuracy"): "view_count",
        reverse("count-policy"): "approve_count",
        count.get_absolute_url(): "view_count",
        reverse("count-work", args=[count.number]): "count_stock",
        reverse("count-action", args=[count.number, "finish"]): "count_stock",
        reverse("count-action", args=[count.number, "cancel"]): "approve_count",
        reverse("labels"): "view_product",
    }
    for url, permission in pages.items():
        client.force_login(a_person(*[name for name in ALL if name != f"inventory.{permission}"]))
        assert (url, client.get(url).status_code) == (url, 403)
        client.force_login(a_person(f"inventory.{permission}"))
        assert (url, client.get(url).status_code) == (url, 200)


def test_a_movement_of_a_count_leads_to_it(desk, tea, keeper):
    count = a_count(tea)
    services.count_line(count, tea, 8, by=keeper)
    approved(count, keeper)
    assert escape(f'href="{count.get_absolute_url()}"').replace("&quot;", '"') in text(desk.get(reverse("movements")))
