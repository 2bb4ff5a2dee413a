"""The ledger's page, what stands behind its figures, and what one's own boxes leave out."""

from __future__ import annotations

import pytest

from rapport.interactions.models import Conversation
from rapport.parties.models import Party
from rapport.platform.access.models import Role
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(cast: Cast) -> Party:
    """She asked the owner; the administrator hears of it, as everybody."""
    we_are(owner=cast.owner)
    asked = letter("Ann Okafor <ann@okafor.example>", "owner@ours.example", "When?", hours_ago=30, id_="asked")
    file(archive_of(cast.owner, "everyone"), [asked])
    return Party.objects.get(primary_email="ann@okafor.example")


def test_behind_a_figure_stands_whose_it_is(cast: Cast, sign_in: SignIn, ann: Party) -> None:
    client = sign_in(cast.owner)
    assert "Received · Ann Okafor</h1>" in client.get(f"/ledger/behind?figure=received&group=party&key={ann.pk}").text
    assert "Received · E-mail</h1>" in client.get("/ledger/behind?figure=received&group=channel&key=email").text
    assert "Received</h1>" in client.get("/ledger/behind?figure=received").text


def test_no_key_tells_the_name_of_whom_one_may_not_know(cast: Cast, sign_in: SignIn, ann: Party) -> None:
    Conversation.objects.all().delete()
    assert "Okafor" not in sign_in(cast.outsider).get(f"/ledger/behind?figure=received&group=party&key={ann.pk}").text


@pytest.mark.parametrize("group", ["party", "organization"])
def test_a_name_that_a_role_hides_is_not_in_the_ledger(cast: Cast, sign_in: SignIn, ann: Party, group: str) -> None:
    seller = Role.objects.get(name="Seller")
    client = sign_in(cast.owner)
    assert "Ann Okafor" in client.get("/ledger/?group=party").text
    seller.grants["*"]["fields"] = {"name": "hidden"}
    seller.save()
    for address in (f"/ledger/?group={group}", f"/ledger/behind?figure=received&group={group}&key={ann.pk}"):
        assert "Okafor</" not in client.get(address).text


def test_who_has_nothing_of_their_own_is_told_of_what_others_have(cast: Cast, sign_in: SignIn, ann: Party) -> None:
    client = sign_in(cast.administrator)
    assert 'href="?whose=all">One waits for others of us' in client.get("/").text
    assert "whose=all" in client.get("/inbox/").text.partition("Nothing here is yours")[2]
    assert "Ann Okafor" in client.get("/inbox/?whose=all").text
    assert "others of us" not in sign_in(cast.owner).get("/").text


def test_time_zones_stand_by_region_and_a_second_name_stays(cast: Cast, sign_in: SignIn) -> None:
    cast.owner.time_zone = "Asia/Calcutta"
    cast.owner.save()
    page = sign_in(cast.owner).get("/settings/profile").text
    assert '<optgroup label="Europe">' in page
    assert '<option value="America/Argentina/Salta">Argentina, Salta</option>' in page
    assert page.count(" selected>Calcutta") == 1
    assert "Etc/" not in page
    assert "US/Pacific" not in page
