"""`rapport backup`"""

from pathlib import Path

import click

from rapport.config.archive.writing import write_archive
from rapport.config.cli.invocation import Invocation, command_options, end_in_order
from rapport.config.database import running


@click.command()
@command_options
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--with-key", is_flag=True, help="Put the key in, too: the file alone then opens all secrets.")
def command(invocation: Invocation, *, file: Path, with_key: bool) -> None:
    """Write database and attachments into FILE, one consistent set, while Rapport runs or not.

    An existing FILE is replaced once the new one is complete.
    """
    end_in_order()
    with running(invocation.environment) as database:
        written = write_archive(database, file.absolute(), with_key=with_key)
    manifest, size = written.manifest, file.stat().st_size
    sentence = f"{file} holds {len(manifest.sha256)} files, {size / 1e6:.1f} MB. "
    sentence += "The key is in it." if with_key else f"Keep the key apart: fingerprint {manifest.key_fingerprint}."
    result = {
        "file": file,
        "bytes": size,
        "files": len(manifest.sha256),
        "key_fingerprint": manifest.key_fingerprint,
        "damaged": written.damaged,
    }
    if written.damaged:
        sentence += f"\n{len(written.damaged)} attachments had been damaged before, the first is {written.damaged[0]}."
    invocation.answer(result, sentence)
