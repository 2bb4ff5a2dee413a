"""Signatures that verify, by keys whose private half nobody is told."""

from __future__ import annotations

import dkim
import pytest

from rapport.interactions.models import DkimKey
from rapport.interactions.sending.signing import signed
from rapport.platform.access.at_rest import decrypted
from rapport.platform.errors import Invalid
from rapport.platform.history.models import Change
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast
from tests.factories.letters import letter

RAW = letter("support@ours.example", "jonas@okafor.example", "On Monday.").replace(b"\n", b"\r\n")


def test_mail_from_a_domain_with_a_key_is_signed(cast: Cast) -> None:
    admin, keys = cast.actor("administrator"), RESOURCES["dkim_keys"]
    made = verbs.create(keys, {"domain": "Ours.example "}, actor=admin)
    assert signed(RAW, "support@ours.example") == RAW  # not before it is published
    verbs.update(keys, [made.pk], {"is_used": True}, actor=admin)
    key = DkimKey.objects.get()
    assert (key.domain, key.record_name) == ("ours.example", "rapport._domainkey.ours.example")
    sent = signed(RAW, "Support@OURS.example")
    published = {f"{key.record_name}.".encode(): key.record_text.encode()}
    assert dkim.verify(sent, dnsfunc=lambda name, timeout=5: published.get(name))
    assert not dkim.verify(sent.replace(b"Monday", b"Sunday"), dnsfunc=lambda name, timeout=5: published.get(name))
    assert signed(RAW, "support@elsewhere.example") == RAW
    secret = decrypted(key.private)
    assert "PRIVATE KEY" in secret and "PRIVATE KEY" not in key.private
    told = str(list(Change.objects.values_list("changed", flat=True)))
    assert key.private not in told and "private" not in keys.built_in


def test_a_key_is_for_a_domain(cast: Cast) -> None:
    with pytest.raises(Invalid) as problem:
        verbs.create(RESOURCES["dkim_keys"], {"domain": "ours", "selector": "a.b"}, actor=cast.actor("administrator"))
    assert set(problem.value.fields) == {"domain", "selector"}
