"""HTML mail made safe to show: what is not on the list is gone; remote images wait to be asked for.

The page that shows it stands in a sandbox of its own all the same; this is the first of two walls.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import nh3

from .charsets import safe_text
from .wordlist import words

_TAGS = words(
    """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li
    main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table
    tbody td tfoot th thead time tr tt u ul var wbr
    """
)
_EMPTIED = words(
    """
    script style title template noscript noembed noframes iframe object embed applet svg math select
    textarea option xmp plaintext audio video canvas frameset
    """
)
_EVERYWHERE = frozenset({"style", "dir", "lang", "title", "align"})
_CELL = frozenset({"bgcolor", "colspan", "rowspan", "width", "height", "valign", "nowrap"})
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(_EVERYWHERE),
    "a": {"href"},
    "img": {"src", "data-remote-src", "alt", "width", "height", "border", "hspace", "vspace"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width", "height"},
    "td": set(_CELL),
    "th": set(_CELL),
    "tr": {"bgcolor", "height", "valign"},
    "tbody": {"valign"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"width", "size", "color"},
    "blockquote": {"type"},
    "time": {"datetime"},
}
_SIDES = ("", "-top", "-right", "-bottom", "-left")
_STYLES = words(
    """
    color background-color font font-family font-size font-style font-weight font-variant line-height
    letter-spacing word-spacing text-align text-decoration text-indent text-transform vertical-align
    white-space word-break word-wrap overflow-wrap direction display width height max-width min-width
    max-height min-height border-collapse border-spacing border-radius table-layout list-style-type
    border-color border-style border-width float clear
    """
) | {f"{name}{side}" for name in ("margin", "padding", "border") for side in _SIDES}
_DECLARATION = re.compile(r"\s*([a-z-]+)\s*:\s*(.*?)\s*\Z", re.IGNORECASE | re.DOTALL)
_SAFE_VALUE = re.compile(r"(?:[\w#%.,+!/ -]|'[\w .,-]*'|(?:rgba?|hsla?|calc)\([\w .,%+*/-]*\))+", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED_IN_URL = re.compile("[\x00-\x20\x7f]")
_SPACES = re.compile(r"\s+")
_LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SHORT = 200
"""Characters of a declaration that is worth remembering."""
_REMOTE = frozenset({"http", "https"})
_WAITING = "x-remote:"  # no browser loads this scheme, should a source ever stay marked
_START_TAG = re.compile(r'<img((?: [^\s="<>/]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([^\s="<>/]+)="([^"]*)"')


class CleanHtml(NamedTuple):
    """Markup to show, and whether images in it wait at `data-remote-src` to be loaded."""

    html: str
    remote_images: bool


def clean_html(html: str) -> CleanHtml:
    """Clean by allow-list. Repeating it changes nothing. `cid:` images are left for the page to resolve."""
    marked = _CLEANER.clean(safe_text(html))
    cleaned = _START_TAG.sub(_image, marked)
    return CleanHtml(cleaned, " data-remote-src=" in cleaned)


def _image(match: re.Match[str]) -> str:
    """Move a marked source out of `src`. In nh3's output quotes within values are always escaped."""
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    source = attributes.get("src", "")
    if source.startswith(_WAITING):
        del attributes["src"]
        attributes["data-remote-src"] = source.removeprefix(_WAITING)
    return "<img" + "".join(f' {name}="{attributes[name]}"' for name in sorted(attributes)) + ">"


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return _safe_style(value)
    if name == "href":
        return value if _scheme(value) in _LINK_SCHEMES else None
    if name == "data-remote-src":
        return value if _scheme(value) in _REMOTE else None
    if name == "src":
        return _safe_source(value)
    return value


def _safe_source(value: str) -> str | None:
    scheme = _scheme(value)
    if scheme in _REMOTE:
        return _WAITING + value.strip()
    return value if scheme == "cid" else None


def _scheme(value: str) -> str:
    match = _SCHEME.match(_IGNORED_IN_URL.sub("", value))
    return match[1].lower() if match else ""


def _safe_style(value: str) -> str | None:
    """The declarations on the list whose values can't load, escape or overlay anything."""
    kept = (_known(part) if len(part) < _SHORT else _safe_declaration(part) for part in value.split(";"))
    return ";".join(part for part in kept if part) or None


@lru_cache(maxsize=4_096)
def _known(text: str) -> str | None:
    """Short declarations: mail programs repeat the same few thousand times over."""
    return _safe_declaration(text)


def _safe_declaration(text: str) -> str | None:
    declaration = _DECLARATION.match(text)
    if not declaration or declaration[1].lower() not in _STYLES:
        return None
    content = _SPACES.sub(" ", declaration[2].replace('"', "'"))
    return f"{declaration[1].lower()}:{content}" if _SAFE_VALUE.fullmatch(content) else None


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_EMPTIED),
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes={*_LINK_SCHEMES, "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    strip_comments=True,
)
