"""Start the database, bring it up to date, run the children, and stop it all in order."""

import logging
import signal
import threading
import time
from collections.abc import Callable

from rapport.config.database import Running, running
from rapport.config.embedded import PostgresError
from rapport.config.environment import Environment
from rapport.config.preparation import prepare_if_needed
from rapport.config.serve.children import Children, planned
from rapport.config.serve.data_lock import only_server
from rapport.config.serve.exposure import Exposure

log = logging.getLogger("rapport.serve")

LOOK_SECONDS = 0.2
DATABASE_LOOK_SECONDS = 2.0
DRAIN_SECONDS = 5.0

Announce = Callable[[str, str | None], None]
"""Called once with the URL and, while there is no administrator, the link that makes the first one."""


def serve(environment: Environment, exposure: Exposure, announce: Announce) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP.

    Raises ExposureRefused, AlreadyServed, PostgresError or PreparationFailed.
    """
    exposure.check()
    stop = _stop_on_signals()
    with only_server(environment.data, exposure.url) as tell:
        exposure.check_port()
        exposure = exposure.with_live_port()
        tell(exposure.address, exposure.live_port)
        with running(environment) as database:
            prepared = prepare_if_needed(database, give_link=True, stop=stop)
            children = planned(exposure, {**database.environment.variables(), **exposure.variables()})
            try:
                _start(children, exposure, stop)
                if not stop.is_set():
                    announce(exposure.url, prepared.get("link"))
                _watch(children, database, stop)
            finally:
                log.info("stopping")
                children.stop(DRAIN_SECONDS)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def _start(children: Children, exposure: Exposure, stop: threading.Event) -> None:
    while not stop.wait(0.02):
        children.keep_running()
        if exposure.is_open():
            return


def _watch(children: Children, database: Running, stop: threading.Event) -> None:
    next_look = 0.0
    while not stop.wait(LOOK_SECONDS):
        if time.monotonic() >= next_look:
            _look_after_database(database)
            next_look = time.monotonic() + DATABASE_LOOK_SECONDS
        children.keep_running()


def _look_after_database(database: Running) -> None:
    if database.cluster is None:
        return
    try:
        if database.cluster.ensure():
            log.warning("postgresql had ended and was started again")
    except PostgresError:
        log.exception("postgresql can't be started; trying again")
