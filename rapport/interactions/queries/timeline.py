"""What was said, with whom and when: the timeline of a party, the messages of a conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from rapport.interactions.access import levels, seen_by
from rapport.interactions.actions.meetings import changeable
from rapport.interactions.mentions import names_now
from rapport.interactions.models import Attachment, Body, Conversation, Interaction, Participation, Response, Standing
from rapport.interactions.resources import reads_names
from rapport.platform.access.actors import Actor
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.words import tsquery

PAGE = 30

COLUMNS = (
    "id", "conversation_id", "audience_id", "channel", "direction", "at", "subject", "snippet", "user__name",
    "sender_id", "sender__display_name", "automatic", "duration_seconds", "has_attachments", "is_planned",
    "called_off_at",
)  # fmt: skip


@dataclass(slots=True)
class Person:
    role: str
    name: str
    address: str
    party_id: UUID | None
    user_id: UUID | None
    undelivered: str | None = None
    """What delivery reports say of our message to them: delayed, failed."""
    undelivered_status: str | None = None
    answer: str | None = None
    """To an invitation, as in RFC 5545 (PARTSTAT)."""


@dataclass(slots=True)
class File:
    id: UUID
    name: str
    content_type: str
    size: int
    is_inline: bool


@dataclass(slots=True)
class Entry:
    """One interaction as it is shown. What `level` doesn't allow (0, 1, 2) is empty."""

    id: UUID
    conversation_id: UUID
    level: int
    channel: str
    direction: str
    at: datetime
    subject: str
    snippet: str
    user: str
    sender_id: UUID | None
    sender: str
    automatic: str
    duration_seconds: int | None
    has_attachments: bool
    is_planned: bool = False
    """A meeting that is still to come."""
    is_called_off: bool = False
    may_change: bool = False
    """Whether the actor may move this planned meeting, or call it off."""
    people: list[Person] = field(default_factory=list)
    text: str = ""
    mentions: dict[str, str] = field(default_factory=dict)
    """Who is named in the text: the name as written → what they are called now."""
    rule: str = ""
    """How a meeting recurs (RFC 5545)."""
    quoted: str = ""
    signature: str = ""
    has_html: bool = False
    attachments: list[File] = field(default_factory=list)
    answered_seconds: int | None = None
    answered_by: str = ""
    is_target_met: bool | None = None
    together: int = 1
    """Where conversations are shown by their newest message: how many messages there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a timeline is asked for; what is empty doesn't matter.

    `team` is the department of the conversation. `grouped` leaves the newest message of each conversation.
    """

    channel: str = ""
    direction: str = ""
    text: str = ""
    team: UUID | None = None
    conversation: UUID | None = None
    grouped: bool = False

    def condition(self, actor: Actor) -> Q:
        """Over participations. Words are looked for only in what the actor may read of a message."""
        exact = {
            "interaction__channel": self.channel,
            "interaction__direction": self.direction,
            "interaction__conversation": self.conversation,
        }
        found = Q(**{path: value for path, value in exact.items() if value})
        if self.team:
            found &= Q(interaction__conversation__in=_handled_by(self.team, actor))
        if not self.text:
            return found
        words, subject = tsquery(self.text), tsquery(self.text, label="A")
        return found & (
            Q(seen_by(actor, "everything", column=AUDIENCE), interaction__body__words__matches=words)
            | Q(seen_by(actor, "subject", column=AUDIENCE), interaction__body__words__matches=subject)
        )


AUDIENCE = "interaction__audience"
WHOLE = Part()


def _handled_by(team: UUID, actor: Actor) -> Any:
    """The conversations of a department, where the actor may know that they are."""
    may_know = RESOURCES["conversations"].built_in["team"].mask
    rows = Conversation.objects.filter(team=team)
    return rows.filter(may_know(actor)) if may_know else rows


def of_party(
    actor: Actor,
    party_ids: Iterable[UUID],
    part: Part = WHOLE,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """The newest interactions that these parties took part in, read from one index. A fixed number of queries."""
    seen = seen_by(actor, column=AUDIENCE) & part.condition(actor)
    all_rows = Participation.objects.filter(seen, party__in=list(party_ids), interaction__deleted_at=None)
    rows = all_rows
    if before:
        rows = rows.filter(_before(*before))
    if part.grouped:
        same = all_rows.filter(interaction__conversation=OuterRef("interaction__conversation"))
        newer = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), interaction__gt=OuterRef("interaction"))
        rows = rows.exclude(Exists(same.filter(newer)))
    rows = rows.order_by("-at", "-interaction_id")
    ids = list(dict.fromkeys(rows.values_list("interaction_id", flat=True)[: limit * 3]))[:limit]
    entries = _entries(actor, Interaction.objects.filter(pk__in=ids).order_by("-at", "-id"), bodies=False)
    return _counted(entries, all_rows) if part.grouped else entries


def _before(at: datetime, interaction: UUID) -> Q:
    return Q(at__lt=at) | Q(at=at, interaction__lt=interaction)


def _counted(entries: list[Entry], rows: Any) -> list[Entry]:
    conversations = [entry.conversation_id for entry in entries]
    counts = rows.filter(interaction__conversation__in=conversations).values_list("interaction__conversation")
    found = dict(counts.annotate(Count("interaction", distinct=True)))
    for entry in entries:
        entry.together = found.get(entry.conversation_id, 1)
    return entries


