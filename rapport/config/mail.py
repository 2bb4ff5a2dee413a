"""`python -m rapport.config.mail`: follows the mailboxes, one of `rapport serve`'s children."""

import os
import signal
import threading

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    from rapport.interactions.mailboxes.following import Followers  # models can be imported only after django.setup()
    from rapport.platform.jobs.worker import connection_parameters

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    Followers(connection_parameters()).keep(stop)


if __name__ == "__main__":
    main()
