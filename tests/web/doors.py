"""Every address of the pages, as it is registered, leading to a small house in which something lies behind each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.grouping import split
from rapport.interactions.models import (
    Archive,
    Attachment,
    Conversation,
    Import,
    Interaction,
    Mailbox,
    MailFolder,
    MailPlace,
    Quarantined,
)
from rapport.parties.models import ContactPoint
from rapport.platform.access.absence import say_away
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.invitations import Terms, invite
from rapport.platform.access.models import Role, Token
from rapport.platform.api.tokens import make_token
from rapport.platform.files import store
from rapport.platform.files.incoming import Content, put_on
from rapport.platform.notifications.models import Kind, Notification
from rapport.platform.notifications.telling import Word, tell
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.indexing import index_all
from rapport.platform.undo.changing import change
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.factories.outgoing import make_draft, make_mailbox

SOON = date.today() + timedelta(days=30)  # noqa: DTZ011
SECRET = "zanzibar"
"""Stands in everything that is the owner's alone."""
HIDDEN = {
    "email": "quagmire@else.example",
    "job_title": "Tribologist",
    "description": "palimpsest",
    "name": "Yggdrasil",
}
"""Values of the owner's people that stand in these fields and nowhere else."""
PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class House:
    """What the parts of addresses lead to, by the name of the part."""

    parts: dict[str, tuple[str, ...]]
    good: dict[str, str]
    """What every form might send, all at once."""
    of_views = ("/people/views",)

    def is_of_one(self, address: str) -> bool:
        """Whether it names a record of the owner's."""
        named = (
            "record",
            "conversation",
            "message",
            "meeting",
            "file",
            "view",
            "run",
            "mailbox",
            "token",
            "row",
            "task",
            "notification",
            "change",
            "outgoing",
        )
        return any(value in address for name in named for value in self.parts[name])

    def addresses(self) -> list[str]:
        """Every registered address of the pages, with every record that its parts may name."""
        return [filled for route in routes() for filled in self._filled(route)]

    def _filled(self, route: str) -> Iterator[str]:
        part = PART.search(route)
        if part is None:
            yield f"/{route}"
            return
        for value in self.parts[part[2]]:
            yield from self._filled(route[: part.start()] + value + route[part.end() :])


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """The routes as they are written; those of the health, sign-in and set-up pages are walked elsewhere."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(each.pattern)
        if route.startswith(("accounts/", "healthz", "readyz", "set-up/", "join/")):
            continue
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route


def make_house(cast: Cast) -> House:
    """Everything in it is the owner's: a private conversation, an import, people, views; the outsider sees none."""
    owner, house = actor_for(cast.owner, "page"), actor_for(cast.administrator, "page")
    we_are(owner=cast.owner, mate=cast.mate)
    spam = letter(f"eve@{SECRET}.example", "owner@ours.example", SECRET, subject=SECRET, **{"X-Spam-Flag": "YES"})  # type: ignore[arg-type]
    file(archive_of(cast.owner), [*(_mail(number) for number in range(3)), spam])
    said = list(Interaction.objects.order_by("at"))
    opened = Conversation.objects.get()
    other = split([opened.pk], actor=owner, message=said[2].pk)["id"]
    firm = _add("organizations", owner, name=f"Yggdrasil {SECRET} firm")
    people = [_add("people", owner, name=f"Yggdrasil {SECRET} {n}", organization=firm, **_facts(n)) for n in "ab"]
    kind = _add("relationship_kinds", house, name="Friend", plural="Friends")
    card = verbs.create(RESOURCES["relationships"], {"party": str(people[0]), "kind": kind}, actor=owner).pk
    view = _add("saved_views", owner, name=f"{SECRET} view", resource="people", query={"name": SECRET})
    task = _add("tasks", owner, title=f"{SECRET} task", party=people[0], conversation=str(opened.pk))
    meeting = Said("meeting", f"Of {SECRET}", (UUID(people[0]),), at=timezone.now() + timedelta(days=9),
                   conversation_id=opened.pk)  # fmt: skip
    planned = str(write_down(meeting, actor=owner).pk)
    content = Content(store.put(SECRET.encode()), len(SECRET), "application/octet-stream")
    put = str(put_on("people", UUID(people[0]), f"{SECRET}.txt", content, actor=owner).pk)
    tell([Word(cast.owner.pk, Kind.DUE, "tasks", UUID(task), "once")])
    told = str(Notification.objects.get().pk)
    run = _import(cast)
    place = _mailbox(cast)
    invited = str(
        invite([f"{SECRET}@ours.example"], Terms(None, [role.pk for role in cast.owner.roles.all()]), actor=house)[0].pk
    )
    make_token(cast.owner, SECRET)
    away = str(say_away(cast.owner.pk, delegate=cast.mate.pk, begins_on=SOON, ends_on=SOON, actor=owner).pk)
    mailbox = make_mailbox("owner@ours.example", cast.owner)
    written = str(make_draft(cast.owner, mailbox, f"eve@{SECRET}.example", subject=SECRET, html=f"<p>{SECRET}</p>").pk)
    index_all()
    point = ContactPoint.objects.filter(party_id=people[0])[0].pk
    return House(
        {
            "resource": ("people", "organizations"),
            "record": (people[0], firm),
            "conversation": (str(opened.pk), str(other)),
            "message": (str(said[0].pk), str(Quarantined.objects.get().pk)),
            "file": (str(Attachment.objects.order_by("pk")[0].pk), put),
            "view": (view,),
            "verb": ("set", "tag", "share", "split", "cancel", "complete", "call_off"),
            "meeting": (planned,),
            "run": (run,),
            "mailbox": (str(place.folder.mailbox_id),),
            "place": (str(place.pk),),
            "task": (task,),
            "day": ("2031-02-03",),
            "notification": (told,),
            "outgoing": (written,),
            "change": (
                str(change(RESOURCES["people"], "set", [UUID(people[1])], owner, {"owner": str(cast.owner.pk)}).pk),
            ),
            "user": (str(cast.mate.pk),),
            "absence": (away,),
            "invitation": (invited,),
            "role": (str(Role.objects.get(name="Seller").pk),),
            "token": (str(Token.objects.get(user=cast.owner).pk),),
            "section": ("custom_fields", "relationship_kinds", "targets", "our_addresses"),
            "name": ("email", "owner", "description"),
            "child": ("contact_points", "relationships"),
            "row": (str(point), str(card)),
        },
        _good(cast, people, str(said[0].pk)),
    )


