import os
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from rapport.kit.ids import uuid7


def test_it_is_a_version_7_of_the_standard_library() -> None:
    made = uuid7()
    assert type(made) is UUID
    assert (made.version, made.variant) == (7, RFC_4122)


def test_it_begins_with_the_time_in_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7().int >> 80
    assert before <= made <= time.time_ns() // 1_000_000 + 1


def test_it_rises_within_a_process() -> None:
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_threads_never_share_one() -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: [uuid7() for _ in range(2_000)], range(4)))
    assert len({one for several in made for one in several}) == 8_000
    assert all(several == sorted(several) for several in made)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # newer Pythons warn of the fork we test
def test_forked_processes_never_share_one() -> None:
    uuid7()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, b"".join(uuid7().bytes for _ in range(200)))
        os._exit(0)
    mine = {uuid7().bytes for _ in range(200)}
    os.waitpid(child, 0)
    theirs = os.read(reader, 16 * 200)
    os.close(reader)
    os.close(writer)
    assert len(mine | {theirs[at : at + 16] for at in range(0, len(theirs), 16)}) == 400
