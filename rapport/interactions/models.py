"""Conversations, the interactions in them, and who owes whom an answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.interactions.access import ConversationRows, InteractionRows
from rapport.parties.models import Party
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row


class Detail(models.IntegerChoices):
    """How much of an interaction its audience sees."""

    HAPPENED = 0, _("that it happened")
    SUBJECT = 1, _("subject only")
    EVERYTHING = 2, _("everything")


class AudienceKind(models.TextChoices):
    EVERYONE = "everyone", _("everyone")
    TEAM = "team", _("a team")
    PARTICIPANTS = "participants", _("its participants")


class Audience(models.Model):
    """Who may see an interaction, as lists of principals (users, teams, everyone) by how much they see.

    One row per distinct combination, found by its digest and never changed: an interaction that gets another
    visibility gets another audience.
    """

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=32, unique=True)
    happened = ArrayField(models.UUIDField())
    subject = ArrayField(models.UUIDField())
    everything = ArrayField(models.UUIDField())


class Archive(Record):
    """Where interactions came from: an imported archive or a mailbox, with the visibility it gives them."""

    name = models.TextField()
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    audience = models.TextField(choices=AudienceKind.choices, default=AudienceKind.PARTICIPANTS)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    detail = models.IntegerField(choices=Detail.choices, default=Detail.EVERYTHING)

    class Meta:
        indexes = [models.Index(fields=["owner", "name"], name="archive_by_owner")]


class OurAddress(Record):
    """An address (or, with a leading @, a domain) that is ours; its user, where it belongs to one person."""

    address = models.TextField(unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="addresses")
    confirmed = models.BooleanField(default=True)


class ExcludedAddress(Record):
    """An address (or, with a leading @, a domain) whose mail is never stored."""

    address = models.TextField(unique=True)


def _owed_by(side: str) -> models.Q:
    """The conversations in which `side` owes an answer: what work lists read."""
    return models.Q(awaiting=side, lapsed_at=None, deleted_at=None)


class Conversation(Record):
    """What is said about one subject with the same people. The columns under *derived* are kept by `settle`."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    subject = models.TextField(blank=True, default="")
    channel = models.TextField(default="email")
    status = models.TextField(choices=Status.choices, default=Status.OPEN)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, help_text="the department")
    is_visibility_set = models.BooleanField(default=False, editable=False)
    # derived
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, editable=False)
    party = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, editable=False, related_name="+")
    awaiting = models.TextField(default="nobody", editable=False)
    awaiting_since = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    last_at = models.DateTimeField(null=True, editable=False)
    message_count = models.IntegerField(default=0, editable=False)
    snippet = models.TextField(default="", editable=False)
    lapsed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = ConversationRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="conversation_for_us", condition=_owed_by("us")),
            models.Index(fields=["awaiting_since", "id"], name="conversation_for_them", condition=_owed_by("them")),
            models.Index(fields=["-last_at", "-id"], name="conversation_newest"),
            models.Index(fields=["audience", "-last_at"], name="conversation_by_audience"),
            models.Index(fields=["party", "-last_at"], name="conversation_of_party"),
            models.Index(fields=["owner", "-last_at"], name="conversation_by_owner"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject


class Interaction(Record):
    """One communication: an e-mail, a call, a meeting, a letter, a note."""

    class Direction(models.TextChoices):
        OUT = "out", _("to them")
        IN = "in", _("from them")
        INTERNAL = "internal", _("among us")
        OBSERVED = "observed", _("observed")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="interactions")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, editable=False)
    archive = models.ForeignKey(
        Archive, null=True, on_delete=models.SET_NULL, editable=False, help_text="where it first came from"
    )
    channel = models.TextField()
    direction = models.TextField(choices=Direction.choices)
    at = models.DateTimeField()
    subject = models.TextField(blank=True, default="")
    snippet = models.TextField(blank=True, default="", editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    automatic = models.TextField(blank=True, default="", editable=False)
    is_thanks = models.BooleanField(default=False, editable=False)
    is_synchronous = models.BooleanField(default=False, editable=False)
    duration_seconds = models.IntegerField(null=True)
    has_attachments = models.BooleanField(default=False, editable=False)
    message_id = models.TextField(default="", editable=False, db_collation="C")
    topic = models.TextField(default="", editable=False, help_text="the subject without Re: and Fwd:, in small letters")
    is_reply = models.BooleanField(default=False, editable=False)
    is_unlinked_reply = models.BooleanField(default=False, editable=False, help_text="an answer that names no message")
    content_hash = models.BinaryField(max_length=32, null=True, editable=False)

    objects: ClassVar[Any] = InteractionRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="interaction_in_order"),
            models.Index(fields=["message_id"], name="interaction_by_message_id", condition=~models.Q(message_id="")),
            models.Index(
                fields=["content_hash"], name="interaction_by_content", condition=models.Q(content_hash__isnull=False)
            ),
            models.Index(fields=["-at", "-id"], name="interaction_newest"),
            models.Index(fields=["topic", "at"], name="interaction_by_topic", condition=~models.Q(topic="")),
        ]  # fmt: skip


class Body(models.Model):
    """What was said, apart from the interaction, so that lists never carry it."""

    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, primary_key=True, related_name="body")
    text = models.TextField(default="")
    quoted = models.TextField(default="")
    signature = models.TextField(default="")
    html = models.TextField(default="")
    headers = models.JSONField(default=dict)
    raw_digest = models.BinaryField(max_length=32, null=True)
    words = SearchVectorField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="body_words", fastupdate=False)]


