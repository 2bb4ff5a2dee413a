"""Who we are changes while stored mail is filed again by another connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction

from rapport.interactions import refiling
from rapport.interactions.models import ChangeOfUs, Interaction, OurAddress
from tests.factories.cast import make_cast
from tests.factories.filed import ours
from tests.factories.letters import archive_of, file, letter
from tests.factories.waiting import until_somebody_waits

JONAS, MARA = "jonas@okafor.example", "mara@ours.example"


def elsewhere() -> int:
    try:
        return refiling.refile()
    finally:
        connections.close_all()


def directions() -> set[str]:
    return set(Interaction.objects.values_list("direction", flat=True))


def test_a_word_that_is_taken_back_as_its_refiling_ends_holds(committed: None) -> None:
    """The last step waits for whoever is changing a name, and then begins with it anew."""
    owner = make_cast().owner
    ours(MARA, owner)
    asked = [letter(JONAS, MARA, "When?", hours_ago=hours, id_=f"a{hours}", subject=f"{hours}") for hours in (3, 4)]
    file(archive_of(owner), asked)
    ours("@okafor.example")
    while ChangeOfUs.objects.filter(is_done=False).exists():
        refiling._step()
    assert directions() == {"internal"}
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            OurAddress.objects.filter(address="@okafor.example").update(confirmed=False)
            ended = pool.submit(elsewhere)
            until_somebody_waits()
        assert ended.result() == 2
    assert directions() == {"in"}
    assert not ChangeOfUs.objects.exists()
