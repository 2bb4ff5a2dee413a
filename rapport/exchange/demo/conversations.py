"""The conversations of one block: e-mails, calls, meetings and notes, settled as the ledger settles them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from rapport.exchange.demo import attachments, scripts
from rapport.exchange.demo.block import Block
from rapport.exchange.demo.firms import PRODUCTS
from rapport.exchange.demo.parties import Contact
from rapport.exchange.demo.setting import OUR_NAME, Colleague
from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.ledger.conclusions import STORED, conclude
from rapport.interactions.ledger.rules import Mark, settle
from rapport.interactions.ledger.said import Said
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.models import (
    Attachment,
    Body,
    Conversation,
    Interaction,
    MessageReference,
    Participation,
)
from rapport.interactions.models import Mark as MarkRow
from rapport.platform.search.words import vector

CHANNELS = ("email", "phone", "meeting", "note")
CHANNEL_WEIGHTS = (70, 14, 9, 7)
FORSAKEN = {True: 0.03, False: 0.08}
"""How often a question is left without an answer, by whether it was ours to answer."""
OPEN_DAYS = 20
"""Of what is older than this somebody has said that no reply is needed, where one seemed to be."""
LEFT_OPEN = 0.25
"""How many of our own questions stay open even so."""
SNIPPET = 200


@dataclass(slots=True)
class Talk:
    """A conversation in the making."""

    block: Block
    contact: Contact
    colleague: Colleague
    channel: str
    subject: str
    words: dict[str, Any]
    audience: int
    said: Said = field(default_factory=Said)
    last_message: str = ""
    id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.block.ids.next()

    def fill(self, text: str) -> str:
        return text.format(**self.words)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One interaction, before it becomes rows."""

    at: datetime
    is_ours: bool
    text: str
    is_thanks: bool = False
    greets: bool = True


class Ledger:
    """Targets and audiences for one block."""

    def __init__(self, targets: Targets) -> None:
        self.targets, self.book = targets, AudienceBook()


def make_conversations(block: Block, contacts: list[Contact], count: int, ledger: Ledger) -> None:
    """Adds exactly `count` interactions with these people, in conversations."""
    done = 0
    while done < count:
        done += _talk(block, block.chance.choice(contacts), count - done, ledger)


def _talk(block: Block, contact: Contact, most: int, ledger: Ledger) -> int:
    """One conversation of at most that many interactions; how many there were."""
    chance, setting = block.chance, block.setting
    channel = chance.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
    begins = max(_beginning(block), contact.known_since)
    colleague = contact.owner if chance.random() < 0.8 else chance.choice(setting.colleagues)
    words = {"p": chance.choice(PRODUCTS), "n": chance.randrange(2, 40), "t": contact.town}
    audience = colleague.own_audience if chance.random() < 0.05 else colleague.open_audience
    talk = Talk(block, contact, colleague, channel, "", words, audience)
    utterances = (_mails if channel == "email" else _meetings)(talk, begins, chance)[:most]
    for utterance in utterances:
        _write(talk, utterance)
    _finish(talk, utterances[-1], ledger)
    return len(utterances)


def _beginning(block: Block) -> datetime:
    """At any time in the period; the last weeks are busier, as they are where business grows."""
    days = block.setting.size.days
    back = min(block.chance.uniform(0, days), block.chance.uniform(0, days * 2))
    return block.setting.now - timedelta(days=back, hours=1)


def _mails(talk: Talk, begins: datetime, chance: Random) -> list[Utterance]:
    script = chance.choice(scripts.scripts(talk.contact.culture.language))
    talk.subject = talk.fill(script.subject)
    at, now = begins, talk.block.setting.now
    found: list[Any] = []
    for line in script.lines:
        if found and chance.random() < FORSAKEN[line.is_ours]:
            break
        at = _next(at, chance, line.is_ours) if found else at
        if at >= now:
            break
        found.append(Utterance(at, line.is_ours, talk.fill(line.text), line.is_thanks))
    return found


def _next(at: datetime, chance: Random, is_ours: bool) -> datetime:
    """When the answer comes: within hours mostly, within days at times; ours in working hours."""
    hours = chance.lognormvariate(1.0, 0.9) if is_ours else chance.lognormvariate(2.4, 1.1)
    then = at + timedelta(hours=min(hours, 21 * 24))
    if not is_ours:
        return then
    if then.weekday() >= 5:
        then += timedelta(days=7 - then.weekday())
    if 8 <= then.hour < 17:
        return then
    later = then.replace(hour=8, minute=chance.randrange(60))
    return later if later > at else later + timedelta(days=1 if then.weekday() < 4 else 3)


def _meetings(talk: Talk, begins: datetime, chance: Random) -> list[Utterance]:
    texts = {"phone": scripts.CALLS, "meeting": scripts.MEETINGS, "note": scripts.NOTES}[talk.channel]
    text = talk.fill(chance.choice(texts))
    talk.subject = {"phone": "Call", "meeting": "Meeting in {t}", "note": "Note"}[talk.channel].format(**talk.words)
    return [Utterance(begins, talk.channel != "phone" or chance.random() < 0.6, text, greets=False)]


