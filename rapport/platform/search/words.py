"""The words of a text as PostgreSQL's tsvector, made here so that both sides of a search fold alike."""

from __future__ import annotations

from functools import lru_cache

from rapport.kit.text import words

LONGEST_TEXT = 20_000
LONGEST_WORD = 60


@lru_cache(maxsize=200_000)
def _folded(token: str) -> tuple[str, ...]:
    return tuple(word[:LONGEST_WORD] for word in words(token))


def word_set(text: str) -> set[str]:
    """The distinct folded words of the first 20,000 characters."""
    return {word for token in set(text[:LONGEST_TEXT].split()) for word in _folded(token)}


def vector(subject: str, body: str) -> str:
    """A tsvector's text form: the subject's words weigh A (position 1), the body's have no position.

    https://www.postgresql.org/docs/current/datatype-textsearch.html
    """
    titled = word_set(subject)
    listed = [f"'{word}':1A" for word in sorted(titled)]
    return " ".join(listed + [f"'{word}'" for word in sorted(word_set(body) - titled)])


def tsquery(text: str, *, label: str = "") -> str:
    """All words of `text`, the last one as a prefix: `'delivery' & 'wind':*`. Empty when there is no word."""
    found = [word[:LONGEST_WORD] for word in words(text)][:10]
    if not found:
        return ""
    marks = [f":{label}" if label else ""] * (len(found) - 1) + [f":*{label}"]
    return " & ".join(f"'{word}'{mark}" for word, mark in zip(found, marks, strict=True))
