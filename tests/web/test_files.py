"""What came with a message, and the source that runs here."""

from __future__ import annotations

import tarfile
from email.message import EmailMessage
from io import BytesIO

import pytest
from django.test import Client

from rapport.interactions.models import Attachment, Interaction
from rapport.platform.files import store
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "jonas@okafor.example", "mara@ours.example"
    message["Subject"], message["Message-ID"] = "Plan", "<plan@test.example>"
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0000"
    message.set_content("See the plan")
    message.add_alternative(
        '<p>See <img src="cid:logo"> <img src="https://elsewhere.example/spy.png"> <script>alert(1)</script></p>',
        subtype="html",
    )
    message.get_payload()[1].add_related(PIXEL, "image", "png", cid="<logo>")  # type: ignore[index, union-attr]
    message.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../plan.html")
    return message.as_bytes()


@pytest.fixture
def plan(cast: Cast) -> Interaction:
    we_are(mara=cast.owner)
    file(archive_of(cast.owner), [mail()])
    found: Interaction = Interaction.objects.get()
    return found


def test_an_attachment_is_saved_and_never_shown(cast: Cast, plan: Interaction, sign_in: SignIn) -> None:
    attachment = Attachment.objects.get(is_inline=False)
    response = sign_in(cast.owner).get(f"/attachments/{attachment.pk}")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="plan.html"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_what_an_early_version_stored_is_found_where_it_put_it(cast: Cast, plan: Interaction, sign_in: SignIn) -> None:
    attachment = Attachment.objects.get(is_inline=False)
    path = store.path_of(bytes(attachment.digest))
    earlier = path.parent / path.name[2:4] / path.name
    earlier.parent.mkdir(exist_ok=True)
    path.rename(earlier)
    response = sign_in(cast.owner).get(f"/attachments/{attachment.pk}")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    earlier.unlink()
    assert sign_in(cast.owner).get(f"/attachments/{attachment.pk}").status_code == 404


def test_an_attachment_is_absent_for_who_may_not_read_it(cast: Cast, plan: Interaction, sign_in: SignIn) -> None:
    attachment = Attachment.objects.first()
    assert attachment is not None
    for user in (cast.mate, cast.outsider, cast.administrator):
        assert sign_in(user).get(f"/attachments/{attachment.pk}").status_code == 404


def test_a_messages_html_shows_what_came_with_it_and_loads_nothing_else(
    cast: Cast, plan: Interaction, sign_in: SignIn
) -> None:
    client = sign_in(cast.owner)
    shut = client.get(f"/messages/{plan.pk}/html")
    text = shut.content.decode()
    assert "data:image/png;base64," in text
    assert "<script" not in text
    assert ' src="https://elsewhere' not in text
    assert "sandbox" in shut["Content-Security-Policy"]
    assert "https:" not in shut["Content-Security-Policy"]
    opened = client.get(f"/messages/{plan.pk}/html?images=true")
    assert ' src="https://elsewhere.example/spy.png"' in opened.content.decode()


def test_whoever_uses_it_gets_its_source(cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.mate).get("/source")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        names = set(archive.getnames())
    assert "rapport-0.1.0/rapport/web/source.py" in names
    assert "rapport-0.1.0/LICENSE" in names
    assert not any("node_modules" in name or "/dist/" in name for name in names)
    assert Client().get("/source").status_code == 302


def test_an_image_that_is_named_a_thousand_times_makes_no_page_of_gigabytes(cast: Cast, sign_in: SignIn) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = (
        "eve@else.example",
        "mara@ours.example",
        "<bomb@test.example>",
    )
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0000"
    message.set_content("See")
    message.add_alternative('<p><img src="cid:big"></p>' * 1_000, subtype="html")
    message.get_payload()[1].add_related(PIXEL * 4_000, "image", "png", cid="<big>")  # type: ignore[index, union-attr]
    we_are(mara=cast.owner)
    file(archive_of(cast.owner), [message.as_bytes()])
    shown = sign_in(cast.owner).get(f"/messages/{Interaction.objects.get().pk}/html")
    assert shown.status_code == 200
    assert len(shown.content) < 10_000_000
