"""Senders that are killed with SIGKILL at random, 200 times: no message is lost, none is sent twice.

Messages are queued throughout; a real SMTP server keeps what it is given. In the end each message has been sent, and
the server has it once, or is held as unknown, and the server has it once or not at all.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.proving import installed  # noqa: E402

KILLS = int(os.environ.get("RAPPORT_PROOF_KILLS", "200"))
EACH = 3
"""Messages that are queued before each kill."""
LONGEST = 0.25
"""Seconds after which a sender is killed, at most: about as long as a few messages take."""
SENDER = """
import sys, uuid, django
django.setup()
from django.db import connection
from rapport.interactions.sending.jobs import send_missed
from rapport.interactions.sending.sender import send_due
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
while True:
    send_missed()
    send_due(uuid.UUID(sys.argv[1]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as place, installed(Path(place)):
        prove()


def prove() -> None:
    from rapport.interactions.models import OutgoingMessage
    from rapport.interactions.sending.outbox import recover
    from rapport.interactions.sending.queueing import send
    from tests.factories.cast import make_cast
    from tests.factories.letters import we_are
    from tests.factories.outgoing import make_draft, make_mailbox
    from tests.smtp import once, point_at, smtp_sink

    with smtp_sink() as sink:
        cast = make_cast()
        we_are(owner=cast.owner)
        mailbox = make_mailbox(keeps_copies=False, per_minute=1_000_000)
        point_at(mailbox, sink)
        seed = random.randrange(10**9)
        chance = random.Random(seed)
        print(f"seed {seed}")
        following = _start(mailbox.pk)
        for number in range(KILLS):
            sender, following = following, _start(mailbox.pk)
            drafts = [make_draft(cast.owner, mailbox, subject=f"{number}.{each}") for each in range(EACH)]
            send([each.pk for each in drafts], actor=cast.actor("owner"))
            _make_due()
            _kill(sender, chance.uniform(0, LONGEST))
        assert following.stdin
        following.stdin.write("go\n")
        following.stdin.flush()
        moving = OutgoingMessage.objects.filter(state__in=("queued", "sending"))
        ended = once(lambda: _make_due() or not moving.exists(), 300)
        following.kill()
        following.wait()
        recover()
        _compare(ended, Counter(kept.message_id for kept in sink.kept))


def _start(mailbox: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, str(mailbox)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _make_due() -> None:
    from django.db.models.functions import Now

    from rapport.interactions.models import OutgoingMessage

    OutgoingMessage.objects.filter(state="queued").update(send_at=Now())


def _kill(sender: "subprocess.Popen[str]", after: float) -> None:
    assert sender.stdin
    assert sender.stdout
    sender.stdout.readline()
    sender.stdin.write("go\n")
    sender.stdin.flush()
    time.sleep(after)
    sender.kill()
    sender.wait()
    sender.stdin.close()
    sender.stdout.close()


def _compare(ended: bool, kept: "Counter[str]") -> None:
    from rapport.interactions.models import Interaction, OutgoingMessage

    states = dict(OutgoingMessage.objects.values_list("message_id", "state"))
    filed = Counter(Interaction.objects.values_list("message_id", flat=True))
    lost = [pk for pk, state in states.items() if state == "sent" and kept[pk] != 1]
    doubled = [pk for pk, count in kept.items() if count > 1]
    misfiled = [pk for pk, state in states.items() if filed[pk] != (state == "sent")]
    strange = [pk for pk in kept if pk not in states]
    print(f"{len(states)} messages: {Counter(states.values())}; at the server {kept.total()}")
    is_proved = ended and not (lost or doubled or misfiled or strange) and set(states.values()) <= {"sent", "unknown"}
    print(f"lost {lost}, doubled {doubled}, filed otherwise {misfiled}, strange {strange}")
    sys.exit(0 if is_proved else 1)


if __name__ == "__main__":
    main()
