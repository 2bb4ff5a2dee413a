"""`rapport demo`"""

from __future__ import annotations

import click

from rapport.config.cli.application import application
from rapport.config.cli.invocation import CommandFailed, Invocation, command_options
from rapport.config.serve.data_lock import served_at


@click.command()
@command_options
@click.option(
    "--size",
    type=click.Choice(["small", "medium", "large"]),
    default="small",
    show_default=True,
    help="300 people with 2,000 conversations' worth of mail and calls; 10,000; or a million of each.",
)
@click.option("--seed", type=click.IntRange(1), default=1, show_default=True, help="Another number, other people.")
@click.option("--add", is_flag=True, help="Even where there are people already.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
def command(invocation: Invocation, /, size: str, seed: int, add: bool, processes: int) -> None:
    """Fill Rapport with an invented organisation and months of its conversations.

    Nobody in it can sign in: those who can already keep their passwords and get a share of the work. The
    large one takes minutes.
    """
    with application(invocation.environment) as database:
        from rapport.exchange.demo.loading import load
        from rapport.exchange.demo.sizes import SIZES
        from rapport.interactions.models import Conversation, Interaction
        from rapport.parties.models import Organization, Person
        from rapport.platform.access.setup import is_done
        from rapport.platform.errors import Problem

        def progress(done: int, blocks: int) -> None:
            if blocks > 1 and done * 10 // blocks > (done - 1) * 10 // blocks:
                invocation.say(f"{done * 100 // blocks} %")

        try:
            load(SIZES[size], seed=seed, add=add, processes=processes, progress=progress)
            database.analyze()
        except Problem as problem:
            raise CommandFailed(str(problem)) from None
        counted = (
            ("people", Person),
            ("organizations", Organization),
            ("conversations", Conversation),
            ("interactions", Interaction),
        )
        result = {name: model.objects.count() for name, model in counted}
        sentence = (
            "There are now {people:,} people, {organizations:,} organisations and {interactions:,} interactions "
            "in {conversations:,} conversations."
        ).format(**result)
        url = served_at(invocation.environment.data)
        if not is_done():
            sentence += f"\nNobody can sign in yet: {_way_in(url)}"
        invocation.answer(result | {"url": url}, sentence)


def _way_in(url: str | None) -> str:
    if url is None:
        return "`rapport serve` prints a link that makes the first administrator."
    return f"the link that `rapport serve` printed, at {url}, makes the first administrator."
