"""Bytes to text for mail, where the charset named is a hint and often a wrong one.

Labels are read as browsers read them (WHATWG Encoding Standard): what is called Latin-1 is
Windows-1252, GB2312 is GB18030, and so on. Nothing here ever raises.
"""

import codecs
import re
from functools import lru_cache

from .wordlist import words

_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
}
_NOT_CHARSETS = words(
    """
    base64 base64_codec bz2 bz2_codec hex hex_codec quopri quopri_codec rot13 rot_13 uu uu_codec zlib
    zlib_codec idna punycode unicode_escape raw_unicode_escape undefined mbcs oem palmos
    """
)
_WINDOWS_LABEL = re.compile(r"(?:x-)?(?:cp|win|windows)[-_]?(\d{3,4})$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MULTIBYTE_UTF8 = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
_ENGLISH_LETTER = re.compile(rb"[A-Za-z]")
_ESCAPED_JAPANESE = re.compile(rb"\x1b\$[@B]|\x1b\([JI]")


def safe_text(text: str) -> str:
    """`text` without NUL, and with U+FFFD for each lone surrogate: what PostgreSQL can store."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


@lru_cache(maxsize=256)
def codec_for(label: str | None) -> str | None:
    """Python's codec for a charset label as mail writes it; None when it names no charset."""
    label = (label or "").strip().strip("\"'").strip().lower()
    if windows := _WINDOWS_LABEL.match(label):
        label = f"cp{windows.group(1)}"
    label = _ALIASES.get(label, label)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return None if name.replace("-", "_") in _NOT_CHARSETS else name


def decode(data: bytes, label: str | None = None) -> str:
    """`data` as text: by the charset named where it fits the bytes, else by what they look like."""
    codec = codec_for(label)
    if data.isascii() and (codec in (None, "utf-8", "cp1252") and b"\x1b" not in data):
        return safe_text(data.decode("ascii"))
    if codec in (None, "cp1252"):
        return safe_text(_guess(data))
    return safe_text(_decode_as(data, codec))


def _decode_as(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        pass
    if codec != "utf-8" and not _looks_like_utf8(data):
        return data.decode(codec, "replace")
    return _guess(data)


def _guess(data: bytes) -> str:
    if _ESCAPED_JAPANESE.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    if _looks_like_utf8(data):
        return data.decode("utf-8", "replace")
    if _mostly_high(data):
        return data.decode(_cyrillic(data), "replace")
    return _western(data)


def _looks_like_utf8(data: bytes) -> bool:
    """Well-formed, or nearly so: a message cut off, or a stray byte among many good sequences."""
    rest = _MULTIBYTE_UTF8.sub(b"", data)
    stray = len(_HIGH_BYTE.findall(rest))
    good = (len(data) - len(rest)) // 2
    return stray == 0 or good >= 8 * stray


def _mostly_high(data: bytes) -> bool:
    """Text whose letters lie mainly above ASCII is in no Western language."""
    high = len(_HIGH_BYTE.findall(data))
    return high >= 6 and high > 2 * len(_ENGLISH_LETTER.findall(data))


def _cyrillic(data: bytes) -> str:
    """Small letters outnumber capitals; they lie at C0-DF in KOI8-R and at E0-FF in Windows-1251."""
    low = sum(1 for byte in data if 0xC0 <= byte <= 0xDF)
    high = sum(1 for byte in data if byte >= 0xE0)
    return "koi8-r" if low > high else "cp1251"


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:  # five bytes are undefined in Windows-1252
        return data.decode("latin-1").translate(_C1_AS_WINDOWS)


_C1_AS_WINDOWS = {byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xA0)}
