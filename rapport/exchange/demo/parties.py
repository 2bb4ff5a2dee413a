"""The organisations and people of one block, with all that a list shows of them filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rapport.exchange.demo.block import Block
from rapport.exchange.demo.cultures import CULTURES, WEIGHTS, Culture, Name
from rapport.exchange.demo.firms import JOBS, PROVIDERS, STREETS, TRADES
from rapport.exchange.demo.naming import base36, called, digits, slug
from rapport.exchange.demo.setting import Colleague, Kind
from rapport.kit.text import fold
from rapport.parties.models import Address, Affiliation, Consent, ContactPoint, Party, PartyLink, Relationship
from rapport.platform.fields.models import Tagging

KINDS = ("customer", "prospect", "partner", "vendor", "competitor", "press", "candidate")
KIND_WEIGHTS = (44, 32, 8, 10, 2, 3, 1)
SIDELINES = ("partner", "vendor")


@dataclass(frozen=True, slots=True)
class Firm:
    id: UUID
    name: str
    sort: str
    domain: str
    culture: Culture
    kind: Kind
    stage: UUID | None
    owner: Colleague
    founded: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to talk with."""

    id: UUID
    name: str
    given: str
    email: str
    culture: Culture
    town: str
    kind: UUID
    stage: UUID | None
    owner: Colleague
    known_since: datetime


def make_parties(block: Block) -> list[Contact]:
    """Fills the block with its share of organisations and people; says whom there is to talk with."""
    size = block.setting.size
    firms = [_firm(block) for _ in range(size.share(size.organizations, block.number))]
    contacts: list[Contact] = []
    bosses: dict[UUID, UUID] = {}
    for _ in range(size.share(size.people, block.number)):
        firm = block.chance.choice(firms) if block.chance.random() < 0.9 else None
        contact = _person(block, firm)
        contacts.append(contact)
        if firm:
            _link_to_boss(block, contact, bosses.setdefault(firm.id, contact.id))
    return contacts


def _firm(block: Block) -> Firm:
    chance = block.chance
    culture = chance.choices(CULTURES, WEIGHTS)[0]
    family, trade, town = chance.choice(culture.family), chance.choice(TRADES), chance.choice(culture.towns)
    place = f"{slug(family.latin)}-{trade.lower()}" + (f"-{base36(block.number)}" if block.number else "")
    domain = block.free(place, ".example")
    name = culture.form.format(f"{family.text} {trade}{f' {town}' if chance.random() < 0.2 else ''}")
    kind, stage = _standing(block)
    founded = block.moment()
    firm = Firm(
        block.ids.next(),
        name,
        fold(name),
        domain,
        culture,
        kind,
        stage,
        chance.choice(block.setting.colleagues),
        founded,
    )
    _firm_rows(block, firm, town)
    return firm


def _firm_rows(block: Block, firm: Firm, town: str) -> None:
    email, telephone, country = f"info@{firm.domain}", block.phone(firm.culture.country), firm.culture.country
    for kind, value, normal in (
        ("email", email, email),
        ("phone", telephone, digits(telephone)),
        ("url", firm.domain, firm.domain),
    ):
        block.rows.add(
            ContactPoint,
            *block.child(firm.founded),
            firm.id,
            kind,
            value,
            normal,
            "",
            "unverified",
            True,
            "imported",
        )
    _relate(block, firm.id, firm.kind, firm.stage, firm.owner, firm.founded)
    street = STREETS.get(country, "{} Harbour Road").format(block.chance.randrange(1, 180))
    block.rows.add(
        Address, *block.child(firm.founded), firm.id, "Office", street, str(block.chance.randrange(10_000, 99_999)), town, "",
        country, "imported",
    )  # fmt: skip
    block.rows.add(
        Party, firm.id, firm.founded, firm.founded, 1, {}, "organization", firm.name, firm.sort, "", "", "",
        f"https://{firm.domain}", firm.culture.language, "", "imported", email, telephone, None, "", firm.kind.id,
        firm.stage, firm.owner.id, [firm.owner.id],
    )  # fmt: skip


