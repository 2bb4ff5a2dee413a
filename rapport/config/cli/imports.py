"""`rapport import mailbox`"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    archive who you are, and says so; once that is known, it warns of an archive that seems to be somebody
    else's. Name what was forgotten whenever you find out: mail that is stored already is filed again.
    """
    with application(invocation.environment):
        result = _import(invocation, options)
        sentence = (
            "{read:,} messages read: {stored:,} stored, {already_there:,} already there, "
            "{kept_apart:,} kept apart, {excluded:,} excluded, "
            "{quarantined:,} set aside because they could not be read."
        ).format(**result)
        invocation.answer(result, sentence)


def _import(invocation: Invocation, options: dict[str, Any]) -> dict[str, Any]:
    from rapport.interactions.importing import COUNTS, begin, run
    from rapport.interactions.models import Archive, Detail
    from rapport.platform.access.actors import Actor, actor_for

    user = _user(options["email"])
    told = _claim(invocation, options, user)
    refiled = _refile(invocation)
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
        "inferred": told.inferred,
        "warnings": told.warnings,
        "refiled": refiled,
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


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told besides the totals: what was taken for ours, and what may have been forgotten."""

    inferred: list[str]
    warnings: list[str]


def _claim(invocation: Invocation, options: dict[str, Any], user: Any) -> _Told:
    """Notes who we are: as was said, else, where nothing is known, as the archive tells."""
    from rapport.interactions import us
    from rapport.interactions.models import OurAddress

    addresses, domains = options["addresses"], options["domains"]
    if addresses or domains or OurAddress.objects.filter(deleted_at=None, confirmed=True).exists():
        us.claim(addresses, domains, user)
        is_said = bool(addresses or domains)
        return _Told([], _warnings(invocation, options["paths"], us.FEW if is_said else us.SAMPLE))
    found = us.infer(options["paths"])
    inferred = [_because(each) for each in (*found.addresses, *found.domains)]
    if not inferred:
        raise CommandFailed("Nothing in the archive tells who you are: say it with --me ADDRESS.")
    invocation.say("Taken for yours (correct it under Settings, Our addresses):\n  " + "\n  ".join(inferred))
    us.claim([each.name for each in found.addresses], [each.name for each in found.domains], user)
    return _Told(inferred, [])


def _warnings(invocation: Invocation, paths: Sequence[Path], sample: int) -> list[str]:
    """Where an archive seems to belong to somebody who isn't known as one of us: its mail would mean nothing."""
    from rapport.interactions import us

    addresses, domains = us.strangers(us.look(paths, sample).found)
    if not addresses and not domains:
        return []
    pass_ = [f"--me {each.name}" for each in addresses] + [f"--our-domain {each.name}" for each in domains]
    because = "; ".join(map(_because, (*addresses, *domains)))
    warning = (
        f"This archive seems to belong to somebody who is not among your addresses ({because}). Mail in which nobody "
        f"is one of you is stored, and counts for nothing. If that is you, import it again with {' '.join(pass_)}."
    )
    invocation.say(f"Warning: {warning}")
    return [warning]


def _because(ours: Any) -> str:
    from rapport.interactions import us

    return f"{ours.name}: {'; '.join(map(us.in_words, ours.grounds))}"


def _refile(invocation: Invocation) -> int:
    """Files stored mail again where it changed who we are, be it by what was said just now."""
    from rapport.interactions.refiling import refile

    return refile(lambda count: invocation.say(f"{count:,} stored messages filed again"))
