"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the name of the step, the fraction done (0-1, None when unknown) and a short detail."""

    def __call__(self, step: str, fraction: float | None = None, detail: str = "") -> None:
        """Report; must return quickly."""


def silent(step: str, fraction: float | None = None, detail: str = "") -> None:
    """Listen to nothing: the default of every function that takes a `progress`."""
