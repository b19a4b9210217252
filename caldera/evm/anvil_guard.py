"""Stands between Python and anvil: ends anvil when its standard input ends, so that no node outlives who started it.

Run as a script, with the command of the node as arguments. Uses nothing but the standard library and no package.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys


def main(command: list[str]) -> int:
    """Run the command until it ends or standard input does; gives back its exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        if select.select([sys.stdin], [], [], 0.1)[0]:
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGTERM)
    try:
        return child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
