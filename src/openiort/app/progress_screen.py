"""What a long command is doing, on stderr: a bar with the remaining time on a terminal, else sparse plain lines."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

BETWEEN_LINES_s = 5.0
# before that share is done, the remaining time would be a guess
FIRST_ESTIMATE = 0.05


class ProgressScreen:
    """A `Progress` that shows itself; use it in a `with` block, so that the terminal is left clean."""

    def __init__(self) -> None:
        self._bars: Bars | None = _bars() if sys.stderr.isatty() else None
        self._task: TaskID | None = None
        self._step = ""
        self._began_s = 0.0
        self._line_s = 0.0

    def __enter__(self) -> Self:
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars:
            self._bars.stop()

    def __call__(self, step: str, fraction: float | None = None, detail: str = "") -> None:
        """Show a step, the share of it that is done, and a detail."""
        now_s = time.monotonic()
        is_new = step != self._step
        if is_new:
            self._step, self._began_s = step, now_s
        if self._bars:
            self._show_bar(self._bars, step, fraction, detail, is_new)
        elif is_new or now_s - self._line_s >= BETWEEN_LINES_s:
            self._line_s = now_s
            print(plain_line(step, fraction, detail, now_s - self._began_s), file=sys.stderr, flush=True)

    def _show_bar(self, bars: Bars, step: str, fraction: float | None, detail: str, is_new: bool) -> None:
        total = None if fraction is None else 1.0
        if is_new:
            if self._task is not None:
                bars.remove_task(self._task)
            self._task = bars.add_task(step, total=total, detail=detail)
        assert self._task is not None
        bars.update(self._task, total=total, completed=fraction or 0.0, detail=detail)


def plain_line(step: str, fraction: float | None, detail: str, elapsed_s: float) -> str:
    """One line: step, share, detail, and the remaining time where it can be told and the detail does not say it."""
    line = step if fraction is None else f"{step} {100 * fraction:.0f} %"
    line += f": {detail}" if detail else ""
    if fraction is not None and FIRST_ESTIMATE <= fraction < 1 and " left" not in detail:
        line += f", about {elapsed_s * (1 - fraction) / fraction:.0f} s left"
    return line


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[detail]}", markup=False, style="dim"),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
