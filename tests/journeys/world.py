"""A small organisation for the journeys: an administrator, people, and a conversation that waits for us."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.models import (
    Archive,
    Import,
    Mailbox,
    MailFolder,
    MailPlace,
    OutgoingMessage,
    Quarantined,
    Sync,
)
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.access.people import add_user
from rapport.platform.fields.pinning import pin
from rapport.platform.files import store
from rapport.platform.files.incoming import Content, put_on
from rapport.platform.files.models import File
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.indexing import index_all
from rapport.platform.undo.changing import change
from tests import browsers
from tests.factories.letters import archive_of
from tests.factories.letters import file as file_letters
from tests.factories.letters import letter as mail
from tests.factories.outgoing import make_draft
from tests.journeys.conftest import PASSWORD, Visit

DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""A picture of one point."""
EMAIL = "mara@ours.example"


@dataclass(frozen=True)
class World:
    user: User
    people: list[Any]
    organization: Any
    conversation: Any
    imports: list[Import]
    mailbox: Mailbox
    trashed: Any
    colleague: User
    task: Any
    change: Any
    file: File
    rule: Any
    draft: OutgoingMessage


def make_world(people: int = 12) -> World:
    user = add_user(EMAIL, PASSWORD, name="Mara Visser", is_administrator=True)
    actor = actor_for(user, "page")
    organization = verbs.create(RESOURCES["organizations"], {"name": "Okafor Logistics"}, actor=actor)
    made = [_person(number, organization, actor) for number in range(people)]
    letter = Said(
        "letter", "When does the second batch leave?", (made[0].pk,), "Second batch", "in",
        timezone.now() - timedelta(days=2),
    )  # fmt: skip
    gone = verbs.create(RESOURCES["people"], {"name": "Gone Away"}, actor=actor)
    verbs.trash(RESOURCES["people"], [gone.pk], actor=actor)
    view = {"name": "Yard", "resource": "people", "query": {"job_title": "Yard"}}
    pin([verbs.create(RESOURCES["saved_views"], view, actor=actor).pk], actor=actor)
    spam = {"X-Spam-Flag": "YES"}
    file_letters(archive_of(user), [mail("Eve <eve@shop.example>", EMAIL, "Buy now", subject="Only today", **spam)])  # type: ignore[arg-type]
    index_all()
    colleague = add_user("tomas@ours.example", None, name="Tomas Brandt")
    opened = write_down(letter, actor=actor).conversation
    task = _task(made[0], opened, actor)
    changed = change(RESOURCES["people"], "set", [made[0].pk], actor, {"owner": str(user.pk)})
    file = _file(made[0], actor)
    rule = {"name": "Batches", "condition": "subject contains batch", "tags": "Yard"}
    on_arrival = verbs.create(RESOURCES["arrival_rules"], rule, actor=actor)
    mailbox = _mailbox(user)
    draft = _draft(user, mailbox)
    return World(
        user, made, organization, opened, _imports(user), mailbox, gone, colleague, task, changed,
        file, on_arrival, draft,
    )  # fmt: skip


def _draft(user: User, mailbox: Mailbox) -> OutgoingMessage:
    return make_draft(user, mailbox, html="<p>On <b>Monday</b>.</p><blockquote><p>When?</p></blockquote>")


def _file(person: Any, actor: Actor) -> File:
    return put_on("people", person.pk, "mark.png", Content(store.put(DOT), len(DOT), "image/png"), actor=actor)


def _task(person: Any, conversation: Any, actor: Actor) -> Any:
    """One that is overdue, about somebody and what they wrote."""
    values = {
        "title": "Call the yard", "due_on": "2026-01-05", "due_time": "09:30", "repeats": "weekly",
        "party": str(person.pk), "conversation": str(conversation.pk),
    }  # fmt: skip
    return verbs.create(RESOURCES["tasks"], values, actor=actor)


def _mailbox(user: User) -> Mailbox:
    """In trouble, with a folder and a message that was set aside."""
    archive = Archive.objects.create(name="mara@ours.example", owner=user)
    made: Mailbox = Mailbox.objects.create(
        address="mara@ours.example",
        owner=user,
        archive=archive,
        imap_host="mail.invalid",
        username="mara",
        smtp_host="mail.invalid",
    )
    Sync.objects.create(
        mailbox=made, state=Sync.State.TROUBLE, trouble="sign_in", trouble_detail="No.", trouble_since=timezone.now()
    )
    folder = MailFolder.objects.create(mailbox=made, name="INBOX", role="inbox", uidvalidity=1, total=3)
    MailPlace.objects.create(folder=folder, uid=1, problem="not a message", raw_digest=store.put(b"raw"))
    return made


def _imports(user: User) -> list[Import]:
    """One in each state, with a message set aside."""
    archive = Archive.objects.create(name="mail.mbox", owner=user)
    now = timezone.now()
    found = {"addresses": [["mara@ours.example", 2, [["delivered", 2, 0]]]], "domains": []}
    common = {"archive": archive, "user": user, "expected": 400, "options": {"found": found}, "started_at": now}
    made = [Import.objects.create(**common, state=state, read=120, stored=119, quarantined=1) for state in Import.State]
    Quarantined.objects.bulk_create(
        Quarantined(import_run=each, source="mail.mbox", position="1", reason="not a message", raw_digest=bytes(32))
        for each in made
    )
    return made


def _person(number: int, organization: Any, actor: Actor) -> Any:
    values = {
        "name": f"Person {number:02d}", "email": f"person{number}@okafor.example", "job_title": "Yard",
        "organization": str(organization.pk), "tags": ["VIP"] if number == 0 else [],
    }  # fmt: skip
    return verbs.create(RESOURCES["people"], values, actor=actor)


def sign_in(visit: Visit, email: str = EMAIL) -> None:
    browsers.sign_in(visit.page, visit.base, email, PASSWORD)
