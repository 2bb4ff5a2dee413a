"""Which records show a row on their pages: what an open page must learn of beside its own record."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from rapport.platform.resources.registry import Resource, resource_of

Shown = dict[str, set[UUID]]
"""Ids of records by the name of their resource."""


def shown_by(resource: Resource, rows: models.QuerySet[Any]) -> Shown:
    """The records at the end of every `shown_by` path of these rows. One query; none where there are no paths."""
    return _ends(resource, rows, resource.shown_by)


def parents_shown(resource: Resource, rows: models.QuerySet[Any]) -> dict[str, list[str]]:
    """The same, as JSON, but of the parent alone: who sees it saw the row too, be the row gone by now."""
    paths = [path for path in resource.shown_by if path.partition("__")[0] == resource.parent]
    return {name: sorted(map(str, ids)) for name, ids in _ends(resource, rows, paths).items()}


def _ends(resource: Resource, rows: models.QuerySet[Any], paths: Iterable[str]) -> Shown:
    listed = list(paths)
    ends: Shown = {}
    if not listed:
        return ends
    for values in rows.values_list(*listed):
        for path, record in zip(listed, values, strict=True):
            if record is not None:
                ends.setdefault(_resource_at(resource, path), set()).add(record)
    return ends


@cache
def _resource_at(resource: Resource, path: str) -> str:
    model: type[models.Model] = resource.model
    for step in path.split("__"):
        related = model._meta.get_field(step).related_model
        assert isinstance(related, type)
        model = related
    return resource_of(model).name
