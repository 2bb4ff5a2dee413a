"""What `script/build.mjs` has made: where each script and style is served, and the strokes of each icon."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from markupsafe import Markup, escape


@cache
def _built(name: str) -> dict[str, str]:
    path = Path(settings.STATIC_ROOT) / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run script/setup, which builds scripts and styles.")
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def asset(name: str) -> str:
    """The address of a built file, such as `rapport.css`, under its hashed name."""
    return f"{settings.STATIC_URL}{_built('manifest.json')[name]}"


@cache
def icon(name: str) -> Markup:
    """An icon as inline SVG, hidden from screen readers: a word or a label always stands beside it."""
    strokes = _built("icons.json")[name]
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{strokes}</svg>')  # noqa: S704  our own build


def initials(name: str) -> Markup:
    """Two letters that stand for a name: *Jonas Okafor* → JO, *Nordbad* → NO."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()] or [name or "?"]
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return escape(letters.upper())
