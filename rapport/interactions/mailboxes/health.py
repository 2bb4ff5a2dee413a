"""How the following of a mailbox stands, as people see it: never better than it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from rapport.interactions.mailboxes.troubles import PATIENT, trouble_of
from rapport.interactions.models import Mailbox, MailFolder, Sync

STALE = timedelta(minutes=5)
"""Without a sign of life for so long, a mailbox isn't followed, whatever was noted last."""
SELDOM = timedelta(minutes=35)
"""The same where it is tried seldom, since a person has to mend something."""


class Health:
    """Notes what changes; written by the one thread that follows the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.row, _new = Sync.objects.get_or_create(mailbox=mailbox)
        self._behind: dict[UUID, int] = {}

    def looking(self) -> None:
        self._write(**({} if self.row.state == Sync.State.LIVE else {"state": Sync.State.FETCHING}))

    def behind(self, folder: MailFolder, count: int) -> None:
        if count or self._behind.get(folder.pk):
            self._behind[folder.pk] = count
            self._write(behind=sum(self._behind.values()))

    def filed(self, folder: MailFolder, count: int) -> None:
        self.behind(folder, max(self._behind.get(folder.pk, 0) - count, 0))

    def is_up_to_date(self) -> None:
        """All folders were looked at, and everything in them is here."""
        self._behind.clear()
        self._write(state=Sync.State.LIVE, behind=0, seen_at=timezone.now(), **CALM)

    def is_up_to_date_but(self, kind: str, detail: str = "") -> None:
        """All was looked at but what `kind`, a key of TROUBLES, says."""
        self._behind.clear()
        self._note(kind, detail)

    def troubled(self, fault: BaseException) -> str:
        """The kind of trouble."""
        kind, detail = trouble_of(fault)
        self._note(kind, detail)
        return kind

    def _note(self, kind: str, detail: str) -> None:
        self._write(
            state=Sync.State.TROUBLE,
            trouble=kind,
            trouble_detail=detail,
            trouble_since=self.row.trouble_since or timezone.now(),
        )

    def _write(self, **values: object) -> None:
        values["beat_at"] = timezone.now()
        for name, value in values.items():
            setattr(self.row, name, value)
        Sync.objects.filter(pk=self.row.pk).update(**values)


CALM = {"trouble": "", "trouble_detail": "", "trouble_since": None}


def shown_state(mailbox: Mailbox) -> str:
    """The state as it holds now: one of Sync.State, or *resting* (nobody's), or *stale* (nobody follows it)."""
    sync: Sync | None = getattr(mailbox, "sync", None)
    if mailbox.is_paused:
        return Sync.State.PAUSED
    if not mailbox.is_shared and (mailbox.owner is None or not mailbox.owner.is_active):
        return "resting"
    if sync is None:
        return Sync.State.NEW
    if sync.beat_at is None or timezone.now() - sync.beat_at > (SELDOM if sync.trouble in PATIENT else STALE):
        return "stale"
    return Sync.State.FETCHING if sync.state == Sync.State.LIVE and sync.behind else sync.state
