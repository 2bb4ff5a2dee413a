"""Typos forgiven: the words of names that are spelled nearly like those typed.

Looking for near words among the distinct words of all names, rather than for near names among all names, is
what keeps this quick: a million names have some hundred thousand words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from rapidfuzz.distance import OSA

from rapport.platform.search.models import Word

SHORTEST, LONG = 3, 6
"""From how many letters one slip is forgiven, and from how many two."""
CANDIDATES, MOST = 50, 3


def corrected(folded: str) -> list[list[str]] | None:
    """For each word, the longest first, the words that it may have meant; None when there is nothing near."""
    words = sorted(folded.split(), key=len, reverse=True)
    if not any(len(word) > SHORTEST and not _is_number(word) for word in words):
        return None
    found = [_near(word) for word in words]
    return found if all(found) else None


def _near(word: str) -> list[str]:
    """The nearest words, or what they begin with where the word is still being typed."""
    if len(word) < SHORTEST or _is_number(word):
        return [word]
    slips = 2 if len(word) >= LONG else 1
    rows = Word.objects.filter(word__trigram_similar=word).order_by(TrigramSimilarity("word", word).desc(), "word")
    ranked = []
    for place, candidate in enumerate(rows.values_list("word", flat=True)[:CANDIDATES]):
        distance = min(OSA.distance(word, form) for form in (candidate, candidate[: len(word)]))
        if distance <= slips:
            ranked.append((distance, place, candidate))
    return [candidate for _distance, _place, candidate in sorted(ranked)[:MOST]]


def _is_number(word: str) -> bool:
    """Another number is another thing, not a slip."""
    return any(each.isdigit() for each in word)


REMEMBER = "INSERT INTO search_word (word) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
REFILL = """
    INSERT INTO search_word (word) SELECT DISTINCT split_part(folded, ' ', 1) FROM search_entry WHERE weight = 1
    ON CONFLICT DO NOTHING
"""
FORGET = """
    DELETE FROM search_word w WHERE NOT EXISTS (
        SELECT FROM search_entry e WHERE e.weight = 1 AND e.folded >= w.word AND e.folded < w.word || chr(1114111)
            AND split_part(e.folded, ' ', 1) = w.word AND e.resource = ANY (%s))
"""


def remember(words: Iterable[str]) -> None:
    """Keeps the words of names; in order, so that two who do so at once never wait for each other in a circle."""
    if listed := sorted(set(words)):
        with connection.cursor() as cursor:
            cursor.execute(REMEMBER, [listed])


def refill() -> None:
    """Keeps the words of all entries."""
    with connection.cursor() as cursor:
        cursor.execute(REFILL)


def forget(resources: Iterable[str]) -> None:
    """Lets go of the words that no name has any longer."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [list(resources)])
