"""The rows of a block, by table, in the order in which they are written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from rapport.interactions.ledger.conclusions import STORED
from rapport.interactions.models import (
    Attachment,
    Body,
    Conversation,
    Interaction,
    Mark,
    MessageReference,
    Participation,
)
from rapport.parties.models import Address, Affiliation, Consent, ContactPoint, Party, PartyLink, Relationship
from rapport.platform.fields.models import Tagging
from rapport.platform.records.bulk import copy

RECORD = ("id", "created_at", "updated_at", "version", "custom")
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    # Children before their parties: their triggers then find no party to derive for, since the parties come
    # with everything derived already. References between tables are checked at the end of the transaction.
    ContactPoint: (
        *RECORD, "party", "kind", "value", "normalized", "label", "state", "is_preferred", "source",
    ),
    Relationship: (*RECORD, "party", "kind", "stage", "owner", "since", "until", "source"),
    Affiliation: (*RECORD, "person", "organization", "role", "since", "until", "source"),
    Address: (*RECORD, "party", "label", "street", "postal_code", "city", "region", "country", "source"),
    Consent: (*RECORD, "contact_point", "channel", "purpose", "state", "basis", "evidence", "at"),
    PartyLink: (*RECORD, "from_party", "to_party", "kind"),
    Party: (
        *RECORD, "kind", "display_name", "sort_name", "given_name", "family_name", "job_title", "website", "language",
        "description", "source", "primary_email", "primary_phone", "organization", "organization_sort",
        "relationship_kind", "stage", "owner", "owner_ids",
    ),
    Tagging: ("id", "tag", "resource", "record_id"),
    Conversation: (
        *RECORD, "subject", "channel", "status", "owner", "team", "is_visibility_set", "audience", "party", "awaiting",
        "awaiting_since", "due_at", "started_at", "last_at", "message_count", "snippet", "lapsed_at",
    ),
    Interaction: (
        *RECORD, "conversation", "audience", "channel", "direction", "at", "subject", "snippet", "user", "sender",
        "automatic", "is_thanks", "is_synchronous", "duration_seconds", "has_attachments", "message_id", "topic",
        "is_reply", "is_unlinked_reply",
    ),
    Body: ("interaction", "text", "quoted", "signature", "html", "headers", "words"),
    Participation: ("interaction", "role", "name", "address", "party", "user", "at"),
    MessageReference: ("interaction", "message_id"),
    Attachment: ("id", "interaction", "name", "content_type", "size", "digest", "content_id", "is_inline"),
    Mark: ("id", "conversation", "party", "awaiting", "at", "user"),
    **dict(STORED.values()),
}  # fmt: skip


@dataclass(slots=True)
class Rows:
    """Each row stands in the order of its table's COLUMNS."""

    by_table: dict[type[models.Model], list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: type[models.Model], *values: Any) -> None:
        self.by_table[table].append(values)

    def write(self) -> None:
        """In the current transaction."""
        for table, columns in COLUMNS.items():
            if rows := self.by_table.get(table):
                copy(table, columns, rows)
