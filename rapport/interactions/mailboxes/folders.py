"""The folders of a mailbox: which there are, what each is for, which are followed."""

from __future__ import annotations

from imapclient import IMAPClient
from imapclient.imap_utf7 import decode, encode

from rapport.interactions.mailboxes.servers import Cut
from rapport.interactions.models import Mailbox, MailFolder

Role = MailFolder.Role
BY_FLAG = {
    b"\\sent": Role.SENT,
    b"\\archive": Role.ARCHIVE,
    b"\\drafts": Role.DRAFTS,
    b"\\junk": Role.JUNK,
    b"\\trash": Role.TRASH,
    b"\\all": Role.ALL,
}
"""RFC 6154."""
BY_NAME = {
    Role.SENT: ("sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete elemente"),
    Role.DRAFTS: ("drafts", "draft", "entwürfe"),
    Role.JUNK: ("junk", "spam", "junk e-mail", "junk email", "bulk mail"),
    Role.TRASH: ("trash", "deleted items", "deleted messages", "papierkorb", "gelöschte elemente"),
    Role.ARCHIVE: ("archive", "archives", "archiv"),
}  # fmt: skip
"""Where a server doesn't say it."""
NOT_FOLLOWED = frozenset({Role.DRAFTS, Role.JUNK, Role.TRASH, Role.ALL})
NO_MAIL = frozenset(
    {
        *("outbox", "calendar", "contacts", "tasks", "notes", "journal", "sync issues", "conversation history"),
        *("rss feeds", "suggested contacts", "postausgang", "kalender", "kontakte", "aufgaben", "notizen"),
    }
)
"""Folders that some servers list among those of mail."""
WITH_ALL = frozenset({Role.INBOX, Role.SENT})
"""Where one folder holds all mail, the others are labels: these two are enough."""


def remember_folders(client: IMAPClient, mailbox: Mailbox) -> list[MailFolder]:
    """Those that are followed and there, the inbox first; new ones are noted, those that went are marked."""
    there = _listed(client)
    known = {each.name: each for each in mailbox.folders.all()}
    has_all = Role.ALL in there.values()
    for name, role in there.items():
        if name not in known:
            follow = role in WITH_ALL if has_all else role not in NOT_FOLLOWED and name.casefold() not in NO_MAIL
            known[name] = mailbox.folders.create(name=name, role=role, is_followed=follow)
    for name, folder in known.items():
        if folder.is_gone == (name in there):
            folder.is_gone = name not in there
            folder.save(update_fields=["is_gone"])
    followed = [each for each in known.values() if each.is_followed and not each.is_gone]
    return sorted(followed, key=lambda each: (each.role != Role.INBOX, each.role != Role.SENT, each.name))


def _listed(client: IMAPClient) -> dict[str, Role]:
    """By name; those that hold no messages aren't among them (RFC 3501, \\Noselect; RFC 5258, \\NonExistent)."""
    found, taken = {}, set()
    client.folder_encode = False
    listed = client.list_folders()
    client.folder_encode = True
    if not listed:
        raise Cut("an empty list of folders")
    for flags, delimiter, raw in listed:
        name = _readable(raw)
        if name is None:
            continue
        low = {each.lower() for each in flags}
        if low & {b"\\noselect", b"\\nonexistent"}:
            continue
        role = _role(low, name, delimiter.decode() if delimiter else "")
        found[name] = Role.OTHER if role in taken and role else role
        taken.add(role)
    return found


def _readable(raw: bytes | str | None) -> str | None:
    """A folder's name; None for one that is not in IMAP's own writing (RFC 3501, 5.1.3), so that none can select it."""
    try:
        wire = raw.encode("ascii") if isinstance(raw, str) else raw or b""
        text: str = decode(wire)
        return text if text and encode(text) == wire else None
    except (UnicodeError, ValueError):
        return None


def _role(flags: set[bytes], name: str, delimiter: str) -> Role:
    if name.upper() == "INBOX":
        return Role.INBOX
    for flag, role in BY_FLAG.items():
        if flag in flags:
            return role
    last = (name.rpartition(delimiter)[2] if delimiter else name).casefold()
    return next((role for role, names in BY_NAME.items() if last in names), Role.OTHER)
