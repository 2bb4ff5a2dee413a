"""What an editor gives: cleaned by a short list, and as plain text for whoever reads that."""

from __future__ import annotations

import nh3

from rapport.interactions.channels.email.html_text import html_to_text
from rapport.interactions.channels.email.wordlist import words

TAGS = words(
    """
    a b blockquote br code div em h1 h2 h3 hr i li ol p pre s span strong sub sup table tbody td th thead
    tr u ul
    """
)
LONGEST = 1_000_000
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "title", "template", "svg", "math"},
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "blockquote": {"type"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
)


def clean_body(html: str) -> str:
    """What may leave in a message of ours. Repeating it changes nothing."""
    return str(_CLEANER.clean(html))


def plain_body(html: str) -> str:
    """The same as text, ending in a line end."""
    return html_to_text(html) + "\n"


def whole_page(html: str) -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{html}</body></html>'
