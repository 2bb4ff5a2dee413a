"""`python -m rapport.config.serve.child MODULE ARGUMENT…`: run a module that may not outlive its parent.

Whatever ends the supervisor, kill -9 included, no child stays behind to hold a port or a lock.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
"""From <linux/prctl.h>."""
POLL_SECONDS = 1.0


def die_with_parent(parent: int) -> None:
    """Have this process killed as soon as process `parent`, its parent, has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    die_with_parent(int(os.environ["RAPPORT_PARENT"]))
    module, *arguments = sys.argv[1:]
    sys.argv[:] = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
