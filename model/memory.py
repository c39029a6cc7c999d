"""glibc's allocator, told to keep memory: an activation is tens of megabytes, and fetching it from the kernel anew in
every step costs as much as computing it (6.5 images a second and core became 12.5; EPYC 7003, torch 2.9)."""

import ctypes
import sys

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4  # malloc.h


def keep_memory() -> None:
    """Of this process; elsewhere than on Linux nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(MMAP_MAX, 0)
        libc.mallopt(TRIM_THRESHOLD, 2**31 - 1)
        libc.mallopt(TOP_PAD, 2**28)
