"""Archives of every kind: each unit counted once, nothing lost, resumable, bounded."""

import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.interactions.channels.email import mbox, zips
from rapport.interactions.channels.email.archive import RawMessage, open_archive
from rapport.interactions.channels.email.mbox import is_separator, read_mbox

ONE = b"From: a@x.example\nSubject: one\n\nFirst body\n"
TWO = b"From: b@x.example\nSubject: two\n\nSecond body\n"
ENVELOPE = b"From a@x.example Mon Mar  1 08:00:00 2021\n"


def raws(stream: bytes) -> list[bytes | None]:
    return [entry.raw for entry in read_mbox(io.BytesIO(stream))]


def read(path: Path) -> list[tuple[str, str, bytes]]:
    return [(m.source, m.position, m.raw) for m in open_archive(path)]


def errors(path: Path) -> list[tuple[str, str | None]]:
    return [(m.source, m.error) for m in open_archive(path)]


def test_mbox_two_messages_without_the_blank_line_between() -> None:
    assert raws(ENVELOPE + ONE + b"\n" + ENVELOPE + TWO + b"\n") == [ONE, TWO]


def test_mbox_crlf() -> None:
    stream = (ENVELOPE + ONE + b"\n" + ENVELOPE + TWO + b"\n").replace(b"\n", b"\r\n")
    assert raws(stream) == [ONE.replace(b"\n", b"\r\n"), TWO.replace(b"\n", b"\r\n")]


def test_mbox_mboxo_quoted_from_is_restored() -> None:
    assert raws(ENVELOPE + b"Subject: x\n\n>From here on\n\n") == [b"Subject: x\n\nFrom here on\n"]


def test_mbox_mboxrd_quoted_levels_lose_one() -> None:
    assert raws(ENVELOPE + b"Subject: x\n\n>>From a\n>From b\n\n") == [b"Subject: x\n\n>From a\nFrom b\n"]


def test_mbox_prose_that_begins_with_from_is_no_separator() -> None:
    body = b"Subject: x\n\nHello\n\nFrom Monday on we are closed.\n\nFrom there at 8:00 it is near.\n"
    assert raws(ENVELOPE + body + b"\n") == [body]


def test_mbox_mboxcl2_content_length_hides_separators() -> None:
    body = b"look:\n\n" + ENVELOPE + b"not a message\n"
    message = b"Subject: x\nContent-Length: %d\n\n" % len(body) + body
    assert raws(ENVELOPE + message + b"\n" + ENVELOPE + TWO + b"\n") == [message, TWO]


def test_mbox_mboxcl_quoted_and_counted() -> None:
    body = b">From the start\n"
    message = b"Subject: x\nContent-Length: %d\n\n" % len(body)
    assert raws(ENVELOPE + message + body + b"\n" + ENVELOPE + TWO) == [message + b"From the start\n", TWO]


@pytest.mark.parametrize("length", [3, 5000, 9_999_999_999])
def test_mbox_wrong_content_length_is_ignored(length: int) -> None:
    message = b"Subject: x\nContent-Length: %d\n\nbody\n" % length
    assert raws(ENVELOPE + message + b"\n" + ENVELOPE + TWO) == [message, TWO]


def test_mbox_without_first_separator() -> None:
    assert raws(ONE + b"\n" + ENVELOPE + TWO) == [ONE, TWO]


@pytest.mark.parametrize(
    "line",
    [
        b"From a@x.example Mon Mar  1 08:00:00 2021\n",
        b"From - Mon Mar 01 08:00:00 2021\r\n",
        b"From 1698765432101@xxx Mon Mar 01 08:00:00 +0000 2021\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b"From ???@??? Mon Mar 01 08:00:00 2021\n",
        b"From a@x.example  Mon Mar  1 08:00 2021 remote from host\n",
        b"From a b@x.example 2021-03-01 08:00:00\n",
        b"From a@x.example\n",
    ],
)
def test_is_separator_known_forms(line: bytes) -> None:
    assert is_separator(line)


@pytest.mark.parametrize("line", [b"From here on\n", b"From: a@x.example\n", b">From a Mon Mar  1 08:00:00 2021\n"])
def test_is_separator_others(line: bytes) -> None:
    assert not is_separator(line)


def test_mbox_too_big_message_is_counted_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_MESSAGE", 100)
    big = b"Subject: big\n\n" + b"x" * 60 + b"\n" + b"y" * 60 + b"\n"
    found = list(read_mbox(io.BytesIO(ENVELOPE + big + b"\n" + ENVELOPE + TWO)))
    assert [entry.raw for entry in found] == [None, TWO]
    assert found[0].size == len(big) + 1


