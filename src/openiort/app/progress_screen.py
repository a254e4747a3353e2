"""Progress on stderr: one line that changes on a terminal, sparse plain lines elsewhere."""

from __future__ import annotations

import sys
import time

SECONDS_BETWEEN_LINES = 5.0


class ProgressScreen:
    """A `Progress` that writes to stderr."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._step = ""
        self._said = 0.0

    def __call__(self, step: str, fraction: float | None = None, detail: str = "") -> None:
        """Show a step, the share done and a detail."""
        now = time.monotonic()
        if self._quiet or (step == self._step and now - self._said < (0.1 if self._terminal else SECONDS_BETWEEN_LINES)):
            return
        share = "" if fraction is None else f" {100 * fraction:3.0f} %"
        text = f"{step}{share}  {detail}".rstrip()
        print(f"\r\033[K{text}" if self._terminal else text, end="" if self._terminal else "\n", file=sys.stderr,
              flush=True)
        self._step, self._said = step, now

    def done(self) -> None:
        """Leave the line clean."""
        if self._terminal and self._step and not self._quiet:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
