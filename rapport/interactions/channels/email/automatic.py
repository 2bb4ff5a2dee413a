"""Whether a machine wrote a message: RFC 3834, list and bulk marks, reports, and their imitators."""

import re
from email.message import Message

from .body import Content
from .headers import Headers, parameters
from .message import Address, Automatic

_ABSENCE = re.compile(
    r"^\s*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|autoreply|"
    r"automatische antwort|abwesenheit|abwesend|"
    r"réponse automatique|absence du bureau|absente? du bureau|message d['\u2019]absence|"
    r"respuesta automática|fuera de (?:la )?oficina|mensaje de ausencia|resposta automática|risposta automatica|"
    r"automatisch antwoord|afwezig|automatiskt svar|frånvaro|automatisk svar|automaattinen vastaus|"
    r"odpowiedź automatyczna|automatická odpověď|otomatik yan\u0131t|автоматический ответ|автоответ|"
    r"自动答复|自動回覆|自動応答|不在通知)",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^(?:(?:[a-z0-9]+[._+-])*(?:do[-_.]?not[-_.]?reply|no[-_.]?reply|noreply|nepasrepondre|ne-pas-repondre|"
    r"nicht-antworten|keine-antwort|no-responder|noresponder|unattended|autoresponder|auto-confirm)|"
    r"notifications?|alerts?|mailer|bounces?)(?:[._+=-].*)?@",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(r"^(?:mailer[-_.]?daemon|postmaster|mail-?daemon|bounces?[+=-].*)@", re.IGNORECASE)
_REPORTS = ("delivery-status", "disposition-notification", "feedback-report")


def automatic_reason(message: Message, headers: Headers, content: Content, sender: Address | None) -> Automatic | None:
    """Why the message counts as automatic, or None when a person may have written it."""
    address = sender.address if sender else ""
    if _is_report(message, headers, address):
        return "delivery-report"
    if content.calendar:
        return "calendar"
    return _by_headers(headers) or ("no-reply" if _MACHINE.match(address) else None)


def _by_headers(headers: Headers) -> Automatic | None:
    submitted = _word(headers, "auto-submitted")
    precedence = _word(headers, "precedence")
    suppressed = headers.raw("x-auto-response-suppress").lower()
    answered = submitted == "auto-replied" or precedence == "auto_reply" or _has_autoreply_mark(headers)
    absence = bool(_ABSENCE.match(headers.text("subject")))
    if absence or (answered and submitted in ("", "auto-replied")):
        return "out-of-office"
    if submitted not in ("", "no"):
        return "auto-submitted"
    if "list-id" in headers or "list-unsubscribe" in headers or precedence == "list":
        return "list"
    if precedence in ("bulk", "junk"):
        return "bulk"
    return "auto-submitted" if "all" in suppressed or "autoreply" in suppressed else None


def _word(headers: Headers, name: str) -> str:
    return headers.raw(name).split(";")[0].split("(")[0].strip().lower()


def _has_autoreply_mark(headers: Headers) -> bool:
    marks = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
    return any(_word(headers, mark) not in ("", "no") for mark in marks)


def _is_report(message: Message, headers: Headers, address: str) -> bool:
    kind, found = parameters(headers.raw("content-type"))
    if kind == "multipart/report" and found.get("report-type", "delivery-status").lower() in _REPORTS:
        return True
    returned = headers.raw("return-path").strip() == "<>"
    if not (returned or _POSTMASTER.match(address) or "x-failed-recipients" in headers):
        return False
    return "x-failed-recipients" in headers or bool(_POSTMASTER.match(address)) or _bounces(message)


def _bounces(message: Message) -> bool:
    from flufl.bounce import all_failures  # detectors of a hundred systems: only where a report came

    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001 - detectors meet malformed reports with errors of any kind
        return False
    return bool(temporary or permanent)
