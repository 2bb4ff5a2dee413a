"""Who may read a conversation: as its archive says, or as a person says, who may also invite others to it.

Nobody changes who sees what they don't see themselves: in a conversation of which some messages are hidden
from the actor, those stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from rapport.interactions.access import seen_by
from rapport.interactions.filing.audiences import AudienceBook, circles_in
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import AudienceKind, Conversation, Detail, Interaction, Participation
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team
from rapport.platform.access.sharing import check_principal
from rapport.platform.actions.registry import action
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit

DEFAULT = "default"


@action(
    Conversation, "set_visibility", resource="conversations",
    accepts={"audience": "text", "detail": "text", "team": "id"},
)  # fmt: skip
def set_visibility(
    conversations: list[Conversation],
    *,
    actor: Actor,
    audience: str,
    detail: str = "everything",
    team: UUID | None = None,
) -> None:
    """Shares conversations with everyone or a team, or makes them private to those who took part.

    With the audience *default*, what each message's archive says holds again.
    """
    if audience not in (*AudienceKind.values, DEFAULT):
        raise Invalid(fields={"audience": _("This is everyone, team, participants or default.")})
    if detail.upper() not in Detail.names:
        raise Invalid(fields={"detail": _("This is everything, subject or happened.")})
    if audience == AudienceKind.TEAM and not Team.objects.visible_to(actor).filter(pk=team).exists():
        raise Invalid(fields={"team": _("Say with which team.")})
    for each in conversations:
        each.is_visibility_set = audience != DEFAULT
        each.shown_to = audience if each.is_visibility_set else ""
        each.shown_detail = Detail[detail.upper()]
        each.shown_team_id = team if audience == AudienceKind.TEAM else None
    columns = ["is_visibility_set", "shown_to", "shown_detail", "shown_team"]
    _show(conversations, columns, actor, {"audience": audience, "detail": detail})


@action(Conversation, "share", resource="conversations", accepts={"with_": "id"})
def share(conversations: list[Conversation], *, actor: Actor, with_: UUID) -> None:
    """Lets one more user or team read all of these conversations, also what comes to them later."""
    check_principal(with_, actor)
    for each in conversations:
        each.shared_with = sorted({*each.shared_with, with_})
    _show(conversations, ["shared_with"], actor, {"with": str(with_)})


@action(Conversation, "unshare", resource="conversations", accepts={"with_": "id"})
def unshare(conversations: list[Conversation], *, actor: Actor, with_: UUID) -> None:
    """Takes a share back. Who took part, or sees it for another reason, goes on seeing it."""
    for each in conversations:
        each.shared_with = [principal for principal in each.shared_with if principal != with_]
    _show(conversations, ["shared_with"], actor, {"without": str(with_)})


def _show(conversations: list[Conversation], columns: list[str], actor: Actor, data: dict[str, str]) -> None:
    """Stores what was said about who may read, and shows the messages accordingly."""
    for each in conversations:
        each.word_by = actor.user_id
    Conversation.objects.bulk_update(conversations, [*columns, "word_by"])
    book = AudienceBook()
    for each in conversations:
        _show_messages(each, actor, book)
    ids = [each.pk for each in conversations]
    resettle(ids, book)
    emit("conversations.shared", ids, actor=actor, data=data)


def _show_messages(conversation: Conversation, actor: Actor, book: AudienceBook) -> None:
    mine = Interaction.objects.filter(seen_by(actor, "everything"), conversation=conversation)
    rows = list(mine.select_related("archive"))
    users = _users([row.pk for row in rows])
    by_audience: dict[int, list[UUID]] = defaultdict(list)
    for row in rows:
        inside = users[row.pk] | ({row.user_id} if row.user_id else set())
        by_audience[book.id_of(circles_in(conversation, row.archive, inside))].append(row.pk)
    for audience, ids in by_audience.items():
        Interaction.objects.filter(pk__in=ids).exclude(audience=audience).update(audience=audience)


def _users(interactions: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Those of us who took part in each."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Participation.objects.filter(interaction__in=interactions, user__isnull=False)
    for interaction, user in rows.values_list("interaction_id", "user_id"):
        found[interaction].add(user)
    return found
