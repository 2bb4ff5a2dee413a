"""Which account the database server runs as; PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

NAME = "rapport"


class SpawnOptions(TypedDict, total=False):
    """Arguments of `subprocess.Popen` that make the child run as the account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    user: int
    group: int
    switched: bool
    """Whether this differs from the account that we run as."""

    @property
    def spawn_options(self) -> SpawnOptions:
        if not self.switched:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, path: Path) -> None:
        if self.switched:
            os.chown(path, self.user, self.group)


def server_account(cluster: Path) -> Account:
    """Ourselves, or as root: the account that `cluster` belongs to already, else an unprivileged one."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switched=False)
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switched=True)
    entry = _entry(NAME) or _entry("postgres") or _created() or pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid, switched=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created() -> pwd.struct_passwd | None:
    if program := shutil.which("useradd"):
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([program, *options, NAME], check=False, capture_output=True)
    return _entry(NAME)
