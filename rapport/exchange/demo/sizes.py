"""How large a demonstration is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    people: int
    organizations: int
    interactions: int
    days: int
    """How far back the conversations go."""
    colleagues: int
    blocks: int
    """Pieces that are made and written one at a time, each with its share of everything."""
    longest_timeline: int = 0
    """Interactions with one person, on top of `interactions`: a record page at its worst."""

    def share(self, total: int, block: int) -> int:
        """How many of `total` fall into a block; the shares add up."""
        return total * (block + 1) // self.blocks - total * block // self.blocks


SIZES = {
    "small": Size(300, 60, 2_000, 270, 9, 1),
    "medium": Size(10_000, 2_000, 10_000, 365, 24, 5),
    "large": Size(850_000, 150_000, 1_000_000, 1_095, 60, 400, longest_timeline=10_000),
}
