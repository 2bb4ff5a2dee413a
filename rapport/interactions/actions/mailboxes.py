"""Verbs over mailboxes: connect one, give it another access, choose its folders, look at it now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.interactions import us
from rapport.interactions.claims import note, read_claim
from rapport.interactions.mailboxes.flags import forget_all
from rapport.interactions.mailboxes.following import wake
from rapport.interactions.mailboxes.servers import open_imap, open_smtp
from rapport.interactions.mailboxes.troubles import TROUBLES, trouble_of
from rapport.interactions.models import Archive, AudienceKind, Detail, Mailbox, Security
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.models import Team, User
from rapport.platform.actions.registry import action, admit
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume
from rapport.platform.resources.kinds import KINDS, ValueProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a mailbox is reached: what is tried before it is kept. Without `smtp_host` nothing is sent from it."""

    imap_host: str
    imap_port: int = 993
    imap_security: str = Security.TLS
    smtp_host: str = ""
    smtp_port: int = 465
    smtp_security: str = Security.TLS
    username: str
    password: str

    def problems(self) -> dict[str, str]:
        found = {}
        for name in ("imap_host", "smtp_host", "username", "password"):
            if not getattr(self, name).isprintable():
                found[name] = _("There is a character in it that can't be there.")
            elif not getattr(self, name) and name != "smtp_host":
                found[name] = _("This is needed.")
        for kind in ("imap", "smtp"):
            if not 0 < getattr(self, f"{kind}_port") < 65_536:
                found[f"{kind}_port"] = _("This is a port, from 1 to 65535.")
            if getattr(self, f"{kind}_security") not in Security.values:
                found[f"{kind}_security"] = _("Choose how the connection is encrypted.")
        return found

    def give(self, mailbox: Mailbox) -> None:
        for name, value in asdict(self).items():
            if name != "password":
                setattr(mailbox, name, value)
        mailbox.keep_secret(self.password)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose a mailbox is, and who may read what comes to it."""

    address: str
    name: str = ""
    is_shared: bool = False
    team: UUID | None = None
    audience: str = AudienceKind.PARTICIPANTS
    detail: str = "everything"


def may_connect(actor: Actor, *, shared: bool = False) -> bool:
    """One's own mailbox: whoever may write interactions. One that is shared: administrators."""
    if actor.is_system or shared:
        return actor.is_administrator
    return actor.scope("interactions", "create") > Scope.NONE


def connect(about: About, access: Access, *, actor: Actor) -> Mailbox:
    """A new mailbox that is followed from now on. Raises Forbidden, and Invalid for what its servers refuse."""
    if not may_connect(actor, shared=about.is_shared):
        raise Forbidden()
    user = User.objects.select_related("team").get(pk=actor.user_id)
    made = _new(about, user)
    if problems := access.problems():
        raise Invalid(fields=problems)
    access.give(made)
    try_access(made)
    with transaction.atomic():
        assume(actor)
        made.archive.save(force_insert=True)
        _save(made)
        _claim(made, user, actor)
        emit("mailboxes.created", [made.pk], actor=actor)
        wake()
    return made


def read_address(text: str) -> str:
    """A mailbox's address as typed. Raises Invalid."""
    try:
        address: str = KINDS["email"].read(text)
    except ValueProblem as problem:
        raise Invalid(fields={"address": str(problem)}) from problem
    if not address:
        raise Invalid(fields={"address": _("Enter the address of the mailbox.")})
    if not address.isascii():
        raise Invalid(fields={"address": _("Give the address in ASCII, as xn--…: few servers take it otherwise.")})
    return address


def _new(about: About, user: User) -> Mailbox:
    address = read_address(about.address)
    if not about.is_shared:
        read_claim_of(address, user)
    if about.audience not in AudienceKind.values or about.detail.upper() not in Detail.names:
        raise Invalid(fields={"audience": _("Say who may see it, and how much.")})
    team = _team(about, user)
    archive = Archive(
        name=address,
        owner=None if about.is_shared else user,
        audience=about.audience,
        team=team if about.audience == AudienceKind.TEAM else None,
        detail=Detail[about.detail.upper()],
    )
    return Mailbox(
        address=address,
        name=clean_line(about.name, 200),
        owner=archive.owner,
        is_shared=about.is_shared,
        team=team if about.is_shared else None,
        archive=archive,
    )


def read_claim_of(address: str, user: User) -> None:
    """Raises Invalid for an address that is a colleague's."""
    try:
        read_claim(address, "", user)
    except Invalid as problem:
        raise Invalid(fields={"address": problem.fields["addresses"]}) from problem


