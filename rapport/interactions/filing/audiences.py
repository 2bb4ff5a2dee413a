"""Who may see what is filed: a mailbox's or archive's visibility, turned into an audience."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from rapport.interactions.models import Archive, Audience, AudienceKind, Conversation, Detail
from rapport.platform.access.actors import EVERYONE


@dataclass(frozen=True, slots=True)
class Circles:
    """Principals by how much they see; whoever sees more also sees less."""

    happened: frozenset[UUID]
    subject: frozenset[UUID]
    everything: frozenset[UUID]

    def __or__(self, other: Circles) -> Circles:
        return Circles(self.happened | other.happened, self.subject | other.subject, self.everything | other.everything)

    def __and__(self, other: Circles) -> Circles:
        """Who is in both; everyone is whoever the other names."""
        return Circles(
            _in_both(self.happened, other.happened),
            _in_both(self.subject, other.subject),
            _in_both(self.everything, other.everything),
        )

    def digest(self) -> bytes:
        parts = (",".join(sorted(map(str, each))) for each in (self.happened, self.subject, self.everything))
        return sha256(";".join(parts).encode()).digest()


def _in_both(first: frozenset[UUID], second: frozenset[UUID]) -> frozenset[UUID]:
    if EVERYONE in first:
        return second
    return first if EVERYONE in second else first & second


def circles(kind: str, detail: int, team_id: UUID | None, participants: Iterable[UUID]) -> Circles:
    """What a visibility means for one interaction: its participants see all of it, the audience up to `detail`."""
    inside = frozenset(participants)
    wide = inside | _audience(kind, team_id)
    return Circles(
        wide,
        wide if detail >= Detail.SUBJECT else inside,
        wide if detail >= Detail.EVERYTHING else inside,
    )


def _audience(kind: str, team_id: UUID | None) -> frozenset[UUID]:
    if kind == AudienceKind.EVERYONE:
        return frozenset((EVERYONE,))
    return frozenset((team_id,)) if kind == AudienceKind.TEAM and team_id else frozenset()


def circles_of(archive: Archive, participants: Iterable[UUID]) -> Circles:
    """The archive's owner takes part in all that lies in it."""
    return circles(archive.audience, archive.detail, archive.team_id, _with_owner(archive, participants))


def _with_owner(archive: Archive | None, participants: Iterable[UUID]) -> set[UUID]:
    return {*participants, *((archive.owner_id,) if archive and archive.owner_id else ())}


def circles_in(conversation: Conversation, archive: Archive | None, participants: Iterable[UUID]) -> Circles:
    """Who may see an interaction in a conversation: as a person has said, else as its archive says.

    What was written by hand comes from no archive, and is for everybody.
    """
    inside = _with_owner(archive, participants)
    if conversation.is_visibility_set:
        found = circles(conversation.shown_to, conversation.shown_detail, conversation.shown_team_id, inside)
    elif archive:
        found = circles_of(archive, inside)
    else:
        found = circles(AudienceKind.EVERYONE, Detail.EVERYTHING, None, inside)
    invited = frozenset(conversation.shared_with)
    return found | Circles(invited, invited, invited)


def circles_heeding(
    conversation: Conversation, speaker: frozenset[UUID], archive: Archive, participants: Iterable[UUID]
) -> Circles:
    """Who may see what comes to a conversation of which a person has said who may read it.

    Their word opens only what they may read themselves (as one of the principals in `speaker`): whoever gets into
    a conversation, be it by a forged answer, opens nobody else's mail. What it closes is closed in any case.
    """
    inside = set(participants)
    said, by_archive = circles_in(conversation, archive, inside), circles_of(archive, inside)
    return said if speaker & by_archive.everything else said & by_archive


class AudienceBook:
    """Audiences by what they mean; made when they are first needed."""

    def __init__(self) -> None:
        self._ids: dict[Circles, int] = {}
        self._circles: dict[int, Circles] = {}

    def id_of(self, wanted: Circles) -> int:
        found = self._ids.get(wanted)
        if found is None:
            made, _new = Audience.objects.get_or_create(
                digest=wanted.digest(),
                defaults={
                    "happened": sorted(wanted.happened),
                    "subject": sorted(wanted.subject),
                    "everything": sorted(wanted.everything),
                },
            )
            found = self._ids[wanted] = made.pk
            self._circles[found] = wanted
        return found

    def circles(self, audience_id: int) -> Circles:
        found = self._circles.get(audience_id)
        if found is None:
            row = Audience.objects.get(pk=audience_id)
            found = Circles(frozenset(row.happened), frozenset(row.subject), frozenset(row.everything))
            self._circles[audience_id], self._ids[found] = found, audience_id
        return found

    def common(self, audience_ids: Iterable[int]) -> Circles:
        """Who sees all of these, each as much as of what they see least of."""
        first, *others = (self.circles(each) for each in dict.fromkeys(audience_ids))
        for each in others:
            first = first & each
        return first

    def union(self, audience_ids: Iterable[int]) -> int:
        """The audience of what all of these may see something of."""
        ids = list(dict.fromkeys(audience_ids))
        if len(ids) == 1:
            return ids[0]
        united = self.circles(ids[0])
        for each in ids[1:]:
            united = united | self.circles(each)
        return self.id_of(united)
