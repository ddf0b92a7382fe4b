import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from oms.events import timeline
from oms.jobs import attach
from oms.models import Event, Job
from oms.notes import add_note
from oms.timeline import details

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.oms.pages")]
KEY = "0b9d2b34-6f3e-4b52-8ad7-3f0d1f1c9a11"


@pytest.mark.parametrize("notes", [1, 3])
def test_a_record_takes_as_many_queries_for_three_events_as_for_one(
    warm, reader, person, make_message, django_assert_num_queries, notes
):
    message, author = make_message(), person(username="author")
    for number in range(notes):
        add_note(message, by=author, text=str(number))
    # session, user, the record, permissions of the user and of the groups, timeline, files of its notes
    with django_assert_num_queries(7):
        response = reader.get(f"/t/{message.pk}/")
    assert len(response.context["timeline"]) == notes


def test_a_note_is_written_once_and_shown(reader, make_message):
    message = make_message()
    for _time in range(2):
        reader.post(f"/t/{message.pk}/", {"text": "请送到后门", "submission": KEY})
    event = timeline(message).get()
    assert (event.kind, event.data, event.by.username) == ("oms.noted", {"text": "请送到后门"}, "mei")
    assert "请送到后门" in reader.get(f"/t/{message.pk}/").text


def test_an_empty_note_is_refused(reader, make_message):
    message = make_message()
    assert reader.post(f"/t/{message.pk}/", {"text": " "}).status_code == 422
    assert Event.objects.count() == 0


def test_a_long_timeline_is_cut_until_asked_for(reader, person, make_message):
    message, author = make_message(), person(username="author")
    for number in range(35):
        add_note(message, by=author, text=str(number))
    cut = reader.get(f"/t/{message.pk}/")
    assert (len(cut.context["timeline"]), cut.context["timeline_goes_on"]) == (30, True)
    assert len(reader.get(f"/t/{message.pk}/?timeline=all").context["timeline"]) == 35


def test_a_record_that_is_not_there(reader):
    assert reader.get("/t/999999/").status_code == 404


def test_event_data_reads_as_words():
    data = {
        "reason": "Price below the floor",
        "amount": "12.50",
        "currency": "EUR",
        "lines": [{"sku": "MUG", "quantity": 1200}, {"sku": "LAMP", "quantity": 1}],
        "urgent": True,
        "user_id": 7,
        "empty": "",
        "text": "free words",
    }
    assert [(d.label, d.value) for d in details(Event(data=data))] == [
        ("Reason", "Price below the floor"),
        ("Amount", "€12.50"),
        ("Lines", "MUG × 1,200; LAMP × 1"),
        ("Urgent", "yes"),
        ("", "free words"),
    ]


def test_the_mail_is_shown_in_a_frame_that_can_run_nothing(reader, make_message):
    message = make_message(html="<p>Hi</p><script>alert(1)</script>")
    page = reader.get(f"/messages/{message.pk}/")
    assert f'sandbox src="/messages/{message.pk}/body/"' in page.text
    assert "alert(1)" not in page.text
    body = reader.get(f"/messages/{message.pk}/body/")
    assert body.text == message.html
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


def test_a_sent_message_can_be_sent_again_by_those_who_may(client, person, make_message):
    message = make_message()
    client.force_login(person("oms.view_message"))
    assert "Send again" not in client.get(f"/messages/{message.pk}/").text
    client.force_login(person("oms.view_message", "oms.resend_message", username="lin"))
    assert "Send again" in client.get(f"/messages/{message.pk}/").text
    assert client.post(f"/messages/{message.pk}/resend/").status_code == 302
    assert client.get("/messages/").context["rows"][0].record.state == "queued"


@pytest.fixture
def job(person):
    return Job.objects.create(kind="report", title="Sales", by=person(username="owner"), state="done")


def test_a_job_is_its_owners_and_the_managers(client, person, job):
    client.force_login(person(username="other"))
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.get("/jobs/").context["rows"] == []
    client.force_login(job.by)
    assert client.get(f"/jobs/{job.pk}/").status_code == 200
    client.force_login(person("oms.view_job", username="boss"))
    assert len(client.get("/jobs/").context["rows"]) == 1


def test_a_running_job_asks_for_itself_and_stops_when_it_is_over(client, job):
    client.force_login(job.by)
    Job.objects.update(state="running", done=1, total=4)
    htmx = {"HX-Request": "true"}
    panel = client.get(f"/jobs/{job.pk}/", headers=htmx)
    assert 'hx-trigger="every 1s"' in panel.text
    assert 'value="25"' in panel.text
    assert "<html" not in panel.text
    Job.objects.update(state="done")
    assert client.get(f"/jobs/{job.pk}/", headers=htmx).headers["HX-Refresh"] == "true"


def test_a_jobs_file_is_a_download_for_those_who_see_the_job(client, person, job, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = attach(job, "销售 report.html", b"<script>")
    path = f"/jobs/{job.pk}/files/{file.pk}/"
    client.force_login(person(username="other"))
    assert client.get(path).status_code == 404
    client.force_login(job.by)
    response = client.get(path)
    assert b"".join(response) == b"<script>"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/jobs/{job.pk + 1}/files/{file.pk}/").status_code == 404


def test_pictures_of_the_public_folders_are_served_and_nothing_else(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in ["company/logo.png", "company/notes.txt", "jobs/report.png", "company/evil.svg"]:
        default_storage.save(name, ContentFile(b"x"))
    assert client.get("/media/company/logo.png").headers["Content-Type"] == "image/png"
    for name in [
        "company/notes.txt",
        "jobs/report.png",
        "company/evil.svg",
        "company/../jobs/report.png",
        "company/x.png",
    ]:
        assert client.get(f"/media/{name}").status_code == 404


def test_a_quick_look_is_the_record_as_a_fragment(reader, make_message):
    message = make_message(subject="Hello")
    assert f'hx-get="/messages/{message.pk}/" hx-target="#panel"' in reader.get("/messages/").text
    panel = reader.get(f"/t/{message.pk}/", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert "<html" not in panel.text
    assert "Hello" in panel.text
