"""Archives to parsed messages, in order, on several processes, with bounded memory."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rapport.kit.batches import batches
from rapport.kit.processes import end_with_parent

from .archive import RawMessage, open_archive
from .message import ParsedMessage, ParseProblem
from .parse import parse

_BATCH_MESSAGES = 64
_BATCH_BYTES = 4_000_000

Outcome = ParsedMessage | str
Finish = Callable[[ParsedMessage, bytes], Any]
"""From a message and its raw form to whatever the caller needs of it."""


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One unit of an archive: `parsed` is the message, or in plain words why there is none."""

    source: str
    position: str
    raw: bytes
    parsed: Outcome
    finished: Any = None
    """What `finish` made of the message."""

    @property
    def token(self) -> str:
        return f"{self.source}\n{self.position}"


def parse_archive(
    paths: Iterable[Path | str],
    *,
    processes: int = 2,
    after: str | None = None,
    finish: Finish | None = None,
) -> Iterator[ParsedItem]:
    """Every unit of every archive, in order, each once. With `after` (the token of the last item handled;
    it belongs to the first path), only those behind it. `processes=1` stays in this process.

    `finish`, a function of a module, runs where the message was parsed; a message for which it raises can't be had.
    """
    yield from parse_messages(_all_messages(paths, after), processes=processes, finish=finish)


def parse_messages(
    messages: Iterable[RawMessage], *, processes: int = 2, finish: Finish | None = None
) -> Generator[ParsedItem]:
    """The same of messages that come from elsewhere than an archive."""
    if processes <= 1:
        for message in messages:
            yield _item(message, _finished(message, finish))
        return
    with _Pool(processes, finish) as pool:
        yield from pool.parse(batches(messages, _size, most=_BATCH_MESSAGES, largest=_BATCH_BYTES))


def parse_one(message: RawMessage) -> Outcome:
    """The message, or why it can't be had: nothing is raised, so that one message never stops a thousand."""
    if message.error is not None:
        return message.error
    try:
        return parse(message.raw, received_fallback=message.received)
    except ParseProblem as problem:
        return f"not a message: {problem}"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, it is kept and listed
        return f"could not be parsed ({type(error).__name__}: {error})"


def _all_messages(paths: Iterable[Path | str], after: str | None) -> Iterator[RawMessage]:
    for path in paths:
        yield from open_archive(path, after=after)
        after = None


def _size(message: RawMessage) -> int:
    return len(message.raw)


Result = tuple[Outcome, Any]


def _item(message: RawMessage, result: Result) -> ParsedItem:
    return ParsedItem(message.source, message.position, message.raw, *result)


def _finished(message: RawMessage, finish: Finish | None) -> Result:
    outcome = parse_one(message)
    if finish is None or isinstance(outcome, str):
        return outcome, None
    try:
        return outcome, finish(outcome, message.raw)
    except Exception as error:  # noqa: BLE001 - as with parsing itself
        return f"could not be understood ({type(error).__name__}: {error})", None


def _parse_batch(batch: list[RawMessage], finish: Finish | None) -> list[Result]:
    return [_finished(message, finish) for message in batch]


class _Pool:
    """A pool that outlives its workers: what a dying process held is tried again, one message at a time."""

    def __init__(self, processes: int, finish: Finish | None = None) -> None:
        self._processes, self._finish_with = processes, finish
        self._executor = self._start()

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def parse(self, batches: Iterator[list[RawMessage]]) -> Iterator[ParsedItem]:
        waiting: deque[tuple[list[RawMessage], Future[list[Result]]]] = deque()
        for batch in batches:
            waiting.append((batch, self._submit(batch)))
            if len(waiting) > 2 * self._processes:
                yield from self._finish(*waiting.popleft())
        while waiting:
            yield from self._finish(*waiting.popleft())

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, get_context("spawn"), initializer=end_with_parent)

    def _submit(self, batch: list[RawMessage]) -> "Future[list[Result]]":
        try:
            return self._executor.submit(_parse_batch, batch, self._finish_with)
        except BrokenProcessPool:
            self._restart()
            return self._executor.submit(_parse_batch, batch, self._finish_with)

    def _restart(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()

    def _finish(self, batch: list[RawMessage], future: "Future[list[Result]]") -> Iterator[ParsedItem]:
        try:
            outcomes = future.result()
        except BrokenProcessPool:
            outcomes = [self._alone(message) for message in batch]
        yield from map(_item, batch, outcomes)

    def _alone(self, message: RawMessage) -> Result:
        try:
            return self._submit([message]).result()[0]
        except BrokenProcessPool:
            self._restart()
            return "could not be parsed (the parsing process died)", None
