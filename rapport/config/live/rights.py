"""Who may listen, and to what: the questions to the database, asked in a thread of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from uuid import UUID

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone

from rapport.config.live.streams import Place, Visitor
from rapport.platform.access.actors import actor_for, epoch_now
from rapport.platform.access.models import User
from rapport.platform.events.news import concerns, read_news, told
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.resources.showing import Shown
from rapport.web.assets import initials

PLACES = ("conversations",)
"""Resources whose records are opened on pages of their own."""


def visitor_of(session_key: str) -> Visitor | None:
    """Who has signed in with this session, by the same check as a page's."""
    close_old_connections()
    user = get_user(SimpleNamespace(session=SessionStore(session_key)))  # type: ignore[arg-type]
    if not isinstance(user, User) or not user.is_active:
        return None
    return Visitor(user.pk, session_key, user.get_session_auth_hash())


def place_of(visitor: Visitor, resource: str, record: UUID) -> Place | None:
    """Where somebody is, if they may see that record."""
    close_old_connections()
    epoch_now()
    user = User.objects.filter(pk=visitor.user_id, is_active=True, deleted_at=None).first()
    found = RESOURCES.get(resource)
    if user is None or found is None or not (found.page or resource in PLACES):
        return None
    if not found.rows(actor_for(user, "page")).filter(pk=record).exists():
        return None
    return Place(resource, record, str(user), str(initials(str(user))), user.pk)


def still_there(visitors: Collection[Visitor]) -> list[Visitor]:
    """Those whose session has neither ended nor run out, who are not disabled and have the same password."""
    close_old_connections()
    keys = {each.session_key for each in visitors}
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    kept = set(sessions.values_list("session_key", flat=True))
    users = User.objects.filter(pk__in={each.user_id for each in visitors}, is_active=True, deleted_at=None)
    proofs = {user.pk: user.get_session_auth_hash() for user in users}
    return [each for each in visitors if each.session_key in kept and proofs.get(each.user_id) == each.proof]


def sift(events: Collection[int], asked: Mapping[UUID, frozenset[str]]) -> dict[UUID, Shown]:
    """Of these events, what each user may be told of what they asked about."""
    close_old_connections()
    epoch_now()
    news = read_news(events)
    if not concerns(news, frozenset().union(*asked.values())):
        return {}
    users = User.objects.filter(pk__in=asked)
    return {user.pk: told(news, actor_for(user, "page"), asked[user.pk]) for user in users}