def test_archive_mbox_resumes_behind_each_message(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(b"".join(ENVELOPE + b"Subject: %d\n\nx\n\n" % i for i in range(5)))
    everything = list(open_archive(path))
    assert len(everything) == 5
    for index, message in enumerate(everything):
        assert list(open_archive(path, after=message.token)) == everything[index + 1 :]


def test_archive_folder_of_everything(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "inbox").write_bytes(ENVELOPE + ONE + b"\n" + ENVELOPE + TWO + b"\n")
    (tmp_path / "box" / "inbox.msf").write_bytes(b"index")
    (tmp_path / "one.eml").write_bytes(ONE)
    (tmp_path / "notes.bin").write_bytes(b"\x00\x01")
    name = tmp_path.name
    found = list(open_archive(tmp_path))
    assert [(m.source, m.raw) for m in found] == [
        (f"{name}/box/inbox", ONE),
        (f"{name}/box/inbox", TWO),
        (f"{name}/notes.bin", b""),
        (f"{name}/one.eml", ONE),
    ]
    assert found[2].error == "not a mailbox or a message"
    for index, message in enumerate(found):
        assert list(open_archive(tmp_path, after=message.token)) == found[index + 1 :]


def _maildir(folder: Path, *messages: tuple[str, bytes]) -> None:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, raw in messages:
        (folder / name).write_bytes(raw)


def test_archive_maildir_with_nested_folders(tmp_path: Path) -> None:
    root = tmp_path / "Mail"
    _maildir(root, ("cur/1.a.host:2,S", ONE), ("new/2.b.host", TWO), ("tmp/3.c.host", b"unfinished"))
    _maildir(root / ".Sent.2020", ("cur/4.d.host:2,", ONE))
    assert read(root) == [
        ("Mail/Sent.2020", "4.d.host", ONE),
        ("Mail", "1.a.host", ONE),
        ("Mail", "2.b.host", TWO),
    ]


def test_archive_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.eml").write_bytes(ONE)
    (tmp_path / "in" / "link.eml").symlink_to(tmp_path / "secret.eml")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    assert read(tmp_path / "in") == []


def test_archive_missing_path_is_reported(tmp_path: Path) -> None:
    assert errors(tmp_path / "none") == [("none", "no such file or folder")]


def test_archive_empty_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(b"")
    assert errors(tmp_path / "a.mbox") == [("a.mbox", "empty file")]


def test_archive_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.eml")
    assert read(tmp_path) == []


def test_archive_text_that_is_no_mail_is_reported(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"Note: call Anna\n")
    assert errors(tmp_path / "notes.txt") == [("notes.txt", "not a mailbox or a message")]


def test_archive_unknown_position_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(ENVELOPE + ONE)
    with pytest.raises(LookupError, match=r"a\.mbox holds no message at the position given"):
        list(open_archive(tmp_path / "a.mbox", after="other\n0"))


def test_archive_tells_when_a_message_was_received(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(ENVELOPE + ONE)
    _maildir(tmp_path / "b", ("cur/1614585600.a.host:2,S", ONE))
    assert [m.received for m in open_archive(tmp_path)] == [datetime(2021, 3, 1, 8, 0, tzinfo=UTC)] * 2


def zipped(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def test_archive_zip_with_nested_zip(tmp_path: Path) -> None:
    inner = zipped(("c.eml", TWO), ("deep.zip", zipped(("d.eml", ONE))))
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(("../../a.eml", ONE), ("b.mbox", ENVELOPE + TWO), ("in.zip", inner)))
    found = list(open_archive(path))
    assert [(m.source, m.raw) for m in found] == [
        ("all.zip/a.eml", ONE),
        ("all.zip/b.mbox", TWO),
        ("all.zip/in.zip/c.eml", TWO),
        ("all.zip/in.zip/deep.zip", b""),
    ]
    assert found[3].error == "a ZIP in a ZIP in a ZIP is not opened"
    for index, message in enumerate(found):
        assert list(open_archive(path, after=message.token)) == found[index + 1 :]


def test_archive_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "_RATIO_FREE", 1000)
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(("bomb.eml", ONE + b"0" * 3_000_000), ("a.eml", TWO)))
    found = list(open_archive(path))
    assert [m.raw for m in found] == [b"", TWO]
    assert found[0].error is not None
    assert found[0].error.startswith("unpacks to more than")


def test_archive_zip_with_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_MEMBERS", 2)
    path = tmp_path / "many.zip"
    path.write_bytes(zipped(*((f"{i}.eml", ONE) for i in range(4))))
    assert [m.error for m in open_archive(path)] == [None, None, "more than 2 files; the rest was not read"]


def test_archive_zip_total_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "MAX_TOTAL", len(ONE) + 3)
    path = tmp_path / "big.zip"
    path.write_bytes(zipped(("a.eml", ONE), ("b.eml", TWO)))
    assert [m.raw for m in open_archive(path)] == [ONE, b""]


def test_archive_zip_symbolic_link_is_ignored(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("link.eml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.eml", ONE)
    (tmp_path / "l.zip").write_bytes(target.getvalue())
    assert [m.raw for m in open_archive(tmp_path / "l.zip")] == [ONE]


def test_archive_damaged_zip_is_reported(tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(zipped(("a.eml", ONE))[:-30])
    assert errors(tmp_path / "d.zip") == [("d.zip", "ZIP can't be read: File is not a zip file")]


def test_raw_message_token_names_source_and_position() -> None:
    assert RawMessage("a.mbox", "17", b"").token == "a.mbox\n17"


PIECES = [
    ENVELOPE, ENVELOPE.replace(b"\n", b"\r\n"), b"From me to you\n", b"\n", b"\r\n", b"Subject: x\n", b"text\r\n",
    b">From a\n",
    b"Content-Length: 12\n", b"Content-Length: 5\n", b"hello\n", b"From -\n", b"no newline", b"\r",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_mbox_is_read_alike_however_small_the_pieces(stream: bytes) -> None:
    whole = list(read_mbox(io.BytesIO(stream)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mbox, "_CHUNK", 70)
        patch.setattr(mbox, "_LONGEST_SEPARATOR", 64)
        assert list(read_mbox(io.BytesIO(stream))) == whole
        for entry in whole:
            assert list(read_mbox(io.BytesIO(stream), after=entry.offset)) == [
                each for each in whole if each.offset > entry.offset
            ]
