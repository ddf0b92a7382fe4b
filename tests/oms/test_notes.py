"""Notes with files: only pictures and PDFs by their content, bounded, and read only by those who see the record."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from oms.models import Attachment, Event
from oms.notes import FILES, LARGEST
from tests.stories import a_customer, a_person, a_placed_order, a_product

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"
HTML = b"<html><script>alert(1)</script></html>"


def a_picture(kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(content, kind)
    return content.getvalue()


@pytest.fixture
def order():
    return a_placed_order((a_product("TEA"), 1))


@pytest.fixture
def clerk(client):
    client.force_login(a_person("orders.view_order", "customers.view_customer"))
    return client


def note(client, record, *files: tuple[str, bytes], text: str = "look"):
    sent = [SimpleUploadedFile(name, content, "text/html") for name, content in files]
    form = {"text": text, "files": sent, "submission": str(uuid.uuid4())}
    return client.post(record.get_absolute_url(), form)


def test_pictures_and_pdfs_are_kept_with_the_note(clerk, order):
    kinds = {f"a.{kind}": a_picture(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP")}
    assert note(clerk, order, *kinds.items(), ("slip.pdf", PDF)).status_code == 302
    kept = list(Attachment.objects.values_list("kind", flat=True))
    assert kept == ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"]
    assert Event.objects.last().kind == "order.noted"
    page = clerk.get(order.get_absolute_url()).content.decode()
    assert page.count("<img src=") >= 4
    assert "slip.pdf" in page


def test_a_picture_is_shown_and_a_pdf_is_a_download(clerk, order):
    note(clerk, order, ("page.html", a_picture()), ("slip.pdf", PDF))
    picture, pdf = Attachment.objects.all()
    shown = clerk.get(order.get_absolute_url(), {"file": picture.pk})
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert shown.getvalue() == a_picture()
    loaded = clerk.get(order.get_absolute_url(), {"file": pdf.pk})
    assert loaded["Content-Disposition"] == 'attachment; filename="slip.pdf"'


@pytest.mark.parametrize(
    ("name", "content"),
    [("cat.png", HTML), ("cat.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("cat.png", a_picture()[:20])],
)
def test_what_is_no_picture_or_pdf_is_refused_whatever_its_name(clerk, order, name, content):
    answer = note(clerk, order, (name, content))
    assert (answer.status_code, "is neither a picture nor a PDF" in answer.content.decode()) == (409, True)
    assert not Event.objects.filter(kind="order.noted").exists()


def test_files_are_bounded_in_size_and_number(clerk, order):
    large = note(clerk, order, ("large.pdf", PDF + b" " * LARGEST))
    many = note(clerk, order, *[("a.pdf", PDF)] * (FILES + 1))
    assert (large.status_code, many.status_code, Attachment.objects.count()) == (409, 409, 0)


def test_a_note_needs_words_or_a_file(clerk, order):
    assert note(clerk, order, text=" ").status_code == 422
    assert note(clerk, order, ("a.pdf", PDF), text="").status_code == 302


def test_a_file_is_read_only_through_its_own_record_and_its_permission(clerk, client, order):
    note(clerk, order, ("a.pdf", PDF))
    file = Attachment.objects.get()
    other = a_placed_order((a_product("POT"), 1), customer=a_customer("Other"))
    assert clerk.get(other.get_absolute_url(), {"file": file.pk}).status_code == 404
    for odd in ("x", "", "9" * 30):
        assert clerk.get(order.get_absolute_url(), {"file": odd}).status_code == 404
    client.force_login(a_person("customers.view_customer"))
    assert client.get(order.get_absolute_url(), {"file": file.pk}).status_code == 403


def test_customers_have_files_too(clerk):
    customer = a_customer()
    note(clerk, customer, ("a.pdf", PDF))
    assert clerk.get(customer.get_absolute_url(), {"file": Attachment.objects.get().pk}).status_code == 200


def test_a_page_costs_the_same_for_one_file_and_for_three(clerk, order):
    counts = []
    for more in (1, 2):
        for _each in range(more):
            note(clerk, order, ("a.pdf", PDF))
        clerk.get(order.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            clerk.get(order.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_kept_file_cannot_be_changed(clerk, order):
    note(clerk, order, ("a.pdf", PDF))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Attachment.objects.update(name="b.pdf")
