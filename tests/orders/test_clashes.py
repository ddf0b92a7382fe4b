"""Two clerks on one order: the second sees what changed beside what she typed, and goes on from there."""

import re
import uuid

import pytest

from orders.composing import Asked
from orders.models import Order
from orders.services import Change, change_order
from tests.stories import a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return a_placed_order((a_product("TEA"), 2), (a_product("POT"), 1), note="ring once")


@pytest.fixture
def clerk(client):
    client.force_login(a_person("orders.place_order", "orders.view_order"))
    return client


def opened(clerk, order) -> dict:
    """The form's fields as the page shows them."""
    page = clerk.get(f"/orders/{order.number}/change/").content.decode()
    return fields(page) | {"submission": str(uuid.uuid4())}


def fields(page: str) -> dict:
    page = page[page.index('class="entry"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in ("sku", "quantity", "price") and 'type="checkbox"' not in tag:
            found[name[1]] = value[1] if value else ""
    return found | {"note": re.search(r'<textarea name="note"[^>]*>\s*([^<]*)</textarea>', page)[1].strip()}


def send(clerk, order, form):
    return clerk.post(f"/orders/{order.number}/change/", form | {"submission": str(uuid.uuid4())})


def rows(answer) -> list[list[str]]:
    table = re.search(r'class="card clashes".*?</table>', answer.content.decode(), re.DOTALL)
    cells = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", table[0] if table else "", re.DOTALL)
    return [
        [label, *(re.sub(r"<[^>]+>", "", td) for td in re.findall(r"<td>(.*?)</td>", rest))] for label, rest in cells
    ]


def test_the_second_clerk_sees_what_changed_and_goes_on(clerk, order):
    tea, pot = order.lines.all()
    form = opened(clerk, order)
    change_order(order, Change(quantities={tea.pk: 5}, head={"note": "ring twice", "city": "苏州"}), by=None)
    form |= {"note": "knock", f"quantity_{pot.pk}": "3"}
    answer = send(clerk, order, form)
    assert answer.status_code == 409
    assert rows(answer) == [
        ["City", "上海", "苏州", "–"],
        ["Note", "ring once", "ring twice", "knock"],
        ["Quantity of TEA", "2", "5", "–"],
    ]
    again = fields(answer.content.decode())
    assert (again["city"], again["note"], again[f"quantity_{tea.pk}"], again[f"quantity_{pot.pk}"]) == (
        "苏州",
        "knock",
        "5",
        "3",
    )
    assert send(clerk, order, again).status_code == 302
    order = Order.objects.get()
    assert (order.city, order.note) == ("苏州", "knock")
    assert sorted(order.lines.values_list("sku", "ordered")) == [("POT", 3), ("TEA", 5)]


def test_a_check_shows_it_too_and_changes_nothing(clerk, order):
    form = opened(clerk, order)
    change_order(order, Change(head={"note": "ring twice"}), by=None)
    answer = send(clerk, order, form | {"note": "knock", "check": "1"})
    assert rows(answer) == [["Note", "ring once", "ring twice", "knock"]]
    assert Order.objects.get().note == "ring twice"


def test_a_line_that_somebody_added_is_shown(clerk, order):
    form = opened(clerk, order)
    change_order(order, Change(added=[Asked(a_product("CUP").pk, 4)]), by=None)
    assert rows(send(clerk, order, form | {"note": "knock"})) == [["Quantity of CUP", "–", "4", "–"]]


@pytest.mark.parametrize("seen", ["", "forged", None])
def test_without_knowing_what_she_saw_nothing_is_shown_and_her_typing_is_kept(clerk, order, seen):
    form = opened(clerk, order) | {"note": "knock", "seen": seen or ""}
    change_order(order, Change(head={"note": "ring twice"}), by=None)
    answer = send(clerk, order, form)
    assert (answer.status_code, rows(answer), fields(answer.content.decode())["note"]) == (409, [], "knock")
    assert Order.objects.get().note == "ring twice"


def test_who_was_not_overtaken_sees_no_table(clerk, order):
    answer = send(clerk, order, opened(clerk, order))
    assert (answer.status_code, rows(answer)) == (409, [])
    assert "Nothing was changed." in answer.content.decode()


def test_a_dialog_opened_before_a_change_is_refused_once(client, order):
    client.force_login(a_person("orders.cancel_order", "orders.view_order"))
    path = f"/orders/{order.number}/do/cancel/"
    version = re.search(r'name="seen_version" value="(\d+)"', client.get(path).content.decode())[1]
    change_order(order, Change(head={"note": "ring twice"}), by=None)
    form = {"reason": "changed her mind", "seen_version": version}
    late = client.post(path, form | {"submission": str(uuid.uuid4())})
    assert (late.status_code, Order.objects.get().status) == (409, "confirmed")
    assert "was changed by somebody else" in late.content.decode()
    assert "changed her mind" in late.content.decode()
    form["seen_version"] = re.search(r'name="seen_version" value="(\d+)"', late.content.decode())[1]
    assert client.post(path, form | {"submission": str(uuid.uuid4())}).status_code == 302
    assert Order.objects.get().status == "cancelled"
