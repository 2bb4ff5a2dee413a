"""`python -m rapport.config.worker`: runs jobs and follows mailboxes, one of `rapport serve`'s children."""

import asyncio
import os
import threading

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    from rapport.interactions.mailboxes.following import follow  # models can be imported only after django.setup()
    from rapport.platform.jobs.worker import connection_parameters, work

    stop = threading.Event()
    mailboxes = threading.Thread(target=follow, args=(connection_parameters(), stop), name="mailboxes", daemon=True)
    mailboxes.start()
    try:
        asyncio.run(work())
    finally:
        stop.set()
        mailboxes.join(3)


if __name__ == "__main__":
    main()
