"""Names of people, as they come in mail headers, directories and forms."""

import re
import unicodedata
from dataclasses import dataclass

from nameparser import parse

from rapport.kit import name_words
from rapport.kit.text import clean_line, fold, words

_LONGEST = 200
_INITIALS = 2
_SAID_AFTER = re.compile(
    r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\bvia\b.*|\s[-–—/|]\s.*|\|.*)$",  # noqa: RUF001 - dashes of all kinds
    re.IGNORECASE,
)
_QUOTES = "\"'“”„«» \t"
_GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv", "v"])


@dataclass(frozen=True, slots=True)
class PersonName:
    given: str
    family: str
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    display: str = ""
    """As the person is called in their own order, without titles."""

    @property
    def sort_key(self) -> str:
        """Folded, the family name first."""
        return fold(" ".join([self.family, self.given, self.middle]))

    @property
    def initials(self) -> str:
        """Two letters at most, in the order of the display; one where the script has no case."""
        letters = [word[0] for word in self.display.split() if word[0].isalpha()]
        if letters and not letters[0].isupper() and not letters[0].islower():
            return letters[0]
        return "".join(letters if len(letters) < 2 else [letters[0], letters[-1]]).upper()


def parse_name(text: str) -> PersonName | None:
    """The name of a person in its parts; None for addresses, organisations, roles and texts without letters.

    Understands *Given Family* and *Family, Given* with titles, particles and suffixes, Spanish double
    surnames, family names in capitals, Chinese, Japanese, Korean and Vietnamese order. Names all in capitals
    or all in small letters are capitalised. Where the order can't be told, it stays as written.
    """
    plain = _SAID_AFTER.sub("", clean_line(text, _LONGEST).strip(_QUOTES)).strip(_QUOTES)
    if not any(one.isalpha() for one in plain) or "@" in plain or looks_like_organization(plain):
        return None
    if _is_east_asian(plain):
        return _east_asian(plain)
    return _vietnamese(plain) or _capitals_first(plain) or _western(plain)


def name_in_address(address: str) -> str:
    """What somebody may be called of whom only the address is known: *ada.lovelace@…* gives *Ada Lovelace*."""
    words_in_it = address.partition("@")[0].replace(".", " ").replace("_", " ").split()
    return " ".join(word.capitalize() for word in words_in_it)


def looks_like_organization(text: str) -> bool:
    """Whether a name is an organisation's or a role's (*Acme Ltd*, *Support*) rather than a person's."""
    folded = words(text.replace(".", ""))
    if any(word in name_words.ORGANIZATION for word in folded[1:]) or {"&", "+"} & set(text.split()):
        return True
    return any(word in name_words.ROLES for word in folded) or any(word.isdigit() for word in folded)


def _is_east_asian(text: str) -> bool:
    return all(
        unicodedata.name(one, "").startswith(("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC"))
        for one in text
        if one.isalpha()
    )


def _east_asian(text: str) -> PersonName:
    """Family first. Unspaced Han is divided after a Chinese family name only."""
    family, _, given = text.partition(" ")
    if not given and "\uac00" <= text[0] <= "\ud7a3":
        parsed = parse(text)
        family, given = parsed.family or text, parsed.given
    elif not given and text[:2] in name_words.CHINESE_DOUBLE_FAMILIES:
        family, given = text[:2], text[2:]
    elif not given and len(text) in (2, 3) and text[0] in name_words.CHINESE_FAMILIES:
        family, given = text[0], text[1:]
    return PersonName(given, family, display=text)


def _vietnamese(text: str) -> PersonName | None:
    names = unicodedata.normalize("NFC", text).split()
    accented = not text.isascii()
    first = names[0].capitalize()
    by_accent = accented and first in name_words.VIETNAMESE_FAMILIES_ACCENTED
    by_word = fold(first) in name_words.VIETNAMESE_FAMILIES and (accented or len(names) > 2)
    if "," in text or len(names) < 2 or not (by_accent or by_word):
        return None
    if text.isupper() or text.islower():
        names = [name.capitalize() for name in names]
    return PersonName(names[-1], names[0], middle=" ".join(names[1:-1]), display=" ".join(names))


def _capitals_first(text: str) -> PersonName | None:
    """*DUPONT Jean*, as French directories have it: the words in capitals are the family name."""
    names = text.split()
    count = next((at for at, name in enumerate(names) if not name.isupper() or "." in name), len(names))
    family, given = " ".join(names[:count]), " ".join(names[count:])
    if len(family) <= _INITIALS or not given or "," in text or names[-1].isupper():
        return None
    return _western(f"{family}, {given}")


def _western(text: str) -> PersonName | None:
    parsed = parse(text)
    if not (parsed.given or parsed.family):
        return None
    if _is_plain_case(text) or _is_plain_case(parsed.family):
        parsed = parsed.capitalized(force=True)
    middle, family = _spanish(parsed.middle, parsed.family)
    called = [parsed.given, middle, family] if parsed.given else [parsed.title, middle, family]
    generation = [one for one in parsed.suffix.split() if fold(one) in _GENERATIONS]
    display = " ".join(part for part in [*called, *generation] if part) or text
    return PersonName(parsed.given, family, middle, parsed.title, parsed.suffix, parsed.nickname, display)


def _is_plain_case(text: str) -> bool:
    """Whether each word is all small or all capital letters, and they are more than initials."""
    words_in_it = text.replace(",", " ").split()
    return len(text) > _INITIALS and all(word.islower() or word.isupper() for word in words_in_it)


def _spanish(middle: str, family: str) -> tuple[str, str]:
    """*Gabriel García Márquez* has two family names; known by the first of them."""
    *before, last = middle.split() or [""]
    folded = fold(last)
    if family and (folded in name_words.SPANISH_FAMILIES or (folded.endswith("ez") and len(folded) > 4)):
        return " ".join(before), f"{last} {family}"
    return middle, family
