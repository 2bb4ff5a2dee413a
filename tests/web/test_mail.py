"""Writing e-mail in the pages: replies, drafts, sending and taking back."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rapport.interactions.models import Attachment, Conversation, Interaction, OutgoingMessage
from rapport.interactions.sending.queueing import send
from rapport.parties.models import Party
from rapport.platform.access.actors import actor_for
from rapport.platform.files.models import File
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.factories.outgoing import make_draft, make_mailbox
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
State = OutgoingMessage.State
JONAS = "Jonas Okafor <jonas@okafor.example>"


def asked(cast: Cast) -> Interaction:
    """What came to the owner's mailbox, with a file; the owner sees all."""
    we_are(owner=cast.owner)
    mailbox = make_mailbox("owner@ours.example", cast.owner, signature="Owner\nOurs & Co")
    raw = letter(
        JONAS, "owner@ours.example, support@ours.example", "When does <it> come?", id_="asked", subject="AW: Delivery",
        cc="Ada <ada@okafor.example>",
    )  # fmt: skip
    file(mailbox.archive, [raw])
    Party.objects.update(owner=cast.owner)
    return Interaction.objects.get()


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_a_reply_to_all_begins_with_whom_and_what_it_answers(cast: Cast, sign_in: SignIn) -> None:
    said, client = asked(cast), sign_in(cast.owner)
    offered = client.get(f"/mail/offer?conversation={said.conversation_id}").content.decode()
    assert f'action="/mail/reply/{said.pk}"' in offered
    page = client.post(f"/mail/reply/{said.pk}", {"kind": "all"}, follow=True).content.decode()
    draft = OutgoingMessage.objects.get()
    assert value_of(page, "to") == "Jonas Okafor <jonas@okafor.example>, support@ours.example"
    assert value_of(page, "cc") == "Ada <ada@okafor.example>"
    assert value_of(page, "subject") == "Re: Delivery"
    assert draft.html.startswith("<p><br></p><p>-- <br>Owner<br>Ours &amp; Co</p>")
    assert '<blockquote type="cite"><p>When does &lt;it&gt; come?</p></blockquote>' in draft.html


def test_an_answer_goes_where_its_writer_wants_it(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner)
    mailbox = make_mailbox("owner@ours.example", cast.owner)
    by_form = letter("form@shop.example", "owner@ours.example", "When?", Reply_To="Jonas <jonas@okafor.example>")
    file(mailbox.archive, [by_form])
    Party.objects.update(owner=cast.owner)
    sign_in(cast.owner).post(f"/mail/reply/{Interaction.objects.get().pk}", {"kind": "reply"})
    assert OutgoingMessage.objects.get().to == "Jonas <jonas@okafor.example>"


def test_what_is_typed_is_kept_and_sent(cast: Cast, sign_in: SignIn) -> None:
    said, client = asked(cast), sign_in(cast.owner)
    client.post(f"/mail/reply/{said.pk}", {"kind": "reply"})
    draft = OutgoingMessage.objects.get()
    base = f"/mail/{draft.pk}"
    html = '<p onclick="x()">Monday<script>alert(1)</script></p><img src=x>'
    typed = {"to": "jonas@", "subject": "Re: Delivery", "html": html, "version": "1", "mailbox": str(draft.mailbox_id)}
    answer = client.post(f"{base}/save", typed, HTTP_HX_REQUEST="true")
    assert answer.json() == {"version": 2}
    assert client.post(f"{base}/save", typed, HTTP_HX_REQUEST="true").status_code == 412
    draft.refresh_from_db()
    assert (draft.to, draft.html) == ("jonas@", "<p>Monday</p>")
    refused = client.post(f"{base}/send", typed | {"version": "2"})
    assert refused.status_code == 422 and "“jonas@” is no e-mail address." in unescape(refused.content.decode())
    typed |= {"to": "jonas@okafor.example", "version": "3"}
    page = client.post(f"{base}/send", typed, follow=True)
    assert page.redirect_chain[0][0].startswith(f"/inbox/{said.conversation_id}/")
    assert f'action="{base}/cancel"' in page.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.waiting) == (State.QUEUED, ["jonas@okafor.example"])
    assert client.post(f"{base}/save", typed | {"version": "4"}).status_code in (409, 412)
    back = client.post(f"{base}/cancel", follow=True)
    assert back.redirect_chain[0][0] == f"{base}/"
    assert OutgoingMessage.objects.get().state == State.DRAFT


def test_a_time_to_send_at_is_the_writers(cast: Cast, sign_in: SignIn) -> None:
    draft = make_draft(cast.owner, make_mailbox("owner@ours.example", cast.owner))
    client = sign_in(cast.owner)
    typed = {"to": draft.to, "html": draft.html, "when": "later"}
    assert client.post(f"/mail/{draft.pk}/send", typed | {"at": "2020-01-01T08:00"}).status_code == 422
    client.post(f"/mail/{draft.pk}/send", typed | {"at": "2027-01-01T08:00"})
    draft.refresh_from_db()
    assert draft.send_at and draft.send_at.isoformat().startswith("2027-01-01T08:00")


