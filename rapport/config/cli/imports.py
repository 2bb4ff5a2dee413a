"""`rapport import mailbox`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from rapport.config.cli.application import application
from rapport.config.cli.invocation import CommandFailed, Invocation, command_options

EXISTING = click.Path(path_type=Path, exists=True)
VISIBILITY = ("participants", "team", "everyone")


@click.group()
def command() -> None:
    """Bring what you have into Rapport."""


@command.command("mailbox")
@command_options
@click.argument("paths", nargs=-1, required=True, type=EXISTING)
@click.option("--me", "addresses", multiple=True, metavar="ADDRESS", help="An address of ours; may be repeated.")
@click.option("--our-domain", "domains", multiple=True, metavar="DOMAIN", help="A domain of ours; may be repeated.")
@click.option("--user", "email", metavar="EMAIL", help="Whose mailbox it is; the only user when there is one.")
@click.option(
    "--visibility",
    type=click.Choice(VISIBILITY),
    default="participants",
    show_default=True,
    help="Who may see it.",
)
@click.option(
    "--detail",
    type=click.Choice(["everything", "subject", "happened"]),
    default="everything",
    show_default=True,
)
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
def mailbox(invocation: Invocation, /, **options: Any) -> None:
    """Import mbox files, Maildirs, .eml files, folders and ZIPs of these.

    Importing the same again changes nothing. Without --me and --our-domain Rapport works out from the
    archive who you are, and says so.
    """
    with application(invocation.environment):
        result = _import(invocation, options)
        sentence = (
            "{read:,} messages read: {stored:,} stored, {already_there:,} already there, "
            "{excluded:,} excluded, {quarantined:,} set aside because they could not be read."
        ).format(**result)
        invocation.answer(result, sentence)


def _import(invocation: Invocation, options: dict[str, Any]) -> dict[str, Any]:
    from rapport.interactions.importing import COUNTS, begin, run
    from rapport.interactions.models import Archive, Detail
    from rapport.platform.access.actors import Actor, actor_for

    user = _user(options["email"])
    inferred = _claim(invocation, options, user)
    audience = options["visibility"]
    if audience == "team" and (user is None or user.team is None):
        raise CommandFailed("--visibility team needs a --user who is in a team.")
    archive, _new = Archive.objects.update_or_create(
        name=", ".join(path.name for path in options["paths"])[:200],
        owner=user,
        defaults={
            "audience": audience,
            "team": user.team if user else None,
            "detail": Detail[options["detail"].upper()],
        },
    )
    work = begin(archive, options["paths"], actor_for(user, "import") if user else Actor.system("import"))
    done = run(work.pk, processes=options["processes"], progress=lambda each: invocation.say(f"{each.read:,} read"))
    problems = list(done.problems.values("source", "position", "reason")[:1_000])
    return {name: getattr(done, name) for name in COUNTS} | {
        "import": done.pk,
        "problems": problems,
        "inferred": inferred,
    }


def _user(email: str | None) -> Any:
    from rapport.platform.access.models import User

    if email:
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise CommandFailed(f"There is no user {email}.")
        return found
    users = list(User.objects.filter(is_active=True)[:2])
    return users[0] if len(users) == 1 else None


def _claim(invocation: Invocation, options: dict[str, Any], user: Any) -> list[str]:
    """Notes who we are; says what was inferred when nobody said it and nothing is known."""
    from rapport.interactions import us
    from rapport.interactions.models import OurAddress

    addresses, domains = options["addresses"], options["domains"]
    known = OurAddress.objects.filter(deleted_at=None, confirmed=True).exists()
    inferred: list[str] = []
    if not addresses and not domains and not known:
        found = us.infer(options["paths"])
        addresses, domains = [each.name for each in found.addresses], [each.name for each in found.domains]
        inferred = [
            f"{each.name}: {'; '.join(map(us.in_words, each.grounds))}" for each in (*found.addresses, *found.domains)
        ]
        if not inferred:
            raise CommandFailed("Nothing in the archive tells who you are: say it with --me ADDRESS.")
        invocation.say("Taken for yours (correct it under Settings, Our addresses):\n  " + "\n  ".join(inferred))
    us.claim(addresses, domains, user)
    return inferred
