"""Master data as files: what the books say goes out, comes back harmlessly, is looked at first and applied whole."""

import csv
import io
import uuid
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from customers.models import Customer, Tier
from inventory.models import Movement, Product, Stock
from oms.events import timeline
from oms.models import Job
from tests.ledger import assert_books_balance
from tests.stories import a_customer, a_person, a_product, a_warehouse

pytestmark = pytest.mark.django_db
EVERYTHING = (
    "customers.import_customers customers.view_customer inventory.import_products inventory.view_product "
    "inventory.adjust_stock inventory.view_stock"
).split()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(client):
    client.person = a_person(*EVERYTHING)
    client.force_login(client.person)
    return client


@pytest.fixture
def check(clerk, deliver):
    """check("prices", "sku,price", "TEA,9") is the job of the dry run, done."""

    def upload(name: str, *lines: str) -> Job:
        file = ContentFile("\n".join(lines).encode(), "data.csv")
        answer = clerk.post(reverse("exchange", args=[name]), {"file": file, "submission": str(uuid.uuid4())})
        assert answer.status_code == 302, answer.content.decode()
        deliver()
        return Job.objects.get(kind="check_data", pk=answer["Location"].split("/")[-2])

    return upload


@pytest.fixture
def apply(clerk, deliver):
    def start(job: Job) -> Job:
        for _click in range(2):
            answer = clerk.post(reverse("exchange-apply", args=[job.pk]), {"submission": str(uuid.uuid4())})
            assert answer.status_code == 302
        deliver()
        return Job.objects.get(kind="apply_data")

    return start


def counts(job: Job) -> list[int]:
    return [job.result[name] for name in ("rows", "new", "changed", "same", "wrong")]


def downloaded(clerk, name: str) -> list[list[str]]:
    answer = clerk.get(reverse("exchange", args=[name]), {"export": "csv"})
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_customers_come_in_through_their_verbs(clerk, check, apply):
    known = a_customer("李娜", code="K1", email="li@example.com", language="en")
    Tier.objects.create(name="Gold")
    job = check(
        "customers",
        "code,name,email,tier,blocked",
        "K1,李娜,new@example.com,Gold,no",
        "K2,王芳,,,yes",
        "K1,李娜,new@example.com,Gold,no",
    )
    assert (counts(job), Customer.objects.count()) == ([3, 1, 1, 1, 0], 1)
    assert counts(apply(job)) == [3, 1, 1, 1, 0]
    known.refresh_from_db()
    assert (known.email, known.tier.name, known.version) == ("new@example.com", "Gold", 2)
    new = Customer.objects.get(code="K2")
    assert (new.name, new.blocked, timeline(new).get().by) == ("王芳", True, clerk.person)
    assert timeline(known).first().data == {"email": "li@example.com → new@example.com", "tier": "– → Gold"}


def test_one_wrong_row_changes_nothing_and_each_error_names_its_line_and_column(clerk, check):
    a_product("TEA", price="10")
    job = check("prices", "sku,price,floor_price", "TEA,12,x", "TEA,12,20", "POT,1,0", "TEA,11,1")
    assert counts(job) == [4, 0, 1, 0, 3]
    assert job.result["problems"] == [
        [2, "floor_price", "“x” is not a number."],
        [3, "", "The price floor is above the price."],
        [4, "", "This record does not exist; make it first."],
    ]
    answer = clerk.post(reverse("exchange-apply", args=[job.pk]), {"submission": str(uuid.uuid4())})
    assert (answer.status_code, Job.objects.filter(kind="apply_data").count()) == (409, 0)
    assert Product.objects.get().price == Decimal("10")
    assert clerk.get(job.get_absolute_url()).status_code == 200


def test_what_went_wrong_since_the_check_leaves_everything_as_it_was(check, clerk, deliver):
    a_product("TEA", price="10"), a_product("POT", price="10")
    job = check("prices", "sku,price", "POT,5", "TEA,5")
    Product.objects.filter(sku="TEA").update(floor_price=8)
    clerk.post(reverse("exchange-apply", args=[job.pk]), {"submission": str(uuid.uuid4())})
    deliver()
    done = Job.objects.get(kind="apply_data")
    assert (done.state, done.error) == ("failed", "Nothing was changed. Row 3:  The price floor is above the price.")
    assert set(Product.objects.values_list("price", flat=True)) == {Decimal("10")}


