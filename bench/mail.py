"""The import of mail archives, against the standard library reading the same messages."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.measure import seconds
from bench.registry import Figure, line
from bench.world import EMAIL, World, command
from tests.factories.mail import generate, write_mbox

MESSAGES, PIECE = 2_000, 64


@line("mail")
def mail(world: World) -> Iterable[Figure]:
    path = world.data.parent / "archive.mbox"
    write_mbox(path, MESSAGES)
    took = []
    answer = {}

    def run() -> None:
        domain = world.facts.get("mail domain", "lindqvist-tools.example")
        answer.update(command(world.data, "import", "mailbox", str(path), "--our-domain", domain, "--user", EMAIL))

    floor_before = _floor()
    took.append(seconds(run))
    floor = (floor_before + _floor()) / 2
    parts = ("stored", "already_there", "kept_apart", "excluded", "quarantined")
    assert answer["read"] == sum(answer[each] for each in parts)
    assert answer["read"] == MESSAGES, answer
    yield Figure("messages imported", "1/s", MESSAGES / took[0], 300, "more", floor, 0.4)


def _floor() -> float:
    """Messages per second: policy.default, all headers and parts decoded, two processes."""
    raw = list(generate(MESSAGES))
    pieces = [raw[first : first + PIECE] for first in range(0, MESSAGES, PIECE)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return MESSAGES / seconds(lambda: list(pool.map(_read, pieces)))


def _read(piece: list[bytes]) -> int:
    size = 0
    for raw in piece:
        message = email.message_from_bytes(raw, policy=email.policy.default)
        for part in message.walk():
            size += sum(len(str(value)) for value in part.values())
            if not part.is_multipart():
                size += len(_content(part))
    return size


def _content(part: email.message.EmailMessage) -> bytes | str:
    try:
        content = part.get_content()
    except (LookupError, KeyError):
        content = part.get_payload(decode=True)
    return content if isinstance(content, bytes | str) else b""
