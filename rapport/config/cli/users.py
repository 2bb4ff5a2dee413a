"""`rapport user add`, `rapport token add`"""

from __future__ import annotations

import sys

import click

from rapport.config.cli.application import application
from rapport.config.cli.invocation import CommandFailed, Invocation, command_options


@click.group()
def command() -> None:
    """People who sign in."""


@command.command("add")
@command_options
@click.argument("email")
@click.option("--name", default="", help="What they are called.")
@click.option("--admin", "is_admin", is_flag=True, help="May do everything.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
def add(invocation: Invocation, /, email: str, name: str, is_admin: bool, password_stdin: bool) -> None:
    """Add a user; the password's first line comes from standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    with application(invocation.environment):
        from rapport.platform.access.people import add_user
        from rapport.platform.errors import Problem

        try:
            user = add_user(email, password, name=name, is_administrator=is_admin)
        except Problem as problem:
            raise CommandFailed(str(problem)) from None
        invocation.answer({"id": user.pk, "email": user.email}, f"{user.email} may sign in.")


@click.group()
def tokens() -> None:
    """Keys to the API."""


@tokens.command("add")
@command_options
@click.argument("name")
@click.option("--user", "email", required=True, metavar="EMAIL", help="As whom it acts.")
def add_token(invocation: Invocation, /, name: str, email: str) -> None:
    """Make a token and print it, this one time."""
    with application(invocation.environment):
        from rapport.platform.access.models import User
        from rapport.platform.api.tokens import make_token

        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandFailed(f"There is no user {email}.")
        token = make_token(user, name)
        invocation.answer({"token": token}, token)