def _person(block: Block, firm: Firm | None) -> Contact:
    chance, setting = block.chance, block.setting
    culture = firm.culture if firm and chance.random() < 0.75 else chance.choices(CULTURES, WEIGHTS)[0]
    given, middle, family = (
        chance.choice(culture.given),
        _middle(block, culture),
        chance.choice(culture.family),
    )
    name = called(culture, given, middle, family)
    place = firm.domain if firm else chance.choice(PROVIDERS)
    email = block.free(_local_part(block, given, family, firm), f"@{place}")
    since = max(block.moment(), firm.founded) if firm else block.moment()
    kind, stage, owner = (
        (firm.kind, firm.stage, firm.owner) if firm else (*_standing(block), chance.choice(setting.colleagues))
    )
    if firm and chance.random() < 0.15:
        stage, owner = _stage(block, kind), chance.choice(setting.colleagues)
    contact = Contact(
        block.ids.next(),
        name,
        given.text,
        email,
        culture,
        chance.choice(culture.towns),
        kind.id,
        stage,
        owner,
        since,
    )
    _person_rows(block, contact, firm, (given.text, family.text), kind)
    return contact


def _person_rows(block: Block, contact: Contact, firm: Firm | None, names: tuple[str, str], kind: Kind) -> None:
    chance, culture, since = block.chance, contact.culture, contact.known_since
    job = chance.choice(JOBS.get(culture.language, JOBS["en"])) if firm else ""
    point = block.child(since)
    block.rows.add(
        ContactPoint,
        *point,
        contact.id,
        "email",
        contact.email,
        contact.email,
        "Work" if firm else "",
        "verified",
        True,
        "captured",
    )
    telephone = block.phone(culture.country) if chance.random() < 0.6 else ""
    if telephone:
        block.rows.add(
            ContactPoint,
            *block.child(since),
            contact.id,
            "phone",
            telephone,
            digits(telephone),
            "Mobile",
            "unverified",
            True,
            "typed",
        )
    if chance.random() < 0.15:
        state = "granted" if chance.random() < 0.8 else "withdrawn"
        block.rows.add(
            Consent,
            *block.child(since),
            point[0],
            "email",
            "newsletter",
            state,
            "Asked at the trade fair",
            "",
            since,
        )
    _relate(block, contact.id, kind, contact.stage, contact.owner, since)
    owners = {contact.owner.id} | _sideline(block, contact, kind)
    if firm:
        block.rows.add(Affiliation, *block.child(since), contact.id, firm.id, job, since.date(), None, "inferred")
    if chance.random() < 0.08:
        block.rows.add(Tagging, block.ids.next(), chance.choice(block.setting.tags), "people", contact.id)
    block.rows.add(
        Party, contact.id, since, since, 1, {}, "person", contact.name, fold(contact.name), names[0], names[1], job, "",
        culture.language, "", "captured", contact.email, telephone, firm.id if firm else None, firm.sort if firm else "",
        contact.kind, contact.stage, contact.owner.id, sorted(owners),
    )  # fmt: skip


def _sideline(block: Block, contact: Contact, main: Kind) -> set[UUID]:
    """Some are something else to us besides; whose care that is in."""
    name = block.chance.choice(SIDELINES)
    kind = block.setting.kinds.get(name)
    if kind is None or kind.position <= main.position or block.chance.random() > 0.05:
        return set()
    owner = block.chance.choice(block.setting.colleagues)
    _relate(block, contact.id, kind, _stage(block, kind), owner, contact.known_since)
    return {owner.id}


def _relate(block: Block, party: UUID, kind: Kind, stage: UUID | None, owner: Colleague, since: datetime) -> None:
    day: date = since.date()
    block.rows.add(Relationship, *block.child(since), party, kind.id, stage, owner.id, day, None, "typed")


def _link_to_boss(block: Block, contact: Contact, boss: UUID) -> None:
    if boss != contact.id and block.chance.random() < 0.3:
        block.rows.add(PartyLink, *block.child(contact.known_since), contact.id, boss, "reports_to")


def _standing(block: Block) -> tuple[Kind, UUID | None]:
    name = block.chance.choices(KINDS, KIND_WEIGHTS)[0]
    kind = block.setting.kinds.get(name) or next(iter(block.setting.kinds.values()))
    return kind, _stage(block, kind)


def _stage(block: Block, kind: Kind) -> UUID | None:
    return block.chance.choice(kind.stages) if kind.stages else None


def _middle(block: Block, culture: Culture) -> Name | None:
    """A second given name: what keeps a million people apart."""
    if culture.family_first or block.chance.random() > (0.1 if block.setting.size.blocks == 1 else 0.6):
        return None
    return block.chance.choice(culture.given)


def _local_part(block: Block, given: Name, family: Name, firm: Firm | None) -> str:
    first, last = slug(given.latin), slug(family.latin)
    if firm is None:
        return f"{first}.{last}{base36(block.number * 1_000 + block.chance.randrange(1_000))}"
    return f"{first}.{last}" if firm.id.int % 3 else f"{first[0]}{last}"
