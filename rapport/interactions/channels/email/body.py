"""Which parts are the body and which are attached (after RFC 8621 section 4.1.4)."""

import html
from dataclasses import dataclass, field

from .charsets import decode
from .headers import decode_header, header_of
from .html_text import html_to_text
from .leaves import Leaf, attachment, make_attachment, message_bytes, undo_transfer_encoding
from .message import Attachment
from .structure import MAX_DEPTH, MAX_PARTS, Part
from .tnef import unpack_tnef

_STUB = 200  # a plain part shorter than this beside a long HTML part may be a mere "see the HTML"


@dataclass
class Block:
    """A stretch of the body in plain text, in HTML, or in both."""

    plain: str = ""
    html: str = ""

    def text(self) -> str:
        if self.plain.strip() and not (self.html and self._is_stub()):
            return self.plain
        return html_to_text(self.html) if self.html else self.plain

    def markup(self) -> str:
        return self.html or f"<pre>{html.escape(self.plain)}</pre>"

    def _is_stub(self) -> bool:
        return (
            len(self.plain) < _STUB
            and len(self.html) > 20 * _STUB
            and len(html_to_text(self.html)) > 5 * len(self.plain)
        )


@dataclass
class Content:
    """All that a message holds, gathered in the order of its parts."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendar: str | None = None
    defects: list[str] = field(default_factory=list)
    parts: int = 0

    def text(self) -> str:
        texts = [block.text().strip("\n") for block in self.blocks]
        return "\n\n".join(text for text in texts if text.strip())

    def html(self) -> str | None:
        if not any(block.html for block in self.blocks):
            return None
        filled = [block for block in self.blocks if block.html or block.plain.strip()]
        return "\n".join(block.markup() for block in filled)

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def read_content(message: Part) -> Content:
    """The body and the attachments of a message."""
    content = Content()
    _read(message, content, context="mixed", depth=0)
    return content


def _read(part: Part, content: Content, *, context: str, depth: int, default: str = "text/plain") -> None:
    content.parts += 1
    if depth > MAX_DEPTH or content.parts > MAX_PARTS:
        content.note("nested too deep or in too many parts; the rest is only in the raw message")
        return
    leaf = Leaf(part, default)
    if leaf.content_type.startswith("multipart/"):
        _read_multipart(leaf, content, depth)
    elif leaf.content_type in ("message/rfc822", "message/global"):
        _attach_message(leaf, content)
    else:
        _read_leaf(leaf, content, context)


def _read_multipart(leaf: Leaf, content: Content, depth: int) -> None:
    subtype = leaf.content_type.partition("/")[2]
    parts = leaf.part.children()
    if not parts:
        content.note("multipart without parts; its body is shown as it stands")
        content.blocks.append(Block(plain=_text(leaf, leaf.part.raw_payload())))
    elif subtype == "alternative":
        _read_alternative(parts, content, depth)
    else:
        _read_sequence(parts, content, depth, subtype)


def _read_sequence(parts: list[Part], content: Content, depth: int, subtype: str) -> None:
    default = "message/rfc822" if subtype == "digest" else "text/plain"
    for index, part in enumerate(parts):
        context = f"{subtype} first" if index == 0 else subtype
        _read(part, content, context=context, depth=depth + 1, default=default)


def _read_alternative(parts: list[Part], content: Content, depth: int) -> None:
    """One block in several forms: the longest plain text, the last HTML; attachments of all of them."""
    forms = Content(parts=content.parts, defects=content.defects)
    for part in parts:
        _read(part, forms, context="alternative", depth=depth + 1)
    plain = [block.plain for block in forms.blocks if block.plain.strip()]
    markup = [block.html for block in forms.blocks if block.html.strip()]
    content.blocks.append(Block(plain="\n\n".join(plain), html="\n".join(markup)))
    content.attachments += forms.attachments
    content.calendar = content.calendar or forms.calendar
    content.parts = forms.parts


def _read_leaf(leaf: Leaf, content: Content, context: str) -> None:
    data = leaf.content()
    if leaf.content_type == "text/calendar":
        content.calendar = content.calendar or leaf.type_parameters.get("method", "").upper() or _method(data)
    if leaf.content_type == "text/x-amp-html" and context.startswith("alternative"):
        return  # a third copy of the body, for programs that run it
    if _is_body(leaf, context):
        _add_body(leaf, data, content)
    elif not _unpack(leaf, data, content):
        content.attachments.append(attachment(leaf, data, related=context.startswith("related")))


def _is_body(leaf: Leaf, context: str) -> bool:
    if leaf.attached or leaf.content_type not in ("text/plain", "text/html", "text/enriched"):
        return False
    return not leaf.name or context.endswith("first")


def _add_body(leaf: Leaf, data: bytes, content: Content) -> None:
    text = _text(leaf, data)
    if leaf.content_type == "text/plain":
        content.blocks.append(Block(plain=text))
    else:
        content.blocks.append(Block(html=text))


def _text(leaf: Leaf, data: bytes) -> str:
    return decode(data, leaf.charset).replace("\r\n", "\n").replace("\r", "\n")


def _unpack(leaf: Leaf, data: bytes, content: Content) -> bool:
    if "ms-tnef" not in leaf.content_type and leaf.name.lower() != "winmail.dat":
        return False
    inside = unpack_tnef(data)
    if inside is None:
        content.note("winmail.dat could not be unpacked")
        return False
    if (inside.text or inside.html) and not content.text().strip():
        content.blocks.append(Block(plain=inside.text.replace("\r\n", "\n"), html=inside.html))
    content.attachments += inside.attachments
    return True


def _attach_message(leaf: Leaf, content: Content) -> None:
    inner = leaf.part.inner_message()
    name = leaf.name or (decode_header(header_of(inner, "subject")) if inner else "")
    if name and not name.lower().endswith(".eml"):
        name += ".eml"
    data = _message_source(leaf, inner)
    content.attachments.append(
        make_attachment(name.replace("/", "-"), "message/rfc822", data, content_id=leaf.content_id)
    )


def _message_source(leaf: Leaf, inner: Part | None) -> bytes:
    """The attached message as bytes. RFC 2046 section 5.2.1 forbids encoding it, and programs do it."""
    if inner is None:
        return leaf.content()
    if leaf.transfer_encoding in ("base64", "quoted-printable") and not inner.keys():
        return undo_transfer_encoding(inner.raw_payload(), leaf.transfer_encoding)
    return message_bytes(inner)


def _method(data: bytes) -> str | None:
    for line in data[:4000].splitlines():
        if line.upper().startswith(b"METHOD:"):
            return line[7:].strip().decode("ascii", "replace").upper() or None
    return None
