"""python -m tests.converters.measure PROGRAM ARGUMENT...

Runs a program and prints, as the last line, its seconds and megabytes at its peak. A process of its own, because Linux
counts the memory of the process that starts a program as the program's.
"""

import os
import sys
import time


def main() -> None:
    start = time.monotonic()
    process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(process, 0)
    print(f"\n{time.monotonic() - start:.2f} {usage.ru_maxrss / 1000:.0f}")
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