def _write(talk: Talk, utterance: Utterance) -> None:
    """The rows of one interaction, and what settling needs of it."""
    block, interaction, ours = talk.block, talk.block.ids.next(), utterance.is_ours
    is_note, is_mail = talk.channel == "note", talk.channel == "email"
    direction = "internal" if is_note else "out" if ours else "in"
    sender = None if ours or is_note else talk.contact.id
    body, closing = _spoken(talk, utterance)
    snippet = body[:SNIPPET].replace("\n", " ").rstrip()
    is_reply = bool(talk.said.rows) and is_mail
    message_id = f"{interaction.hex}@mail.example" if is_mail else ""
    synchronous = talk.channel in ("phone", "meeting")
    duration = block.chance.randrange(3, 60) * 60 if synchronous else None
    file = attachments.pick(block.chance) if is_mail and ours and block.chance.random() < 0.04 else None
    subject = f"Re: {talk.subject}" if is_reply else talk.subject
    user = talk.colleague.id if ours or is_note else None
    block.rows.add(
        Interaction, interaction, utterance.at, utterance.at, 1, {}, talk.id, talk.audience, talk.channel, direction,
        utterance.at, subject, snippet, user, sender, "", utterance.is_thanks, synchronous, duration, file is not None,
        message_id, talk.subject.casefold() if is_mail else "", is_reply, False,
    )  # fmt: skip
    block.rows.add(Body, interaction, body, "", closing, "", {}, vector(subject, body))
    _participants(talk, interaction, utterance)
    if is_mail:
        for each in filter(None, (message_id, talk.last_message)):
            block.rows.add(MessageReference, interaction, each)
        talk.last_message = message_id
    if file:
        block.rows.add(Attachment, block.ids.next(), interaction, *file, "", False)
    talk.said.rows.append(
        {
            "id": interaction, "audience_id": talk.audience, "at": utterance.at, "channel": talk.channel,
            "direction": direction, "sender_id": sender, "user_id": user, "automatic": "",
            "is_thanks": utterance.is_thanks, "is_synchronous": synchronous, "is_planned": False, "away_until": None,
            "subject": subject, "snippet": snippet, "archive_id": None,
        }
    )  # fmt: skip


def _spoken(talk: Talk, utterance: Utterance) -> tuple[str, str]:
    """The text and the signature below it."""
    if not utterance.greets:
        return utterance.text, ""
    language = talk.contact.culture.language
    named = talk.contact.given if utterance.is_ours else talk.colleague.name.partition(" ")[0]
    text = f"{scripts.GREETINGS[language].format(named)}\n\n{utterance.text}\n\n{scripts.CLOSINGS[language]}"
    if utterance.is_ours:
        return text, f"{talk.colleague.name}\n{OUR_NAME}"
    return text, talk.contact.name


def _participants(talk: Talk, interaction: UUID, utterance: Utterance) -> None:
    contact, colleague = talk.contact, talk.colleague
    us = (colleague.name, colleague.email, None, colleague.id, utterance.at)
    them = (contact.name, contact.email, contact.id, None, utterance.at)
    first, second = (us, them) if utterance.is_ours else (them, us)
    other = "attendee" if talk.channel in ("meeting", "note") else "to"
    talk.block.rows.add(Participation, interaction, "from", *first)
    talk.block.rows.add(Participation, interaction, other, *second)
    if utterance.is_ours:
        talk.said.to[interaction].add(contact.id)
    else:
        talk.said.users[interaction] = colleague.id


def _finish(talk: Talk, last: Utterance, ledger: Ledger) -> None:
    """Settles the conversation by the ledger's own rule, and writes it with all that follows."""
    contact, block = talk.contact, talk.block
    if _is_let_go(block, last):
        said_at = last.at + timedelta(days=2)
        block.rows.add(MarkRow, block.ids.next(), talk.id, None, "nobody", said_at, talk.colleague.id)
        talk.said.marks.append(Mark(said_at, None, "nobody"))
    ledger.targets.note(contact.id, contact.kind, contact.stage)
    settled = settle(talk.said.turns(), talk.said.marks)
    found = conclude(talk.id, talk.said, settled, ledger.targets, ledger.book)
    for part, (table, _columns) in STORED.items():
        for row in getattr(found, part):
            block.rows.add(table, *row)
    s = found.summary
    is_over = s.awaiting == "nobody" and block.setting.now - s.last_at > timedelta(days=14)
    block.rows.add(
        Conversation, talk.id, s.started_at, s.last_at, 1, {}, talk.subject, talk.channel, "closed" if is_over else "open",
        talk.colleague.id, talk.colleague.team, False, s.audience_id, s.party_id, s.awaiting, s.since, s.due_at,
        s.started_at, s.last_at, s.count, s.snippet, s.lapsed_at,
    )  # fmt: skip


def _is_let_go(block: Block, last: Utterance) -> bool:
    if last.is_thanks or not last.greets or block.setting.now - last.at < timedelta(days=OPEN_DAYS):
        return False
    return not last.is_ours or block.chance.random() > LEFT_OPEN
