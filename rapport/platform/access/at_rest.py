"""Secrets that must be read again, as the database keeps them. (Of passwords and tokens it keeps hashes alone.)"""

from __future__ import annotations

import logging
from base64 import b32encode, urlsafe_b64encode
from secrets import token_bytes

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

log = logging.getLogger("rapport.access")

MARK = "fernet:"
PURPOSE = b"rapport secrets at rest"
REMEDY = "bring back the earlier secret-key or RAPPORT_SECRET_KEY, else second factors must be set up anew."


def encrypted(text: str) -> str:
    """By the installation's key, which isn't in the database."""
    return MARK + _box().encrypt(text.encode()).decode()


def decrypted(kept: str) -> str:
    """What early versions kept in the clear comes back as it is. What another key has encrypted is lost: a text that
    nobody knows comes in its place, so that nothing fits it."""
    if not kept.startswith(MARK):
        return kept
    try:
        return _box().decrypt(kept.removeprefix(MARK)).decode()
    except InvalidToken:
        log.error("A secret in the database doesn't fit this installation's key: %s", REMEDY)
        return b32encode(token_bytes(20)).decode()


def _box() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(derived))
