"""Calendar invitations: what their organizer says of a meeting, in any order; and what nobody else can."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import permutations
from typing import Any

import pytest

from rapport.interactions.actions.meetings import move_meeting
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.models import Conversation, Interaction, OurOrganization
from rapport.interactions.queries.timeline import of_conversation
from rapport.parties.models import Person
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.conversations.recurring import recurring
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import NOW, archive_of, file, we_are

pytestmark = pytest.mark.django_db

ANN, MARA, EVE = "ann@firm.example", "mara@ours.example", "eve@firm.example"
FIRST = (NOW + timedelta(days=7)).replace(hour=9, minute=0, second=0)
WESTERN = "DTSTART;TZID=W. Europe Standard Time"
ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def invitation(method: str, sequence: int = 0, *, sender: str = ANN, start: str = "", **given: str) -> bytes:
    """An iMIP message; `start` is a whole line, else a time of seven days from now, an hour later in each version."""
    organizer, invited = given.get("organizer", ANN), given.get("invited", MARA)
    at = FIRST + timedelta(hours=sequence)
    message = EmailMessage()
    message["From"], message["To"] = sender, given.get("to", MARA)
    message["Subject"] = f"{method.title()}: Contract"
    message["Date"] = format_datetime(NOW - timedelta(hours=9 - sequence))
    message["Message-ID"] = f"<{method}.{sequence}.{sender}.{given.get('answer', '')}@test.example>"
    message.set_content("See the invitation.")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", f"METHOD:{method}", *ZONE.split("\n")[:-1],
        "BEGIN:VEVENT", "UID:meeting-1@firm.example", f"SEQUENCE:{sequence}", f"DTSTAMP:20260101T0{sequence}0000Z",
        start or f"DTSTART:{at:%Y%m%dT%H%M%SZ}\r\nDTEND:{at + timedelta(minutes=45):%Y%m%dT%H%M%SZ}",
        "SUMMARY:Contract", "LOCATION:Room 4", f"ORGANIZER;CN=Ann:mailto:{organizer}",
        f"ATTENDEE;CN=Mara;PARTSTAT={given.get('answer', 'NEEDS-ACTION')}:mailto:{invited}",
        *given.get("more", "").split("|"), "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    text = "\r\n".join(each for each in lines if each) + "\r\n"
    message.add_attachment(text.encode(), maintype="text", subtype="calendar", params={"method": method})
    return message.as_bytes()


ASKED, MOVED, OFF = invitation("REQUEST"), invitation("REQUEST", 1), invitation("CANCEL", 2)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner)
    verbs.create(RESOURCES["people"], {"name": "Ann Firm", "email": ANN}, actor=made.actor("owner"))
    return made


def meeting() -> Interaction:
    found: Interaction = Interaction.objects.get(channel="meeting")
    return found


def test_an_invitation_plans_a_meeting_beside_the_mail(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    found = meeting()
    assert (found.at, found.duration_seconds, found.subject) == (FIRST, 45 * 60, "Contract")
    assert (found.is_planned, found.called_off_at, found.direction) == (True, None, "in")
    assert found.sender_id == Person.objects.get().pk
    assert found.conversation == Interaction.objects.get(channel="email").conversation
    assert found.audience == Interaction.objects.get(channel="email").audience
    people = found.participations.order_by("pk").values_list("role", "address", "user", "answer")
    assert list(people) == [("from", ANN, None, None), ("attendee", MARA, cast.owner.pk, "needs-action")]


@pytest.mark.parametrize("order", list(permutations([ASKED, MOVED, OFF])))
def test_its_organizer_moves_it_and_calls_it_off_in_any_order(cast: Cast, order: tuple[bytes, ...]) -> None:
    archive = archive_of(cast.owner)
    for each in order:
        file(archive, [each])
    assert (meeting().at, Conversation.objects.count()) == (FIRST + timedelta(hours=1), 1)
    assert meeting().called_off_at is not None
    assert meeting().is_planned


def test_a_copy_changes_nothing_and_what_a_person_moved_stays(cast: Cast) -> None:
    archive, actor, elsewhere = archive_of(cast.owner), cast.actor("owner"), FIRST + timedelta(days=1)
    file(archive, [ASKED])
    made = meeting()
    move_meeting([made.conversation_id], actor=actor, meeting=made.pk, at=elsewhere)
    file(archive_of(cast.mate), [ASKED])
    file(archive, [ASKED, invitation("REPLY", sender=MARA, to=ANN, answer="ACCEPTED")])
    assert (meeting().pk, meeting().at) == (made.pk, elsewhere)
    file(archive, [MOVED])
    assert (meeting().pk, meeting().at) == (made.pk, FIRST + timedelta(hours=1))


@pytest.mark.parametrize(
    "forged",
    [
        invitation("REQUEST", 1, sender=EVE),
        invitation("CANCEL", 1, sender=EVE),
        invitation("CANCEL", 1, sender=EVE, organizer=EVE),
        invitation("REPLY", 0, sender=EVE, answer="DECLINED"),
        invitation("REPLY", 0, sender=EVE, invited=EVE, answer="DECLINED"),
    ],
)
def test_nobody_else_changes_it(cast: Cast, forged: bytes) -> None:
    file(archive_of(cast.owner), [ASKED, forged])
    found = Interaction.objects.get(channel="meeting", participations__address=ANN)
    assert (found.at, found.called_off_at) == (FIRST, None)
    assert set(found.participations.values_list("address", "answer")) == {(ANN, None), (MARA, "needs-action")}


def test_those_asked_answer_and_a_new_time_asks_them_again(cast: Cast) -> None:
    ours: dict[str, Any] = {"organizer": MARA, "invited": ANN}
    archive = archive_of(cast.owner)
    file(archive, [
        invitation("REPLY", sender=ANN, answer="ACCEPTED", **ours),
        invitation("REQUEST", sender=MARA, to=ANN, **ours),
    ])  # fmt: skip
    assert (meeting().direction, meeting().user) == ("out", cast.owner)
    assert meeting().participations.get(address=ANN).answer == "accepted"
    entry = next(e for e in of_conversation(cast.actor("owner"), meeting().conversation_id) if e.channel == "meeting")
    assert [(each.name, each.answer) for each in entry.people if each.answer] == [("Mara", "accepted")]
    file(archive, [invitation("REQUEST", 1, sender=MARA, to=ANN, **ours)])
    assert meeting().participations.get(address=ANN).answer == "needs-action"


@pytest.mark.parametrize(
    ("start", "at", "seconds"),
    [
        (f"{WESTERN}:20300703T100000\r\nDURATION:PT30M", datetime(2030, 7, 3, 8, tzinfo=UTC), 1800),
        ("DTSTART;TZID=Europe/Berlin:20301203T100000", datetime(2030, 12, 3, 9, tzinfo=UTC), None),
        ("DTSTART:20301203T100000", datetime(2030, 12, 3, 15, tzinfo=UTC), None),
        ("DTSTART;VALUE=DATE:20301203\r\nDTEND;VALUE=DATE:20301205", datetime(2030, 12, 3, 5, tzinfo=UTC), 2 * 86400),
    ],
)  # fmt: skip
def test_times_are_read_in_their_zone_or_in_ours(cast: Cast, start: str, at: datetime, seconds: int | None) -> None:
    OurOrganization.objects.update(time_zone="America/New_York")
    file(archive_of(cast.owner), [invitation("REQUEST", start=start)])
    assert (meeting().at, meeting().duration_seconds) == (at, seconds)


def test_a_series_is_its_first_occurrence_with_its_rule(cast: Cast) -> None:
    one = invitation("CANCEL", 1, more=f"RECURRENCE-ID:{FIRST:%Y%m%dT%H%M%SZ}")
    file(archive_of(cast.owner), [invitation("REQUEST", more="RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"), one])
    entry = next(e for e in of_conversation(cast.actor("owner"), meeting().conversation_id) if e.channel == "meeting")
    assert (meeting().at, meeting().called_off_at) == (FIRST, None)
    assert recurring(entry.rule) == "every 2 weeks"
    assert (recurring("FREQ=DAILY"), recurring("FREQ=HOURLY")) == ("every day", "again and again")


def test_what_is_over_was_held_and_what_is_no_calendar_is_mail(cast: Cast) -> None:
    file(archive_of(cast.owner), [invitation("REQUEST", start="DTSTART:20200103T100000Z")])
    assert not meeting().is_planned
    broken = invitation("REQUEST", 1, start="DTSTART:tomorrow")
    assert parse(broken).invitation is None
    assert file(archive_of(cast.owner), [broken]).stored == 1
