"""Running PostgreSQL's programs as another account, and making a cluster."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.config.embedded.account import Account
from rapport.config.embedded.binaries import Binaries
from rapport.config.embedded.errors import StartFailed
from rapport.config.embedded.folder import OWNER, Folder


def create_cluster(folder: Folder, binaries: Binaries, account: Account) -> None:
    """Run initdb beside the final place and move the finished cluster there, all or nothing."""
    staging = folder.staging
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    password = staging / "password"
    password.write_text(folder.owner_password)
    for path in (staging, password):
        account.own(path)
    with path_for(account, staging) as (place, descriptors):
        command = [binaries.program("initdb"), f"--pgdata={place}/cluster", f"--username={OWNER}"]
        command += [f"--pwfile={place}/password", "--auth=scram-sha-256", "--data-checksums"]
        command += ["--encoding=UTF8", "--no-locale", "--no-instructions"]
        made = spawn(command, account, descriptors, subprocess.PIPE)
        output = made.communicate()[0].decode(errors="replace")
    if made.returncode != 0:
        raise StartFailed(f"The database could not be created in {staging}:\n{output}")
    (staging / "cluster").rename(folder.cluster)
    shutil.rmtree(staging)


@contextmanager
def path_for(account: Account, path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """`path` as `account` can reach it, and the descriptors that its process must inherit for that.

    Another account may not be able to walk through the folders above (say, /root). Rather than open them
    to everybody, it gets the folder itself, open, and names it through /proc.
    """
    if not account.switched:
        yield str(path), ()
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)


def spawn(command: list[str], account: Account, descriptors: tuple[int, ...], output: int) -> subprocess.Popen[bytes]:
    """Start a program as `account`, apart from our terminal, folder and environment."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        pass_fds=descriptors,
        start_new_session=True,  # the terminal's Ctrl-C is for the supervisor, which stops us in its order
        umask=0o077,
        **account.spawn_options,
    )
