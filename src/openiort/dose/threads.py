"""How many threads the compiled loops use; results do not depend on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numba

from openiort.core.errors import InputError


def check_threads(threads: int | None) -> None:
    """Refuse a number of threads that cannot be used.

    Raises:
        InputError: fewer than 1 or more than the machine has.
    """
    most = numba.config.NUMBA_NUM_THREADS
    if threads is not None and not 1 <= threads <= most:
        raise InputError(f"{threads} threads cannot be used", where="--threads (threads)", allowed=f"1 to {most}",
                         fix="leave it out to use all")


@contextmanager
def thread_count(threads: int | None) -> Iterator[None]:
    """Use this many threads in the block; None for all there are.

    Raises:
        InputError: fewer than 1 or more than the machine has.
    """
    check_threads(threads)
    before = numba.get_num_threads()
    numba.set_num_threads(threads or numba.config.NUMBA_NUM_THREADS)
    try:
        yield
    finally:
        numba.set_num_threads(before)
