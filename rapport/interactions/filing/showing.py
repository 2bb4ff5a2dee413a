"""Who may see a message: those who take part, and whom its archives, or a person, let see it besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from rapport.interactions.filing.audiences import AudienceBook, Circles, circles_heeding, circles_of
from rapport.interactions.filing.letters import Letter
from rapport.interactions.models import Archive, Conversation
from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import User

Lying = tuple[Archive, set[UUID]]
"""An archive in which a message lies, and those of us who take part in the copy there."""


@dataclass(frozen=True, slots=True)
class Words:
    """What persons have said about who may read conversations: it holds for what comes to them later, too."""

    conversations: dict[UUID, Conversation]
    speakers: dict[UUID | None, frozenset[UUID]]
    """The principals that each speaker is: a word opens only what its speaker may read."""

    @classmethod
    def about(cls, conversations: Iterable[UUID]) -> Words:
        said = Q(is_visibility_set=True) | ~Q(shared_with=[])
        rows = {each.pk: each for each in Conversation.objects.filter(said, pk__in=set(conversations))}
        users = {each.word_by for each in rows.values() if each.word_by}
        found = User.objects.filter(pk__in=users, is_active=True, deleted_at=None)
        return cls(rows, {user.pk: frozenset(actor_for(user, "import").principals) for user in found})

    def circles(self, conversation: UUID | None, lying: Sequence[Lying]) -> Circles:
        """Who may see a message that lies in these archives (at least one), the first of which brought it in."""
        word = self.conversations.get(conversation) if conversation else None
        archive, users = lying[0]
        if word is None:
            found = circles_of(archive, users)
        else:
            found = circles_heeding(word, self.speakers.get(word.word_by, frozenset()), archive, users)
        if word and word.is_visibility_set:
            return found
        for archive, users in lying[1:]:
            found |= circles_of(archive, users)
        return found


def show_letters(fresh: Sequence[Letter], book: AudienceBook) -> None:
    words = Words.about(letter.conversation for letter in fresh if letter.conversation)
    for letter in fresh:
        lying = [(letter.archive, letter.envelope.users)]
        letter.audience = book.id_of(words.circles(letter.conversation, lying))
