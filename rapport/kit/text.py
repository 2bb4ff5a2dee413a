"""Text as people write it, brought into the forms in which it is searched, sorted and stored."""

import re
import unicodedata

# Letters that Unicode does not decompose, though readers look for them under plain ones.
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",  # noqa: RUF001 - the Turkish letter
    "ŋ": "n",
    "ħ": "h",
    "ŧ": "t",
    "ƀ": "b",
    "ɨ": "i",
    "ʉ": "u",
    "ə": "e",
    "ƒ": "f",
    "ɓ": "b",
    "ɗ": "d",
    "ɛ": "e",
    "ɔ": "o",
    "ƙ": "k",
}
_APOSTROPHES = "'`´ʹʻʼ‘’′＇"  # noqa: RUF001 - look-alikes are the point
_TATWEEL = "\u0640"  # only stretches an Arabic word
_PLAIN = str.maketrans(_LETTERS | dict.fromkeys(_APOSTROPHES + _TATWEEL, ""))
_JOINERS = "\u200c\u200d"  # zero width, but part of how Persian, Indic scripts and emoji are written
_UNSEARCHED = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The key under which text is searched and sorted: lower case, no accents, no punctuation.

    Apostrophes vanish (*O'Brien* is found as *obrien*), every other run of punctuation and spaces becomes
    one space. Scripts without case are kept, vowel points (niqqud, harakat) are not. Folding twice changes
    nothing.
    """
    if text.isascii():
        return _UNSEARCHED.sub(" ", text.translate(_PLAIN).lower()).strip()
    cased = unicodedata.normalize("NFKD", text).translate(_PLAIN).casefold()
    plain = unicodedata.normalize("NFKD", cased).translate(_PLAIN)
    kept = "".join(_folded_character(one) for one in plain)
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return fold(text).split()


def clean_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters that PostgreSQL can store and a page can show safely.

    NULs, control characters, invisible ones that reorder or hide text, and lone surrogates are removed;
    white space is collapsed.
    """
    if not text.isprintable():
        text = "".join(_line_character(one) for one in text)
    return " ".join(text.split())[:limit].rstrip()


def _folded_character(one: str) -> str:
    """The character itself, nothing (a mark that readers leave out), or a space (punctuation)."""
    if one.isalnum():
        return one
    category = unicodedata.category(one)
    if category in ("Mn", "Mc"):
        return one if _is_part_of_the_letter(one) else ""
    return "" if category in ("Me", "Cf") else " "


def _is_part_of_the_letter(mark: str) -> bool:
    """Whether a mark spells (vowel signs, viramas, kana voicing) rather than decorates.

    Told by the canonical combining class (Unicode Standard, table 4-3): 0 are spelling marks but for
    variation selectors and the grapheme joiner, 8 kana voicing, 9 viramas, 84 to 132 vowels and tones of
    Telugu, Thai, Lao and Tibetan. The rest are nuktas, Hebrew and Arabic points, and accents.
    """
    spells = unicodedata.combining(mark)
    if spells == 0:
        return not ("\ufe00" <= mark <= "\ufe0f" or mark == "\u034f" or mark >= "\U000e0100")
    return spells in (8, 9) or 84 <= spells <= 132


def _line_character(one: str) -> str:
    if one.isspace():
        return " "
    return "" if unicodedata.category(one) in ("Cc", "Cf", "Cs") and one not in _JOINERS else one


def percent(share: float) -> str:
    """In whole percent, rounded down: 100 % means all."""
    return f"{int(share * 100 + 1e-9)} %"


def identifier(text: str) -> str:
    """A name of at most 50 letters, digits and underscores: *Service contracts* → service_contracts.

    Nothing where no letter of it is one of the 26.
    """
    return "_".join(re.findall(r"[a-z0-9]+", fold(text)))[:50].strip("_")
