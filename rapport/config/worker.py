"""`python -m rapport.config.worker`: the job worker, one of `rapport serve`'s children."""

import asyncio
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    from rapport.platform.jobs.worker import work  # models can be imported only after django.setup()

    asyncio.run(work())


if __name__ == "__main__":
    main()
