"""The kinds of relationship and the stages that Rapport brings, in the words of the organisation's language.

They are data: made in English by a migration, named once when Rapport is set up in another language, and the
administrators' from then on. Code that needs one of the kinds knows it by its `standard`, whatever it is called.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from rapport.parties.models import RelationshipKind, Stage

PROSPECT = "prospect"
"""The kind that somebody is of when nobody has said anything else."""
WORDS = (
    _("Customer"), _("Customers"), _("Prospect"), _("Prospects"), _("Partner"), _("Partners"), _("Vendor"),
    _("Vendors"), _("Competitor"), _("Competitors"), _("Press"), _("Candidate"), _("Candidates"),
    _("New"), _("Active"), _("At risk"), _("Lost"), _("Contacted"), _("Qualified"), _("Unqualified"), _("In talks"),
    _("Signed"), _("Ended"), _("On trial"), _("Preferred"), _("Applied"), _("Interview"), _("Offer"), _("Declined"),
)  # fmt: skip
"""What the migration that makes them calls them."""


def name_standard_kinds(language: str) -> None:
    """Says standard kinds and their stages in `language`, where they still have the names that they came with."""
    words = dict(zip(_said("en"), _said(language), strict=True))
    for kind in RelationshipKind.objects.exclude(standard=""):
        names = words.get(kind.name, kind.name), words.get(kind.plural, kind.plural)
        if names != (kind.name, kind.plural):
            RelationshipKind.objects.filter(pk=kind.pk).update(name=names[0], plural=names[1])
    for stage in Stage.objects.exclude(kind__standard=""):
        if words.get(stage.name, stage.name) != stage.name:
            Stage.objects.filter(pk=stage.pk).update(name=words[stage.name])


def _said(language: str) -> list[str]:
    with override(language):
        return [str(word) for word in WORDS]


def usual_kind() -> UUID | None:
    """What a party is to us when nobody has said: a prospect, else the first kind that there is."""
    kinds = list(RelationshipKind.objects.filter(deleted_at=None).order_by("position").values_list("standard", "pk"))
    prospects = (pk for standard, pk in kinds if standard == PROSPECT)
    return next(prospects, kinds[0][1] if kinds else None)