def _good(cast: Cast, people: list[str], message: str) -> dict[str, str]:
    principal = str(cast.outsider.pk)
    return {
        "with_": principal, "with": people[1], "may_edit": "true", "add": "Mine", "back": principal, "owner": principal,
        "email": "eve@else.example", "name": "Mine", "value": "eve@else.example", "kind": "email", "tag": "Mine",
        "message": message, "other": people[0], "audience": "everyone", "shown_to": "everyone", "pinned": "true",
        "ids": people[0], "set.owner": principal, "change": "1", "field": "email", "addresses": "eve@ours.example",
    }  # fmt: skip


def _add(name_: str, actor: Actor, /, **values: Any) -> str:
    return str(verbs.create(RESOURCES[name_], values, actor=actor).pk)


def _facts(letter: str) -> dict[str, str]:
    return {name: value if name != "email" else letter + value for name, value in HIDDEN.items() if name != "name"}


def _mail(number: int) -> bytes:
    raw = letter(
        f"Jonas {SECRET} <jonas@{SECRET}.example>", "owner@ours.example", f"Question {number} about {SECRET}?",
        hours_ago=30 - number, id_=f"m{number}", answers=f"m{number - 1}" if number else "", subject=f"Of {SECRET}",
    )  # fmt: skip
    message = message_from_bytes(raw, policy=default)
    message.add_alternative(f"<p>Of {SECRET}</p>", subtype="html")
    message.add_attachment(SECRET.encode(), maintype="text", subtype="html", filename=f"{SECRET}.html")
    return message.as_bytes()


def _mailbox(cast: Cast) -> MailPlace:
    """In which lies something that could not be understood."""
    archive = Archive.objects.create(name=f"{SECRET}@ours.example", owner=cast.owner)
    mailbox = Mailbox.objects.create(
        address=f"{SECRET}@ours.example", owner=cast.owner, archive=archive, imap_host="mail.invalid", username=SECRET
    )
    folder = MailFolder.objects.create(mailbox=mailbox, name=SECRET)
    raw = store.put(f"{SECRET} raw".encode())
    return MailPlace.objects.create(folder=folder, uid=1, problem=SECRET, raw_digest=raw)


def _import(cast: Cast) -> str:
    archive = Archive.objects.create(name=f"{SECRET}.mbox", owner=cast.owner)
    found = {"addresses": [[f"{SECRET}@ours.example", 2, [["delivered", 2, 0]]]], "domains": []}
    made = Import.objects.create(
        archive=archive, user=cast.owner, state=Import.State.CONFIRM, expected=9, quarantined=1,
        options={"found": found},
    )  # fmt: skip
    raw = store.put(f"{SECRET} raw".encode())
    Quarantined.objects.create(import_run=made, source=f"{SECRET}.mbox", position="1", reason=SECRET, raw_digest=raw)
    return str(made.pk)
