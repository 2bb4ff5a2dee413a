"""People and organisations, how to reach them, what they are to us and to each other."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.models import User
from rapport.platform.records.models import Record, Rows

KEPT = models.Q(deleted_at=None)


class Source(models.TextChoices):
    """Where a value came from (M20)."""

    TYPED = "typed", _("typed")
    CAPTURED = "captured", _("captured")
    INFERRED = "inferred", _("inferred")
    IMPORTED = "imported", _("imported")


class RelationshipKind(Record):
    """What a party can be to us: customer, prospect, partner … An administrator may add kinds."""

    name = models.TextField(unique=True)
    plural = models.TextField()
    position = models.IntegerField(default=0)
    standard = models.TextField(blank=True, default="", editable=False)
    """Which of the kinds that Rapport brings this is, however it is called now; empty for those that were added."""

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Stage(Record):
    kind = models.ForeignKey(RelationshipKind, on_delete=models.CASCADE, related_name="stages")
    name = models.TextField()
    position = models.IntegerField(default=0)
    tone = models.TextField(default="open", choices=[(t, t) for t in ("open", "good", "risk", "ended")])

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="stage_unique")]

    def __str__(self) -> str:
        return self.name


class PartyKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANIZATION = "organization", _("organisation")


class Party(Record):
    """A person or an organisation. The columns under *derived* are kept by triggers, for lists."""

    kind = models.TextField(choices=PartyKind.choices)
    display_name = models.TextField()
    sort_name = models.TextField(db_collation="C", default="", editable=False)
    given_name = models.TextField(blank=True, default="")
    family_name = models.TextField(blank=True, default="")
    job_title = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    source = models.TextField(choices=Source.choices, default=Source.TYPED)
    # derived
    primary_email = models.TextField(blank=True, default="", editable=False)
    primary_phone = models.TextField(blank=True, default="", editable=False)
    organization = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    organization_sort = models.TextField(db_collation="C", default="", editable=False)
    relationship_kind = models.ForeignKey(
        RelationshipKind,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        db_index=False,
    )
    stage = models.ForeignKey(
        Stage, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    owner = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    owner_ids = ArrayField(models.UUIDField(), default=list, editable=False)

    objects: ClassVar[Any] = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sort_name", "id"], name="party_by_name", condition=KEPT),
            models.Index(fields=["kind", "organization_sort", "id"], name="party_by_organization", condition=KEPT),
            models.Index(fields=["kind", "created_at", "id"], name="party_by_created", condition=KEPT),
            models.Index(fields=["kind", "updated_at", "id"], name="party_by_updated", condition=KEPT),
            models.Index(fields=["kind", "primary_email", "id"], name="party_by_email", condition=KEPT),
            models.Index(fields=["owner", "sort_name", "id"], name="party_by_owner", condition=KEPT),
            models.Index(
                fields=["kind", "relationship_kind", "sort_name", "id"], name="party_by_relationship", condition=KEPT
            ),
            models.Index(fields=["kind", "stage", "sort_name", "id"], name="party_by_stage", condition=KEPT),
            models.Index(fields=["organization", "sort_name"], name="party_in_organization"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.display_name


class _PeopleManager(models.Manager.from_queryset(Rows)):  # type: ignore[misc]
    kind = PartyKind.PERSON

    def get_queryset(self) -> Rows:
        return super().get_queryset().filter(kind=self.kind)  # type: ignore[no-any-return]


class _OrganizationManager(_PeopleManager):
    kind = PartyKind.ORGANIZATION


class Person(Party):
    objects: ClassVar[Any] = _PeopleManager()

    class Meta:
        proxy = True

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **({} if args else {"kind": PartyKind.PERSON}), **fields)


class Organization(Party):
    objects: ClassVar[Any] = _OrganizationManager()

    class Meta:
        proxy = True

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **({} if args else {"kind": PartyKind.ORGANIZATION}), **fields)


class ContactPoint(Record):
    """One way to reach a party. `normalized` is what it is compared by: lower case, E.164."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        HANDLE = "handle", _("Handle")
        URL = "url", _("Web address")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("not verified")
        VERIFIED = "verified", _("verified")
        FAILING = "failing", _("failing")

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.TextField(choices=Kind.choices)
    value = models.TextField()
    normalized = models.TextField(editable=False, db_collation="C")
    label = models.TextField(blank=True, default="")
    state = models.TextField(choices=State.choices, default=State.UNVERIFIED)
    is_preferred = models.BooleanField(default=False)
    source = models.TextField(choices=Source.choices, default=Source.TYPED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind", "normalized"],
                name="contact_point_unique",
                condition=KEPT,
            )
        ]
        indexes = [models.Index(fields=["kind", "normalized"], name="contact_point_by_value")]

    def __str__(self) -> str:
        return self.value


class Consent(Record):
    """Whether a contact point may be used on a channel for a purpose. The newest word holds."""

    class State(models.TextChoices):
        GRANTED = "granted", _("granted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPPRESSED = "suppressed", _("never use")

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.TextField()
    purpose = models.TextField()
    state = models.TextField(choices=State.choices)
    basis = models.TextField(blank=True, default="")
    evidence = models.TextField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact_point", "channel", "purpose"], name="consent_unique")]


class Address(Record):
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="addresses")
    label = models.TextField(blank=True, default="")
    street = models.TextField(blank=True, default="")
    postal_code = models.TextField(blank=True, default="")
    city = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    country = models.TextField(blank=True, default="", help_text="ISO 3166-1, two letters")
    source = models.TextField(choices=Source.choices, default=Source.TYPED)


class Affiliation(Record):
    """A person works, or worked, for an organisation."""

    person = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="affiliations")
    organization = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="members", db_index=False)
    role = models.TextField(blank=True, default="")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.TextField(choices=Source.choices, default=Source.TYPED)

    class Meta:
        indexes = [models.Index(fields=["organization", "person"], name="affiliation_by_organization")]


class Relationship(Record):
    """What a party is to us, at which stage, in whose care, since and until when."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="relationships")
    kind = models.ForeignKey(RelationshipKind, on_delete=models.PROTECT, db_index=False)
    stage = models.ForeignKey(Stage, null=True, on_delete=models.SET_NULL)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="relationships", db_index=False)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.TextField(choices=Source.choices, default=Source.TYPED)

    class Meta:
        indexes = [models.Index(fields=["owner", "party"], name="relationship_by_owner")]


class PartyLink(Record):
    """How two parties stand to each other, beyond working there: `from_party` <kind> `to_party`."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("parent company")
        REPORTS_TO = "reports_to", _("reports to")
        INTRODUCED_BY = "introduced_by", _("introduced by")
        KNOWS = "knows", _("knows")

    from_party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="links")
    to_party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.TextField(choices=Kind.choices)


class Merge(Record):
    """Two parties made one: what moved and what was chosen, so that it can be explained and undone."""

    survivor = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict, help_text="table → ids of the rows that changed hands")
    chosen = models.JSONField(default=dict, help_text="field → [survivor's, absorbed's, the one taken]")
    merged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    undone_at = models.DateTimeField(null=True)
