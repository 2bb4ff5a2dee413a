"""Notifications as a resource that others' pages can hear of: everybody's own, and nobody else's."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.platform.notifications.models import Notification
from rapport.platform.resources.registry import NOTHING, Resource, register


@register
class Notifications(Resource):
    name = "notifications"
    model = Notification
    label, plural, title = _("Notification"), _("Notifications"), "kind"
    verbs = frozenset({"view"})
    is_door = False

    def scope(self, actor: Actor, verb: str) -> Q:
        """Not even an administrator sees what others are told."""
        if actor.is_system:
            return Q()
        return Q(user=actor.user_id) if verb == "view" and not actor.looker_id else NOTHING

    def may(self, actor: Actor, verb: str) -> bool:
        return verb == "view"
