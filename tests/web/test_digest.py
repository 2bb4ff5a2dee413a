"""The mail of the morning: to whom it is morning, once, of what they haven't read; and its end without signing in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import get_connection
from django.test import Client
from django.utils import timezone

from rapport.interactions.models import Task
from rapport.platform.access.house import furnish
from rapport.platform.access.models import User
from rapport.platform.notifications.digests import begin_mornings, way_out
from rapport.platform.notifications.models import Kind, Notification, Unmailed
from rapport.platform.notifications.telling import Word, mute, tell
from rapport.web.digest import mornings, send_digest
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting
from tests.mail_sink import mail_sink
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
SIX_UTC = datetime(2031, 2, 3, 6, 5, tzinfo=UTC)


def give(cast: Cast, title: str = "Call the <yard>") -> None:
    task = add(cast.owner, "tasks", title=title, owner=str(cast.mate.pk))
    tell([Word(cast.mate.pk, Kind.ASSIGNED, "tasks", task.pk, "given", cast.owner.pk)])
    Notification.objects.update(at=SIX_UTC - timedelta(hours=3))


def in_berlin(cast: Cast) -> None:
    cast.mate.time_zone = "Europe/Berlin"
    cast.mate.save()


def morning(at: datetime = SIX_UTC) -> list[str]:
    """What is sent when a job looks then."""
    before = len(mail.outbox)
    begin_mornings(at)
    do_waiting("notifications.digest")
    return [str(each.to[0]) for each in mail.outbox[before:]]


def test_it_comes_once_in_the_morning_of_where_one_is_and_tells_what_is_unread(cast: Cast) -> None:
    in_berlin(cast)
    give(cast)
    assert morning(SIX_UTC - timedelta(minutes=10)) == []
    assert morning() == ["mate@ours.example"]
    assert morning(SIX_UTC + timedelta(minutes=10)) == []
    assert morning(SIX_UTC + timedelta(days=1)) == []
    give(cast, "Something else")
    Notification.objects.update(at=SIX_UTC + timedelta(days=1, hours=2))
    assert morning(SIX_UTC + timedelta(days=2)) == ["mate@ours.example"]


def test_a_job_that_is_done_again_sends_nothing_again(cast: Cast) -> None:
    in_berlin(cast)
    give(cast)
    morning()
    send_digest(str(cast.mate.pk), "2031-02-03", (SIX_UTC - timedelta(days=1)).isoformat(), SIX_UTC.isoformat())
    assert len(mail.outbox) == 1


def test_nothing_is_sent_of_what_is_read_unwanted_or_no_longer_theirs_to_see(cast: Cast) -> None:
    in_berlin(cast)
    give(cast)
    mute(cast.actor("mate"), [Kind.ASSIGNED], Unmailed)
    assert morning() == []
    mute(cast.actor("mate"), [], Unmailed)
    Notification.objects.update(read_at=timezone.now(), at=SIX_UTC + timedelta(hours=20))
    assert morning(SIX_UTC + timedelta(days=1)) == []


def test_nothing_is_told_of_what_is_theirs_no_longer(cast: Cast) -> None:
    in_berlin(cast)
    give(cast)
    Task.objects.update(deleted_at=timezone.now())
    assert morning() == []


def test_no_mail_server_no_mail(cast: Cast, settings: LazySettings) -> None:
    settings.SENDS_MAIL = False
    User.objects.update(time_zone=where_it_is(21))
    User.objects.filter(pk=cast.mate.pk).update(time_zone=where_it_is(9))
    give(cast)
    mornings()
    assert do_waiting("notifications.digest") == 0
    settings.SENDS_MAIL = True
    mornings()
    assert do_waiting("notifications.digest") == 1


def where_it_is(hour: int) -> str:
    """A time zone in which it is that hour now; such names have the sign the other way round (tz database)."""
    ahead = (hour - timezone.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


def test_the_mail_as_a_server_gets_it_and_its_end_by_one_click(cast: Cast, settings: LazySettings) -> None:
    in_berlin(cast)
    give(cast)
    settings.SITE = "https://crm.example"
    furnish(name="Fennimore Works")
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        assert get_connection().port == sink.port  # type: ignore[attr-defined]
        begin_mornings(SIX_UTC)
        do_waiting("notifications.digest")
    (letter,) = sink.letters
    assert letter["From"].startswith("Fennimore Works <")
    way = letter["List-Unsubscribe"].strip(" <>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (letter["Subject"], letter["To"]) == ("One thing to know", "mate@ours.example")
    plain, html = (part.get_content() for part in letter.iter_parts())
    assert "Owner gave you this: Call the <yard>" in plain
    assert "<b>Call the &lt;yard&gt;</b>" in html
    assert way.startswith("https://crm.example/notifications/unsubscribe/")
    stranger, path = Client(enforce_csrf_checks=True), way.removeprefix("https://crm.example")
    assert stranger.get(path).status_code == 200
    assert not Unmailed.objects.exists()
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert set(Unmailed.objects.values_list("user", "kind")) == {(cast.mate.pk, kind) for kind in Kind.values}
    assert stranger.post(f"{path}x").status_code == 404


def test_everybody_chooses_what_stands_in_their_mail(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.mate)
    client.post("/settings/notifications", {"kind": Kind.values, "mail": ["due"]})
    assert set(Unmailed.objects.values_list("kind", flat=True)) == {*Kind.values} - {"due"}
    assert "No mail is sent" in client.get("/settings/notifications").content.decode()


def test_a_way_out_is_nobody_elses(cast: Cast) -> None:
    assert way_out(cast.mate.pk) != way_out(cast.owner.pk)
