"""Meetings that mail invites to: planned, moved and called off as their organizer says, answered as those asked say.

What a meeting is follows from all messages about it that are here, in whatever order they came. Only what its organizer
wrote themselves states it, and only what somebody who is asked wrote themselves is their answer; any other message is
filed like mail, and changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.utils import timezone

from rapport.interactions.channels.email.message import Invitation
from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.correspondents import Book
from rapport.interactions.filing.letters import Letter
from rapport.interactions.filing.ours import Us
from rapport.interactions.locking import take
from rapport.interactions.models import Body, Interaction, MessageReference, OurOrganization, Participation
from rapport.kit.text import clean_line
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.events.bus import emit
from rapport.platform.search.words import vector

Key = tuple[str, str]
"""The reference of a meeting, and its organizer: who names another one's meeting as theirs has one of their own."""


class Notice(NamedTuple):
    """A message about a meeting, with where it lies."""

    said: Invitation
    sender: str
    conversation: UUID
    audience: int
    archive: UUID | None

    @property
    def version(self) -> tuple[int, str, bool]:
        return self.said.sequence, self.said.stamp, self.said.method == "CANCEL"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What all notices of a meeting say together."""

    last: Notice
    """The newest word of its organizer."""
    about: Notice
    """The newest that says when it is: what calls a meeting off may not."""
    answers: Mapping[str, str]

    @property
    def is_called_off(self) -> bool:
        return self.last.said.method == "CANCEL"

    @property
    def version(self) -> list[Any]:
        return [*self.last.version, *self.about.version]


def plan_meetings(fresh: Iterable[Letter], us: Us, actor: Actor) -> set[UUID]:
    """Brings the meetings up to date that these letters are about; says which conversations that touches.

    Asks nothing where there are no invitations, else a fixed number of queries but for each meeting that changes.
    """
    references = {letter.message.invitation.reference for letter in fresh if letter.message.invitation}
    if not references:
        return set()
    there = _there(references)
    meetings = dict(_meetings(references, there))
    take({each.about.conversation for each in meetings.values()})
    people = Book.of({address for each in meetings.values() for address in _addresses(each)})
    touched: set[UUID] = set()
    for key, meeting in sorted(meetings.items()):
        planning = _Planning(key, meeting, us, people)
        touched |= planning.update(there[key], actor) if key in there else planning.make(actor)
    return touched


def _meetings(references: Collection[str], there: Mapping[Key, Interaction]) -> Iterator[tuple[Key, Meeting]]:
    """What only some of those know who see a meeting isn't told to all of them by it."""
    book = AudienceBook()
    notices: dict[Key, list[Notice]] = defaultdict(list)
    for each in _notices(references):
        notices[each.said.reference, each.said.organizer].append(each)
    for key, listed in notices.items():
        shown = book.circles(there[key].audience_id if key in there else listed[0].audience).everything
        if meeting := _together([each for each in listed if _is_told(shown, each, book)]):
            yield key, meeting


def _is_told(shown: frozenset[UUID], notice: Notice, book: AudienceBook) -> bool:
    read = book.circles(notice.audience).everything
    return EVERYONE in read or shown <= read


def _notices(references: Collection[str]) -> list[Notice]:
    rows = MessageReference.objects.filter(
        message_id__in=references, interaction__channel="email", interaction__body__headers__has_key="invitation"
    ).order_by("interaction")
    columns = ("interaction", *(f"interaction__{each}" for each in ("conversation", "audience", "archive")))
    found = list(rows.values_list("interaction__body__headers__invitation", *columns))
    wrote = Participation.objects.filter(interaction__in=[row[1] for row in found], role="from").order_by("-pk")
    senders = dict(wrote.values_list("interaction_id", "address"))
    return [Notice(msgspec.convert(row[0], Invitation), senders.get(row[1], ""), *row[2:]) for row in found]


def _together(notices: Sequence[Notice]) -> Meeting | None:
    stated = [each for each in notices if each.said.method != "REPLY" and each.sender == each.said.organizer]
    timed = [each for each in stated if each.said.start]
    if not timed:
        return None
    last = max(stated, key=lambda each: each.version)
    about = max(timed, key=lambda each: (each.said.method == "REQUEST", each.version))
    answers = {each.address: each.answer for each in about.said.invited}
    replies = [each for each in notices if each.said.method == "REPLY" and each.said.sequence >= about.said.sequence]
    for reply in sorted(replies, key=lambda each: each.said.stamp):
        own = next((each.answer for each in reply.said.invited if each.address == reply.sender), None)
        if own and reply.sender in answers:
            answers[reply.sender] = own
    return Meeting(last, about, answers)


