"""Who writes somewhere is believed for a while, and then no more."""

from __future__ import annotations

from uuid import uuid4

from rapport.config.live.streams import Place, Stream, Streams, Visitor
from rapport.platform.events.writing import Writing


def opened(streams: Streams, name: str, where: Place | None = None) -> Stream:
    user = uuid4()
    record = where.record if where else uuid4()
    made = Stream(Visitor(user, name, ""), frozenset(), Place("conversations", record, name, name[:2].upper(), user))
    streams.all.add(made)
    return made


def test_a_writer_is_told_of_until_their_time_is_over_and_as_long_as_they_go_on() -> None:
    streams = Streams()
    writer = opened(streams, "Amal")
    assert writer.place
    reader, where, user = opened(streams, "Mara", writer.place), writer.place.where, writer.visitor.user_id
    streams.write(where, user, 8.0, 0.0)
    told = {"name": "Amal", "initials": "AM"}
    assert (reader.beside, writer.beside) == ([told | {"writing": "true"}], [{"name": "Mara", "initials": "MA"}])
    streams.write(where, user, 12.0, 4.0)
    streams.stop_writing(where, user, 8.0)
    assert reader.beside == [told | {"writing": "true"}]
    streams.stop_writing(where, user, 12.0)
    assert (reader.beside, streams.writing) == ([told], {})


def test_what_is_announced_is_read_and_anything_else_is_not() -> None:
    said = Writing("conversations", uuid4(), uuid4(), True)
    assert Writing.read(str(said)) == said
    assert [Writing.read(text) for text in ("", "a b c", "people x y 1", f"{said} more")] == [None] * 4
