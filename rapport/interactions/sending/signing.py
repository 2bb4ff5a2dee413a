"""DKIM (RFC 6376): keys of our own making, what is to be published of them, and signatures."""

from __future__ import annotations

from base64 import b64encode

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from rapport.interactions.models import DkimKey
from rapport.platform.access.at_rest import decrypted, encrypted

BITS = 2_048
SIGNED = [
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"mime-version",
    b"content-type",
]  # fmt: skip


def make_key(key: DkimKey) -> None:
    """Gives a key that is about to be stored its two halves, and says what to publish of it."""
    made = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    key.private = encrypted(pem.decode())
    key.record_name = f"{key.selector}._domainkey.{key.domain}"
    key.record_text = f"v=DKIM1; k=rsa; p={b64encode(public).decode()}"


def signed(raw: bytes, address: str) -> bytes:
    """The message with our signature before it, where there is a key in use for its sender's domain."""
    domain = address.rpartition("@")[2].lower()
    key = DkimKey.objects.filter(domain=domain, is_used=True, deleted_at=None).first()
    if key is None:
        return raw
    header: bytes = dkim.sign(
        raw,
        key.selector.encode(),
        key.domain.encode(),
        decrypted(key.private).encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=SIGNED,
    )
    return header + raw
