"""Archives through processes: in order, each unit once, whatever is wrong with some."""

import random
from collections import Counter
from pathlib import Path

from rapport.interactions.channels.email.archive import open_archive
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.channels.email.pipeline import parse_archive, parse_one
from tests.factories.mail import generate, write_mbox


def test_parse_archive_on_processes_equals_parsing_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    write_mbox(path, messages=150, seed=3)
    expected = [(m.source, m.position, m.raw, parse_one(m)) for m in open_archive(path)]
    found = [(i.source, i.position, i.raw, i.parsed) for i in parse_archive([path], processes=2)]
    assert len(found) == 150
    assert found == expected


def test_parse_archive_reports_what_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "b.eml").write_bytes(b"From: a@x.example\n\nHello")
    items = list(parse_archive([tmp_path, tmp_path / "none"], processes=1))
    assert items[0].parsed == "not a message: binary data, not a message"
    assert isinstance(items[1].parsed, ParsedMessage)
    assert items[2].parsed == "no such file or folder"


def test_parse_archive_goes_on_behind_a_token(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    write_mbox(path, messages=20, seed=4)
    items = list(parse_archive([path], processes=1))
    assert list(parse_archive([path], processes=1, after=items[11].token)) == items[12:]


def test_write_mbox_holds_exactly_what_was_generated(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    write_mbox(path, messages=120, seed=5)
    generated = [raw.replace(b"\r\n", b"\n").rstrip() for raw in generate(120, seed=5)]
    assert [m.raw.rstrip() for m in open_archive(path)] == generated


def test_generate_is_the_same_for_the_same_seed_and_varied() -> None:
    first = list(generate(400, seed=1))
    assert first == list(generate(400, seed=1))
    assert first != list(generate(400, seed=2))
    messages = [parse(raw) for raw in first]
    reasons = Counter(message.automatic for message in messages)
    assert set(reasons) == {None, "list", "calendar", "delivery-report", "out-of-office"}
    assert 0.15 < sum(bool(m.attachments) for m in messages) / 400 < 0.3
    assert 12_000 < sorted(map(len, first))[200] < 28_000
    assert any(message.message_id_made for message in messages)
    assert len({message.content_hash for message in messages}) < 400


def test_parse_any_mutilated_message_gives_a_message_or_a_reason(tmp_path: Path) -> None:
    """Cut, doubled, and overwritten at random places; nothing but a message or a plain reason comes out."""
    chance = random.Random(7)
    for raw in generate(250, seed=6):
        damaged = bytearray(raw[: chance.randint(1, len(raw))])
        for _ in range(chance.randint(1, 30)):
            place = chance.randrange(min(len(damaged), 1500))
            damaged[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
        path = tmp_path / "damaged.eml"
        path.write_bytes(bytes(damaged))
        for item in parse_archive([path], processes=1):
            assert isinstance(item.parsed, ParsedMessage) or not item.parsed.startswith("could not be parsed")
            if isinstance(item.parsed, ParsedMessage):
                (item.parsed.text + item.parsed.subject + item.parsed.message_id).encode()
                assert "\x00" not in item.parsed.text + item.parsed.subject + item.parsed.message_id
