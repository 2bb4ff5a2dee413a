"""Imports in the browser's eyes: uploading, confirming, watching, and what others find there: nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rapport.interactions import importing, uploads
from rapport.interactions.looking import look
from rapport.interactions.models import Archive, Import, Interaction, Quarantined
from rapport.platform.access.models import User
from rapport.platform.files import store
from rapport.platform.jobs.held import jobs
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_role, make_user
from tests.factories.letters import archive_of, file, letter, we_are
from tests.web.conftest import BACKEND, SignIn

pytestmark = pytest.mark.django_db
RAW = letter("jonas@okafor.example", "mara@ours.example", "When?", id_="a")
MBOX = b"From - Mon Mar  1 08:00:00 2021\n" + RAW.replace(b"\r\n", b"\n")
NEW = "/settings/imports/new"
HOSTILE = '<img src=x onerror=alert(1)>".eml'


def send(client: Client, *contents: bytes, name: str = "mail.mbox", **fields: str) -> Any:
    files = [SimpleUploadedFile(name, each) for each in contents]
    return client.post(NEW, {"files": files, "audience": "participants", "detail": "everything", **fields})


def made(user: User, *contents: bytes, **fields: str) -> Import:
    client = Client()
    client.force_login(user, backend=BACKEND)
    address = send(client, *contents, **{"addresses": "mara@ours.example", **fields})["Location"]
    found: Import = Import.objects.get(pk=address.rpartition("/")[2])
    return found


def left() -> list[Path]:
    return [path for path in uploads.root().rglob("*") if path.is_file()] if uploads.root().exists() else []


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, settings: LazySettings) -> None:
    settings.DATA = tmp_path


def test_from_the_upload_to_the_report(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    response = send(client, MBOX, b"no mail at all")
    work = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/settings/imports/{work.pk}")
    assert [path.read_bytes() for path in sorted(left())] == [MBOX, b"no mail at all"]
    assert [each.arguments for each in jobs(["queued"]) if each.name == "interactions.look"] == [
        {"import_id": str(work.pk)}
    ]
    page = client.get(response["Location"]).content.decode()
    assert 'data-state="looking"' in page
    assert "every 1s" in page
    look(work.pk)
    page = client.get(response["Location"]).content.decode()
    assert 'value="mara@ours.example" checked' in page
    assert "it takes part in 1 of 1 messages" in page
    assert "every 1s" not in page
    answer = client.post(f"{response['Location']}/confirm", {"addresses": "mara@ours.example", "more_domains": "x"})
    assert answer.status_code == 422
    assert "“x” is no domain." in answer.content.decode()
    client.post(f"{response['Location']}/confirm", {"addresses": "mara@ours.example", "more_domains": "ours.example"})
    importing.run(work.pk, processes=1)
    page = client.get(response["Location"]).content.decode()
    for name, number in {"read": 2, "stored": 1, "already_there": 0, "excluded": 0, "quarantined": 1}.items():
        assert f'data-figure="{name}">{number}<' in page
    assert "not a mailbox or a message" in page
    assert left() == []
    assert Interaction.objects.get().direction == "in"


def test_the_same_again_says_that_nothing_changed(cast: Cast, sign_in: SignIn) -> None:
    for _again in range(2):
        work = made(cast.owner, MBOX)
        look(work.pk)
        importing.run(work.pk, processes=1)
    page = sign_in(cast.owner).get(f"/settings/imports/{work.pk}").content.decode()
    assert "Nothing has changed: the 1 message in it was here already." in page


def test_by_htmx_the_browser_is_sent_on(cast: Cast, sign_in: SignIn) -> None:
    sent = {"files": SimpleUploadedFile("mail.mbox", MBOX), "audience": "everyone", "detail": "subject"}
    response = sign_in(cast.owner).post(NEW, sent, headers={"HX-Request": "true"})
    work = Import.objects.select_related("archive").get()
    assert (response.status_code, response["HX-Redirect"]) == (204, f"/settings/imports/{work.pk}")
    assert (work.archive.audience, work.archive.get_detail_display()) == ("everyone", "subject only")


def test_more_than_the_limit_is_refused_beside_the_field(
    cast: Cast, sign_in: SignIn, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MOST_BYTES = 1_000
    for room in (0, 1_000_000):  # refused by the length that is announced, and by what really comes
        monkeypatch.setattr("rapport.web.imports.receiving.FORM_BYTES", room)
        response = send(sign_in(cast.owner), b"x" * 600, b"x" * 600)
        assert response.status_code == 413
        assert "larger than 1000" in response.content.decode().replace("\xa0", " ")
        assert 'aria-invalid="true"' in response.content.decode()
        assert left() == []
    assert not Import.objects.exists()


def test_a_full_disk_is_said_before_it_is_full(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.web.imports.receiving.SPARE_BYTES", 10**18)
    response = send(sign_in(cast.owner), MBOX)
    assert response.status_code == 413
    assert "room on the server" in response.content.decode()


def test_what_is_wrong_with_the_form_is_said_and_nothing_stays(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    assert "Choose at least one file." in send(client).content.decode()
    assert send(client, MBOX, audience="friends").status_code == 422
    broken = client.post(NEW, b"--x\r\nnonsense", content_type="multipart/form-data")
    assert broken.status_code == 422
    assert (left(), Import.objects.count()) == ([], 0)


def test_without_its_token_an_upload_is_refused_and_leaves_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner, backend=BACKEND)
    assert send(client, MBOX).status_code == 403
    token = client.get(NEW).cookies["csrf"].value
    assert (left(), Import.objects.count()) == ([], 0)
    assert send(client, MBOX, csrfmiddlewaretoken=token).status_code == 302


def test_who_may_not_write_may_not_import(cast: Cast, sign_in: SignIn) -> None:
    reader = make_user("reader@ours.example", make_role("Reader", {"*": {"view": "all"}}))
    client = sign_in(reader)
    assert client.get(NEW).status_code == 403
    assert send(client, MBOX).status_code == 403
    assert left() == []
    assert "Import mail" not in client.get("/settings/imports").content.decode()


@pytest.fixture
def theirs(cast: Cast) -> Import:
    """An import of the owner's that waits for a word, with one message set aside."""
    work = made(cast.owner, MBOX, name=HOSTILE, addresses="")
    look(work.pk)
    set_aside(work, b"secret words")
    return work


