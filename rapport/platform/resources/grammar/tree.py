"""What a condition says, apart from its words: a tree of comparisons."""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int]
"""From which character of the text to which; no part of what is said."""


@dataclass(frozen=True, slots=True)
class Operand:
    """What a field is compared with. `kind` says what `text` is:

    - value: the value as the API takes it, such as 1200.5, 2026-11, true, or a choice's key
    - named: the title of a record
    - me: whoever asks
    - period: a key of `words.PERIODS`, with its `count` where it has one
    """

    kind: str
    text: str = ""
    count: int = 0
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path` names fields by their API names; all but the last are links. `operator` is one of the API's."""

    path: tuple[str, ...]
    operator: str
    operands: tuple[Operand, ...]
    place: Place = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All of its parts, of which there are two or more."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of its parts, of which there are two or more."""

    parts: tuple[Node, ...]


Node = Comparison | Not | Both | Either
