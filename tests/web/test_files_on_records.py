"""Files on records: put there, looked at, renamed, made anew, thrown away and brought back, by whoever may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.interactions.actions.grouping import join, undo_regrouping
from rapport.interactions.models import Conversation, Interaction
from rapport.parties.actions.merge import merge_people
from rapport.platform.access.actors import actor_for
from rapport.platform.files import store
from rapport.platform.files.incoming import sweep
from rapport.platform.files.models import Edition, File
from rapport.platform.history.models import Change
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def kept_here(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def person(cast: Cast) -> UUID:
    return verbs.create(RESOURCES["people"], {"name": "Jonas Okafor"}, actor=actor_for(cast.owner, "page")).pk


def put(client: Client, record: UUID, *files: tuple[str, bytes], resource: str = "people", **headers: Any) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(f"/files/{resource}/{record}", {"files": sent}, headers=headers)


def content(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def test_several_files_at_once_stand_on_the_record(cast: Cast, person: UUID, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    answer = put(client, person, ("plan.pdf", b"%PDF-1.7 plan"), ("..\\..\\photo.png", PIXEL))
    assert (answer.status_code, answer["Location"]) == (302, f"/people/{person}/")
    text = client.get(f"/people/{person}/").content.decode()
    assert "plan.pdf" in text
    assert ">photo.png<" in text
    told = client.get(f"/people/{person}/history").content.decode()
    assert "plan.pdf" in told


def test_the_same_name_again_is_a_new_version_and_the_older_one_stays(
    cast: Cast, person: UUID, sign_in: SignIn
) -> None:
    client = sign_in(cast.owner)
    for text in (b"first", b"second", b"second"):
        put(client, person, ("offer.txt", text))
    only = File.objects.get()
    assert (only.number, only.size) == (2, 6)
    assert content(client.get(f"/files/{only.pk}/save")) == b"second"
    assert content(client.get(f"/files/{only.pk}/save?number=1")) == b"first"
    assert "Version 1" in client.get(f"/files/{only.pk}/").content.decode()
    assert client.get(f"/files/{only.pk}/save?number=3").status_code == 404
    assert Edition.objects.count() == 2


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    cast: Cast, person: UUID, sign_in: SignIn, settings: Any
) -> None:
    settings.FILE_MOST_BYTES = 1_000
    client = sign_in(cast.owner)
    answer = put(client, person, ("big.bin", b"x" * 1_001), hx_request="true")
    assert answer.status_code == 413
    assert "big.bin" in answer["HX-Trigger"]
    status, problem = Caller(cast.owner)(
        "POST", f"file_contents?resource=people&record_id={person}&name=b", b"x" * 1_001
    )
    assert (status, problem["status"]) == (413, 413)
    assert File.objects.count() == 0
    assert list(store.receiving().iterdir()) == []
    assert put(client, person, ("fits.bin", b"x" * 1_000)).status_code == 302


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("page.html", b"<script>alert(1)</script>", None),
        ("drawing.svg", b"<svg onload='alert(1)'/>", None),
        ("photo.png", b"<script>alert(1)</script>", None),
        ("notes.txt", PIXEL, "image/png"),
        ("plan", b"%PDF-1.7", "application/pdf"),
    ],
)
def test_only_what_its_content_shows_to_be_harmless_is_shown(
    cast: Cast, person: UUID, sign_in: SignIn, name: str, text: bytes, kind: str | None
) -> None:
    client = sign_in(cast.owner)
    put(client, person, (name, text))
    one = File.objects.get().pk
    viewed = client.get(f"/files/{one}/view")
    assert viewed.status_code == (200 if kind else 404)
    if kind:
        assert content(viewed) == text
        assert (viewed["Content-Type"], viewed["X-Content-Type-Options"]) == (kind, "nosniff")
        assert "default-src 'none'" in viewed["Content-Security-Policy"]
        assert kind == "application/pdf" or "sandbox" in viewed["Content-Security-Policy"]
    kept = client.get(f"/files/{one}/save")
    assert content(kept) == text
    assert kept["Content-Type"] == "application/octet-stream"
    assert kept["Content-Disposition"] == f'attachment; filename="{name}"'


def test_whoever_may_only_see_the_record_may_only_see_its_files(cast: Cast, person: UUID, sign_in: SignIn) -> None:
    put(sign_in(cast.owner), person, ("plan.txt", b"plan"))
    one = File.objects.get().pk
    mate, outsider = sign_in(cast.mate), sign_in(cast.outsider)
    assert content(mate.get(f"/files/{one}/save")) == b"plan"
    assert put(mate, person, ("more.txt", b"more")).status_code == 403
    assert mate.post(f"/files/{one}/trash").status_code == 403
    assert mate.post(f"/files/{one}/rename", {"name": "mine"}).status_code == 403
    assert put(outsider, person, ("more.txt", b"more")).status_code == 404
    for door in ("", "save", "view"):
        assert outsider.get(f"/files/{one}/{door}").status_code == 404
    assert Caller(cast.outsider)("GET", f"files/{one}")[0] == 404
    assert Caller(cast.outsider)("GET", f"file_contents/{one}")[0] == 404
    assert Caller(cast.outsider)("GET", "files")[1]["results"] == []
    assert [(each.name, each.deleted_at) for each in File.objects.all()] == [("plan.txt", None)]


def test_a_file_is_renamed_thrown_away_and_brought_back(cast: Cast, person: UUID, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    put(client, person, ("draft.txt", b"text"))
    one = File.objects.get().pk
    client.post(f"/files/{one}/rename", {"name": "../final.txt"})
    client.post(f"/files/{one}/trash")
    assert client.get(f"/files/{one}/save").status_code == 404
    client.post(f"/files/{one}/restore")
    back = client.get(f"/files/{one}/save")
    assert (content(back), back["Content-Disposition"]) == (b"text", 'attachment; filename="final.txt"')
    verbs_told = list(Change.objects.filter(record_id=one).order_by("pk").values_list("verb", "actor_id"))
    assert verbs_told == [("create", cast.owner.pk), *[("update", cast.owner.pk)] * 3]


def test_the_api_puts_reads_and_lists_files(cast: Cast, person: UUID) -> None:
    call = Caller(cast.owner)
    status, made = call("POST", f"file_contents?resource=people&record_id={person}&name=a%20b.png", PIXEL)
    assert (status, made["name"], made["size"], made["media_type"]) == (201, "a b.png", 28, "image/png")
    assert content(call.client.get(f"/api/v1/file_contents/{made['id']}")) == PIXEL
    listed = call("GET", f"files?resource=people&record_id={person}")[1]["results"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert call("POST", f"file_contents?resource=users&record_id={person}&name=x", b"x")[0] == 404


def test_files_of_the_absorbed_come_along_in_a_merge(cast: Cast, person: UUID, sign_in: SignIn) -> None:
    actor, client = actor_for(cast.owner, "page"), sign_in(cast.owner)
    other = verbs.create(RESOURCES["people"], {"name": "J. Okafor"}, actor=actor).pk
    for record, text in ((person, b"one"), (other, b"other")):
        put(client, record, ("same.txt", text))
    merge_people([other], actor=actor, into=person)
    assert sorted(File.objects.values_list("record_id", "size")) == [(person, 3), (person, 5)]


def test_files_of_a_conversation_are_for_those_who_read_all_of_it(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner)
    file(archive_of(cast.owner), [letter("jonas@okafor.example", "owner@ours.example", "Hello?", id_="m1")])
    conversation = Conversation.objects.get().pk
    client = sign_in(cast.owner)
    put(client, conversation, ("secret.txt", b"secret"), resource="conversations")
    one = File.objects.get().pk
    assert "secret.txt" in client.get(f"/inbox/{conversation}/?box=all").content.decode()
    for user in (cast.mate, cast.administrator):
        assert sign_in(user).get(f"/files/{one}/save").status_code == 404
        assert put(sign_in(user), conversation, ("x", b"x"), resource="conversations").status_code == 404
    audience = Interaction.objects.get().audience
    type(audience).objects.filter(pk=audience.pk).update(happened=[*audience.happened, cast.mate.pk])
    assert sign_in(cast.mate).get(f"/inbox/{conversation}/?box=all&whose=all").status_code == 200
    assert "secret.txt" not in sign_in(cast.mate).get(f"/inbox/{conversation}/?box=all").content.decode()
    assert sign_in(cast.mate).get(f"/files/{one}/save").status_code == 404


def test_files_go_back_with_the_conversation_they_came_from(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner)
    asked = [letter(f"{who}@okafor.example", "owner@ours.example", "Hello?", id_=who) for who in ("jonas", "mia")]
    file(archive_of(cast.owner), asked)
    kept, other = Conversation.objects.order_by("pk").values_list("pk", flat=True)
    put(sign_in(cast.owner), other, ("secret.txt", b"secret"), resource="conversations")
    done = join([other], into=kept, actor=cast.actor("owner"))
    assert File.objects.get().record_id == kept
    undo_regrouping([kept], regrouping=done["regrouping"], actor=cast.actor("owner"))
    assert File.objects.get().record_id == other


def test_what_never_came_in_whole_is_swept_away(tmp_path: Any) -> None:
    import os

    store.receiving().mkdir(parents=True)
    for name, age in (("old", 90_000), ("new", 10)):
        (store.receiving() / name).write_bytes(b"half")
        at = (store.receiving() / name).stat().st_mtime - age
        os.utime(store.receiving() / name, (at, at))
    sweep()
    assert [path.name for path in store.receiving().iterdir()] == ["new"]
