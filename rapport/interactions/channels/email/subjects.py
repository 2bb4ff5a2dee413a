"""The topic of a subject: what is left when reply and forward marks and list tags are taken off."""

import re

# Reply marks as mail programs write them, by language: English, German, Dutch, Scandinavian, French,
# Italian, Spanish, Portuguese, Polish, Czech, Finnish, Hungarian, Turkish, Greek, Welsh, Chinese, Hebrew …
_REPLY = (
    "re|aw|antw|antwort|sv|vs|vá|va|rép|rif|r|res|odp|odpověď|ynt|yan|ym|απ|σχετ|atb|bls|על|השב|"
    "回复|回覆|答复|答覆|رد|ตอบ|отв|отп|返信"
)
_FORWARD = (
    "fwd|fw|wg|wl|vb|vs|vl|doorst|tr|i|fs|fyi|enc|rv|pd|pf|i̇lt|ilt|πρθ|továbbítás|továbbítva|"
    "הועבר|转发|轉寄|轉發|إعادة توجيه|пер|переслано|転送"
)
_MARK = r"(?:{})\s*(?:[\[(]\s*\d{{1,4}}\s*[\])]|\^?\d{{1,3}})?\s*[:\uff1a]\s*"
_TAG = r"\[[^\[\]]{1,60}\]\s*"
_REPLY_MARK = re.compile(rf"(?:{_TAG})*{_MARK.format(_REPLY)}", re.IGNORECASE)
_LEADING = re.compile(rf"(?:{_MARK.format(_REPLY + '|' + _FORWARD)}|{_TAG})+", re.IGNORECASE)
_TRAILING = re.compile(r"\s*(?:\((?:fwd|fw)\)|\[(?:fwd|fw)\])\s*$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def topic_of(subject: str) -> str:
    """`AW: [team] Re[2]: Angebot (fwd)` → `Angebot`. A subject that is only a tag stays as it is."""
    subject = _SPACES.sub(" ", subject).strip()
    leading = _LEADING.match(subject)
    topic = subject[leading.end() :] if leading else subject
    topic = _TRAILING.sub("", topic).strip()
    if topic or _REPLY_MARK.match(subject):
        return topic
    return subject


def is_reply_subject(subject: str) -> bool:
    """Whether the subject opens with a reply mark (a forward is not a reply)."""
    return bool(_REPLY_MARK.match(subject.strip()))
