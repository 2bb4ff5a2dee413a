"""Whatever the mail, and however often it changes who we are: the same as if that had been known first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, OurAddress
from rapport.interactions.refiling import refile
from rapport.parties.models import ContactPoint
from tests.factories.cast import Cast
from tests.factories.filed import afresh, ours, state
from tests.factories.letters import archive_of, file, letter

pytestmark = pytest.mark.django_db
JONAS, MARA, TOM, AIKO = "jonas@okafor.example", "mara@ours.example", "tom@ours.example", "aiko@sato.example"
NAMES = (MARA, TOM, JONAS, AIKO)
mails = st.tuples(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
    st.sampled_from(["", *NAMES]),
    st.sampled_from(["One", "Re: One", "Two"]),
    st.integers(-1, 5),
    st.sampled_from(["", MARA, TOM]),
    st.sampled_from(["", "", "<list.example>"]),
)
sets = st.frozensets(st.sampled_from([MARA, TOM, JONAS, "@ours.example", "@sato.example"]), max_size=3)


def written(place: int, mail: tuple[Any, ...]) -> bytes:
    sender, to, cc, subject, answers, delivered, list_id = mail
    headers = {"Delivered_To": delivered, "List_Id": list_id}
    return letter(
        sender, ", ".join(to), f"Question {place}?", hours_ago=40 - 3 * place, id_=f"m{place}", cc=cc, subject=subject,
        answers=f"m{answers}" if answers >= 0 else "", **{key: value for key, value in headers.items() if value},
    )  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(mails, min_size=1, max_size=7), st.integers(0, 7), st.lists(sets, min_size=1, max_size=3))
def test_refiled_mail_stands_as_if_it_had_been_filed_so(
    cast: Cast, listed: list[Any], cut: int, notions: list[frozenset[str]]
) -> None:
    users = {MARA: cast.owner, TOM: cast.mate}
    with transaction.atomic():
        letters = [written(place, each) for place, each in enumerate(listed)]
        one, other = archive_of(cast.owner), archive_of(cast.mate)
        batches = [(one, letters[:cut]), (other, letters[cut:]), (other, letters[:1])]
        for archive, batch in batches:
            file(archive, batch)
        for notion in notions:
            OurAddress.objects.exclude(address__in=notion).delete()
            for name in notion:
                ours(name, users.get(name))
            refile()
            found = state()
            assert found == afresh(batches)
            resettle(Conversation.objects.values_list("pk", flat=True))
            assert state() == found
        assert not ContactPoint.objects.filter(party__deleted_at=None, normalized__in=notions[-1]).exists()
        transaction.set_rollback(True)
