"""By the time that an answer takes nobody can tell whether an account, or a token, is one.

Signing in with a wrong password, asking for a new one, and calling the API are timed in turns: for somebody with a
password, without one yet, who has left, and for nobody; for tokens that have ended in each way and for none. An
observer who bets on the slower of two must be right about half of the time: between 38 and 62 of 100 times.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapport.config.database import running  # noqa: E402
from rapport.config.environment import load  # noqa: E402
from rapport.config.preparation import prepare_if_needed  # noqa: E402

ROUNDS = 200
LEAST, MOST = 0.38, 0.62
Ask = Callable[[], Any]


def asking() -> dict[str, dict[str, Ask]]:
    """What is asked → for whom → how."""
    from django.utils import timezone

    from rapport.platform.access.actors import Actor
    from rapport.platform.access.leaving import disable_users
    from rapport.platform.access.people import add_user
    from rapport.platform.api.tokens import make_token

    now = timezone.now()
    users = {
        name: add_user(f"{name}@ours.example", None if name == "without" else "a long enough sentence")
        for name in ("with", "without", "left")
    }
    administrator = add_user("head@ours.example", None, is_administrator=True)
    tokens = {
        "expired": make_token(users["with"], "x", expires_at=now),
        "of who left": make_token(users["left"], "x"),
        "none": f"rapport_{'x' * 43}",
    }
    disable_users([users["left"].pk], actor=Actor.system("proof"), unowned=True)
    emails = [*(user.email for user in users.values()), "nobody@ours.example"]
    assert administrator.is_active
    return {
        "signing in": {each: submit("/accounts/login/", login=each, password="wrong enough") for each in emails},
        "asking for a new password": {each: submit("/accounts/password/reset/", email=each) for each in emails},
        "calling the API": {name: call(token) for name, token in tokens.items()},
    }


def submit(path: str, **fields: str) -> Ask:
    from django.core.cache import cache
    from django.test import Client

    def ask() -> None:
        cache.clear()  # nobody has tried before
        assert Client(headers={"Host": "localhost"}).post(path, fields).status_code in (200, 302)

    return ask


def call(token: str) -> Ask:
    from django.test import Client

    def ask() -> None:
        headers = {"Host": "localhost", "Authorization": f"Bearer {token}"}
        assert Client(headers=headers).get("/api/v1/people").status_code == 401

    return ask


def timed(ways: dict[str, Ask]) -> dict[str, list[float]]:
    """Milliseconds, taken in turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, ask in ways.items():
            began = time.perf_counter()
            ask()
            taken[name].append((time.perf_counter() - began) * 1_000)
    return taken


def chance(one: list[float], other: list[float]) -> float:
    """That a time of the first is the longer one (the statistic of Mann and Whitney, between 0 and 1)."""
    return sum((a > b) + (a == b) / 2 for a in one for b in other) / len(one) / len(other)


def main() -> None:
    told = False
    with tempfile.TemporaryDirectory(prefix="rapport-timing-") as folder:
        Path(folder).chmod(0o755)
        with running(load({"RAPPORT_DATA": folder})) as database:
            prepare_if_needed(database)
            os.environ.update(database.environment.variables(), DJANGO_SETTINGS_MODULE="rapport.config.settings")
            import django

            django.setup()
            for what, ways in asking().items():
                taken = timed(ways)
                print(f"{what}: " + ", ".join(f"{name} {median(times):.1f} ms" for name, times in taken.items()))
                for one, other in combinations(taken, 2):
                    found = chance(taken[one], taken[other])
                    if not LEAST < found < MOST:
                        told = True
                        print(f"  {one} takes longer than {other} in {found * 100:.0f} of 100 times")
            django.db.connections.close_all()
    print("Not proved." if told else "proved")
    sys.exit(told)


if __name__ == "__main__":
    main()