def of_conversation(actor: Actor, conversation: UUID, limit: int = 200) -> list[Entry]:
    """The newest messages of a conversation, oldest first, with their words and files."""
    rows = Interaction.objects.filter(seen_by(actor), conversation=conversation, deleted_at=None)
    return _entries(actor, rows.order_by("-at", "-id")[:limit], bodies=True)[::-1]


def said_since(actor: Actor, conversation: UUID, seen: UUID) -> bool:
    """Whether somebody else has said something in it, as far as the actor may know, after `seen` was stored.

    An interaction's id is of the time when it was stored, whenever it was said.
    """
    rows = Interaction.objects.filter(seen_by(actor), conversation=conversation, deleted_at=None, pk__gt=seen)
    return bool(rows.exclude(user=actor.user_id).exists())


def _entries(actor: Actor, rows: Any, *, bodies: bool) -> list[Entry]:
    found = list(rows.values_list(*COLUMNS))
    level = levels(actor, (row[2] for row in found))
    entries = [_entry(row, level.get(row[2], 0)) for row in found]
    ids = [entry.id for entry in entries]
    people, answers = _people(ids), _answers(actor, ids)
    for entry in entries:
        entry.people = people[entry.id]
        if entry.id in answers:
            entry.answered_seconds, entry.answered_by, entry.is_target_met = answers[entry.id]
    if not reads_names(actor):
        _hide_names(entries)
    _add_rights(actor, [entry for entry in entries if entry.is_planned])
    if bodies:
        _add_bodies([entry for entry in entries if entry.level == 2])
    return entries


def _entry(row: Sequence[Any], level: int) -> Entry:
    (pk, conversation, _audience, channel, direction, at, subject, snippet, user, sender_id, sender, automatic, seconds,
     files, is_planned, called_off_at) = row  # fmt: skip
    return Entry(
        pk, conversation, level, channel, direction, at, subject if level >= 1 else "", snippet if level == 2 else "",
        user or "", sender_id, sender or "", automatic, seconds, files and level == 2, is_planned,
        called_off_at is not None,
    )  # fmt: skip


def _hide_names(entries: Sequence[Entry]) -> None:
    """What parties are called here; a name that stood in a mail beside its address is what was said."""
    for entry in entries:
        entry.sender = ""
        for person in entry.people:
            if person.party_id and not person.address:
                person.name = ""


def _add_rights(actor: Actor, planned: Sequence[Entry]) -> None:
    """Asks nothing where no meeting is planned."""
    if planned:
        rows = Interaction.objects.filter(changeable(actor), pk__in=[each.id for each in planned])
        theirs = set(rows.values_list("pk", flat=True))
        for each in planned:
            each.may_change = each.id in theirs


def _people(ids: Sequence[UUID]) -> dict[UUID, list[Person]]:
    found: dict[UUID, list[Person]] = defaultdict(list)
    rows = Participation.objects.filter(interaction__in=ids).order_by("id")
    for interaction, *person in rows.values_list("interaction_id", *Person.__slots__):
        found[interaction].append(Person(*person))
    return found


def _answers(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[int, str, bool | None]]:
    """How long each reply took, by whom it was given, and whether that was in time; where what it answers is seen."""
    prompted = seen_by(actor, column="prompt_audience")
    rows = Response.objects.filter(prompted, reply__in=ids).order_by("elapsed_seconds")
    return {row[0]: row[1:] for row in rows.values_list("reply_id", "elapsed_seconds", "by", "is_target_met")}


def _add_bodies(entries: Sequence[Entry]) -> None:
    ids = [entry.id for entry in entries]
    bodies = {
        row[0]: row[1:]
        for row in Body.objects.filter(pk__in=ids).values_list(
            "pk", "text", "quoted", "signature", "html", "headers__meeting__rule", "mentions"
        )
    }
    everybody = {written: user for row in bodies.values() for written, user in (row[-1] or {}).items()}
    called = names_now(everybody) if everybody else {}
    files: dict[UUID, list[File]] = defaultdict(list)
    for interaction, *rest in Attachment.objects.filter(interaction__in=ids).values_list(
        "interaction_id", "id", "name", "content_type", "size", "is_inline"
    ):
        files[interaction].append(File(*rest))
    for entry in entries:
        text, quoted, signature, html, rule, mentions = bodies.get(entry.id, ("", "", "", "", "", None))
        entry.rule = rule or ""
        entry.mentions = {written: called.get(written, written) for written in mentions or ()}
        entry.text, entry.quoted, entry.signature, entry.has_html = text, quoted, signature, bool(html)
        entry.attachments = files[entry.id]


def standings_of(actor: Actor, party_ids: Iterable[UUID]) -> list[Standing]:
    """What is owed between us and these parties, as far as the actor may know why."""
    heard = seen_by(actor, column="audience")
    rows = Standing.objects.filter(heard, party__in=list(party_ids), awaiting__in=("us", "them"), prompt__isnull=False)
    open_ones = rows.filter(conversation__status="open", conversation__lapsed_at=None, conversation__deleted_at=None)
    return list(open_ones.order_by("due_at", "since", "id"))
