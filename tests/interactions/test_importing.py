"""Imports: who we are in them, totals that reconcile, and what stops, resumes or ends them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rapport.interactions import importing, jobs, uploads
from rapport.interactions.actions.imports import Terms, Uploaded, cancel, confirm, go_on, try_again, upload
from rapport.interactions.channels.email.who import Ground
from rapport.interactions.looking import found_in, look
from rapport.interactions.models import Audience, Import, Interaction, OurAddress, Quarantined
from rapport.interactions.retrying import retry
from rapport.kit.ids import uuid7
from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import User
from rapport.platform.errors import Conflict, Forbidden, Invalid
from rapport.platform.files import store
from rapport.platform.jobs.queue import GiveUp, TryAgain
from tests.factories.cast import Cast, make_cast, make_role, make_user
from tests.factories.letters import letter

pytestmark = pytest.mark.django_db
TERMS = Terms(addresses="mara@ours.example", domains="ours.example")
State = Import.State


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def mbox(*letters: bytes) -> bytes:
    return b"".join(b"From - Mon Mar  1 08:00:00 2021\n" + each.replace(b"\r\n", b"\n") + b"\n" for each in letters)


LETTERS = [
    letter("jonas@okafor.example", "mara@ours.example", "When?", hours_ago=5, id_="a"),
    letter("mara@ours.example", "jonas@okafor.example", "Tomorrow at nine.", hours_ago=4, id_="b", answers="a"),
    letter("aiko@sato.example", "mara@ours.example", "The plan, please?", hours_ago=3, id_="c"),
]
BROKEN = b"\x00\x01 nothing that anybody sent"


def uploaded(user: User, *contents: bytes, terms: Terms = TERMS, name: str = "mail.mbox") -> Import:
    run_id, files = uuid7(), []
    for number, content in enumerate(contents):
        path = uploads.place_for(run_id, number, name)
        path.write_bytes(content)
        files.append(Uploaded(path, name, len(content)))
    return upload(run_id, files, terms, actor=actor_for(user, "page"))


def filed(work: Import) -> Import:
    look(work.pk)
    return importing.run(work.pk, processes=1)


def counts(work: Import) -> dict[str, int]:
    work.refresh_from_db()
    return {name: getattr(work, name) for name in importing.COUNTS}


def numbers(read: int = 0, **others: int) -> dict[str, int]:
    return dict.fromkeys(importing.COUNTS, 0) | {"read": read} | others


def test_an_upload_is_filed_counted_and_deleted(cast: Cast) -> None:
    work = uploaded(cast.owner, mbox(*LETTERS), BROKEN)
    assert (work.state, work.size) == (State.LOOKING, len(mbox(*LETTERS)) + len(BROKEN))
    look(work.pk)
    work.refresh_from_db()
    assert (work.state, work.expected) == (State.WAITING, 4)
    done = importing.run(work.pk, processes=1)
    assert (done.state, counts(done)) == (State.DONE, numbers(4, stored=3, quarantined=1))
    assert done.ended_at is not None
    assert [(each.source, each.reason) for each in done.problems.all()] == [("mail.mbox", "not a mailbox or a message")]
    assert not uploads.folder_of(work.pk).exists()
    assert {each.direction for each in Interaction.objects.all()} == {"in", "out"}


def test_the_same_again_changes_nothing_and_says_so(cast: Cast) -> None:
    first = filed(uploaded(cast.owner, mbox(*LETTERS)))
    before = list(Interaction.objects.order_by("pk").values())
    again = filed(uploaded(cast.owner, mbox(*LETTERS)))
    assert counts(again) == numbers(3, already_there=3)
    assert list(Interaction.objects.order_by("pk").values()) == before
    assert again.archive == first.archive


def test_who_we_are_is_inferred_and_waits_for_a_word(cast: Cast) -> None:
    work = uploaded(cast.owner, mbox(*LETTERS), terms=Terms())
    look(work.pk)
    work.refresh_from_db()
    assert (work.state, work.expected) == (State.CONFIRM, 3)
    found = found_in(work)
    assert [(each.name, each.grounds) for each in found.addresses] == [
        ("mara@ours.example", (Ground("present", 3, 3),))
    ]
    assert [each.name for each in found.domains] == ["ours.example"]
    assert counts(importing.run(work.pk, processes=1)) == numbers()
    actor = actor_for(cast.owner, "page")
    with pytest.raises(Invalid) as refused:
        confirm([work.pk], actor=actor, addresses="mara", domains="gmail.com")
    assert set(refused.value.fields) == {"addresses", "domains"}
    confirm([work.pk], actor=actor, addresses="Mara@ours.example\n", domains="@ours.example")
    assert counts(importing.run(work.pk, processes=1)) == numbers(3, stored=3)
    with pytest.raises(Conflict):
        confirm([work.pk], actor=actor, addresses="mara@ours.example")


def test_what_was_typed_wrongly_is_asked_again_after_the_upload(cast: Cast) -> None:
    work = uploaded(cast.owner, mbox(*LETTERS), terms=Terms(addresses="mara at ours"))
    look(work.pk)
    work.refresh_from_db()
    assert work.state == State.CONFIRM
    assert work.options["typed"] == {"addresses": "mara at ours", "domains": ""}
    assert work.options["problems"] == {"addresses": "“mara” is no e-mail address."}


def test_a_claim_of_no_administrator_holds_in_their_own_archive_alone(cast: Cast) -> None:
    """Else somebody could name the address of a colleague, and read what others bring in."""
    filed(uploaded(cast.owner, mbox(*LETTERS)))
    rows = OurAddress.objects.order_by("address").values_list("address", "user", "confirmed")
    assert list(rows) == [("@ours.example", None, False), ("mara@ours.example", cast.owner.pk, False)]
    elsewhere = letter("jonas@okafor.example", "mara@ours.example", "Only for the administrator", id_="x")
    filed(uploaded(cast.administrator, mbox(elsewhere), terms=Terms(addresses="boss@ours.example")))
    message = Interaction.objects.get(message_id="x@test.example")
    assert message.audience.everything == [cast.administrator.pk]
    assert message.direction == "observed"


def test_an_administrators_claim_holds_everywhere(cast: Cast) -> None:
    filed(uploaded(cast.owner, mbox(*LETTERS)))
    filed(uploaded(cast.administrator, mbox(*LETTERS), terms=Terms(addresses="mara@ours.example")))
    row = OurAddress.objects.get(address="mara@ours.example")
    assert (row.user, row.confirmed) == (cast.administrator, True)
    work = uploaded(cast.owner, mbox(*LETTERS), terms=Terms())
    look(work.pk)
    with pytest.raises(Invalid) as refused:
        confirm([work.pk], actor=actor_for(cast.owner, "page"), addresses="mara@ours.example")
    assert "belongs to" in refused.value.fields["addresses"]


def test_nobody_claims_the_address_with_which_somebody_else_signs_in(cast: Cast) -> None:
    work = uploaded(cast.outsider, mbox(*LETTERS), terms=Terms(addresses=cast.owner.email))
    assert list(work.options["problems"]) == ["addresses"]


def test_headers_alone_do_not_let_anybody_read_what_is_here(cast: Cast) -> None:
    """Message-ID, sender and date of a message can be learned from an answer to it."""
    secret = letter("jonas@okafor.example", "mara@ours.example", "The price is 12", hours_ago=5, id_="s")
    filed(uploaded(cast.owner, mbox(secret)))
    forged = secret.replace(b"The price is 12", b"What was the price?")
    terms = Terms(addresses="eve@ours.example")
    assert counts(filed(uploaded(cast.outsider, mbox(forged), terms=terms))) == numbers(1, stored=1)
    real = Interaction.objects.get(snippet="The price is 12")
    assert real.audience.everything == [cast.owner.pk]
    filed(uploaded(cast.outsider, mbox(secret), terms=terms))
    real.refresh_from_db()
    assert set(real.audience.everything) == {cast.owner.pk, cast.outsider.pk}


@pytest.mark.parametrize(
    ("audience", "detail", "wide"),
    [("everyone", "subject", "subject"), ("team", "everything", "everything"), ("team", "happened", "happened")],
)
def test_an_archive_is_seen_as_its_importer_says(cast: Cast, audience: str, detail: str, wide: str) -> None:
    filed(uploaded(cast.owner, mbox(LETTERS[0]), terms=Terms(audience, detail, "mara@ours.example")))
    found = Audience.objects.get(pk=Interaction.objects.get().audience_id)
    shared = {name for name in ("happened", "subject", "everything") if len(getattr(found, name)) == 2}
    levels = ["happened", "subject", "everything"]
    assert shared == set(levels[: levels.index(wide) + 1])


@pytest.mark.parametrize("terms", [Terms("friends"), Terms("everyone", "nothing"), Terms("team")])
def test_a_visibility_that_is_none_is_refused(cast: Cast, terms: Terms) -> None:
    with pytest.raises(Invalid) as refused:
        uploaded(cast.administrator, mbox(LETTERS[0]), terms=terms)
    assert list(refused.value.fields) == ["audience"]
    assert not Import.objects.exists()


def test_who_may_not_write_interactions_imports_none() -> None:
    reader = make_user("reader@ours.example", make_role("Reader", {"*": {"view": "all"}}))
    with pytest.raises(Forbidden):
        uploaded(reader, mbox(LETTERS[0]))


def test_an_import_is_cancelled_between_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    work = uploaded(cast.owner, mbox(*LETTERS))
    look(work.pk)
    actor = actor_for(cast.owner, "page")
    importing.run(work.pk, processes=1, progress=lambda _work: cancel([work.pk], actor=actor))
    assert counts(work) == numbers(1, stored=1)
    assert work.state == State.CANCELLED
    assert not uploads.folder_of(work.pk).exists()
    assert counts(importing.run(work.pk, processes=1)) == numbers(1, stored=1)


class Stopped(Exception):
    pass


def test_an_import_that_was_stopped_goes_on_where_it_stood(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    work = uploaded(cast.owner, mbox(*LETTERS[:2]), BROKEN, mbox(LETTERS[2]))
    look(work.pk)

    def stop(_work: Import) -> None:
        raise Stopped

    for stored, broken in ((1, 0), (2, 0), (2, 1)):
        with pytest.raises(Stopped):
            importing.run(work.pk, processes=1, progress=stop)
        assert counts(work) == numbers(stored + broken, stored=stored, quarantined=broken)
    assert counts(importing.run(work.pk, processes=1)) == numbers(4, stored=3, quarantined=1)


def test_an_import_that_is_stopped_again_and_again_has_failed(cast: Cast) -> None:
    work = uploaded(cast.owner, mbox(*LETTERS))
    look(work.pk)
    path = Path(work.paths[0])
    kept = path.read_bytes()
    Import.objects.filter(pk=work.pk).update(options={**work.options, "place": {"path": 0, "token": "no such\n9"}})
    for _again in range(jobs.MOST_FAULTS - 1):
        with pytest.raises(TryAgain):
            jobs.import_archive(str(work.pk))
    with pytest.raises(GiveUp):
        jobs.import_archive(str(work.pk))
    work.refresh_from_db()
    assert (work.state, work.error) == (State.FAILED, "LookupError")
    assert path.read_bytes() == kept
    Import.objects.filter(pk=work.pk).update(options={"ours": work.options["ours"]})
    go_on([work.pk], actor=actor_for(cast.owner, "page"))
    jobs.import_archive(str(work.pk))
    assert counts(work) == numbers(3, stored=3)
    assert (work.state, work.error) == (State.DONE, "")


def test_what_was_set_aside_is_read_again(cast: Cast) -> None:
    done = filed(uploaded(cast.owner, mbox(LETTERS[0]), BROKEN, BROKEN + b"!", b""))
    assert counts(done) == numbers(4, stored=1, quarantined=3)
    first, second, empty = done.problems.order_by("pk")
    readable = store.put(LETTERS[2])
    Quarantined.objects.filter(pk=first.pk).update(raw_digest=readable)
    Quarantined.objects.filter(pk=second.pk).update(raw_digest=store.put(BROKEN))
    try_again([done.pk], actor=actor_for(cast.owner, "page"))
    retry(done.pk)
    assert counts(done) == numbers(4, stored=2, quarantined=2)
    assert done.state == State.DONE
    assert [each.pk for each in done.problems.order_by("pk")] == [second.pk, empty.pk]


def test_sweeping_leaves_what_is_still_wanted(cast: Cast) -> None:
    import os

    waiting = uploaded(cast.owner, mbox(*LETTERS))
    left, young = uploads.place_for(uuid7(), 0, "left.mbox").parent.parent, uploads.place_for(uuid7(), 0, "x")
    for folder in (left, uploads.folder_of(waiting.pk)):
        os.utime(folder, (0, 0))
    uploads.sweep()
    assert (left.exists(), young.parent.exists(), uploads.folder_of(waiting.pk).exists()) == (False, True, True)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("mail.mbox", "mail.mbox"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Mail\\Sent.mbox", "Sent.mbox"),
        ("..", "archive"),
        ("", "archive"),
        (".profile", "profile"),
        ("a\r\nSet-Cookie: x.zip", "a Set-Cookie_ x.zip"),
        ("<script>.eml", "_script_.eml"),
        ("Übergabe 2024.zip", "Übergabe 2024.zip"),
        ("x" * 500 + ".mbox", "x" * 80 + ".mbox"),
    ],
)
def test_a_files_name_is_harmless(given: str, kept: str) -> None:
    assert uploads.safe_name(given) == kept
    assert uploads.place_for(uuid7(), 0, given).is_relative_to(Path(settings.DATA) / "uploads")


def test_an_import_of_before_that_was_killed_is_noted_when_the_archive_comes_again(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "mail.mbox"
    path.write_bytes(mbox(*LETTERS))
    archive: Any = filed(uploaded(cast.owner, mbox(*LETTERS))).archive
    killed = Import.objects.create(archive=archive, state=State.RUNNING, paths=[str(path)])
    importing.begin(archive, [path], actor_for(cast.owner, "import"))
    killed.refresh_from_db()
    assert (killed.state, killed.error) == (State.FAILED, "It was killed.")
