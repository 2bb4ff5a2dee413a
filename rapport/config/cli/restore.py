"""`rapport restore`"""

from pathlib import Path

import click

from rapport.config.archive.restoring import restore_archive
from rapport.config.cli.invocation import Invocation, command_options, end_in_order


@click.command()
@command_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--without-key", is_flag=True, help="Go on without the key: stored passwords can't be read again.")
def command(invocation: Invocation, *, file: Path, without_key: bool) -> None:
    """Bring the backup in FILE back, into an empty data folder, and up to this version.

    Every part is compared with its hash before anything is written; a damaged backup is refused, and
    whatever goes wrong, the folder is then as empty as it was.
    """
    end_in_order()
    manifest = restore_archive(invocation.environment, file, without_key=without_key)
    sentence = f"Restored {len(manifest.sha256)} files, backed up at {manifest.made_at}."
    invocation.answer({"files": len(manifest.sha256), "made_at": manifest.made_at}, sentence)