class MessageReference(models.Model):
    """A Message-ID that an interaction has or refers to: how a later message finds its conversation."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.TextField(db_collation="C")
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="references")

    class Meta:
        indexes = [models.Index(fields=["message_id"], name="reference_by_message_id")]


class Participation(models.Model):
    """Somebody in an interaction: a party of ours outside, a colleague, or just an address."""

    class Role(models.TextChoices):
        FROM = "from", _("from")
        TO = "to", _("to")
        CC = "cc", _("copy")
        BCC = "bcc", _("blind copy")
        ATTENDEE = "attendee", _("attendee")

    id = models.BigAutoField(primary_key=True)
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="participations")
    role = models.TextField(choices=Role.choices)
    name = models.TextField(default="")
    address = models.TextField(default="", db_collation="C")
    party = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="participations")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(help_text="the interaction's, so that a timeline reads one index")

    class Meta:
        indexes = [
            models.Index(fields=["party", "-at", "interaction"], name="participation_of_party"),
            models.Index(fields=["interaction"], name="participation_of"),
            models.Index(fields=["address"], name="participation_by_address"),
        ]


class Standing(models.Model):
    """Per conversation and outside party: who owes whom, since when, due when. Derived."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="standings")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="standings")
    awaiting = models.TextField()
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    prompt = models.ForeignKey(Interaction, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "party"], name="standing_unique")]
        indexes = [models.Index(fields=["party", "awaiting"], name="standing_of_party")]


class Response(Row):
    """A prompt and its reply: the entry of the ledger. Derived."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="responses")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="responses")
    prompt = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    reply = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    by = models.TextField(choices=[("us", _("us")), ("them", _("them"))])
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.TextField()
    prompt_at = models.DateTimeField()
    reply_at = models.DateTimeField()
    prompt_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    reply_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    elapsed_seconds = models.BigIntegerField()
    business_seconds = models.BigIntegerField()
    target_seconds = models.BigIntegerField(null=True)
    is_target_met = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], name="response_in_conversation"),
            models.Index(fields=["party", "-reply_at"], name="response_of_party"),
            models.Index(fields=["-reply_at", "-id"], name="response_newest"),
            models.Index(fields=["by", "reply_at"], name="response_by_side"),
            models.Index(fields=["by", "prompt_at"], name="response_by_prompt"),
        ]


class Mark(Row):
    """What a person said of a conversation: no reply needed, still waiting. Holds until the next interaction."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="marks")
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE)
    awaiting = models.TextField(choices=[(a, a) for a in ("us", "them", "nobody")])
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)


class Target(Record):
    """How fast we want to answer, in business seconds, on a channel, for a kind of relationship or a stage."""

    channel = models.TextField(blank=True, default="")
    relationship_kind = models.ForeignKey("parties.RelationshipKind", null=True, blank=True, on_delete=models.CASCADE)
    stage = models.ForeignKey("parties.Stage", null=True, blank=True, on_delete=models.CASCADE)
    seconds = models.IntegerField()


class Attachment(Row):
    """A file in an interaction. Its content lies in the attachment store under its SHA-256."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="attachments")
    name = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    content_id = models.TextField(blank=True, default="")
    is_inline = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["interaction"], name="attachment_of"),
            models.Index(fields=["digest"], name="attachment_by_digest"),
        ]


class ImportState(models.TextChoices):
    LOOKING = "looking", _("looking through it")
    CONFIRM = "confirm", _("waiting for you")
    WAITING = "waiting", _("waiting its turn")
    RUNNING = "running", _("running")
    RETRYING = "retrying", _("trying again")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Import(Record):
    """One run over an archive. read = stored + already_there + excluded + quarantined.

    `options` holds, as far as they are known: `place` (how far it has come), `ours` and `found` (who we are, as
    given and as inferred: addresses and domains), `files` (names and sizes of what was uploaded), `faults`
    (how often it was stopped in a row).
    """

    State = ImportState
    BUSY = (ImportState.LOOKING, ImportState.WAITING, ImportState.RUNNING, ImportState.RETRYING)
    OVER = (ImportState.DONE, ImportState.CANCELLED)

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="imports")
    paths = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    state = models.TextField(default=ImportState.WAITING, choices=ImportState.choices)
    size = models.BigIntegerField(default=0, help_text="bytes that were uploaded")
    expected = models.BigIntegerField(null=True, help_text="messages there may be, judged by the first of them")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    already_there = models.BigIntegerField(default=0)
    excluded = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="import_by_user")]


class Quarantined(Row):
    """A message that could not be understood: kept raw, listed with its reason."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    source = models.TextField()
    position = models.TextField()
    reason = models.TextField()
    raw_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [models.Index(fields=["import_run", "id"], name="quarantined_in_order")]


class OurOrganization(models.Model):
    """The organisation that runs this Rapport: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="")
    time_zone = models.TextField(default="UTC")
    country = models.TextField(default="", blank=True)
    week = models.JSONField(default=list, help_text="seven lists of [start, end], Monday first")
    holidays = models.JSONField(default=list, help_text="dates on which nobody works")
    lapse_days = models.IntegerField(default=30)
