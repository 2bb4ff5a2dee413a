"""The embedded server's settings, written anew at each start.

Durability is PostgreSQL's default (fsync, synchronous commit). An administrator's own settings go to
`custom.conf` in the cluster folder, read last and never written by us.
"""

import os
import shutil
from pathlib import Path

from rapport.config.embedded.account import Account

MEBIBYTE = 1024 * 1024
AUTHENTICATION = "local all all scram-sha-256\n"


def write_configuration(cluster: Path, socket_folder: Path, account: Account) -> None:
    _write(cluster / "pg_hba.conf", AUTHENTICATION, account)
    _write(cluster / "postgresql.conf", _settings(socket_folder), account)


def _write(path: Path, content: str, account: Account) -> None:
    written = path.with_suffix(".new")
    written.write_text(content)
    written.chmod(0o600)
    account.own(written)
    written.replace(path)


def _settings(socket_folder: Path) -> str:
    memory = _memory()
    return f"""\
# Written by Rapport at each start. Put your own settings into custom.conf beside this file.
listen_addresses = ''
unix_socket_directories = '{_quoted(socket_folder)}'
unix_socket_permissions = 0700
max_connections = 60
password_encryption = scram-sha-256

shared_buffers = {max(32, min(2048, memory // 8))}MB
effective_cache_size = {max(64, memory // 2)}MB
work_mem = 8MB
maintenance_work_mem = {max(32, min(256, memory // 16))}MB
dynamic_shared_memory_type = {_shared_memory_type()}
jit = off
random_page_cost = 1.1
default_statistics_target = 100

wal_level = minimal
max_wal_senders = 0
wal_compression = on
min_wal_size = 128MB
max_wal_size = 2GB
checkpoint_completion_target = 0.9

timezone = 'UTC'
datestyle = 'iso, ymd'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# A file per weekday, each overwritten a week later. Statements and values stay out: they are personal.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_timezone = 'UTC'
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
track_io_timing = off

include_if_exists = 'custom.conf'
"""


def _memory() -> int:
    """MiB that this process may use: the machine's, or less where a container is limited (cgroup v2)."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (FileNotFoundError, PermissionError, ValueError):  # no such file, or "max": no limit
        limit = machine
    return min(machine, limit) // MEBIBYTE


def _quoted(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace("'", "''")


def _shared_memory_type() -> str:
    """`mmap` where /dev/shm is too small for parallel queries, as it is in containers (64 MB)."""
    shared_memory = Path("/dev/shm")  # noqa: S108 - only its size is read
    if shared_memory.exists() and shutil.disk_usage(shared_memory).total < 512 * MEBIBYTE:
        return "mmap"
    return "posix"
