import pytest

from oms.actions import action_buttons
from oms.models import Message
from tests.oms.pages import Edit, actions

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.oms.pages")]
KEY = "0b9d2b34-6f3e-4b52-8ad7-3f0d1f1c9a11"


def test_a_record_offers_what_is_permitted_and_possible(person, make_message):
    clerk, guest = person("oms.resend_message"), person(username="guest")
    sent, failed = make_message(), make_message(state="failed")
    assert [b.action.name for b in action_buttons(sent, clerk, actions)] == ["why", "ask", "at-once"]
    assert [b.action.name for b in action_buttons(failed, clerk, actions)] == ["why", "ask"]
    assert action_buttons(sent, guest, actions) == []


def test_a_form_is_asked_for_and_then_done_with_a_toast(reader, make_message):
    message = make_message()
    page = reader.get(f"/t/{message.pk}/do/why/")
    assert (page.status_code, 'name="reason"' in page.text) == (200, True)
    response = reader.post(f"/t/{message.pk}/do/why/", {"reason": "full"}, follow=True)
    message.refresh_from_db()
    assert (message.state, message.error) == ("bounced", "mei: full")
    assert "Hello bounced." in response.text


def test_the_same_form_sent_twice_is_done_once(reader, make_message):
    message = make_message()
    form = {"reason": "first", "submission": KEY}
    first = reader.post(f"/t/{message.pk}/do/why/", form)
    second = reader.post(f"/t/{message.pk}/do/why/", {**form, "reason": "second"})
    assert (first.status_code, second.status_code, second.url) == (302, 302, first.url)
    message.refresh_from_db()
    assert message.error == "mei: first"


def test_a_refusal_keeps_the_typing_and_changes_nothing(reader, make_message):
    message = make_message(state="bounced", error="before")
    response = reader.post(f"/t/{message.pk}/do/why/", {"reason": "typed words", "submission": KEY})
    assert response.status_code == 409
    assert "It bounced before." in response.text
    assert "typed words" in response.text
    assert KEY in response.text
    message.refresh_from_db()
    assert message.error == "before"


def test_a_missing_field_is_named_at_its_place(reader, make_message):
    message = make_message()
    response = reader.post(f"/t/{message.pk}/do/why/", {"reason": ""})
    assert response.status_code == 422
    assert 'href="#id_reason"' in response.text
    assert 'id="id_reason_error"' in response.text
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_question_is_asked_before_it_is_done(reader, make_message):
    message = make_message(subject="Hi")
    assert "Bounce Hi?" in reader.get(f"/t/{message.pk}/do/ask/").text
    message.refresh_from_db()
    assert message.state == "sent"


def test_what_is_impossible_is_said_and_not_offered(reader, make_message):
    message = make_message(state="failed")
    response = reader.get(f"/t/{message.pk}/do/at-once/")
    assert response.status_code == 409
    assert "Hello is not in a state in which this is possible." in response.text


def test_an_action_needs_its_permission_even_when_posted(client, person, make_message):
    message = make_message()
    client.force_login(person("oms.view_message"))
    assert client.get(f"/t/{message.pk}/do/why/").status_code == 403
    assert client.post(f"/t/{message.pk}/do/why/", {"reason": "x"}).status_code == 403
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize("path", ["/t/999999/do/why/", "/t/1/do/nonsense/"])
def test_no_such_record_or_action(reader, path):
    assert reader.get(path).status_code == 404
    assert reader.post(path, {"reason": "x"}).status_code == 404


def test_as_a_dialog_the_form_is_a_fragment_and_success_a_redirect_of_the_page(reader, make_message):
    message = make_message()
    htmx = {"HX-Request": "true", "HX-Target": "dialog"}
    shown = reader.get(f"/t/{message.pk}/do/why/", headers=htmx)
    assert "<html" not in shown.text
    refused = reader.post(f"/t/{message.pk}/do/why/", {"reason": ""}, headers=htmx)
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    done = reader.post(f"/t/{message.pk}/do/why/", {"reason": "x"}, headers=htmx)
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, f"/messages/{message.pk}/")


def test_a_record_is_made_once_however_often_the_form_is_sent(reader):
    form = {"to": "+86 138", "text": "Hello", "submission": KEY}
    first, second = reader.post("/t/new/", form), reader.post("/t/new/", form)
    message = Message.objects.get()
    assert first.url == second.url == f"/messages/{message.pk}/"


def test_a_refused_form_can_be_sent_again_with_the_same_key(reader):
    refused = reader.post("/t/new/", {"to": "nobody", "text": "Hello", "submission": KEY})
    assert (refused.status_code, Message.objects.count()) == (409, 0)
    assert reader.post("/t/new/", {"to": "+86", "text": "Hello", "submission": KEY}).status_code == 302
    assert Message.objects.count() == 1


def test_an_edit_starts_from_the_record_and_its_title_stays_when_it_is_wrong(reader, make_message):
    message = make_message(subject="Title")
    assert 'value="li@example.com"' in reader.get(f"/t/{message.pk}/edit/").text
    wrong = reader.post(f"/t/{message.pk}/edit/", {"to": ""})
    assert (wrong.status_code, "<h1>Title</h1>" in wrong.text) == (422, True)
    assert reader.post(f"/t/{message.pk}/edit/", {"to": "wang@example.com"}).status_code == 302
    message.refresh_from_db()
    assert message.to == "wang@example.com"


def test_a_versioned_form_says_which_state_the_person_saw(reader, make_message, monkeypatch):
    monkeypatch.setattr(Message, "version", property(lambda message: message.attempts), raising=False)
    monkeypatch.setattr(Edit, "versioned", True)
    message = make_message(attempts=4)
    assert 'name="version" value="4"' in reader.get(f"/t/{message.pk}/edit/").text
    Message.objects.update(attempts=5)
    refused = reader.post(f"/t/{message.pk}/edit/", {"to": "wang@example.com", "version": "4"})
    assert (refused.status_code, "Somebody else changed it." in refused.text) == (409, True)
    message.refresh_from_db()
    assert message.to == "li@example.com"
