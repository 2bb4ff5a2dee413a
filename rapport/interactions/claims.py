"""What an importer says is ours.

Whose address something is decides who may read what went to it. So an administrator's word holds everywhere at
once; anybody else's holds in their own archive, where they read everything anyway, and is kept for an
administrator to confirm.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.interactions import refiling, us
from rapport.interactions.models import OurAddress
from rapport.kit.domains import is_public_provider, registrable
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.errors import Invalid
from rapport.platform.resources.kinds import KINDS, ValueProblem

MOST = 200
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Claim:
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.addresses or self.domains)

    def as_options(self) -> dict[str, tuple[str, ...]]:
        return asdict(self)


def read_claim(addresses: str, domains: str, user: User) -> Claim:
    """Reads what was typed, apart by spaces, commas or lines. Raises Invalid for `addresses` and `domains`."""
    claim = Claim(_listed(addresses), tuple(each.removeprefix("@") for each in _listed(domains)))
    problems = {"addresses": _wrong_address(claim.addresses, user), "domains": _wrong_domain(claim.domains)}
    if found := {name: text for name, text in problems.items() if text}:
        raise Invalid(fields=found)
    return claim


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in _BETWEEN.split(text.strip().lower()) if each))


def _wrong_address(addresses: tuple[str, ...], user: User) -> str:
    if len(addresses) > MOST:
        return _("These are more than %(most)s.") % {"most": MOST}
    for address in addresses:
        try:
            KINDS["email"].read(address)
        except ValueProblem:
            return _("“%(text)s” is no e-mail address.") % {"text": address}
    if taken := _somebody_elses(addresses, user):
        return _("%(address)s belongs to %(name)s. An administrator can change that under Our addresses.") % taken
    return ""


def _somebody_elses(addresses: tuple[str, ...], user: User) -> dict[str, str] | None:
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    owned = Q(addresses__address__in=addresses, addresses__deleted_at=None, addresses__confirmed=True)
    for other in others.filter(owned | Q(email__in=addresses))[:1]:
        theirs = {other.email, *other.addresses.values_list("address", flat=True)}
        return {"address": next(each for each in addresses if each in theirs), "name": str(other)}
    return None


def _wrong_domain(domains: tuple[str, ...]) -> str:
    if len(domains) > MOST:
        return _("These are more than %(most)s.") % {"most": MOST}
    for domain in domains:
        if "@" in domain or not registrable(domain):
            return _("“%(text)s” is no domain.") % {"text": domain}
        if is_public_provider(domain):
            return _("Anybody can have a mailbox at %(domain)s: name your own addresses there.") % {"domain": domain}
    return ""


def note(claim: Claim, user: User, *, actor: Actor) -> None:
    """Keeps a claim beyond its archive: confirmed when an administrator says it, else to be confirmed by one."""
    us.propose(claim.addresses, claim.domains, user)
    if actor.is_administrator:
        unconfirmed = OurAddress.objects.exclude(confirmed=True, deleted_at=None)
        # Whoever else may have proposed an address: it is the one's whose it is said to be now.
        unconfirmed.filter(address__in=claim.addresses).update(confirmed=True, deleted_at=None, user=user)
        named = [f"@{each}" for each in claim.domains]
        unconfirmed.filter(address__in=named).update(confirmed=True, deleted_at=None)
        if refiling.is_waiting():
            refiling.refile_later()


def known_addresses(user: User) -> list[str]:
    """What `user` has said before, or an administrator for them."""
    rows = OurAddress.objects.filter(user=user, deleted_at=None).exclude(address__startswith="@")
    return list(rows.order_by("address").values_list("address", flat=True))
