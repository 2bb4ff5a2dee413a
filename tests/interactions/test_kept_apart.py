"""Blocked senders and spam: stored, in nobody's way, released by hand; and who was released is let in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rapport.interactions import importing
from rapport.interactions.actions.senders import block_sender, release, unblock_sender
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.filing.messages import Filed, file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive, Conversation, Interaction, KeptApart, SenderRule
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Role, UserRole
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db

EVE = "eve@shop.example"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner)
    return made


def mail(id_: str, sender: str = EVE, **headers: Any) -> bytes:
    return letter(sender, "mara@ours.example", f"Buy {id_}", id_=id_, subject=id_, **headers)


def junk(archive: Archive, raw: bytes) -> Filed:
    message = parse(raw)
    return file_messages([(message, raw, prepare(message, raw))], archive, actor=Actor.system("import"), is_junk=True)


def kept() -> list[tuple[str, str]]:
    return list(KeptApart.objects.order_by("subject").values_list("subject", "reason"))


@pytest.mark.parametrize(
    ("header", "is_spam"),
    [
        ({"X-Spam-Flag": "YES"}, True),
        ({"X-Spam-Flag": "NO"}, False),
        ({"X-Spam-Status": "Yes, score=9.1 required=5.0"}, True),
        ({"X-Spam-Status": "No, score=0.1 required=5.0"}, False),
        ({"X-Spam": "Yes"}, True),
        ({"X-MS-Exchange-Organization-SCL": "5"}, True),
        ({"X-MS-Exchange-Organization-SCL": "1"}, False),
        ({"X-MS-Exchange-Organization-SCL": "-1"}, False),
        ({"X-Forefront-Antispam-Report": "CIP:203.0.113.5;CTRY:US;SCL:9;SRV:;SFV:SPM;H:x"}, True),
        ({"X-Forefront-Antispam-Report": "CIP:203.0.113.5;SCL:1;SRV:;SFV:NSPM"}, False),
        ({"X-Gmail-Labels": "Spam,Unread"}, True),
        ({"X-Gmail-Labels": "Inbox,Spam reports"}, False),
    ],
)
def test_servers_say_what_is_spam(header: dict[str, str], is_spam: bool) -> None:
    assert bool(parse(mail("x", **header)).spam) is is_spam


def test_spam_is_kept_apart_and_means_nothing(cast: Cast) -> None:
    archive, other = archive_of(cast.owner), archive_of(cast.mate)
    filed = file(archive, [mail("good", "jonas@okafor.example"), mail("bad", **{"X-Spam-Flag": "YES"})])
    assert (filed.stored, filed.kept_apart) == (1, 1)
    assert kept() == [("bad", "spam")]
    assert not Interaction.objects.filter(subject="bad").exists()
    assert not Party.objects.filter(primary_email=EVE).exists()
    again = file(archive, [mail("bad", **{"X-Spam-Flag": "YES"})])
    assert (again.stored, again.kept_apart, again.already_there, KeptApart.objects.count()) == (0, 0, 1, 1)
    assert junk(other, mail("bad")).kept_apart == 1


def test_everybody_sees_what_would_be_theirs(cast: Cast) -> None:
    file(archive_of(cast.owner), [mail("mine", **{"X-Spam-Flag": "YES"})])
    file(archive_of(cast.owner, "everyone"), [mail("ours", **{"X-Spam-Flag": "YES"})])

    def seen(who: str) -> set[str]:
        return set(KeptApart.objects.visible_to(cast.actor(who)).values_list("subject", flat=True))

    assert seen("owner") == {"mine", "ours"}
    assert seen("mate") == {"ours"}
    with pytest.raises(NotFound):
        release([KeptApart.objects.get(subject="mine").pk], actor=cast.actor("mate"))


def test_what_is_released_is_filed_and_its_sender_let_in(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [mail("one", **{"X-Spam-Flag": "YES"})])
    release([KeptApart.objects.get().pk], actor=cast.actor("owner"))
    assert kept() == []
    assert Conversation.objects.get().awaiting == "us"
    assert list(SenderRule.objects.values_list("address", "verdict")) == [(EVE, "let_in")]
    filed = file(archive, [mail("two", **{"X-Spam-Flag": "YES"}), mail("one", **{"X-Spam-Flag": "YES"})])
    assert (filed.stored, filed.already_there, filed.kept_apart) == (1, 1, 0)
    assert junk(archive, mail("three")).stored == 1


def test_who_forges_us_is_let_in_once_and_teaches_nothing(cast: Cast) -> None:
    archive, forged = archive_of(cast.owner), {"sender": "mara@ours.example", "X-Spam-Flag": "YES"}
    file(archive, [mail("one", **forged)])
    release([KeptApart.objects.get().pk], actor=cast.actor("owner"))
    assert Interaction.objects.filter(subject="one").exists()
    assert not SenderRule.objects.exists()
    assert file(archive, [mail("two", **forged)]).kept_apart == 1


def test_a_blocked_senders_new_mail_is_kept_apart(cast: Cast) -> None:
    archive, actor = archive_of(cast.owner), cast.actor("owner")
    file(archive, [mail("one")])
    conversation = Conversation.objects.get()
    block_sender([conversation.pk], actor=actor)
    assert (file(archive, [mail("two")]).kept_apart, kept()) == (1, [("two", "blocked")])
    assert file(archive, [mail("friend", "ann@shop.example")]).stored == 1
    ours = letter("mara@ours.example", EVE, "No, thanks", id_="out")
    assert file(archive, [ours, mail("one")]).stored == 1
    unblock_sender([conversation.pk], actor=actor)
    assert file(archive, [mail("three")]).stored == 1


def test_a_domain_is_blocked_with_those_below_it_and_a_narrower_rule_holds(cast: Cast) -> None:
    archive, actor = archive_of(cast.owner), cast.actor("owner")
    file(archive, [mail("one")])
    block_sender([Conversation.objects.get().pk], actor=actor, domain=True)
    filed = file(archive, [mail("below", "x@news.shop.example"), mail("beside", "x@othershop.example")])
    assert (filed.kept_apart, filed.stored, kept()) == (1, 1, [("below", "blocked")])
    release([KeptApart.objects.get().pk], actor=actor)
    filed = file(archive, [mail("again", "x@news.shop.example"), mail("still", EVE)])
    assert (filed.stored, kept()) == (1, [("still", "blocked")])


def test_nobody_blocks_a_provider_nor_ourselves_nor_without_the_right(cast: Cast) -> None:
    archive, actor = archive_of(cast.owner, "everyone"), cast.actor("owner")
    file(archive, [mail("one", "eve@gmail.com")])
    theirs = Conversation.objects.get()
    with pytest.raises(Invalid):
        block_sender([theirs.pk], actor=actor, domain=True)
    file(archive, [letter("mara@ours.example", "jonas@okafor.example", "Hello", id_="out")])
    with pytest.raises(Conflict):
        block_sender([Conversation.objects.exclude(pk=theirs.pk).get().pk], actor=actor)
    UserRole.objects.filter(user=cast.mate).delete()
    all_of = {"view": "all", "edit": "all"}
    role = Role.objects.create(name="Reader", grants={"*": all_of})
    UserRole.objects.create(user=cast.mate, role=role)
    with pytest.raises(Forbidden):
        block_sender([theirs.pk], actor=cast.actor("mate"))
    assert not SenderRule.objects.exists()


def test_an_imports_totals_hold(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(mail("bad", **{"X-Spam-Flag": "YES"}))
    work = importing.begin(archive_of(cast.owner), [path], cast.actor("owner"))
    done = importing.run(work.pk, processes=1)
    assert [getattr(done, name) for name in importing.COUNTS] == [1, 0, 0, 1, 0, 0]