def set_aside(work: Import, raw: bytes, number: int = 1) -> list[Quarantined]:
    row = {"import_run": work, "source": HOSTILE, "position": "7", "reason": "<b>odd</b>"}
    Import.objects.filter(pk=work.pk).update(state="done", started_at=work.created_at, ended_at=work.created_at)
    rows: list[Quarantined] = Quarantined.objects.bulk_create(
        [Quarantined(**row, raw_digest=store.put(raw)) for _each in range(number)]
    )
    return rows


DOORS = ["", "/status", "/problems?after=0190a000-0000-7000-8000-000000000000", "/problems/{problem}"]


@pytest.mark.parametrize("who", ["mate", "outsider"])
def test_somebody_elses_import_is_absent(cast: Cast, sign_in: SignIn, theirs: Import, who: str) -> None:
    client, problem = sign_in(getattr(cast, who)), Quarantined.objects.get().pk
    for door in DOORS:
        address = f"/settings/imports/{theirs.pk}{door}".format(problem=problem)
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 404, door
    for verb in ("confirm", "cancel", "go_on", "try_again"):
        assert client.post(f"/settings/imports/{theirs.pk}/{verb}", {"addresses": "a@b.example"}).status_code == 404
    assert str(theirs.pk) not in client.get("/settings/imports").content.decode()
    call = Caller(getattr(cast, who))
    assert call("GET", f"imports/{theirs.pk}")[0] == call("GET", f"quarantined/{problem}")[0] == 404
    assert call("GET", "quarantined")[1]["results"] == []


def test_an_administrator_sees_the_figures_and_no_message(cast: Cast, sign_in: SignIn, theirs: Import) -> None:
    client, problem = sign_in(cast.administrator), Quarantined.objects.get().pk
    page = client.get(f"/settings/imports/{theirs.pk}").content.decode()
    assert "data-figure" in page
    assert f"/problems/{problem}" not in page
    assert client.get(f"/settings/imports/{theirs.pk}/problems/{problem}").status_code == 404
    assert Caller(cast.administrator)("GET", f"imports/{theirs.pk}")[1]["user"] == str(cast.owner.pk)


