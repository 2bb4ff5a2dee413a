"""Identifiers for everything that is stored."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562, section 5.7), greater than every one that this process made before.

    Its first 48 bits are the Unix time in milliseconds, so rows made together lie together in an index.
    """
    made: uuid.UUID = _uuid7()
    return made
