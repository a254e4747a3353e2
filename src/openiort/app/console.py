"""Where screens are printed to."""

from __future__ import annotations

import sys

from rich.console import Console

PLAIN_WIDTH = 110


def wide_console() -> Console:
    """Stdout; wide enough for the tables where it is a file or a pipe."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
