"""`rapport user add`, `rapport token add`"""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from rapport.config.cli.application import application
from rapport.config.cli.invocation import CommandFailed, Invocation, command_options

if TYPE_CHECKING:
    from rapport.platform.access.models import User

LONGEST_DAYS = 36_500


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


class Expiry(click.ParamType[int | date]):
    """How many days from now, or the last day: a number, or a date such as 2027-01-31."""

    name = "DAYS|DATE"

    def convert(self, value: int | date | str, param: click.Parameter | None, ctx: click.Context | None) -> int | date:
        if not isinstance(value, str):
            return value
        if value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= LONGEST_DAYS:
            return int(value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is neither a number of days nor a date such as 2027-01-31.", param, ctx)


@click.group()
def tokens() -> None:
    """Keys to the API."""


@tokens.command("add")
@command_options
@click.argument("name")
@click.option("--user", "email", required=True, metavar="EMAIL", help="As whom it acts.")
@click.option("--role", "roles", multiple=True, metavar="NAME", help="With this role of theirs alone; may be repeated.")
@click.option("--expires", type=Expiry(), help="In so many days, or with the end of this day; never, when absent.")
def add_token(
    invocation: Invocation, /, name: str, email: str, roles: tuple[str, ...], expires: int | date | None
) -> None:
    """Make a token and print it, this one time."""
    with application(invocation.environment):
        from rapport.platform.access.models import User
        from rapport.platform.api.tokens import make_token

        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandFailed(f"There is no user {email}.")
        ends = None if expires is None else _end(expires, user)
        token = make_token(user, name, role_ids=_roles(user, roles), expires_at=ends)
        invocation.answer({"token": token, "expires_at": ends and ends.isoformat()}, token)


def _end(expires: int | date, user: User) -> datetime:
    """The moment from which the token is refused; a day ends where the user lives."""
    now = datetime.now(ZoneInfo(user.time_zone or "UTC"))
    if isinstance(expires, int):
        return now + timedelta(days=expires)
    ends = datetime.combine(expires + timedelta(days=1), datetime.min.time(), now.tzinfo)
    if ends <= now:
        raise CommandFailed(f"{expires} is over already.")
    return ends


def _roles(user: User, names: tuple[str, ...]) -> list[UUID]:
    """The user's roles of these names, whatever their case. Raises CommandFailed for one that they haven't."""
    held = {name.casefold(): (pk, name) for pk, name in user.roles.filter(deleted_at=None).values_list("pk", "name")}
    for name in names:
        if name.casefold() not in held:
            theirs = ", ".join(sorted(known for _pk, known in held.values())) or "none"
            raise CommandFailed(f"{user} has no role “{name}”; theirs: {theirs}.")
    return [held[name.casefold()][0] for name in names]
