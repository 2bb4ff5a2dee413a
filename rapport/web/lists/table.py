"""A list as a table: its rows, or its groups whose rows the page asks for when they come into sight."""

from __future__ import annotations

from rapport.platform.resources.fields import Field
from rapport.web.lists.address import address
from rapport.web.lists.columns import cells, columns, names
from rapport.web.lists.groups import groupable, groups, read_group
from rapport.web.lists.shape import Asked, Context
from rapport.web.tones import tones_of


def show(asked: Asked) -> Context:
    query, actor = asked.query, asked.actor
    group = read_group(query.resource, asked.given.get("group", ""), actor)
    shown = further(asked) if group is None else _groups(asked, group)
    return {
        **columns_of(asked),
        **shown,
        "is_empty": not (shown["rows"] or (shown["groups"] and shown["groups"].listed)),
        "groupable": groupable(query.resource, actor),
        "grouped_by": asked.given.get("group", ""),
    }


def columns_of(asked: Asked) -> Context:
    query, actor = asked.query, asked.actor
    shown = columns(query, actor, asked.given)
    return {
        "columns": shown,
        "cells": cells(shown[1:], tones_of(query.resource, actor), trash=query.trash),
    }


def further(asked: Asked) -> Context:
    """The rows of a page, and where those behind them are."""
    found = asked.found()
    behind = address(asked.resource, asked.given, cursor=found.next) if found.next else ""
    return {"rows": found.records, "further": behind, "groups": None}


def _groups(asked: Asked, group: Field) -> Context:
    query, actor = asked.query, asked.actor
    readable = query.resource.readable(actor)
    shown = [readable[name] for name in names(query, actor) if name in readable]
    found = None if asked.bar.problem else groups(query, group, shown, actor, asked.given)
    return {"rows": [], "further": "", "groups": found}
