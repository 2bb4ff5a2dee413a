"""Everything that leaves, leaves once, by a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.utils import timezone

from rapport.interactions.models import Interaction, Mailbox, OutgoingMessage
from rapport.interactions.sending import transmission
from rapport.interactions.sending.outbox import recover
from rapport.interactions.sending.queueing import cancel, it_left, send, send_again
from rapport.interactions.sending.sender import send_due
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import Team
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound
from rapport.platform.files import store
from rapport.platform.files.incoming import Content, Incoming, put_on
from rapport.platform.notifications.models import Notification
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast
from tests.factories.jobs import work
from tests.factories.letters import archive_of, file, letter, we_are
from tests.factories.outgoing import make_draft, make_mailbox
from tests.smtp import Sink, point_at, smtp_sink

State = OutgoingMessage.State
JONAS, ADA = "jonas@okafor.example", "ada@okafor.example"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as made:
        yield made


@pytest.fixture
def mailbox(cast: Cast, sink: Sink) -> Mailbox:
    we_are(owner=cast.owner)
    made = make_mailbox(keeps_copies=False)
    point_at(made, sink)
    return made


@pytest.fixture
def draft(cast: Cast, mailbox: Mailbox) -> OutgoingMessage:
    return make_draft(cast.owner, mailbox)


def ready(message: OutgoingMessage, actor: Actor) -> OutgoingMessage:
    """Sent, and its ten seconds over."""
    send([message.pk], actor=actor)
    return due(message)


def due(message: OutgoingMessage) -> OutgoingMessage:
    OutgoingMessage.objects.filter(pk=message.pk).update(send_at=timezone.now())
    message.refresh_from_db()
    return message


def tried(message: OutgoingMessage) -> OutgoingMessage:
    assert message.mailbox_id
    assert send_due(message.mailbox_id) == 1
    message.refresh_from_db()
    return message


def told(message: OutgoingMessage) -> int:
    return Notification.objects.filter(record_id=message.pk, kind="unsent").count()


def test_a_message_leaves_once_and_stands_in_its_conversation(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    question = letter(JONAS, "support@ours.example", "When does it come?", id_="asked", subject="Delivery")
    file(mailbox.archive, [question])
    asked = Interaction.objects.get()
    draft = make_draft(
        cast.administrator, mailbox, f'"Okafor, Jonas" <{JONAS}>; {ADA}', bcc="mara@ours.example", answers=asked,
        subject="Re: Delivery\r\nBcc: evil@elsewhere.example",
    )  # fmt: skip
    assert tried(ready(draft, cast.actor("administrator"))).state == State.SENT
    assert send_due(mailbox.pk) == 0
    (kept,) = sink.kept
    assert kept.recipients == [JONAS, ADA, "mara@ours.example"]
    read = message_from_bytes(kept.raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["From"] == "Support <support@ours.example>"
    assert read["To"] == f'"Okafor, Jonas" <{JONAS}>, {ADA}'
    assert (read["Bcc"], b"mara@" in kept.raw) == (None, False)
    assert read["Subject"] == "Re: Delivery Bcc: evil@elsewhere.example"
    assert read["In-Reply-To"] == read["References"] == "<asked@test.example>"
    assert read["Message-ID"] == f"<{draft.message_id}>" and draft.message_id.endswith("@ours.example")
    plain, html = read.iter_parts()
    assert isinstance(plain, EmailMessage) and isinstance(html, EmailMessage)
    assert plain.get_content().strip() == "On Monday." and "<b>Monday</b>" in html.get_content()
    filed = Interaction.objects.get(message_id=draft.message_id)
    assert draft.interaction_id == filed.pk
    assert (filed.conversation_id, filed.direction) == (asked.conversation_id, "out")
    file(mailbox.archive, [kept.raw])  # as it comes back from the mailbox
    assert Interaction.objects.count() == 2


def test_no_name_and_no_subject_becomes_a_header(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    """An encoded word (RFC 2047) may hold line ends, and a stranger's subject comes back in its answer."""
    evil = "=?utf-8?q?hello=0d=0aReply-To:_evil@elsewhere.example=0d=0a=0d=0aOther_text?="
    draft = make_draft(cast.administrator, mailbox, f'"{evil}" <{JONAS}>', subject=f"Re: {evil}")
    content = Content(store.put(b"x"), 1, "application/octet-stream")
    put_on("outgoing_messages", draft.pk, f"{evil}.txt", content, actor=cast.actor("administrator"))
    tried(ready(draft, cast.actor("administrator")))
    read = message_from_bytes(sink.kept[0].raw, policy=policy.default)
    assert read["Reply-To"] is None
    assert "elsewhere" in read["Subject"]
    assert "Monday" in str(read.get_body(("plain",)))


