"""How long work tells what it is doing, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with the name of the step, the fraction done (0-1, None when unknown) and a short detail."""

    def __call__(self, step: str, fraction: float | None = None, detail: str = "") -> None:
        """Report; must return quickly."""


def silent(step: str, fraction: float | None = None, detail: str = "") -> None:
    """Listen to nothing: the default of every function that takes a `progress`."""


def part_of(progress: Progress, step: str, number: int, count: int, name: str) -> Progress:
    """What a part of a longer work is to be given: its own progress is the share of one of `count` equal parts.

    Args:
        progress: who listens to the whole.
        step: name of the whole.
        number: of the part, from 0 on.
        count: of parts.
        name: of the part, shown as the detail.
    """
    last = 0.0

    progress(step, number / count, name)
    whole = step

    def told(step: str, fraction: float | None = None, detail: str = "") -> None:
        nonlocal last
        last = max(last, fraction or 0.0)  # a part has steps of its own, each from 0 to 1
        progress(whole, (number + last) / count, name)

    return told
