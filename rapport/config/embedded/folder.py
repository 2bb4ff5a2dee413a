"""What the embedded database keeps in the data folder, and how it is addressed."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rapport.config.embedded.errors import ClusterUnusable
from rapport.config.environment import kept_secret

DATABASE = "rapport"
OWNER = "rapport_owner"
APPLICATION = "rapport"


@dataclass(frozen=True, slots=True)
class Folder:
    """`root` is `<data>/postgresql`; only `cluster` belongs to the server's account."""

    root: Path

    @property
    def cluster(self) -> Path:
        return self.root / "cluster"

    @property
    def staging(self) -> Path:
        """Where a new cluster is made before it gets its name."""
        return self.root / "cluster.new"

    @property
    def changing(self) -> Path:
        """Locked while somebody starts, stops or judges the server."""
        return self.root / "changing.lock"

    @property
    def users(self) -> Path:
        """Locked, shared, by every process that uses the server."""
        return self.root / "users.lock"

    @property
    def alive(self) -> Path:
        """Locked by the server itself: each of its processes inherits the lock."""
        return self.root / "alive.lock"

    @property
    def start_log(self) -> Path:
        return self.root / "start.log"

    @property
    def roles_prepared(self) -> Path:
        """Exists once the roles and the database do."""
        return self.root / "roles-prepared"

    @property
    def owner_password(self) -> str:
        return kept_secret(self.root / "owner-password")

    @property
    def application_password(self) -> str:
        return kept_secret(self.root / "application-password")

    @property
    def socket_note(self) -> Path:
        """Says where the server was last told to listen."""
        return self.root / "socket"

    @property
    def socket_folder(self) -> Path | None:
        """Where the server was last told to listen; None when it never was.

        What a copy of another folder says of that one isn't its own: both may run at once.
        """
        try:
            place, _line, whose = self.socket_note.read_text().partition("\n")
        except FileNotFoundError:
            return None
        return Path(place) if whose in ("", str(self.root.resolve())) else None

    def note_socket_folder(self, place: Path) -> None:
        written = self.root / "socket.new"
        written.write_text(f"{place}\n{self.root.resolve()}")
        written.replace(self.socket_note)

    def major(self) -> int | None:
        """The major version that made the cluster; None when there is no cluster yet."""
        if not self.cluster.exists():
            return None
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except (FileNotFoundError, ValueError):
            raise ClusterUnusable(
                f"{self.cluster} is not a complete PostgreSQL database. Restore a backup into an empty folder."
            ) from None

    def url(self, role: str, database: str = DATABASE) -> str:
        """A libpq URL; only for a server that has been told where to listen."""
        password = self.owner_password if role == OWNER else self.application_password
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.socket_folder), safe='/')}"
