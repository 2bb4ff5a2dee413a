"""Tasks as a resource: their assignee's, and told of by them alone what they are about."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from rapport.interactions.mentions import mentioned
from rapport.interactions.models import Conversation, Task
from rapport.interactions.recurrence import MOST
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Invalid
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource, register


def of_seen_party(actor: Actor) -> Q:
    """Whoever may see a task doesn't thereby see whom it concerns."""
    return Q(party__in=Party.objects.visible_to(actor).values("pk"))


def of_seen_conversation(actor: Actor) -> Q:
    return Q(conversation__in=Conversation.objects.visible_to(actor).values("pk"))


@register
class Tasks(Resource):
    name = "tasks"
    model = Task
    label, plural, title, icon = _("Task"), _("Tasks"), "title", "task"
    owner = "owner"
    page = True
    custom_fields = True
    shown_by = ("party", "conversation")
    fields = (
        Field("title", _("Title"), required=True, search="A"),
        Field("due_on", _("Due")),
        Field("due_time", _("Time of day"), help=_("Where the assignee is.")),
        Field("owner", _("Assignee"), display="owner__name", default=lambda actor: actor.user_id),
        Field("party", _("Concerns"), target="parties", display="party__display_name", mask=of_seen_party),
        Field("conversation", _("Conversation"), create_only=True, mask=of_seen_conversation),
        Field("repeats", _("Repeats"), help=_("When one is done, the next one is made.")),
        Field("repeats_every", _("Every"), help=_("Days, weeks, months or years between two.")),
        Field("notes", _("Notes"), kind_name="longtext", search="C"),
        Field("snoozed_until", _("Snoozed until")),
        Field("done_at", _("Done"), read_only=True),
        Field("done_by", _("Done by"), display="done_by__name", read_only=True),
        Field("asked_by", _("Given by"), display="asked_by__name", read_only=True),
        Field("source", _("Source"), read_only=True),
        Field("created_at", _("Added"), read_only=True),
        Field("updated_at", _("Changed"), read_only=True),
    )
    columns = ("title", "due_on", "due_time", "owner", "party", "repeats", "done_at")
    sort = ("due_on",)

    def scope(self, actor: Actor, verb: str) -> Q:
        """Besides its assignee, whoever gave a task to somebody goes on seeing what becomes of it."""
        found = super().scope(actor, verb)
        if not found or verb != "view" or not self.may(actor, verb):
            return found
        return found | Q(asked_by=actor.user_id)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        """A series is counted from the day that a person last gave it; what gets a new day is in sight again."""
        found: dict[str, Any] = {"mentions": mentioned(columns["notes"] or "")} if "notes" in columns else {}
        if "due_on" not in columns:
            return found
        again = {} if "snoozed_until" in columns else {"snoozed_until": None}
        return found | {"repeats_from": columns["due_on"]} | again

    def own(self, record: Any, actor: Actor) -> None:
        record.asked_by_id = actor.user_id

    def check(self, record: Any) -> None:
        problems = {}
        if record.due_on is None and record.due_time is not None:
            problems["due_time"] = translated("A time needs a day.")
        if record.due_on is None and record.repeats:
            problems["repeats"] = translated("What repeats needs a day to begin with.")
        if not 1 <= record.repeats_every <= MOST:
            problems["repeats_every"] = translated("This is from 1 to %(most)s.") % {"most": MOST}
        if problems:
            raise Invalid(fields=problems)
