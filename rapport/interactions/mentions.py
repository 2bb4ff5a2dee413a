"""Colleagues who are named by @ in what somebody writes: kept as ids, told of it, shown by the name they have now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from rapport.interactions.access import seen_by
from rapport.interactions.models import Body, Conversation, Interaction, Task
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.grants import Scope
from rapport.platform.access.models import User
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell
from rapport.platform.records.models import Rows
from rapport.platform.resources.registry import RESOURCES

MOST = 20
"""Colleagues who are told of one text."""


def mentioned(text: str) -> dict[str, str] | None:
    """The colleagues named by @ and their whole name: the name as it is written → id. None where there are none.

    A name that several have names nobody: each of them is named in full.
    """
    if "@" not in text:
        return None
    by_name = _ways_to_name()
    found = {name: user for name in _named(text, by_name) if (user := by_name[name])}
    return dict(list(found.items())[:MOST]) or None


def _ways_to_name() -> dict[str, str | None]:
    """What may follow an @ → whom it names: one colleague, or nobody where several are called so."""
    there = list(_there().values_list("pk", "name", "email"))
    shared = _shared(name for _pk, name, _email in there)
    by_name = {name: None if name in shared else str(pk) for pk, name, _email in there}
    return by_name | {in_full(name, email): str(pk) for pk, name, email in there if name in shared}


def _there() -> Rows:
    rows: Rows = User.objects.filter(is_active=True, deleted_at=None).exclude(name="")
    return rows


def _shared(names: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(names).items() if times > 1}


def in_full(name: str, email: str) -> str:
    return f"{name} ({email})"


IN_FULL = re.compile(r" \([^\s()]+@[^\s()]+\)$")


def ambiguous(users: Iterable[User]) -> set[UUID]:
    """Those of them who share their name with another colleague, and so are named in full. One query."""
    listed = list(users)
    shared = _shared(_there().filter(name__in={each.name for each in listed}).values_list("name", flat=True))
    return {each.pk for each in listed if each.name in shared}


def _named(text: str, names: Mapping[str, object]) -> Iterator[str]:
    """Of names that begin alike, the longest that fits."""
    if names:
        for each in re.finditer(written_as(names), text):
            yield each[1]


def written_as(names: Mapping[str, object]) -> str:
    """A pattern of the mentions of these names."""
    longest = sorted(names, key=len, reverse=True)
    return rf"(?<!\w)@({'|'.join(map(re.escape, longest))})(?!\w)"


def names_now(mentions: Mapping[str, str]) -> dict[str, str]:
    """What those who were named are called today, by the name as written: in full as far as it was. One query."""
    now = {str(pk): name for pk, name in User.objects.filter(pk__in=mentions.values()).values_list("pk", "name")}
    return {written: _as_written(now.get(user), written) for written, user in mentions.items()}


def _as_written(name: str | None, written: str) -> str:
    address = IN_FULL.search(written)
    return f"{name}{address[0] if address else ''}" if name else written


@subscribe("interactions.created")
def tell_of_said(event: Event) -> None:
    rows = Body.objects.filter(interaction__in=event.record_ids, mentions__isnull=False)
    for message, conversation, mentions in rows.values_list("pk", "interaction__conversation", "mentions"):
        seeing = [user for user in (mentions or {}).values() if _sees(user, Interaction, message)]
        tell(
            Word(UUID(user), Kind.MENTIONED, "conversations", conversation, str(message), event.actor_id)
            for user in seeing
        )


@subscribe("tasks.created", "tasks.updated")
def tell_of_tasks(event: Event) -> None:
    """Once for each task, however often its notes are changed."""
    rows = Task.objects.kept().filter(pk__in=event.record_ids, mentions__isnull=False)
    for task, mentions in rows.values_list("pk", "mentions"):
        seeing = [user for user in mentions.values() if _sees(user, Task, task)]
        tell(Word(UUID(user), Kind.MENTIONED, "tasks", task, "mentioned", event.actor_id) for user in seeing)


def _sees(user: str, model: type[Interaction] | type[Task], record: UUID) -> bool:
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None:
        return False
    actor = actor_for(found, "job")
    rows = model.objects.visible_to(actor).filter(pk=record)
    # Whoever may know that something was said, but not what, isn't told that they are named in it.
    return bool((rows.filter(seen_by(actor, "everything")) if model is Interaction else rows).exists())


def would_see(user: User, *, conversation: UUID | None, parties: list[UUID], assignee: UUID | None) -> bool:
    """Whether somebody could read what is about to be written: of a task (`assignee`), or in a conversation, or of
    parties."""
    actor = actor_for(user, "page")
    if assignee is not None:
        return _would_see_task(actor, assignee)
    if not RESOURCES["interactions"].may(actor, "view"):
        return False
    if conversation is not None:
        return bool(Conversation.objects.visible_to(actor).filter(pk=conversation).exists())
    return bool(Party.objects.visible_to(actor).filter(pk__in=parties).count() == len(set(parties)))


def _would_see_task(actor: Actor, assignee: UUID) -> bool:
    if not RESOURCES["tasks"].may(actor, "view"):
        return False
    match actor.scope("tasks", "view"):
        case Scope.ALL:
            return True
        case Scope.TEAM:
            return bool(User.objects.filter(actor.colleagues(), pk=assignee).exists())
    return actor.user_id == assignee
