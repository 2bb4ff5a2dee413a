"""Conversations as the inbox and Today show them: who waits for whom, what was said last, what the clock says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.utils import timezone

from rapport.interactions.access import levels, seen_by
from rapport.interactions.ledger.absences import away_until
from rapport.interactions.ledger.conclusions import Summary as Part
from rapport.interactions.models import Conversation, Interaction, Standing
from rapport.interactions.queries.parts import as_seen, is_whole, whole
from rapport.interactions.resources import reads_names
from rapport.parties.models import Party
from rapport.platform.access.absence import answered_for
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.resources.expressions import condition
from rapport.platform.resources.registry import NOTHING, RESOURCES

Box = Literal["us", "them", "snoozed", "closed", "all"]
Whose = Literal["mine", "nobody", "team", "all"]

MOST_COUNTED = 1_000

COLUMNS = (
    "id", "channel", "status", "awaiting", "awaiting_since", "due_at", "last_at", "message_count", "party_id",
    "party__display_name", "party__kind", "party__organization__display_name", "owner_id", "owner__name",
    "lapsed_at", "status_by", "snoozed_until", "snoozed_by", "team_id", "team__name",
)  # fmt: skip


@dataclass(slots=True)
class Line:
    """One conversation in a list. `subject` and `snippet` are empty where the actor may not read them."""

    id: UUID
    channel: str
    status: str
    awaiting: str
    since: datetime | None
    due_at: datetime | None
    last_at: datetime | None
    message_count: int
    party_id: UUID | None
    party: str
    party_kind: str
    organization: str
    owner_id: UUID | None
    owner: str
    lapsed_at: datetime | None
    """Since when it is no longer work: imported, and silent for long."""
    status_by: UUID | None
    snoozed_until: datetime | None
    """Until when it is put off; in the past: it has come back, and nobody has dealt with it since."""
    snoozed_by: UUID | None
    team_id: UUID | None
    team: str
    """The department."""
    tags: Sequence[str] = ()
    subject: str = ""
    snippet: str = ""
    direction: str = ""

    @property
    def away_until(self) -> date | None:
        """The last day on which whoever owes us an answer is away: until then nobody waits."""
        return away_until(self.awaiting, self.since)


def conversations(actor: Actor, box: Box, whose: Whose = "all", label: str = "") -> Any:
    """The rows of a box, in the order in which they should be dealt with: what was put off and is back, what is
    overdue, what is due next, and what waits longest. With `label`, those that bear this tag.
    """
    rows = Conversation.objects.visible_to(actor).filter(_of(actor, whose))
    if label:
        rows = rows.filter(_labelled(actor, label))
    if box == "closed":
        return rows.filter(Q(status="closed") | Q(awaiting="nobody") | Q(lapsed_at__isnull=False)).order_by(
            "-last_at", "-pk"
        )
    if box == "all":
        return rows.order_by("-last_at", "-pk")
    if box == "snoozed":
        known = rows.filter(whole(actor) | Q(snoozed_by=actor.user_id)) if not actor.is_system else rows
        return known.filter(snoozed_until__isnull=False, status="open").order_by("snoozed_until", "pk")
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=timezone.now())
    rows = rows.filter(awake, awaiting=box, lapsed_at=None, status="open").filter(_told(actor, box))
    urgent = [F("due_at").asc(nulls_last=True)] if box == "us" else []
    return rows.order_by(F("snoozed_until").asc(nulls_last=True), *urgent, "awaiting_since", "pk")


def _labelled(actor: Actor, label: str) -> Q:
    """Those with this tag, as far as the actor may know of tags; else none."""
    field = RESOURCES["conversations"].readable(actor).get("tags")
    return condition(field, "eq", label) & whole(actor) if field else NOTHING


def _of(actor: Actor, whose: Whose) -> Q:
    """Mine: what I, or those for whom I stand in, look after or take part in, as far as I may know that they do."""
    if whose == "all":
        return Q()
    if whose == "nobody":
        return Q(owner=None) & whole(actor)
    users = User.objects.filter(actor.colleagues()).values("pk") if whose == "team" else answered_for(actor)
    heard = Interaction.objects.filter(seen_by(actor), conversation=OuterRef("pk"), deleted_at=None)
    told = heard.filter(participations__party=OuterRef("party"))
    ours = Q(team__in=actor.team_ids) & whole(actor) if whose == "team" and actor.team_ids else NOTHING
    return (
        Q(owner=actor.user_id)
        | ours
        | (Q(owner__in=users) | Q(party__owner__in=users)) & whole(actor)
        | Q(Exists(heard.filter(user__in=users)))
        | Q(Exists(heard.filter(participations__user__in=users)))
        | Q(party__owner__in=users) & Q(Exists(told))
    )


def _told(actor: Actor, box: Box) -> Q:
    """That an answer is owed follows from an interaction which the actor may know of."""
    known = Q(prompt=None) | seen_by(actor, column="audience")
    told = Standing.objects.filter(known, conversation=OuterRef("pk"), awaiting=box)
    return Q(Exists(told))


def seen_one(actor: Actor, conversation: UUID) -> Any:
    """The conversation with `may_edit` and `is_whole` (nothing of it is hidden); None where the actor sees none."""
    editable = Conversation.objects.visible_to(actor, "edit").filter(pk=OuterRef("pk"))
    rows = Conversation.objects.visible_to(actor).filter(pk=conversation)
    return rows.annotate(may_edit=Exists(editable), is_whole=is_whole(actor)).first()


def lines(actor: Actor, rows: Any, limit: int) -> list[Line]:
    """The first `limit` rows with what was last said in each, as far as the actor may read.

    A conversation that the actor sees a part of is summed up as if that part were all. A fixed number of queries.
    """
    beside = {"is_whole": is_whole(actor), "tags": _tags(actor)}
    listed = list(rows.annotate(**beside).values_list(*COLUMNS, "tags", "is_whole")[:limit])
    found = [_line(row[:-1]) for row in listed]
    _mask_parts(actor, [line for line, row in zip(found, listed, strict=True) if not row[-1]])
    if not reads_names(actor):
        for line in found:
            line.party = line.organization = ""
    said = _last_said(actor, [line.id for line in found])
    for line in found:
        line.subject, line.snippet, line.direction = said.get(line.id, ("", "", ""))
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """A box at a glance. Nothing is counted beyond `MOST_COUNTED`."""

    count: int
    overdue: int
    lines: list[Line]


def summaries(actor: Actor, boxes: Sequence[Box], whose: Whose, shown: int) -> list[Summary]:
    """Each box with its first lines: one query for each, and those of `lines` for all together."""
    found = {box: list(_waiting(actor, box, whose)) for box in boxes}
    ids = [pk for rows in found.values() for pk, _due in rows[:shown]]
    read = {line.id: line for line in lines(actor, Conversation.objects.filter(pk__in=ids), len(ids))}
    return [_summary(rows, [read[pk] for pk, _due in rows[:shown] if pk in read]) for rows in found.values()]


def _waiting(actor: Actor, box: Box, whose: Whose) -> Any:
    return conversations(actor, box, whose).values_list("pk", "due_at")[:MOST_COUNTED]


def _summary(rows: Sequence[tuple[UUID, datetime | None]], first: list[Line]) -> Summary:
    now = timezone.now()
    return Summary(len(rows), sum(due is not None and due < now for _pk, due in rows), first)


def _tags(actor: Actor) -> Any:
    """The names of a conversation's tags, for whom may see any."""
    field = RESOURCES["conversations"].readable(actor).get("tags")
    return field.computed.value() if field and field.computed else Value([], ArrayField(TextField()))


