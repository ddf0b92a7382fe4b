import pytest
from django.core import mail
from django.utils import timezone

from oms import messages
from oms.errors import DomainError
from oms.models import Message

pytestmark = pytest.mark.django_db


def make(**fields):
    given = {
        "channel": "email",
        "to": "li@example.com",
        "language": "en",
        "template": "t",
        "subject": "Hello",
        "text": "Text",
        "html": "<p>Text</p>",
    }
    return Message.objects.create(**(given | fields))


def test_a_queued_mail_is_sent_once_with_both_bodies():
    message = make()
    assert messages.send_queued() == 1
    assert messages.send_queued() == 0
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["li@example.com"], "Hello", "Text")
    assert sent.alternatives[0].content == "<p>Text</p>"
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)
    assert message.sent_at


def test_a_mail_that_cannot_be_handed_over_is_tried_again_and_then_failed(settings):
    settings.EMAIL_BACKEND = "no.such.Backend"
    message = make()
    for _attempt in range(messages.MAX_ATTEMPTS):
        Message.objects.update(next_at=timezone.now())
        messages.send_queued()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", messages.MAX_ATTEMPTS)
    assert "ModuleNotFoundError" in message.error


def test_a_message_whose_worker_died_goes_out_again_under_the_same_id():
    message = make(state="sending", attempts=1)
    assert messages.send_queued() == 1
    first = mail.outbox[0].extra_headers["Message-ID"]
    Message.objects.update(state="sending", next_at=timezone.now())
    messages.send_queued()
    assert mail.outbox[1].extra_headers["Message-ID"] == first
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 3)


def test_resending_makes_a_copy_and_keeps_the_first():
    message = make(state="failed", once="mail:1", error="no route")
    copy = messages.resend(message, by=None)
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "no route")
    assert (copy.state, copy.once, copy.text, copy.to) == ("queued", None, "Text", "li@example.com")


def test_what_still_waits_is_not_resent():
    message = make()
    with pytest.raises(DomainError, match="still waiting"):
        messages.resend(message, by=None)
    assert Message.objects.count() == 1


def test_a_text_message_goes_through_the_configured_gateway(settings):
    settings.SMS_GATEWAY = "tests.oms.test_messages.Gateway"
    Gateway.sent.clear()
    make(channel="sms", to="13800000000", text="On its way")
    messages.send_queued()
    assert Gateway.sent == [("13800000000", "On its way")]


class Gateway:
    sent = []

    def __call__(self, to, text):
        self.sent.append((to, text))
