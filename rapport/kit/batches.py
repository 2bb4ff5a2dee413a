"""Long streams in pieces that are neither too many things nor too large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: Callable[[T], int], *, most: int, largest: int) -> Iterator[list[T]]:
    """In order; each is full with `most` items, or with the one that brings their sizes to `largest`."""
    batch: list[T] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size(item)
        if len(batch) >= most or held >= largest:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
