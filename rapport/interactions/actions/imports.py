"""Verbs over imports: upload an archive, confirm who we are, cancel, go on, try again what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions import uploads
from rapport.interactions.claims import note, read_claim
from rapport.interactions.looking import file_later, look_later
from rapport.interactions.models import Archive, AudienceKind, Detail, Import
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.models import User
from rapport.platform.actions.registry import action
from rapport.platform.errors import Conflict, Forbidden, Invalid
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import enqueue

State = Import.State


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file where it lies now, under the name that it had."""

    path: Path
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How an archive is to be filed, as somebody gave it."""

    audience: str = AudienceKind.PARTICIPANTS
    detail: str = "everything"
    addresses: str = ""
    domains: str = ""


def may_import(actor: Actor) -> bool:
    """Whoever may write interactions down may bring in those of their own mailbox."""
    return not actor.is_system and actor.scope("interactions", "create") > Scope.NONE


def upload(run_id: UUID, files: Sequence[Uploaded], terms: Terms, *, actor: Actor) -> Import:
    """Begins the import of files that lie in the folder of `run_id`. Raises Forbidden, Invalid.

    Addresses that can't be taken as they were typed are asked for again, once the archive was looked through.
    """
    if not may_import(actor):
        raise Forbidden()
    user = User.objects.select_related("team").get(pk=actor.user_id)
    with transaction.atomic():
        assume(actor)
        work: Import = Import.objects.create(
            id=run_id,
            archive=_archive(files, terms, user),
            user=user,
            state=State.LOOKING,
            paths=[str(each.path) for each in files],
            size=sum(each.size for each in files),
            options=_options(terms, user, actor),
        )
        look_later(work.pk)
    return work


def _archive(files: Sequence[Uploaded], terms: Terms, user: User) -> Archive:
    """The archive that came before under the same name and the same terms, else a new one."""
    if not files:
        raise Invalid(fields={"files": _("Choose at least one file.")})
    if terms.audience not in AudienceKind.values or terms.detail.upper() not in Detail.names:
        raise Invalid(fields={"audience": _("Say who may see it, and how much.")})
    if terms.audience == AudienceKind.TEAM and user.team is None:
        raise Invalid(fields={"audience": _("You are in no team.")})
    wanted = {
        "name": clean_line(", ".join(each.name for each in files), 200),
        "owner": user,
        "audience": terms.audience,
        "team": user.team if terms.audience == AudienceKind.TEAM else None,
        "detail": Detail[terms.detail.upper()],
    }
    archive: Archive = Archive.objects.filter(**wanted, deleted_at=None).first() or Archive.objects.create(**wanted)
    return archive


def _options(terms: Terms, user: User, actor: Actor) -> dict[str, object]:
    try:
        claim = read_claim(terms.addresses, terms.domains, user)
    except Invalid as problem:
        typed = {"addresses": terms.addresses, "domains": terms.domains}
        return {"typed": typed, "problems": problem.fields}
    if not claim:
        return {}
    note(claim, user, actor=actor)
    return {"ours": claim.as_options()}


@action(Import, "confirm", resource="imports", accepts={"addresses": "longtext", "domains": "longtext"})
def confirm(imports: list[Import], *, actor: Actor, addresses: str, domains: str = "") -> None:
    """Says who we are in an archive that was looked through: filing begins. Raises Conflict, Forbidden, Invalid."""
    for work in imports:
        _expect(work, State.CONFIRM)
        if work.user is None or work.user_id != actor.user_id:
            raise Forbidden()
        claim = read_claim(addresses, domains, work.user)
        if not claim:
            raise Invalid(fields={"addresses": _("Name at least one address or domain of yours.")})
        note(claim, work.user, actor=actor)
        _move(work, State.WAITING, options=work.options | {"ours": claim.as_options()})
        file_later(work.pk)


@action(Import, "cancel", resource="imports")
def cancel(imports: list[Import], *, actor: Actor) -> None:
    """Ends imports where they stand. What was filed stays; what was uploaded is deleted."""
    for work in imports:
        _expect(work, State.LOOKING, State.CONFIRM, State.WAITING, State.RUNNING, State.FAILED)
        if work.state != State.RUNNING:  # a running one deletes it when it has stopped reading
            transaction.on_commit(partial(uploads.remove, work.pk))
        _move(work, State.CANCELLED, ended_at=timezone.now())


@action(Import, "go_on", resource="imports")
def go_on(imports: list[Import], *, actor: Actor) -> None:
    """Takes failed imports up where they stopped."""
    for work in imports:
        _expect(work, State.FAILED)
        if not uploads.folder_of(work.pk).exists():
            raise Conflict(_("What was uploaded is no longer there: upload it again."))
        _move(work, State.WAITING, error="", ended_at=None, options={**work.options, "faults": 0})
        file_later(work.pk)


@action(Import, "try_again", resource="imports")
def try_again(imports: list[Import], *, actor: Actor) -> None:
    """Reads once more what was set aside."""
    for work in imports:
        _expect(work, *Import.OVER)
        if not work.problems.filter(raw_digest__isnull=False).exists():
            raise Conflict(_("There is nothing to read again."))
        _move(work, State.RETRYING)
        enqueue("interactions.try_again", key=f"try_again:{work.pk}", import_id=str(work.pk))


def _expect(work: Import, *states: str) -> None:
    if work.state not in states:
        raise Conflict(_("This import is %(state)s.") % {"state": Import.State(work.state).label})


def _move(work: Import, state: str, **changes: object) -> None:
    Import.objects.filter(pk=work.pk).update(state=state, **changes)
