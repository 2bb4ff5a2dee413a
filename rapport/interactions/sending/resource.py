"""What is written here as a resource: its author's own, until they share it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models import DkimKey, OutgoingMessage
from rapport.interactions.sending.bodies import LONGEST, clean_body
from rapport.interactions.sending.signing import make_key
from rapport.kit.domains import registrable
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Conflict, Invalid
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, Resource, register


@register
class OutgoingMessages(Resource):
    name = "outgoing_messages"
    model = OutgoingMessage
    label, plural, title = _("E-mail on its way"), _("E-mail on its way"), "subject"
    owner = "author"
    verbs = frozenset({"view", "create", "edit", "delete"})
    shown_by = ("answers__conversation", "interaction__conversation")
    fields = (
        Field("mailbox", _("From"), target="mailboxes", display="mailbox__address"),
        Field("to", _("To"), help=_("Addresses, separated by commas.")),
        Field("cc", _("Copy")),
        Field("bcc", _("Blind copy")),
        Field("subject", _("Subject")),
        Field("html", _("Text"), kind_name="longtext", help=_("As HTML; the plain text is made of it.")),
        Field("answers", _("Answers"), create_only=True),
        Field("is_forward", _("Passes it on")),
        Field("author", _("Author"), display="author__name", read_only=True),
        Field("state", _("State"), read_only=True),
        Field("send_at", _("Leaves at"), read_only=True),
        Field("sent_at", _("Sent"), read_only=True),
        Field("answer", _("What the server said"), read_only=True),
        Field("refused", _("Refused for"), read_only=True),
        Field("interaction", _("In the timeline"), read_only=True),
    )
    columns = ("subject", "to", "state", "send_at", "sent_at")

    def scope(self, actor: Actor, verb: str) -> Q:
        """A team sees nothing of what its members write, whatever their roles say of other things."""
        if actor.is_system:
            return Q()
        if not self.may(actor, verb):
            return NOTHING
        found = Q(author=actor.user_id) | self.shared(actor, verb)
        # What is on its way isn't thrown away, and so leaves nobody surprised when it comes back from the trash.
        return found & Q(state__in=("draft", "failed", "sent")) if verb == "delete" else found

    def may(self, actor: Actor, verb: str) -> bool:
        """By the right to write interactions."""
        return verb in self.verbs and (actor.is_system or actor.scope("interactions", "create") > Scope.NONE)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"html": clean_body(columns["html"])} if "html" in columns else {}

    def check(self, record: Any) -> None:
        if record.state != OutgoingMessage.State.DRAFT:
            raise Conflict(translated("It has left already."))
        if len(record.html) > LONGEST:
            raise Invalid(fields={"html": translated("This is longer than %(limit)s characters.") % {"limit": LONGEST}})

    def own(self, record: Any, actor: Actor) -> None:
        record.author_id = actor.user_id


@register
class DkimKeys(Directory):
    """Keys that mail from our domains is signed with; the private half is in no field."""

    name = "dkim_keys"
    model = DkimKey
    label, plural, title = _("DKIM key"), _("DKIM keys"), "domain"
    fields = (
        Field("domain", _("Domain"), required=True, create_only=True),
        Field("selector", _("Selector"), create_only=True, help=_("A word that tells this key from others.")),
        Field("record_name", _("Name of the DNS record"), read_only=True),
        Field("record_text", _("Text of the DNS record (TXT)"), read_only=True),
        Field("is_used", _("Sign with it"), help=_("Once the record is published, and not before.")),
    )
    sort = ("domain",)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"domain": columns["domain"].strip().lower()} if "domain" in columns else {}

    def check(self, record: Any) -> None:
        problems = {}
        if not registrable(record.domain):
            problems["domain"] = translated("“%(text)s” is no domain.") % {"text": record.domain}
        if not record.selector.isascii() or not record.selector.replace("-", "").isalnum():
            problems["selector"] = translated("Letters and digits alone.")
        if problems:
            raise Invalid(fields=problems)

    def own(self, record: Any, actor: Actor) -> None:
        make_key(record)