def _addresses(meeting: Meeting) -> set[str]:
    return {meeting.about.said.organizer, *meeting.answers}


def _there(references: Collection[str]) -> dict[Key, Interaction]:
    rows = MessageReference.objects.filter(message_id__in=references, interaction__channel="meeting")
    found = {}
    for row in rows.select_related("interaction__body"):
        organizer = row.interaction.body.headers.get("meeting", {}).get("organizer", "")
        found[row.message_id, organizer] = row.interaction
    return found


def starts_at(start: str, zone: ZoneInfo) -> datetime:
    """A date begins at midnight in `zone`, and a time without offset is meant there."""
    at = datetime.fromisoformat(start) if "T" in start else datetime.combine(datetime.fromisoformat(start), time())
    return at if at.tzinfo else at.replace(tzinfo=zone)


@dataclass(frozen=True, slots=True)
class _Planning:
    """One meeting on its way into the database."""

    key: Key
    meeting: Meeting
    us: Us
    people: Book

    def make(self, actor: Actor) -> set[UUID]:
        about, columns = self.meeting.about, self._columns()
        made = Interaction.objects.create(
            conversation_id=about.conversation, audience_id=about.audience, archive_id=about.archive,
            channel="meeting", is_synchronous=True, **columns,
        )  # fmt: skip
        Body.objects.create(interaction=made, **self._body())
        Participation.objects.bulk_create(self._participations(made))
        MessageReference.objects.create(interaction=made, message_id=self.key[0])
        emit("interactions.created", [made.pk], actor=actor)
        return {about.conversation}

    def update(self, there: Interaction, actor: Actor) -> set[UUID]:
        """What a person has moved since stays where it is, until the organizer says something new."""
        changed = there.body.headers["meeting"]["version"] != self.meeting.version
        if changed:
            Interaction.objects.filter(pk=there.pk).update(**self._columns())
            Body.objects.filter(pk=there.pk).update(**self._body())
            there.refresh_from_db()
        before = set(there.participations.values_list("role", "address", "answer"))
        wanted = self._participations(there)
        if changed or {(each.role, each.address, each.answer) for each in wanted} != before:
            there.participations.all().delete()
            Participation.objects.bulk_create(wanted)
            emit("interactions.updated", [there.pk], actor=actor)
            return {there.conversation_id}
        return set()

    def _columns(self) -> dict[str, Any]:
        said, ours = self.meeting.about.said, self.us.of(self.meeting.about.archive)
        at = starts_at(said.start, ZoneInfo(OurOrganization.objects.get().time_zone))
        is_ours, is_called_off = ours.has(said.organizer), self.meeting.is_called_off
        return {
            "direction": "out" if is_ours else "in",
            "user_id": ours.users.get(said.organizer),
            "sender_id": None if is_ours else self.people.parties.get(said.organizer),
            "at": at,
            "duration_seconds": said.seconds,
            "is_planned": is_called_off or at + timedelta(seconds=said.seconds or 0) > timezone.now(),
            "called_off_at": timezone.now() if is_called_off else None,
            "subject": clean_line(said.summary, 1_000),
            "snippet": clean_line(said.place, 200),
        }

    def _body(self) -> dict[str, Any]:
        said = self.meeting.about.said
        kept = {"organizer": said.organizer, "version": self.meeting.version, "rule": said.rule}
        return {"text": said.place, "headers": {"meeting": kept}, "words": vector(said.summary, said.place)}

    def _participations(self, made: Interaction) -> list[Participation]:
        said, ours = self.meeting.about.said, self.us.of(self.meeting.about.archive)
        named: list[tuple[str, str, str, str | None]] = [("from", said.organizer, said.organizer_name, None)]
        named += [
            ("attendee", each.address, each.name, self.meeting.answers[each.address])
            for each in said.invited
            if each.address != said.organizer
        ]
        return [
            Participation(
                interaction=made, role=role, address=address[:500], name=clean_line(name, 300), at=made.at,
                party_id=None if ours.has(address) else self.people.parties.get(address),
                user_id=ours.users.get(address), answer=answer,
            )
            for role, address, name, answer in named
        ]  # fmt: skip
