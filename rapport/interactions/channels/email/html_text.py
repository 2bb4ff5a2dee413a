"""HTML mail as plain text: paragraphs, lists, quotes and links kept, everything else left out."""

import html
import re

from lxml import etree

from .wordlist import words

_SKIPPED = words(
    """
    script style head title template noscript object iframe svg math select
    """
)
_BLOCKS = words(
    """
    address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form
    header html li main nav ol pre section table tr ul
    """
)
_PARAGRAPHS = words(
    """
    p h1 h2 h3 h4 h5 h6 hr
    """
)
_SPACES = re.compile(r"[ \t\r\n\f\u200b]+")
_TAG = re.compile(r"<[^>]{0,2000}>")
_DROPPED = re.compile(r"(?is)<(script|style|title)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)")
_BREAK = re.compile(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>")
_MANY_LINES = re.compile(r"\n{3,}")


def html_to_text(markup: str) -> str:
    """Readable text: blank lines between paragraphs, `- ` before list items, `> ` before quoted lines,
    and a link's address after its text where the two differ."""
    root = _tree(markup)
    if root is None:
        return _bare_text(markup)
    text = _Writer().write(root)
    return text or _bare_text(markup)


def _tree(markup: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, recover=True)
    try:
        return etree.fromstring(markup.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _bare_text(markup: str) -> str:
    """For markup that the parser gives up on (nested thousands deep): the tags taken out, no more."""
    text = _TAG.sub("", _BREAK.sub("\n", _DROPPED.sub("", markup)))
    lines = (_SPACES.sub(" ", line).strip() for line in html.unescape(text).split("\n"))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _Writer:
    """Collects lines while the tree is walked; `gap` is how many line ends the next text needs before it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.gap = 0
        self.quotes = 0
        self.preformatted = 0

    def write(self, root: etree._Element) -> str:
        skipped: etree._Element | None = None
        for event, node in etree.iterwalk(root, events=("start", "end")):
            if skipped is None and event == "start":
                skipped = self._start(node)
            elif event == "end":
                if skipped is None:
                    self._end(node)
                elif skipped is node:
                    skipped = None
                if skipped is None:
                    self._text(node.tail)
        self._flush()
        return "\n".join(self.lines).strip("\n")

    def _start(self, node: etree._Element) -> etree._Element | None:
        tag = str(node.tag)
        if tag in _SKIPPED or _is_hidden(node):
            return node
        if tag == "br":
            self._flush(keep_empty=True)
        elif tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _BLOCKS:
            self._break(1)
        if tag == "blockquote":
            self.quotes += 1
        self.preformatted += tag == "pre"
        self._mark(node, tag)
        self._text(node.text)
        return None

    def _mark(self, node: etree._Element, tag: str) -> None:
        if tag == "li":
            self._text("- ")
        elif tag == "img" and node.get("alt"):
            self._text(node.get("alt"))

    def _end(self, node: etree._Element) -> None:
        tag = str(node.tag)
        if tag == "a":
            self._link(node)
        elif tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _BLOCKS:
            self._break(1)
        elif tag in ("td", "th"):
            self._text(" ")
        if tag == "blockquote":
            self._flush()
            self.quotes -= 1
        self.preformatted -= tag == "pre"

    def _link(self, node: etree._Element) -> None:
        address = _SPACES.sub("", node.get("href") or "")
        spoken = "".join(str(text) for text in node.itertext()).strip()
        if address.startswith(("http://", "https://")) and spoken and not _same(address, spoken):
            self._text(f" <{address}>")

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self.preformatted:
            self._preformatted(text)
            return
        text = _SPACES.sub(" ", text)
        if text != " " or self.line:
            self.line.append(text)

    def _preformatted(self, text: str) -> None:
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self.line.append(first)
        for line in rest:
            self._flush(keep_empty=True)
            self.line.append(line)

    def _break(self, gap: int) -> None:
        self._flush()
        self.gap = max(self.gap, gap)

    def _flush(self, *, keep_empty: bool = False) -> None:
        joined = "".join(self.line).replace("\xa0", " ")
        line = joined.rstrip() if self.preformatted else re.sub(" {2,}", " ", joined).strip()
        self.line = []
        if line or (keep_empty and self.lines and not self.gap):
            self._add(line)
        elif keep_empty:
            self.gap = max(self.gap, 2)

    def _add(self, line: str) -> None:
        prefix = ">" * min(self.quotes, 20)
        if self.gap > 1 and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix)
        self.gap = 0
        if line or self.lines[-2:] != [prefix, prefix]:
            self.lines.append(f"{prefix} {line}".rstrip() if prefix else line)


def _same(address: str, spoken: str) -> bool:
    plain = address.split("://", 1)[1].rstrip("/")
    return spoken.rstrip("/") in (address.rstrip("/"), plain, plain.removeprefix("www."))


def _is_hidden(node: etree._Element) -> bool:
    style = (node.get("style") or "").replace(" ", "").lower()
    return "display:none" in style
