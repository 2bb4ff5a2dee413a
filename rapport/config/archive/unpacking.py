"""From a backup's file to its parts in a folder, each as it was when the backup was made."""

import os
import tarfile
from pathlib import Path

from rapport.config.archive.manifest import MANIFEST, ArchiveRefused, Manifest, copy_hashed, is_expected_name


def unpack(source: Path, target: Path) -> Manifest:
    """Write the members below `target` while hashing them. Raises ArchiveRefused unless all is as it was."""
    hashes: dict[str, str] = {}
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                _refuse_strange(member, hashes)
                hashes[member.name] = _unpack_member(archive, member, target)
    except (tarfile.TarError, EOFError, ValueError) as error:  # ValueError: a header's number isn't one
        raise ArchiveRefused(f"{source} is damaged or no backup: {error}") from None
    if hashes.pop(MANIFEST, None) is None:
        raise ArchiveRefused(f"{source} is incomplete: its end is missing.")
    manifest = Manifest.from_json((target / MANIFEST).read_bytes())
    _compare(source, hashes, manifest)
    return manifest


def _refuse_strange(member: tarfile.TarInfo, hashes: dict[str, str]) -> None:
    """Plain files under the names that backups have, each once: no links, no devices, no holes that grow."""
    is_plain = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()
    if not is_plain or member.size < 0 or member.name in hashes or not is_expected_name(member.name):
        raise ArchiveRefused(f"The backup holds something that no backup holds: {member.name!r}.")


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    content = archive.extractfile(member)
    assert content is not None  # since it is a plain file
    path = target / member.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with content, path.open("xb") as file:
        found = copy_hashed(content, file)
        os.fchmod(file.fileno(), 0o600)
    return found


def _compare(source: Path, found: dict[str, str], manifest: Manifest) -> None:
    names = found.keys() | manifest.sha256.keys()
    wrong = sorted(name for name in names if found.get(name) != manifest.sha256.get(name))
    if wrong:
        listed = ", ".join(name if is_expected_name(name) else repr(name) for name in wrong[:5])
        raise ArchiveRefused(f"{source} is damaged: {listed} differ from what was backed up.")
