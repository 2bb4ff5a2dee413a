"""Processes that may not outlive the one that started them."""

import os
from multiprocessing import parent_process
from threading import Thread


def end_with_parent() -> None:
    """Has this process, started by multiprocessing, end as soon as its parent has: by kill -9, too, after which a
    pool's processes would otherwise wait for ever for more to do."""
    Thread(target=_watch, daemon=True, name="end with parent").start()


def _watch() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
