"""What is written here, shown in a page of ours."""

from __future__ import annotations

from markupsafe import Markup

from rapport.interactions.sending.bodies import clean_body


def shown_html(html: str) -> Markup:
    """Cleaned again, as when it was stored: a short list of plain tags, with no attribute but links' addresses."""
    return Markup(clean_body(html))  # noqa: S704  nh3's output