def _team(about: About, user: User) -> Team | None:
    """Whose team: of a shared mailbox the one that is named, of one's own one's own."""
    if about.is_shared:
        found: Team | None = Team.objects.kept().filter(pk=about.team).first() if about.team else None
        if about.team and found is None:
            raise Invalid(fields={"team": _("Choose a team.")})
    else:
        found = user.team
    if about.audience == AudienceKind.TEAM and found is None:
        raise Invalid(fields={"audience": _("Choose a team.") if about.is_shared else _("You are in no team.")})
    return found


def _claim(mailbox: Mailbox, user: User, actor: Actor) -> None:
    """Its address is ours: at once within what comes from it, everywhere when an administrator has said so."""
    if mailbox.is_shared:
        us.claim([mailbox.address], [], None)
    else:
        note(read_claim(mailbox.address, "", user), user, actor=actor)


def try_access(mailbox: Mailbox) -> None:
    """Signs in to both servers. Raises Invalid that says what is wrong, beside its cause."""
    with _said("imap"):
        open_imap(mailbox).logout()
    if mailbox.smtp_host:
        with _said("smtp"), closing(open_smtp(mailbox)) as client:
            client.quit()


@contextmanager
def _said(kind: str) -> Iterator[None]:
    try:
        yield
    except Exception as fault:
        name, detail = trouble_of(fault)
        if name == "fault":
            raise
        trouble = TROUBLES[name]
        words = f"{trouble.what} {trouble.to_do}" + (f" ({detail})" if detail else "")
        raise Invalid(fields={"password" if name == "sign_in" else f"{kind}_host": words}) from fault


def give_access(mailbox: UUID, access: Access, *, actor: Actor) -> None:
    """Another server, user name or password. All of it is given anew: a password that was kept for one server is never
    sent to another. Raises NotFound, Forbidden, Invalid."""
    changed: Mailbox | None = Mailbox.objects.visible_to(actor, "edit").filter(pk=mailbox).first()
    if changed is None:
        raise NotFound()
    if problems := access.problems():
        raise Invalid(fields=problems)
    access.give(changed)
    try_access(changed)
    with transaction.atomic():
        assume(actor)
        for row in admit(Mailbox, [mailbox], actor, "edit"):
            if (row.imap_host, row.username) != (access.imap_host, access.username):
                _forget_places(row)  # another account: its UIDs are others
            access.give(row)
            _save(row)
        emit("mailboxes.updated", [mailbox], actor=actor)
        wake()


@action(Mailbox, "look", resource="mailboxes")
def look(mailboxes: list[Mailbox], *, actor: Actor) -> None:
    """Looks at them now, instead of when it is time."""
    for each in mailboxes:
        wake(each.pk)


@action(Mailbox, "pause", resource="mailboxes")
def pause(mailboxes: list[Mailbox], *, actor: Actor) -> None:
    """Stops following them; what has come in stays."""
    _set_paused(mailboxes, True, actor)


@action(Mailbox, "resume", resource="mailboxes")
def resume(mailboxes: list[Mailbox], *, actor: Actor) -> None:
    """Goes on where following stopped."""
    _set_paused(mailboxes, False, actor)


def _set_paused(mailboxes: list[Mailbox], is_paused: bool, actor: Actor) -> None:
    for each in mailboxes:
        each.is_paused = is_paused
        each.save(update_fields=["is_paused"])
    emit("mailboxes.updated", [each.pk for each in mailboxes], actor=actor, data={"fields": ["is_paused"]})
    wake()


def _save(mailbox: Mailbox) -> None:
    """Raises Invalid where another one has the same account."""
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as fault:
        raise Invalid(fields={"address": _("This mailbox is connected already.")}) from fault


def _forget_places(mailbox: Mailbox) -> None:
    for folder in mailbox.folders.all():
        forget_all(folder)
    mailbox.folders.update(uidvalidity=None, next_uid=1, modseq=None)


def choose_folders(mailbox: UUID, followed: Collection[UUID], *, actor: Actor) -> None:
    """Follows these folders and no others. Raises NotFound, Forbidden."""
    with transaction.atomic():
        assume(actor)
        for row in admit(Mailbox, [mailbox], actor, "edit"):
            row.folders.update(is_followed=Q(pk__in=followed))
            row.save(update_fields=["is_paused"])  # a new version: whoever follows it begins anew
        emit("mailboxes.updated", [mailbox], actor=actor)
        wake()
