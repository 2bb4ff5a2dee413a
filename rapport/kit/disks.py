"""What is certainly on the disk."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Waits until a file's content, or a folder's list of names, is on the disk (fsync(2))."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
