"""The verbs that people and organisations have like others: shared, and tagged."""

from rapport.parties.models import Organization, Person
from rapport.platform.access.sharing import shareable
from rapport.platform.fields.tagging import taggable

for model, resource in ((Person, "people"), (Organization, "organizations")):
    shareable(model, resource)
    taggable(model, resource)