def test_nobody_confirms_for_somebody_else(cast: Cast, sign_in: SignIn, theirs: Import) -> None:
    Import.objects.filter(pk=theirs.pk).update(state="confirm")
    address = f"/settings/imports/{theirs.pk}"
    page = sign_in(cast.administrator).get(address).content.decode()
    assert "It waits for Owner to say who they are in it." in page
    assert sign_in(cast.administrator).post(f"{address}/confirm", {"addresses": "a@b.example"}).status_code == 403


def test_what_was_set_aside_is_handed_out_harmless(cast: Cast, sign_in: SignIn, theirs: Import) -> None:
    client, problem = sign_in(cast.owner), Quarantined.objects.get()
    page = client.get(f"/settings/imports/{theirs.pk}").content.decode()
    assert "<img src=x" not in page
    assert "&lt;b&gt;odd" in page
    response = client.get(f"/settings/imports/{theirs.pk}/problems/{problem.pk}")
    assert b"".join(response.streaming_content) == b"secret words"  # type: ignore[attr-defined]
    assert response["Content-Disposition"] == f'attachment; filename="message-{problem.pk}.eml"'
    assert response["Content-Type"] == "application/octet-stream"
    assert "sandbox" in response["Content-Security-Policy"]


def test_what_was_set_aside_is_paged_by_key(cast: Cast, sign_in: SignIn, theirs: Import) -> None:
    set_aside(theirs, b"x", 120)
    client, found, after = sign_in(cast.owner), 0, ""
    page = client.get(f"/settings/imports/{theirs.pk}").content.decode()
    while True:
        found += page.count("odd")
        if "?after=" not in page:
            break
        after = page.partition("?after=")[2][:36]
        page = client.get(f"/settings/imports/{theirs.pk}/problems?after={after}").content.decode()
    assert found == 121
    assert client.get(f"/settings/imports/{theirs.pk}/problems?after=x").status_code == 400


def test_verbs_that_come_too_late_say_so(cast: Cast, sign_in: SignIn, theirs: Import) -> None:
    client = sign_in(cast.owner)
    response = client.post(f"/settings/imports/{theirs.pk}/go_on", follow=True)
    assert "This import is done." in response.content.decode()
    assert client.post(f"/settings/imports/{theirs.pk}/delete").status_code == 404
    client.post(f"/settings/imports/{theirs.pk}/try_again")
    theirs.refresh_from_db()
    assert theirs.state == "retrying"
    assert [each.name for each in jobs(["queued"])].count("interactions.try_again") == 1


@pytest.mark.parametrize("state", Import.State.values)
def test_pages_ask_as_much_for_three_as_for_one(cast: Cast, sign_in: SignIn, state: str) -> None:
    client = sign_in(cast.administrator)
    archive = Archive.objects.create(name="mail", owner=cast.owner)
    client.get("/settings/imports")  # compiles the actor's rights
    asked = []
    for number in (1, 2):
        for _each in range(number):
            work = Import.objects.create(archive=archive, user=cast.administrator)
        set_aside(work, b"x", 1 if number == 1 else 3)
        Import.objects.update(state=state, expected=10)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/settings/imports").status_code == 200
            assert client.get(f"/settings/imports/{work.pk}").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 14


def test_who_has_nothing_yet_is_led_to_the_import_wherever_they_begin(cast: Cast, sign_in: SignIn) -> None:
    offer = 'href="/settings/imports/new"'
    pages = {path: sign_in(cast.owner).get(path).content.decode() for path in ("/", "/inbox/", "/people/")}
    assert {path: text.count(offer) for path, text in pages.items()} == {"/": 1, "/inbox/": 1, "/people/": 1}
    assert "waiting for us" not in pages["/"]
    reader = make_user("reader@ours.example", make_role("Reader", {"*": {"view": "all"}}))
    assert not any(offer in sign_in(reader).get(path).content.decode() for path in pages)


def test_who_has_mail_or_has_narrowed_a_list_is_not(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner)
    file(archive_of(cast.owner), [letter("Jonas <jonas@okafor.example>", "owner@ours.example", "And?")])
    client = sign_in(cast.owner)
    for path in ("/", "/?whose=team", "/inbox/", "/inbox/?box=closed", "/people/", "/people/?name=nobody"):
        assert "/settings/imports/new" not in client.get(path).content.decode(), path
