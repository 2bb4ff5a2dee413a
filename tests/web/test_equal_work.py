"""Whether an account exists can't be told by how much is done about it: passwords hashed, queries asked, mail sent.

Time itself is measured by script/proofs/timing.py; what takes time is counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.platform.access.leaving import disable_users
from rapport.platform.access.people import set_password
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough sentence"
UNKNOWN = "nobody@ours.example"


@pytest.fixture
def kinds(cast: Cast) -> dict[str, str]:
    """Addresses: of somebody with a password, without one yet, who has left, and of nobody."""
    for user in (cast.owner, cast.outsider):
        set_password(user, PASSWORD)
    disable_users([cast.outsider.pk], actor=cast.actor("administrator"), unowned=True)
    return {
        "with": cast.owner.email, "without": cast.mate.email, "left": cast.outsider.email, "nobody": UNKNOWN,
    }  # fmt: skip


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a password has been hashed, by which of the two ways there are."""
    counted: Counter[str] = Counter()

    def counting(name: str) -> Callable[..., Any]:
        original = getattr(Argon2PasswordHasher, name)

        def counted_one(*arguments: Any) -> Any:
            counted["hashings"] += 1
            return original(*arguments)

        return counted_one

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counting(name))
    return counted


def work_of(hashings: Counter[str], path: str, fields: dict[str, str]) -> tuple[int, int, int, int]:
    """Status, passwords hashed, queries asked, and mail sent."""
    cache.clear()
    client = Client()
    client.get(path)
    hashings.clear()
    mail.outbox.clear()
    with CaptureQueriesContext(connection) as asked:
        response = client.post(path, fields)
    return response.status_code, hashings["hashings"], len(asked), len(mail.outbox)


@pytest.mark.parametrize(
    ("path", "hashed", "status"), [("/accounts/login/", 1, 200), ("/accounts/password/reset/", 0, 302)]
)
def test_every_address_costs_the_same(
    kinds: dict[str, str], hashings: Counter[str], path: str, hashed: int, status: int
) -> None:
    done = {
        kind: work_of(hashings, path, {"login": email, "password": "wrong enough", "email": email})
        for kind, email in kinds.items()
    }
    assert len(set(done.values())) == 1, done
    assert done["nobody"][:2] == (status, hashed)
    assert done["nobody"][3] == 0


def test_a_letter_is_sent_later_with_a_link_to_who_has_an_account_alone(kinds: dict[str, str]) -> None:
    found = {}
    for kind, email in kinds.items():
        cache.clear()
        mail.outbox.clear()
        Client().post("/accounts/password/reset/", {"email": email}, secure=True, headers={"Host": "localhost:8443"})
        assert do_waiting("access.forgotten") == 1
        (letter,) = mail.outbox
        assert letter.to == [email]
        found[kind] = "https://localhost:8443/accounts/password/reset/key/" in str(letter.body)
    assert found == {"with": True, "without": True, "left": False, "nobody": False}


def test_what_is_no_address_is_refused_beside_the_field(kinds: dict[str, str]) -> None:
    assert Client().post("/accounts/password/reset/", {"email": "nowhere"}).status_code == 200
    assert do_waiting("access.forgotten") == 0
