"""How the following of a mailbox stands, as people see it: never better than it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from rapport.interactions.mailboxes.troubles import trouble_of
from rapport.interactions.models import Mailbox, MailFolder, Sync

STALE = timedelta(minutes=5)
"""Not looked at for so long, a mailbox isn't up to date, whatever was noted last."""


class Health:
    """Notes what changes; written by the one thread that follows the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.row, _new = Sync.objects.get_or_create(mailbox=mailbox)
        self._behind: dict[UUID, int] = {}

    def looking(self) -> None:
        if self.row.state != Sync.State.LIVE:
            self._write(state=Sync.State.FETCHING)

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

    def troubled(self, fault: BaseException) -> str:
        """The kind of trouble."""
        kind, detail = trouble_of(fault)
        self._write(
            state=Sync.State.TROUBLE,
            trouble=kind,
            trouble_detail=detail,
            trouble_since=self.row.trouble_since or timezone.now(),
        )
        return kind

    def _write(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self.row, name, value)
        Sync.objects.filter(pk=self.row.pk).update(**values)


CALM = {"trouble": "", "trouble_detail": "", "trouble_since": None}


def shown_state(sync: Sync | None, *, is_paused: bool) -> str:
    """The state as it holds now: what claims to be up to date must have been looked at lately."""
    if is_paused:
        return Sync.State.PAUSED
    if sync is None:
        return Sync.State.NEW
    if sync.state == Sync.State.LIVE and (sync.seen_at is None or timezone.now() - sync.seen_at > STALE):
        return "stale"
    return sync.state
