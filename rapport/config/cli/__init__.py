"""The command line, `rapport`. A command is a module in this package and a line in COMMANDS.

Modules are imported only when their command runs, so that `rapport --help` answers at once.
"""

from importlib import import_module

import click

COMMANDS = {
    "serve": ("serve", "Start everything and serve the pages."),
    "import": ("imports", "Bring mail into Rapport."),
    "user": ("users", "Add people who sign in."),
    "token": ("users:tokens", "Make keys to the API."),
    "demo": ("demo", "Fill Rapport with an invented organisation, to look around in."),
    "doctor": ("doctor", "Look whether everything is in order."),
    "backup": ("backup", "Write all data into one file, while Rapport runs or not."),
    "restore": ("restore", "Bring a backup back, into an empty data folder."),
}
"""Command → (module of this package whose `command` it is, what it does in a sentence)."""


class LazyGroup(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _colon, attribute = COMMANDS[name][0].partition(":")
        found = getattr(import_module(f"{__name__}.{module}"), attribute or "command")
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rapport")
def main() -> None:
    """Rapport: who do we owe an answer, and who owes us one?

    Data lives in one folder: --data, else RAPPORT_DATA, else the usual place for this user. `rapport
    COMMAND --help` explains each command.
    """
