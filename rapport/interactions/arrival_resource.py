"""Rules on arrival as a resource."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models import ArrivalRule
from rapport.platform.access.actors import Actor
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Invalid
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ValueProblem, read_names
from rapport.platform.resources.registry import RESOURCES, register
from rapport.platform.resources.rules import condition_problem


@register
class ArrivalRules(Directory):
    """Administrators' alone: a rule acts on mail that whoever makes it may not read."""

    name = "arrival_rules"
    model = ArrivalRule
    label, plural = _("Rule on arrival"), _("Rules on arrival")
    fields = (
        Field("name", required=True),
        Field("condition", _("When a message"), required=True),
        Field("tags", _("Put tags on it")),
        Field("owner", _("Assign it to"), display="owner__name"),
        Field("team", _("Move it to"), display="team__name"),
        Field("closes", _("Close it")),
        Field("position", _("Place in the order")),
        Field("is_active", _("Active")),
    )
    sort = ("position", "id")

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs and actor.is_administrator

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"language": get_language() or "en"} if "condition" in columns else {}

    def check(self, record: ArrivalRule) -> None:
        found = {"condition": condition_problem(RESOURCES["interactions"], record.condition)}
        try:
            read_names(record.tags)
        except ValueProblem as problem:
            found["tags"] = str(problem)
        if record.is_active and not (record.tags or record.owner_id or record.team_id or record.closes):
            found["tags"] = gettext("Say what is to be done: tag, assign, move or close.")
        if problems := {name: text for name, text in found.items() if text}:
            raise Invalid(fields=problems)
