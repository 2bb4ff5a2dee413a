"""The verbs that people and organisations have like others: shared, tagged, kept in sight."""

from rapport.parties.models import Organization, Person
from rapport.platform.access.sharing import shareable
from rapport.platform.attention.watching import watchable
from rapport.platform.fields.tagging import taggable

for model, resource in ((Person, "people"), (Organization, "organizations")):
    shareable(model, resource)
    taggable(model, resource)
    watchable(model, resource)
