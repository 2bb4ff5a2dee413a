"""What holds for every command."""

import subprocess
import sys

import click
import pytest

from rapport.config.cli import COMMANDS, main
from tests.installation import rapport, surroundings


def test_help_names_every_command_without_loading_any() -> None:
    program = "import sys; from rapport.config.cli import main; main(['--help'], standalone_mode=False); "
    program += "print(sorted({'django', 'psycopg', 'rapport.config.embedded'} & sys.modules.keys()))"
    shown = subprocess.run(
        [sys.executable, "-c", program], env=surroundings(), capture_output=True, text=True, check=True
    )
    assert shown.stdout.splitlines()[-1] == "[]"
    for name, (_, sentence) in COMMANDS.items():
        assert name in shown.stdout
        assert sentence.split(",")[0] in shown.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_machines_and_takes_a_data_folder(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    leaves = list(command.commands.values()) if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        assert {"--json", "--data"} <= {option for parameter in leaf.params for option in parameter.opts}
        assert leaf.help


def test_failure_is_json_for_machines() -> None:
    failed = rapport("serve", "--json", "--host", "0.0.0.0")
    assert failed.returncode == 1
    assert failed.stdout.startswith('{"error": "Plain HTTP on 0.0.0.0')
    assert failed.stderr == ""