def _line(row: Sequence[Any]) -> Line:
    *columns, tags = row
    values: list[Any] = [
        "" if value is None and column not in NULLABLE else value
        for column, value in zip(COLUMNS, columns, strict=True)
    ]
    return Line(*values, *[tags])


NULLABLE = (
    "awaiting_since", "due_at", "last_at", "party_id", "owner_id", "lapsed_at", "status_by", "snoozed_until",
    "snoozed_by", "team_id",
)  # fmt: skip
PARTY = ("display_name", "kind", "organization__display_name")


def _mask_parts(actor: Actor, parts: Sequence[Line]) -> None:
    """Leaves nothing in these lines that follows from what is hidden from the actor."""
    told = as_seen(actor, [line.id for line in parts])
    parties = {row[0]: row[1:] for row in Party.objects.filter(
        pk__in={summary.party_id for summary in told.values() if summary.party_id}
    ).values_list("pk", *PARTY)}  # fmt: skip
    for line in parts:
        _mask(line, told[line.id], parties, actor)


def _mask(line: Line, told: Part, parties: Mapping[UUID, Sequence[str | None]], actor: Actor) -> None:
    line.awaiting, line.since, line.due_at = told.awaiting, told.since, told.due_at
    line.last_at, line.message_count, line.lapsed_at = told.last_at, told.count, told.lapsed_at
    line.party_id = told.party_id
    line.party, line.party_kind, line.organization = (
        each or "" for each in (parties.get(told.party_id, ("", "", "")) if told.party_id else ("", "", ""))
    )
    if line.owner_id != actor.user_id:
        line.owner_id, line.owner = None, ""
    line.team_id, line.team, line.tags = None, "", ()
    if line.snoozed_by != actor.user_id:
        line.snoozed_until = line.snoozed_by = None
    if line.status_by != actor.user_id:
        line.status = Conversation.Status.OPEN


def _last_said(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str, str]]:
    """The subject, first words and direction of the latest interaction that the actor may know of."""
    rows = Interaction.objects.filter(seen_by(actor), conversation__in=ids, deleted_at=None)
    columns = ("conversation_id", "subject", "snippet", "direction", "audience_id")
    newest = rows.order_by("conversation_id", "is_planned", "-at", "-id").distinct("conversation_id")
    latest = list(newest.values_list(*columns))
    details = levels(actor, [row[-1] for row in latest])
    said = {}
    for conversation, subject, snippet, direction, audience in latest:
        level = details.get(audience, 0)
        said[conversation] = (subject if level >= 1 else "", snippet if level >= 2 else "", direction)
    return said


def elsewhere(actor: Actor, box: Box, whose: Whose) -> int:
    """How many there are in everyone's box, where one's own is empty; none where `whose` is everyone's."""
    return 0 if whose == "all" else count(conversations(actor, box, "all"))


def count(rows: Any, most: int = MOST_COUNTED) -> int:
    """How many rows there are, counting no further than `most`."""
    return rows.order_by().values("pk")[:most].count()  # type: ignore[no-any-return]
