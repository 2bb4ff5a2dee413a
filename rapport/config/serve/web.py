"""`python -m rapport.config.serve.web OPTIONS`: the pages (granian and its workers) and the live process,
forked from a process that has loaded Rapport.

OPTIONS is JSON: `pages` as `Exposure.web_options`, `live` as `Exposure.live_options` gives it.
"""

import gc
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from rapport.config.serve.child import die_with_parent
from rapport.config.serve.forks import Body, Forks

THREADS = 4
"""Per worker; each holds one database connection."""
LONGEST_IDLE_SECONDS = 600
KILL_AFTER_SECONDS = 4


def load_application() -> Any:
    """Rapport, entirely imported, with no connection open, so that forked workers can share its memory."""
    from django.db import connections
    from django.urls import get_resolver

    from rapport.config.wsgi import application  # once in this process, and not before main() wants it

    _ = get_resolver().url_patterns
    connections.close_all()
    return application


def load_live() -> Callable[[dict[str, Any]], None]:
    from rapport.config.live.process import serve_live  # like the application: after it, and in this process

    return serve_live


def main() -> None:
    options = json.loads(sys.argv[1])
    application = load_application()
    live = load_live()
    gc.collect()
    gc.freeze()  # the collector must not touch, and so copy, what the forks share
    bodies: dict[str, Body] = {
        "pages": partial(serve_pages, options["pages"], application),
        "live": partial(live, options["live"]),
    }
    sys.exit(Forks("pages", bodies).keep())


def serve_pages(options: dict[str, Any], application: Any) -> None:
    """Serves until SIGTERM."""
    parent = os.getpid()

    def load_in_worker() -> Any:
        die_with_parent(parent)
        return application

    Server(
        "rapport.config.wsgi:application",
        address=options["host"],
        port=options["port"],
        interface=Interfaces.WSGI,
        workers=options["workers"],
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=LONGEST_IDLE_SECONDS,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
        log_level=LogLevels.warning,
        ssl_cert=Path(options["certificate"]) if options["certificate"] else None,
        ssl_key=Path(options["key"]) if options["key"] else None,
    ).serve(target_loader=load_in_worker, wrap_loader=False)


if __name__ == "__main__":
    main()
