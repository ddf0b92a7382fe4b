from datetime import date

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation

from oms.forms import Form


class Sample(Form):
    name = forms.CharField(help_text="As on the parcel")
    on = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")])
    colours = forms.MultipleChoiceField(choices=[("r", "Red")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField()


class Upload(Form):
    file = forms.FileField()


def drawn(form):
    return Template("{% form_fields form %}").render(Context({"form": form}))


def test_a_day_is_iso_for_the_browsers_picker_in_every_language():
    with translation.override("zh-hans"):
        html = drawn(Sample(initial={"on": date(2025, 9, 30)}))
    assert '<input type="date" name="on" value="2025-09-30" class="form-control"' in html


def test_each_control_has_its_class_label_and_help():
    html = drawn(Sample())
    assert '<label class="form-label" for="id_name">Name' in html
    assert 'aria-describedby="id_name_help"' in html
    assert '<select name="kind" class="form-select"' in html
    assert html.count('class="form-check-input"') == 2
    assert '<label class="form-label" for="id_on">On <span class="optional">' in html


def test_a_wrong_field_is_named_in_the_summary_and_at_its_place():
    html = drawn(Sample({"name": "", "kind": "a", "colours": ["r"], "sure": "on"}))
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert 'class="form-control is-invalid"' in html
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_file_over_the_limit_is_refused_with_both_sizes(settings):
    settings.UPLOAD_LIMIT_BYTES = 1024
    form = Upload({}, {"file": SimpleUploadedFile("big.csv", b"x" * 2048)})
    assert form.errors["file"] == ["This file has 2.0\xa0KB; the limit is 1.0\xa0KB."]
    assert Upload({}, {"file": SimpleUploadedFile("ok.csv", b"x" * 1024)}).is_valid()
