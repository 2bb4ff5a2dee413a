"""The template environment: what every page may use."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from rapport.web import words
from rapport.web.assets import asset, icon, initials
from rapport.web.live import topics
from rapport.web.values import shown


def environment(**options: Any) -> Environment:
    options["undefined"] = StrictUndefined
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701  Django turns autoescape on
    made.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        asset=asset,
        icon=icon,
        url=reverse,
        initials=initials,
        shown=shown,
        topics=topics,
        get_language=translation.get_language,
    )
    made.filters.update(
        moment=words.moment,
        day=words.day,
        long_day=words.long_day,
        clock=words.clock,
        filesize=words.filesize,
        lasting=words.lasting,
        since=words.since,
        money=words.money,
        number=words.number,
        percent=words.percent,
        short_url=words.short_url,
        within=words.within,
    )
    return made