def test_what_is_passed_on_takes_its_files_along(cast: Cast, sign_in: SignIn) -> None:
    said, client = asked(cast), sign_in(cast.owner)
    Attachment.objects.create(
        interaction=said, name="Offer.pdf", content_type="application/pdf", size=3, digest=bytes(32)
    )
    client.post(f"/mail/reply/{said.pk}", {"kind": "forward"})
    draft = OutgoingMessage.objects.get()
    assert (draft.to, draft.subject, draft.is_forward) == ("", "Fwd: Delivery", True)
    assert list(File.objects.filter(record_id=draft.pk).values_list("name", "size")) == [("Offer.pdf", 3)]


def test_a_draft_is_its_authors_until_it_is_shared(cast: Cast, sign_in: SignIn) -> None:
    shared = make_mailbox(team=cast.owner.team)
    draft = make_draft(cast.owner, shared)
    assert sign_in(cast.mate).get(f"/mail/{draft.pk}/").status_code == 404
    assert sign_in(cast.administrator).get(f"/mail/{draft.pk}/").status_code == 404
    assert sign_in(cast.owner).get(f"/mail/{draft.pk}/").status_code == 200


def test_nothing_is_offered_without_a_mailbox(cast: Cast, sign_in: SignIn) -> None:
    said = asked(cast)
    make_mailbox(team=cast.mate.team)
    assert sign_in(cast.outsider).get("/mail/offer?party=").status_code == 204
    assert sign_in(cast.outsider).post("/mail/new").status_code == 409
    assert sign_in(cast.mate).post(f"/mail/reply/{said.pk}", {"kind": "reply"}).status_code == 404
    assert not OutgoingMessage.objects.exists()


def test_recipients_are_found_among_those_whom_one_may_see(cast: Cast, sign_in: SignIn) -> None:
    owner = actor_for(cast.owner, "page")
    verbs.create(RESOURCES["people"], {"name": 'Jürgen "Jo" Okafor', "email": "jo@okafor.example"}, actor=owner)
    found = unescape(sign_in(cast.owner).get("/mail/recipients?q=okaf").content.decode())
    assert 'data-written=""Jürgen Jo Okafor" <jo@okafor.example>"' in found
    assert "okafor" not in sign_in(cast.outsider).get("/mail/recipients?q=okaf").content.decode()


def test_what_is_held_stands_beside_its_conversation(cast: Cast, sign_in: SignIn) -> None:
    said, client = asked(cast), sign_in(cast.owner)
    client.post(f"/mail/reply/{said.pk}", {"kind": "reply"})
    draft = OutgoingMessage.objects.get()
    send([draft.pk], actor=cast.actor("owner"))
    OutgoingMessage.objects.update(state=State.UNKNOWN)
    offered = client.get(f"/mail/offer?conversation={said.conversation_id}").content.decode()
    assert "nobody knows whether it left" in offered and f'action="/mail/{draft.pk}/it_left"' in offered
    client.post(f"/mail/{draft.pk}/it_left")
    draft.refresh_from_db()
    assert draft.state == State.SENT and draft.interaction
    assert draft.interaction.conversation_id == Conversation.objects.get().pk


def test_another_department_that_writes_to_them_is_named(cast: Cast, sign_in: SignIn) -> None:
    we_are(owner=cast.owner, mate=cast.mate, outsider=cast.outsider)
    box = make_mailbox("owner@ours.example", cast.owner)
    draft = make_draft(cast.owner, box, "Jonas <jonas@okafor.example>")

    def warned() -> str:
        return unescape(sign_in(cast.owner).get(f"/mail/{draft.pk}/elsewhere").content.decode())

    def wrote(who: str, subject: str, hours_ago: float = 24, **archive: object) -> None:
        raw = letter(f"{who}@ours.example", JONAS, "We shall come on Friday", subject=subject, hours_ago=hours_ago)
        file(archive_of(getattr(cast, who), **archive), [raw])  # type: ignore[arg-type]
        Party.objects.update(owner=cast.owner)

    wrote("mate", "Of our own department", audience="everyone")
    wrote("outsider", "Long ago", hours_ago=8 * 24, audience="everyone")
    wrote("outsider", "Between the two of us")
    assert warned().strip() == ""
    wrote("outsider", "Of which one knows no more", hours_ago=20, audience="everyone", detail=0)
    assert "A colleague" in warned() and "Of which" not in warned() and "Outsider" not in warned()
    wrote("outsider", "Prices", hours_ago=2, audience="everyone")
    assert "Outsider, South" in warned() and ">Prices</a>" in warned()
