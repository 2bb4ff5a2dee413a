"""What files are called, and what they show themselves to be."""

from __future__ import annotations

import re

from rapport.kit.text import clean_line

LONGEST = 200
SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-\d"), "application/pdf"),
)
"""How contents begin that a browser may be shown (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern);
nothing that can run a script in our pages, such as HTML or SVG, is among them."""
HEAD = 16
"""So many bytes tell."""
ANYTHING = "application/octet-stream"


def sniffed(head: bytes) -> str:
    """The media type of a content by how it begins; `ANYTHING` for whatever isn't one that may be shown."""
    return next((kind for signature, kind in SIGNATURES if signature.match(head)), ANYTHING)


def is_picture(media_type: str) -> bool:
    return media_type.startswith("image/")


def file_name(given: str) -> str:
    """The last part of a name as one line of visible characters, without what misleads (folders, direction marks);
    its ending is kept. Empty where nothing is left."""
    last = clean_line(given, 2_000).replace("\\", "/").rpartition("/")[2].strip(" .")
    stem, dot, ending = last.rpartition(".")
    if not stem:
        return last[:LONGEST]
    return f"{stem[: LONGEST - 20]}{dot}{ending[:19]}"
