"""The ground floor's data: people, the company, events and their deliveries, messages, jobs, saved views."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who logs in; groups are her roles."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Company(models.Model):
    """The one row that says whose system this is: the public face and the house rules."""

    name = models.CharField(_("name"), max_length=120, default="OMS")
    logo = models.ImageField(_("logo"), upload_to="company/", blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#2f5bd0")
    email = models.EmailField(_("e-mail"), blank=True)
    buyer_email = models.EmailField(_("purchasing e-mail"), blank=True, help_text=_("gets the stock alerts"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    time_zone = models.CharField(_("time zone"), max_length=60, default=settings.TIME_ZONE)

    class Meta:
        verbose_name = _("company")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="company_is_one_row")]

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """The last number of a series without gaps; only `oms.numbering` writes it."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class Event(models.Model):
    """Something that happened to a record; append-only, read as its timeline."""

    kind = models.CharField(max_length=60)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            BrinIndex(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Attachment(models.Model):
    """A file that came with a note; `kind` was read from its content, and it is never changed."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.kind.startswith("image/")


class Assignment(models.Model):
    """Who takes care of something abnormal, and until when."""

    subject_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    subject_id = models.BigIntegerField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    due = models.DateField(_("due"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="assigned_to_one")]

    def __str__(self) -> str:
        return f"{self.owner} {self.due}"


class Delivery(models.Model):
    """One reaction owed to one event; delivered after commit, retried with back-off, its error kept."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    reaction = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once_per_reaction")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_pending", condition=Q(state="pending")),
            models.Index(fields=["id"], name="delivery_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.event_id}"


class Message(models.Model):
    """An e-mail or SMS exactly as rendered; `sent` means handed over, not delivered."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("bounced")

    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    to = models.CharField(_("to"), max_length=254)
    language = models.CharField(_("language"), max_length=10)
    template = models.CharField(_("template"), max_length=60)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(_("error"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    once = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - null means "not limited"
    about_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True)
    about_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about_type", "about_id"], name="message_about"),
            models.Index(fields=["next_at"], name="message_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["id"], name="message_failed", condition=Q(state__in=["failed", "bounced"])),
        ]
        permissions = [("resend_message", _("Can resend a message"))]

    def __str__(self) -> str:
        return self.subject or self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.pk])


class MessageFile(models.Model):
    """A file that goes out with a mail, kept as it was sent."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Long work in the background, with its progress, outcome and files."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=200, blank=True)
    params = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title or self.kind

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def percent(self) -> int:
        """Progress from 0 to 100; 100 only when the job is done."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class JobFile(models.Model):
    """A file that a job made, for its owner to download."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="jobs/%Y/%m/")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="job_file_once")]

    def __str__(self) -> str:
        return self.name


class SavedView(models.Model):
    """A list's filters, columns and sort under a name; private or for everybody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)
    shared = models.BooleanField(_("for everybody"), default=False)

    class Meta:
        ordering = ["name"]
        permissions = [("share_savedview", _("Can share views with everybody"))]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """A form's key, spent: the same form sent twice is answered with the first one's result."""

    key = models.UUIDField(primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    location = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.key)


class ApiKey(models.Model):
    """A key of another system. Only its hash is kept; orders that come through it carry its channel."""

    channel = models.SlugField(_("channel"), max_length=20)
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["channel", "id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.prefix}…"


class ApiCall(models.Model):
    """A call that made something, under the caller's idempotency key, with the answer that it got."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="calls")
    idempotency_key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "idempotency_key"], name="api_call_once")]

    def __str__(self) -> str:
        return self.idempotency_key
