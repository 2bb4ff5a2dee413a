"""Connecting a mailbox on its pages, and who may do what with one."""

from __future__ import annotations

import pytest
from django.db import connection

from rapport.interactions.mailboxes.discovery import read_configuration
from rapport.interactions.models import Mailbox, OurAddress
from rapport.platform.access.models import Team
from tests.dovecot import PASSWORD, Dovecot
from tests.factories.cast import Cast
from tests.factories.letters import letter
from tests.factories.mailboxes import catch_up
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db


def form(server: Dovecot, **more: str) -> dict[str, str]:
    return {
        "address": "owner@ours.example", "name": "Owner", "password": PASSWORD, "audience": "participants",
        "detail": "everything", "imap_host": "localhost", "imap_port": str(server.tls_port), "imap_security": "tls",
        "smtp_host": "", "username": "owner@ours.example", **more,
    }  # fmt: skip


def test_it_is_tried_before_it_is_kept_and_its_password_is_nowhere(
    cast: Cast, server: Dovecot, sign_in: SignIn
) -> None:
    client = sign_in(cast.owner)
    for wrong, field in (
        ({"password": "no"}, "password"), ({"imap_host": "nowhere.invalid"}, "imap_host"),
        ({"imap_port": "70000"}, "imap_port"), ({"imap_port": "x"}, "imap_port"), ({"password": ""}, "password"),
        ({"imap_host": "169.254.169.254"}, "imap_host"), ({"address": cast.mate.email}, "address"),
        ({"smtp_host": "nowhere.invalid"}, "smtp_host"), ({"audience": "nobody"}, "audience"),
    ):  # fmt: skip
        answer = client.post("/settings/mailboxes/new", form(server, **wrong))
        assert answer.status_code == 422
        assert f'id="problem-{field}"' in answer.content.decode(), (wrong, answer.content.decode())
        assert PASSWORD not in answer.content.decode()
    assert not Mailbox.objects.exists()
    assert client.post("/settings/mailboxes/new", form(server)).status_code == 302
    made = Mailbox.objects.get()
    assert made.read_secret() == PASSWORD
    assert (made.owner, made.archive.owner, made.archive.audience) == (cast.owner, cast.owner, "participants")
    again = client.post("/settings/mailboxes/new", form(server))
    assert "connected already" in again.content.decode()
    made.is_paused = True
    made.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{PASSWORD}%"])
            assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT changed::text FROM history_change WHERE record_table = 'interactions_mailbox'")
        assert "secret" not in str(cursor.fetchall())


def test_another_server_is_never_told_the_password_that_was_kept(cast: Cast, server: Dovecot, sign_in: SignIn) -> None:
    sign_in(cast.owner).post("/settings/mailboxes/new", form(server))
    made = Mailbox.objects.get()
    address = f"/settings/mailboxes/{made.pk}/access"
    elsewhere = form(server, password="", imap_host="127.0.0.1")
    assert sign_in(cast.administrator).post(address, elsewhere).status_code == 422
    assert sign_in(cast.mate).post(address, form(server)).status_code == 404
    assert Mailbox.objects.get().imap_host == "localhost"
    assert sign_in(cast.owner).post(address, form(server, username="other@ours.example")).status_code == 302
    assert Mailbox.objects.get().username == "other@ours.example"


def test_a_shared_one_is_an_administrators_and_its_team_sees_how_it_stands(
    cast: Cast, server: Dovecot, sign_in: SignIn
) -> None:
    team = Team.objects.create(name="Service")
    cast.mate.team = team
    cast.mate.save()
    shared = form(
        server,
        address="support@ours.example",
        username="support@ours.example",
        is_shared="true",
        team=str(team.pk),
        audience="team",
    )
    assert sign_in(cast.owner).post("/settings/mailboxes/new", shared).status_code == 403
    assert sign_in(cast.administrator).post("/settings/mailboxes/new", shared).status_code == 302
    made = Mailbox.objects.get()
    assert (made.owner, made.archive.owner, made.archive.team) == (None, None, team)
    assert OurAddress.objects.get(address="support@ours.example").confirmed
    page = f"/settings/mailboxes/{made.pk}"
    assert sign_in(cast.mate).get(page).status_code == 200
    assert sign_in(cast.mate).post(f"{page}/pause").status_code in (403, 404)
    assert sign_in(cast.outsider).get(page).status_code == 404
    server.deliver("support@ours.example", [letter("a@else.example", "support@ours.example", "When?", subject="Help")])
    catch_up(made)
    mates = sign_in(cast.mate).get("/inbox/?whose=all&box=us").content.decode()
    assert "Help" in mates
    assert "Help" not in sign_in(cast.outsider).get("/inbox/?whose=all&box=us").content.decode()


def test_folders_are_chosen_and_it_is_paused_and_disconnected(cast: Cast, server: Dovecot, sign_in: SignIn) -> None:
    client = sign_in(cast.owner)
    client.post("/settings/mailboxes/new", form(server))
    made = Mailbox.objects.get()
    catch_up(made)
    page, inbox, version = f"/settings/mailboxes/{made.pk}", made.folders.get(role="inbox"), made.version
    assert "Up to date" in client.get(page).content.decode()
    client.post(f"{page}/folders", {"folder": str(made.folders.get(role="drafts").pk)})
    assert set(made.folders.filter(is_followed=True).values_list("role", flat=True)) == {"drafts"}
    assert Mailbox.objects.get().version > version
    assert not type(inbox).objects.get(pk=inbox.pk).is_followed
    client.post(f"{page}/pause")
    assert "Paused" in client.get(page).content.decode()
    bad = client.post(page, {"name": "x", "signature": "", "per_minute": "many"})
    assert bad.status_code == 422
    client.post(f"{page}/remove")
    assert client.get(page).status_code == 404
    client.post(f"{page}/restore")
    assert client.get(page).status_code == 200


CONFIGURATION = b"""<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="p.example">
<incomingServer type="pop3">
<hostname>pop.p.example</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap">
<hostname>plain.p.example</hostname><port>143</port><socketType>plain</socketType></incomingServer>
<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.p.example</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username></outgoingServer></emailProvider></clientConfig>"""


def test_a_domains_own_words_about_its_servers_are_read() -> None:
    found = read_configuration(CONFIGURATION, "ann@p.example")
    assert found
    assert (found.imap.host, found.imap.port, found.imap.security, found.imap.username) == (
        "imap.p.example",
        993,
        "tls",
        "ann",
    )
    assert found.smtp
    assert (found.smtp.host, found.smtp.port, found.smtp.security) == ("smtp.p.example", 587, "starttls")
    assert found.smtp.username == "ann@p.example"
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><clientConfig>&a;</clientConfig>'
    for bad in (b"", b"no", bomb, b"<clientConfig/>"):
        assert read_configuration(bad, "ann@p.example") is None
