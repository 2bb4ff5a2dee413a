"""Mailboxes are followed through 200 kills of whoever follows them: nothing is lost, nothing doubled.

A real Dovecot gets new messages all the time, some twice, some deleted or moved at once; folders are built anew. The
worker is killed with SIGKILL at random moments after it began. In the end what is here is compared with what the
server holds.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.followed import followed, until  # noqa: E402  tests lie beside the package, not in it
from tests.proving import fail  # noqa: E402

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
LONGEST_LIFE, PATIENCE = 2.0, 300
ACCOUNT, FOLDERS = "mara@ours.example", ("INBOX", "Sent", "Kunden")


def main() -> None:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, followed(Path(folder, "data")) as world:
        from rapport.interactions.models import Interaction, MailFolder, Sync  # Django is set up now
        from tests.factories.cast import make_cast
        from tests.factories.letters import letter
        from tests.factories.mailboxes import lying, mailbox_of, placed

        delivered: set[str] = set()
        mailbox = mailbox_of(make_cast().owner, world.server, ACCOUNT)
        with world.server.client(ACCOUNT) as client:
            client.create_folder("Kunden")
            for kill in range(KILLS):
                world.start()
                if not until(_is_followed, PATIENCE):
                    fail("nobody follows it")
                end = time.monotonic() + chance.uniform(0, LONGEST_LIFE)
                while time.monotonic() < end:
                    name = f"m{len(delivered)}"
                    raw = letter("jonas@okafor.example", ACCOUNT, f"Question {name}? " * 9, id_=name, subject=name)
                    place = chance.choice(FOLDERS)
                    for _copy in range(chance.choice((1, 1, 2))):
                        client.append(place, raw)
                    delivered.add(f"{name}@test.example")
                    _disturb(client, chance)
                    time.sleep(0.02)
                world.kill()
                if kill % 50 == 49:
                    client.select_folder("INBOX")
                    client.delete_folder("Kunden")
                    client.create_folder("Kunden")
                    print(
                        f"{kill + 1} kills, {len(delivered)} messages, {Interaction.objects.count()} here", flush=True
                    )
        world.start()
        places = lying(world.server, ACCOUNT, FOLDERS)
        until(lambda: Sync.objects.filter(state="live").exists() and placed(mailbox) == places, PATIENCE)
        here = placed(mailbox)
        if here != places:
            fail(
                "lying there and not here:",
                {*places.items()} - {*here.items()},
                "and the other way:",
                {*here.items()} - {*places.items()},
            )
        ids = list(Interaction.objects.values_list("message_id", flat=True))
        if len(ids) != len(set(ids)):
            fail("doubled:", sorted(each for each in set(ids) if ids.count(each) > 1))
        if missing := set(places.values()) - set(ids):
            fail("lost:", missing)
        read = MailFolder.objects.filter(mailbox=mailbox, is_gone=False).values_list("name", "next_uid")
        print(f"{KILLS} kills; {len(places)} lie on the server, all here; {len(ids)} messages, each once; {dict(read)}")


def _is_followed() -> bool:
    """Whether the process that was started holds the mailbox's lock."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND granted")
        return bool(cursor.fetchone()[0])


def _disturb(client: Any, chance: random.Random) -> None:
    """Somebody else moves or deletes what has just come."""
    if chance.random() > 0.1:
        return
    client.select_folder("INBOX")
    uids = client.search()
    if uids:
        uid = chance.choice(uids)
        if chance.random() < 0.5:
            client.move([uid], "Sent")
        else:
            client.delete_messages([uid])
            client.expunge()


if __name__ == "__main__":
    main()