def test_counted_stock_is_corrected_by_the_ledger(check, apply):
    a_product("TEA", on_hand=10), a_product("POT", on_hand=5), a_product("NEW", on_hand=0)
    a_product("LOT", on_hand=0, tracking="lot")
    bad = check("stock", "sku,warehouse,on_hand", "TEA,MAIN,-1", "LOT,MAIN,3", "TEA,EAST,1")
    assert [problem[2] for problem in bad.result["problems"]] == [
        "The count must be between 0 and 1,000,000.",
        "LOT is tracked by lot or serial number; correct it on its stock page.",
        "There is no warehouse “EAST”.",
    ]
    job = check("stock", "SKU,Warehouse,On hand", "TEA,MAIN,7", "POT,MAIN,5", "NEW,MAIN,4")
    assert counts(job) == [3, 1, 1, 1, 0]
    assert Movement.objects.filter(kind="adjust").count() == 0
    apply(job)
    assert dict(Stock.objects.values_list("product__sku", "on_hand")) == {"TEA": 7, "POT": 5, "NEW": 4}
    assert sorted(Movement.objects.filter(kind="adjust").values_list("on_hand", "reason")) == [
        (-3, "Counted, from a file"),
        (4, "Counted, from a file"),
    ]
    assert_books_balance()


def test_what_is_reserved_cannot_be_counted_away(check):
    tea = a_product("TEA", on_hand=10)
    Stock.objects.filter(product=tea).update(reserved=8)
    job = check("stock", "sku,warehouse,on_hand", "TEA,MAIN,7")
    assert job.result["problems"][0][2].startswith("8 pieces of TEA are reserved")


def test_an_export_is_harmless_and_its_import_changes_nothing(clerk, check):
    a_product("TEA", name="=cmd()", price="9.5", weight_g=120)
    a_warehouse("EAST")
    for name, head in {"products": "sku", "prices": "sku", "stock": "sku"}.items():
        rows = downloaded(clerk, name)
        assert rows[0][0] == head
        job = check(name, *[",".join(row) for row in rows])
        assert counts(job) == [1, 0, 0, 1, 0], (name, job.result)
    assert downloaded(clerk, "products")[1][1] == "'=cmd()"
    assert clerk.get(reverse("exchange", args=["products"]), {"export": "xlsx"}).status_code == 200


def test_new_products_are_made(check, apply, clerk):
    job = check("products", "sku,name,price,active", "TEA,Green tea,9.50,yes", "POT,,1,no")
    assert job.result["problems"] == [[3, "name", "This field cannot be blank."]]
    apply(check("products", "sku,name,price,active", "TEA,Green tea,9.50,yes"))
    product = Product.objects.get()
    assert (product.price, product.active, timeline(product).get().by) == (Decimal("9.5"), True, clerk.person)


def test_strange_columns_are_refused_in_a_sentence(check):
    job = check("prices", "price,colour", "1,red")
    assert job.error == (
        "The columns do not fit. Not known: colour. Missing: sku. Possible: sku, price, floor_price, cost, tax_rate."
    )


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("customers", "customers.view_customer"),
        ("products", "inventory.view_product"),
        ("prices", "inventory.view_product"),
        ("stock", "inventory.view_stock"),
    ],
)
def test_seeing_is_not_importing(client, name, sees, deliver):
    address = reverse("exchange", args=[name])
    client.force_login(a_person())
    assert client.get(address).status_code == 403
    client.force_login(a_person(sees))
    assert client.get(address).status_code == 200
    file = ContentFile(b"sku,price\nTEA,1\n", "data.csv")
    assert client.post(address, {"file": file, "submission": str(uuid.uuid4())}).status_code == 403
    assert Job.objects.count() == 0


def test_a_kind_that_is_not_there_is_not_found(clerk):
    assert clerk.get("/data/secrets/").status_code == 404
