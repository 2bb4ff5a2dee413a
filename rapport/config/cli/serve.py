"""`rapport serve`"""

import logging
import os
from pathlib import Path
from urllib.parse import urljoin

import click

from rapport.config.cli.invocation import Invocation, command_options
from rapport.config.environment import site_name
from rapport.config.serve.exposure import Exposure
from rapport.config.serve.supervisor import serve

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@command_options
@click.option("--host", default="localhost", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--live-port", default=0, help="For live updates; by default the next free one behind --port.")
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; by default one per processor, at most 4.")
@click.option("--tls-cert", type=FILE, help="Certificate chain, PEM.")
@click.option("--tls-key", type=FILE, help="Its private key, PEM, without a password.")
@click.option("--behind-proxy", is_flag=True, help="A proxy in front does TLS and sets X-Forwarded-Proto.")
def command(invocation: Invocation, *, workers: int | None, **options: object) -> None:
    """Start everything (database, web pages, background jobs) and serve until Ctrl-C."""
    exposure = Exposure(
        host=str(options["host"]),
        port=int(str(options["port"])),
        live_port=int(str(options["live_port"])),
        workers=workers or min(4, os.cpu_count() or 1),
        certificate=_path(options["tls_cert"]),
        key=_path(options["tls_key"]),
        behind_proxy=bool(options["behind_proxy"]),
        name=site_name(),
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    def announce(url: str, link: str | None) -> None:
        full = urljoin(url, link) if link else None
        sentence = f"Rapport is at {url}"
        if full:
            sentence += f"\nMake the first administrator with this link, which works once:\n  {full}"
        invocation.answer({"url": url, "link": full, "data": invocation.environment.data}, sentence)

    serve(invocation.environment, exposure, announce)


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None
