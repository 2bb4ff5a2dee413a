"""The verbs that people and organisations have like others: shared, tagged, kept in sight, with files; and related."""

from rapport.parties.actions.relating import relatable
from rapport.parties.models import Organization, Person
from rapport.platform.access.sharing import shareable
from rapport.platform.attention.watching import watchable
from rapport.platform.fields.tagging import taggable
from rapport.platform.files.resources import hold_files

for model, resource in ((Person, "people"), (Organization, "organizations")):
    shareable(model, resource)
    taggable(model, resource)
    watchable(model, resource)
    hold_files(resource)
    relatable(model, resource)