def test_whoever_lost_the_right_to_a_mailbox_sends_nothing_from_it(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    scheduled, failed = (make_draft(cast.mate, mailbox, subject=name) for name in ("scheduled", "failed"))
    send([scheduled.pk, failed.pk], actor=cast.actor("mate"))
    OutgoingMessage.objects.update(send_at=timezone.now())
    OutgoingMessage.objects.filter(pk=failed.pk).update(state=State.FAILED)
    mailbox.team = Team.objects.create(name="Elsewhere")
    mailbox.save()
    assert send_due(mailbox.pk) == 0
    scheduled.refresh_from_db()
    assert (scheduled.state, told(scheduled), sink.kept) == (State.FAILED, 1, [])
    with pytest.raises(Invalid):
        send_again([failed.pk], actor=cast.actor("mate"))


def test_what_is_about_to_leave_is_not_thrown_away(cast: Cast, draft: OutgoingMessage, sink: Sink) -> None:
    actor = cast.actor("owner")
    send([draft.pk], actor=actor)
    with pytest.raises((NotFound, Forbidden)):
        verbs.trash(RESOURCES["outgoing_messages"], [draft.pk], actor=actor)
    cancel([draft.pk], actor=actor)
    verbs.trash(RESOURCES["outgoing_messages"], [draft.pk], actor=actor)


def test_within_ten_seconds_it_is_taken_back(cast: Cast, draft: OutgoingMessage, sink: Sink) -> None:
    actor = cast.actor("owner")
    send([draft.pk], actor=actor)
    assert send_due(draft.mailbox_id) == 0  # type: ignore[arg-type]  # its time hasn't come
    cancel([draft.pk], actor=actor)
    due(draft)
    assert send_due(draft.mailbox_id) == 0  # type: ignore[arg-type]
    assert (draft.state, sink.kept) == (State.DRAFT, [])
    assert tried(ready(draft, actor)).state == State.SENT
    with pytest.raises(Conflict):
        cancel([draft.pk], actor=actor)
    with pytest.raises(Conflict):
        send([draft.pk], actor=actor)
    assert len(sink.kept) == 1


def test_what_cant_be_sent_says_so(cast: Cast, draft: OutgoingMessage, sink: Sink) -> None:
    owner, elsewhere = cast.actor("owner"), make_mailbox("other@ours.example", cast.mate)
    for changes, field in (
        ({"to": "Jonas"}, "to"),
        ({"to": JONAS, "cc": f"{ADA}, nobody@"}, "cc"),
        ({"to": " , "}, "to"),
        ({"mailbox": elsewhere}, "mailbox"),
    ):
        OutgoingMessage.objects.filter(pk=draft.pk).update(**changes)
        with pytest.raises(Invalid) as problem:
            send([draft.pk], actor=owner)
        assert list(problem.value.fields) == [field]
        OutgoingMessage.objects.filter(pk=draft.pk).update(to=JONAS, cc="", mailbox=draft.mailbox)
    draft.refresh_from_db()
    assert (draft.state, draft.raw_digest) == (State.DRAFT, None)


def test_a_reply_is_only_to_what_its_writer_may_read(cast: Cast, draft: OutgoingMessage) -> None:
    file(archive_of(cast.mate), [letter(JONAS, "mate@ours.example", "Between us", id_="secret")])
    OutgoingMessage.objects.filter(pk=draft.pk).update(answers=Interaction.objects.get())
    with pytest.raises(NotFound):
        send([draft.pk], actor=cast.actor("owner"))
    assert OutgoingMessage.objects.get(pk=draft.pk).state == State.DRAFT


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_is_tried_again_with_the_same_bytes(
    cast: Cast, draft: OutgoingMessage, sink: Sink, stage: str
) -> None:
    sink.answers[stage] = "451 4.7.1 Not yet"
    row = tried(ready(draft, cast.actor("owner")))
    assert (row.state, row.answer, row.sent_at, told(row)) == (State.QUEUED, "451 4.7.1 Not yet", None, 0)
    assert row.send_at and timedelta(seconds=50) < row.send_at - timezone.now() <= timedelta(minutes=1)
    sink.answers.clear()
    digest = row.raw_digest
    assert tried(due(row)).state == State.SENT
    assert (row.raw_digest, len(sink.kept)) == (digest, 1)


def test_after_two_days_of_not_yet_its_author_is_told(cast: Cast, draft: OutgoingMessage, sink: Sink) -> None:
    sink.answers["RCPT"] = "450 Full"
    ready(draft, cast.actor("owner"))
    OutgoingMessage.objects.update(queued_at=timezone.now() - timedelta(days=2, minutes=1))
    row = tried(draft)
    assert (row.state, row.refused, row.waiting, told(row)) == (State.FAILED, {JONAS: "450 Full"}, [], 1)
    sink.answers.clear()
    send_again([row.pk], actor=cast.actor("owner"))
    assert tried(due(row)).state == State.SENT


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_refusal_for_good_is_told_in_the_servers_words(
    cast: Cast, draft: OutgoingMessage, sink: Sink, stage: str
) -> None:
    sink.answers[stage] = "550 5.1.1 No such mailbox"
    row = tried(ready(draft, cast.actor("owner")))
    assert (row.state, row.refused, told(row)) == (State.FAILED, {JONAS: "550 5.1.1 No such mailbox"}, 1)
    assert not Interaction.objects.exists()


def test_of_several_recipients_each_gets_it_once(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    draft = make_draft(cast.owner, mailbox, f"{JONAS}, {ADA}, gone@okafor.example")
    sink.answers |= {ADA: "450 4.2.1 Later", "gone@okafor.example": "550 5.1.1 Gone"}
    row = tried(ready(draft, cast.actor("owner")))
    assert (row.state, row.waiting, row.refused) == (State.QUEUED, [ADA], {"gone@okafor.example": "550 5.1.1 Gone"})
    assert told(row) == 1 and Interaction.objects.count() == 1
    sink.answers.pop(ADA)
    assert tried(due(row)).state == State.SENT
    assert [kept.recipients for kept in sink.kept] == [[JONAS], [ADA]]
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
def test_a_line_that_is_cut_before_the_data_is_tried_again(
    cast: Cast, draft: OutgoingMessage, sink: Sink, stage: str
) -> None:
    sink.cuts = stage
    row = tried(ready(draft, cast.actor("owner")))
    assert (row.state, told(row), sink.kept) == (State.QUEUED, 0, [])


def test_a_line_that_is_cut_after_the_data_leaves_what_nobody_knows(
    cast: Cast, draft: OutgoingMessage, sink: Sink
) -> None:
    sink.cuts = "DATA"
    row = tried(ready(draft, cast.actor("owner")))
    assert (row.state, row.waiting, told(row)) == (State.UNKNOWN, [JONAS], 1)
    sink.cuts = ""
    recover()
    due(row)
    assert send_due(row.mailbox_id) == 0  # type: ignore[arg-type]
    assert len(sink.kept) == 1
    work()
    file(row.mailbox.archive, [sink.kept[0].raw])  # type: ignore[union-attr]  # it turns up in the mailbox
    work()
    row.refresh_from_db()
    assert (row.state, row.waiting, row.sent_at) == (State.SENT, [], row.data_at)
    assert row.interaction_id == Interaction.objects.get().pk


def test_a_person_says_what_became_of_it(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    actor, sink.cuts = cast.actor("owner"), "DATA"
    left, lost = (tried(ready(make_draft(cast.owner, mailbox, subject=name), actor)) for name in ("left", "lost"))
    sink.cuts = ""
    it_left([left.pk], actor=actor)
    left.refresh_from_db()
    assert left.state == State.SENT and left.interaction is not None
    send_again([lost.pk], actor=actor)
    assert tried(due(lost)).state == State.SENT
    assert len(sink.kept) == 3
    with pytest.raises(Conflict):
        send_again([lost.pk], actor=actor)


def test_a_server_that_never_answers_the_end_of_the_data(
    cast: Cast, draft: OutgoingMessage, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transmission, "LAST_SECONDS", 0.2)
    sink.stops = "DATA"
    row = tried(ready(draft, cast.actor("owner")))
    assert row.state == State.UNKNOWN and row.answer.endswith("timed out")


@pytest.mark.parametrize(("said", "state"), [("garbage", State.UNKNOWN), ("750 what", State.UNKNOWN)])
def test_an_answer_to_the_data_that_means_nothing(
    cast: Cast, draft: OutgoingMessage, sink: Sink, said: str, state: str
) -> None:
    sink.answers["DATA"] = said
    assert tried(ready(draft, cast.actor("owner"))).state == state


def test_where_no_server_is_or_the_password_is_wrong_it_waits(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    mailbox.keep_secret("wrong")
    mailbox.save()
    row = tried(ready(make_draft(cast.owner, mailbox), cast.actor("owner")))
    assert row.state == State.QUEUED and row.answer.startswith("SignInRefused")
    mailbox.smtp_port = 1
    mailbox.save()
    assert tried(due(row)).state == State.QUEUED
    assert row.answer.startswith("ConnectionRefusedError")


def test_a_mailbox_has_a_pace(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    mailbox.per_minute = 2
    mailbox.save()
    rows = [ready(make_draft(cast.owner, mailbox, subject=f"{each}"), cast.actor("owner")) for each in range(3)]
    assert send_due(mailbox.pk) == 2
    assert send_due(mailbox.pk) == 0
    assert sink.connections == 1
    OutgoingMessage.objects.filter(pk=rows[0].pk).update(claimed_at=timezone.now() - timedelta(seconds=61))
    assert send_due(mailbox.pk) == 1
    assert len({kept.message_id for kept in sink.kept}) == len(sink.kept) == 3


def test_from_a_mailbox_that_is_paused_nothing_leaves(cast: Cast, mailbox: Mailbox, sink: Sink) -> None:
    draft = ready(make_draft(cast.owner, mailbox), cast.actor("owner"))
    Mailbox.objects.update(is_paused=True)
    assert (send_due(mailbox.pk), sink.kept) == (0, [])
    Mailbox.objects.update(is_paused=False)
    assert tried(draft).state == State.SENT


def test_files_go_along_within_what_servers_take(cast: Cast, draft: OutgoingMessage, sink: Sink) -> None:
    actor = actor_for(cast.owner, "page")
    with Incoming() as coming:
        coming.write(b"%PDF-1.7 offer")
        put_on("outgoing_messages", draft.pk, "Über.pdf", coming.keep(), actor=actor)
    assert tried(ready(draft, actor)).state == State.SENT
    read = message_from_bytes(sink.kept[0].raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    (enclosed,) = read.iter_attachments()
    assert isinstance(enclosed, EmailMessage)
    assert (enclosed.get_filename(), enclosed.get_content()) == ("Über.pdf", b"%PDF-1.7 offer")
