"""What all commands have in common: --data, --json, and how they answer and fail."""

import functools
import json
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from rapport.config.environment import Environment, EnvironmentInvalid, load


class CommandFailed(click.ClickException):
    """The command can't do what was asked; the message is for the person who asked. Exit code 1."""


@dataclass(frozen=True, slots=True)
class Invocation:
    environment: Environment
    as_json: bool

    def say(self, sentence: str) -> None:
        """Tell a person what is going on; machines that asked for JSON get it on standard error."""
        click.echo(sentence, err=self.as_json)

    def answer(self, result: Mapping[str, Any], sentence: str) -> None:
        """The outcome: one line of JSON for machines, else `sentence`."""
        click.echo(json.dumps(result, default=str) if self.as_json else sentence)


def end_in_order() -> None:
    """Has SIGTERM end this command as Ctrl-C does: it takes back what it has begun."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


def command_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --data and --json to a command; its first argument becomes the Invocation.

    Exceptions of the kinds in `expected_failures` end the command with their message and exit code 1.
    """

    @click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for machines.")
    @functools.wraps(function)
    def command(data: Path | None, as_json: bool, **options: Any) -> None:
        try:
            environment = load()
            if data is not None:
                environment = replace(environment, data=data.expanduser().absolute())
            function(Invocation(environment, as_json), **options)
        except expected_failures() as failure:
            _fail(str(failure), as_json)
        except CommandFailed as failure:
            _fail(failure.message, as_json)

    return command


def _fail(message: str, as_json: bool) -> None:
    click.echo(json.dumps({"error": message}) if as_json else message, err=not as_json)
    sys.exit(1)


def expected_failures() -> tuple[type[Exception], ...]:
    # Imported late: `--help` needs neither the driver nor the network.
    import psycopg

    from rapport.config.archive.manifest import ArchiveRefused
    from rapport.config.database import RestoreUnfinished
    from rapport.config.embedded import PostgresError
    from rapport.config.preparation import PreparationFailed
    from rapport.config.serve.data_lock import AlreadyServed
    from rapport.config.serve.exposure import ExposureRefused

    return (
        ArchiveRefused,
        EnvironmentInvalid,
        PostgresError,
        PreparationFailed,
        RestoreUnfinished,
        AlreadyServed,
        ExposureRefused,
        psycopg.OperationalError,
    )
