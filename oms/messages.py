"""Messages: rendered and stored first, then sent by a worker, retried, and kept."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from oms.context import current
from oms.errors import DomainError
from oms.events import once_after_commit
from oms.models import Company, Message, MessageFile
from oms.outbox import back_off, nudge

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
SENDING_LIMIT = timedelta(minutes=5)


def queue_email(
    template: str,
    *,
    to: str,
    language: str,
    context: dict,
    about: models.Model | None = None,
    once: str | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> Message | None:
    """Store the mail `emails/<template>.{subject,txt,html}` rendered in `language`; None when `once` is spent.

    `files` are (name, content) and go out with it.
    """
    with translation.override(language):
        context = {"company": current(Company), "base_url": settings.BASE_URL, **context}
        subject = " ".join(render_to_string(f"emails/{template}.subject", context).split())
        text = render_to_string(f"emails/{template}.txt", context)
        html = render_to_string(f"emails/{template}.html", {**context, "subject": subject})
    return _queue(
        Message(
            channel=Message.Channel.EMAIL,
            to=to,
            language=language,
            template=template,
            subject=subject[:200],
            text=text,
            html=html,
            about=about,
            once=once,
        ),
        files,
    )


def queue_sms(
    template: str, *, to: str, language: str, context: dict, about: models.Model | None = None, once: str | None = None
) -> Message | None:
    """Store the text message `emails/<template>.sms` rendered in `language`; None when `once` is spent."""
    with translation.override(language):
        context = {"company": current(Company), "base_url": settings.BASE_URL, **context}
        text = " ".join(render_to_string(f"emails/{template}.sms", context).split())
    return _queue(
        Message(
            channel=Message.Channel.SMS, to=to, language=language, template=template, text=text, about=about, once=once
        )
    )


def _queue(message: Message, files: Sequence[tuple[str, bytes]] = ()) -> Message | None:
    if message.once and Message.objects.filter(once=message.once).exists():
        return None
    message.save()
    MessageFile.objects.bulk_create(MessageFile(message=message, name=name, content=data) for name, data in files)
    once_after_commit(nudge)
    return message


def send_queued(limit: int = 200) -> int:
    """Send what is due; returns how many were tried.

    A message is claimed in a transaction of its own before it is handed over, so no two workers send it. One whose
    worker died in the middle goes out again under the same Message-ID after `SENDING_LIMIT`.
    """
    for count in range(limit):
        message = _claim()
        if message is None:
            return count
        _send(message)
    return limit


@transaction.atomic
def _claim() -> Message | None:
    now = timezone.now()
    message = (
        Message.objects.select_for_update(skip_locked=True)
        .filter(state__in=[Message.State.QUEUED, Message.State.SENDING], next_at__lte=now)
        .order_by("next_at", "id")
        .first()
    )
    if message:
        message.state, message.attempts, message.next_at = (
            Message.State.SENDING,
            message.attempts + 1,
            now + SENDING_LIMIT,
        )
        message.save(update_fields=["state", "attempts", "next_at"])
    return message


def _send(message: Message) -> None:
    try:
        _hand_over(message)
        message.state, message.sent_at, message.error = Message.State.SENT, timezone.now(), ""
    except Exception as error:
        log.warning("message_not_sent", message=message.pk, error=str(error))
        message.error = f"{type(error).__name__}: {error}"[:2000]
        message.next_at = timezone.now() + back_off(message.attempts)
        over = message.attempts >= MAX_ATTEMPTS
        message.state = Message.State.FAILED if over else Message.State.QUEUED
    message.save(update_fields=["state", "sent_at", "error", "next_at"])


def _hand_over(message: Message) -> None:
    if message.channel == Message.Channel.SMS:
        sms_gateway()(message.to, message.text)
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<oms-{message.pk}-{int(message.created_at.timestamp())}@{domain}>"}
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=headers)
    mail.attach_alternative(message.html, "text/html")
    for file in message.files.all():
        mail.attach(file.name, bytes(file.content))
    mail.send()


def sms_gateway() -> Callable[[str, str], None]:
    """The configured gateway, a callable of number and text that raises when it could not hand the text over."""
    return import_string(settings.SMS_GATEWAY)()


class ConsoleSms:
    """The demo's gateway: prints the text to the log."""

    def __call__(self, to: str, text: str) -> None:
        log.info("sms", to=to, text=text)


@transaction.atomic
def resend(message: Message, *, by) -> Message:
    """Send a copy of a message that is over, keeping the first one as it was."""
    if message.state in (Message.State.QUEUED, Message.State.SENDING):
        raise DomainError(_("This message is still waiting to be sent."))
    copy = Message(
        **{
            f: getattr(message, f)
            for f in ("channel", "to", "language", "template", "subject", "text", "html", "about_type", "about_id")
        }
    )
    return _queue(copy, [(file.name, bytes(file.content)) for file in message.files.all()])
