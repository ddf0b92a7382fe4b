import subprocess
from pathlib import Path

import pytest
from django.template import engines

from oms import pdf

pytestmark = pytest.mark.django_db
DOCUMENT = """{% extends "documents/base.html" %}
{% block heading %}发票 FP1001{% endblock %}
{% block content %}<p>蓝色陶瓷杯 × 12</p><img src="{{ image }}">{% endblock %}"""


@pytest.fixture
def document(settings, tmp_path):
    (tmp_path / "sample.html").write_text(DOCUMENT)
    templates = [dict(settings.TEMPLATES[0])]
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    assert engines["django"]
    return "sample.html"


def run(tool, content, *arguments):
    return subprocess.run([tool, *arguments], input=content, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(("language", "font"), [("zh-hans", "CJK-SC"), ("zh-hant", "CJK-TC"), ("en", "CJK-SC")])
def test_chinese_is_printed_with_its_font_embedded(document, language, font, tmp_path):
    content = pdf.render_pdf(document, {"image": ""}, language)
    text = run("pdftotext", content, "-", "-")
    assert "发票 FP1001" in text
    assert "蓝色陶瓷杯 × 12" in text
    (tmp_path / "x.pdf").write_bytes(content)
    fonts = [line.split() for line in run("pdffonts", b"", str(tmp_path / "x.pdf")).splitlines()[2:]]
    assert any(font in columns[0] for columns in fonts)
    assert {columns[-5] for columns in fonts} == {"yes"}  # embedded


@pytest.mark.parametrize(
    "image",
    [
        "http://example.com/x.png",
        "file:///etc/hostname",
        "/media/../../../etc/hostname",
        "//example.com/x.png",
    ],
)
def test_a_document_fetches_nothing_that_is_not_ours(document, image, monkeypatch):
    served = []
    monkeypatch.setattr(pdf, "URLFetcherResponse", lambda url, *rest: served.append(url) or _original(url, *rest))
    assert pdf.render_pdf(document, {"image": image}, "en").startswith(b"%PDF")
    assert served == ["https://own.invalid/static/css/documents.css"]


_original = pdf.URLFetcherResponse


def test_only_static_and_media_files_are_found_on_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "logo.png").write_bytes(b"x")
    assert pdf.own_file("/media/logo.png") == tmp_path / "logo.png"
    assert Path(pdf.own_file("/static/css/documents.css")).name == "documents.css"
    for path in ["/media/../secret", "/static/../../manage.py", "/etc/hostname", "/media/none.png", ""]:
        assert pdf.own_file(path) is None
