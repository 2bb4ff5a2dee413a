"""Asking people to join: by a signed link that works once, for a while, and until it is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rapport.kit.ids import uuid7
from rapport.platform.access.actors import Actor
from rapport.platform.access.house import sender
from rapport.platform.access.models import Invitation, Role, Team, User
from rapport.platform.access.people import add_user
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import GiveUp, enqueue, job
from rapport.platform.resources.kinds import ValueProblem, read_email

LASTS = timedelta(days=7)
MOST = 100
"""How many are invited at once."""
_SIGNER = Signer(salt="rapport.invitation")


@dataclass(frozen=True, slots=True)
class Terms:
    """What those who are invited will be: members of a team, with these roles."""

    team: UUID | None
    roles: list[UUID] = field(default_factory=list)


def invite(addresses: Iterable[str], terms: Terms, *, actor: Actor) -> list[Invitation]:
    """Invites these addresses; an earlier invitation of one is taken back. Raises Forbidden, Invalid."""
    if not actor.is_administrator:
        raise Forbidden()
    wanted = _read(addresses)
    _check(terms)
    with transaction.atomic():
        assume(actor)
        lock("access.invitations")
        Invitation.objects.filter(_open(), email__in=wanted).update(revoked_at=timezone.now())
        rows = [_row(each, terms, actor) for each in wanted]
        return list(Invitation.objects.bulk_create(rows))


def _read(addresses: Iterable[str]) -> list[str]:
    """Each once, in small letters. Raises Invalid that names what is wrong."""
    wanted, problems = [], []
    for text in addresses:
        try:
            wanted.append(read_email(text).lower())
        except ValueProblem:
            problems.append(text)
    if problems:
        listed = ", ".join(problems[:5])
        raise Invalid(fields={"addresses": _("Not an e-mail address: %(addresses)s") % {"addresses": listed}})
    there = list(User.objects.filter(email__in=wanted).values_list("email", flat=True))
    if there:
        listed = ", ".join(sorted(there)[:5])
        raise Invalid(
            fields={"addresses": _("There is a user with this address: %(addresses)s") % {"addresses": listed}}
        )
    if not 0 < len(wanted) <= MOST:
        raise Invalid(fields={"addresses": _("Name from 1 to %(most)s addresses.") % {"most": MOST}})
    return list(dict.fromkeys(wanted))


def _check(terms: Terms) -> None:
    if not terms.roles or Role.objects.kept().filter(pk__in=terms.roles).count() < len(set(terms.roles)):
        raise Invalid(fields={"roles": _("Give at least one role.")})
    if terms.team and not Team.objects.kept().filter(pk=terms.team).exists():
        raise Invalid(fields={"team": _("Choose a team.")})


def _row(email: str, terms: Terms, actor: Actor) -> Invitation:
    now = timezone.now()
    return Invitation(
        pk=uuid7(), email=email, team_id=terms.team, role_ids=terms.roles, invited_by_id=actor.user_id, invited_at=now,
        expires_at=now + LASTS,
    )  # fmt: skip


def _open() -> Q:
    return Q(revoked_at=None, accepted_at=None)


def waiting() -> list[Invitation]:
    """Those that may still be accepted, or could until they expired; the newest first."""
    return list(Invitation.objects.filter(_open()).select_related("team", "invited_by").order_by("-pk"))


def path_of(invitation: Invitation) -> str:
    return f"/join/{_SIGNER.sign(str(invitation.pk))}"


def invitation_of(token: str) -> Invitation:
    """The invitation that a link is for. Raises NotFound for one that doesn't, or no longer, open anything."""
    try:
        key = UUID(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        raise NotFound() from None
    found: Invitation | None = Invitation.objects.filter(_open(), pk=key, expires_at__gt=timezone.now()).first()
    if found is None:
        raise NotFound()
    return found


@transaction.atomic
def accept(token: str, *, name: str, password: str, time_zone: str, language: str) -> User:
    """Makes the user whom an invitation speaks of. Raises NotFound, Invalid, Conflict."""
    found = invitation_of(token)
    # Whoever comes a moment later with the same link waits here, and then finds it used.
    if not Invitation.objects.filter(_open(), pk=found.pk).select_for_update().exists():
        raise NotFound()
    roles = list(Role.objects.kept().filter(pk__in=found.role_ids))
    if not roles:
        raise Conflict(_("The roles of this invitation are gone. Ask for a new one."))
    team = Team.objects.kept().filter(pk=found.team_id).first()
    user = add_user(found.email, password, name=name, team=team, roles=roles, time_zone=time_zone, language=language)
    Invitation.objects.filter(pk=found.pk).update(accepted_at=timezone.now(), user=user)
    return user


def revoke(invitation: UUID, *, actor: Actor) -> None:
    """From now on its link opens nothing. Raises Forbidden, NotFound."""
    if not actor.is_administrator:
        raise Forbidden()
    with transaction.atomic():
        assume(actor)
        if not Invitation.objects.filter(_open(), pk=invitation).update(revoked_at=timezone.now()):
            raise NotFound()


def mail(invitations: Iterable[Invitation]) -> None:
    """Sends each its link, soon. The job knows no secret."""
    language = translation.get_language() or "en"
    for each in invitations:
        enqueue("access.invite", invitation=str(each.pk), language=language)


@job("access.invite")
def send(invitation: str, language: str) -> None:
    """Raises GiveUp for one that is no longer open."""
    found = Invitation.objects.filter(_open(), pk=UUID(invitation)).select_related("invited_by").first()
    if found is None:
        raise GiveUp("The invitation is no longer open.")
    with translation.override(language):
        who = str(found.invited_by or "Rapport")
        subject = _("%(name)s invites you to Rapport") % {"name": who}
        text = _(
            "%(name)s invites you to Rapport, where we keep track of whom we owe an answer.\n\n"
            "Choose your name and password here:\n%(link)s\n\n"
            "The link works once, for a week."
        ) % {"name": who, "link": settings.SITE + path_of(found)}
        send_mail(subject, text, sender(), [found.email])
    Invitation.objects.filter(pk=found.pk).update(mailed_at=timezone.now())
