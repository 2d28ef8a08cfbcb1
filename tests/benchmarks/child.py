"""Runs one command and prints its exit code, seconds and peak memory in KB.

A process's peak begins at that of the process which started it, so this one imports nothing.
"""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Run the command that the arguments are, its output thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    kilobytes = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    print(os.waitstatus_to_exitcode(status), seconds, kilobytes)


if __name__ == "__main__":
    main()
