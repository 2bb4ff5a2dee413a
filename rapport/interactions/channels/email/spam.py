"""Whether a server on the way has marked a message as spam, and by which header."""

import re

from .headers import Headers

_LEVEL = 5
"""From which spam confidence level on Exchange puts a message among the junk."""
_SAYS_YES = ("x-spam-flag", "x-spam-status", "x-spam")
"""SpamAssassin's two (YES; Yes, score=…), and Rspamd's."""
_EXCHANGE = "x-ms-exchange-organization-scl"
_FOREFRONT = "x-forefront-antispam-report"
_VERDICTS = re.compile(r"(?:^|;)\s*SFV:(?:SPM|SKS|SKB)\s*(?:;|$)", re.IGNORECASE)
_FOREFRONT_LEVEL = re.compile(r"(?:^|;)\s*SCL:\s*(\d{1,2})\s*(?:;|$)", re.IGNORECASE)


def spam_mark(headers: Headers, labels: tuple[str, ...]) -> str:
    """The header that marks a message as spam, as it is called; empty for none.

    Sources: the manuals of SpamAssassin (Mail::SpamAssassin::Conf) and Rspamd (milter_headers, `spam_header`),
    and Microsoft's "Anti-spam message headers" and "Spam confidence level".
    """
    for name in _SAYS_YES:
        if any(re.match(r"\s*yes\b", value, re.IGNORECASE) for value in headers.all_raw(name)):
            return name
    if any(_level(value) >= _LEVEL for value in headers.all_raw(_EXCHANGE)):
        return _EXCHANGE
    if any(_forefront(value) for value in headers.all_raw(_FOREFRONT)):
        return _FOREFRONT
    return "x-gmail-labels" if "Spam" in labels else ""


def _level(value: str) -> int:
    return int(value) if re.fullmatch(r"\s*\d{1,2}\s*", value) else -1


def _forefront(value: str) -> bool:
    level = _FOREFRONT_LEVEL.search(value)
    return bool(_VERDICTS.search(value)) or (level is not None and int(level[1]) >= _LEVEL)
