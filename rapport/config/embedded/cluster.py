"""One embedded server as its users see it."""

import subprocess

from rapport.config.embedded.account import server_account
from rapport.config.embedded.binaries import Binaries, find_binaries, reachable_by
from rapport.config.embedded.creation import create_cluster
from rapport.config.embedded.errors import ClusterUnusable, PostgresUnavailable
from rapport.config.embedded.folder import APPLICATION, OWNER, Folder
from rapport.config.embedded.locks import exclusive, is_locked
from rapport.config.embedded.postmaster import answers, await_answer, await_start, clear_remains, start
from rapport.config.embedded.roles import prepare_roles


class Cluster:
    """Addresses of a running server, stable over restarts, and the means to bring it back."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def database_url(self) -> str:
        """For the application's role, which owns nothing."""
        return self.folder.url(APPLICATION)

    @property
    def owner_database_url(self) -> str:
        """For migrations."""
        return self.folder.url(OWNER)

    def ensure(self) -> bool:
        """Start the server again if it has died; whether it had to be. Raises PostgresError."""
        if answers(self.folder):
            return False
        with exclusive(self.folder.changing):
            return self.come_up()

    def come_up(self) -> bool:
        """Join the server or start it; whether it was started. For holders of the `changing` lock."""
        running = answers(self.folder) or (is_locked(self.folder.alive) and await_answer(self.folder))
        if not running:
            self._start()
        if not self.folder.roles_prepared.exists():
            prepare_roles(self.folder)
            self.folder.roles_prepared.touch()
        return not running

    def _start(self) -> None:
        major = self.folder.major()
        account = server_account(self.folder.cluster)
        binaries = reachable_by(account, self._binaries(major))
        if major is None:
            create_cluster(self.folder, binaries, account)
        clear_remains(self.folder)
        self.let_go()
        self._server = start(self.folder, binaries, account)
        await_start(self.folder, self._server)

    def _binaries(self, major: int | None) -> Binaries:
        try:
            return find_binaries(major)
        except PostgresUnavailable as unavailable:
            if major is None:
                raise
            raise ClusterUnusable(
                f"{self.folder.cluster} was made by PostgreSQL {major}, which isn't installed. "
                "Install it, or restore a backup into an empty folder."
            ) from unavailable

    def let_go(self) -> None:
        """Reap the server that we started if it has stopped, else leave it to its other users."""
        if self._server is None:
            return
        if is_locked(self.folder.alive):
            self._server.returncode = 0  # Popen would warn of a child left running, which is our intention
        else:
            self._server.wait()
        self._server = None
