"""The template environment: what every page may use."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from rapport.kit.text import percent
from rapport.platform.access.house import house
from rapport.web import words
from rapport.web.assets import asset, icon, initials
from rapport.web.conversations import undelivered
from rapport.web.conversations.recurring import recurring
from rapport.web.live import topics
from rapport.web.mail.showing import shown_html
from rapport.web.mentions import with_mentions
from rapport.web.tasks.days import later_days
from rapport.web.values import called, shown
from rapport.web.zones import zones


def environment(**options: Any) -> Environment:
    options["undefined"] = StrictUndefined
    made = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701  Django turns autoescape on
    made.install_gettext_callables(translation.gettext, translation.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        _=say,
        gettext=say,
        asset=asset,
        icon=icon,
        house=house,
        url=reverse,
        initials=initials,
        shown=shown,
        called=called,
        topics=topics,
        zones=zones,
        later_days=later_days,
        clock_of=words.hour,
        get_language=translation.get_language,
    )
    made.filters.update(
        moment=words.moment,
        day=words.day,
        long_day=words.long_day,
        clock=words.clock,
        appointment=words.appointment,
        typed=words.typed,
        time_of_day=words.time_of_day,
        filesize=words.filesize,
        lasting=words.lasting,
        since=words.since,
        money=words.money,
        number=words.number,
        percent=percent,
        short_url=words.short_url,
        within=words.within,
        mentions=with_mentions,
        undelivered=undelivered.reason,
        recurring=recurring,
        shown_html=shown_html,
    )
    return made


def say(message: str, /, **variables: Any) -> Markup:
    """A message in the reader's language. As in Jinja's own, `%` is written `%%`, and variables are escaped."""
    text = _translated(translation.get_language(), message)
    return text % variables if variables or "%" in text else text


@lru_cache(maxsize=20_000)
def _translated(language: str | None, message: str) -> Markup:
    """In the language that is active, which is part of the key; catalogues don't change while a process runs."""
    return Markup(translation.gettext(message))  # noqa: S704  from our catalogues, as jinja2.ext.i18n marks it
