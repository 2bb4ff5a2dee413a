"""What a proof says when it fails."""

import sys
from typing import NoReturn


def fail(*words: object) -> NoReturn:
    print("Not proved:", *words)
    sys.exit(1)
