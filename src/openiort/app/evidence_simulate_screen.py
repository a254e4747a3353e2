"""Simulated trials on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.trial_assumptions import TrialAssumptions
from openiort.evidence.trial_simulation import LEVEL, MethodRate
from openiort.evidence.trial_truths import AT_MARGIN, Truth


def show_simulation(trial: TrialAssumptions, truths: Sequence[Truth], trials: int, plot: Path | None) -> None:
    """Assumptions, then a row a method."""
    console = wide_console()
    console.print(
        f"{trial.women_new:,} v {trial.women_control:,} women, entering over {trial.accrual_years:g} years, analysis "
        f"{_years(trial.follow_up_years)} after the last;\nrisks by {trial.horizon_years:g} years, margin "
        f"{100 * trial.margin:g} %, one-sided alpha {100 * trial.alpha:g} %; {trials:,} trials under each truth.")
    for truth in truths:
        console.print(f"{truth.name}: risk {100 * truth.risks.net[0]:.2f} v {100 * truth.risks.net[1]:.2f} % without "
                      f"deaths, {100 * truth.risks.incidence[0]:.2f} v {100 * truth.risks.incidence[1]:.2f} % with "
                      "them")
    titles = [f"{'type I error' if truth.name == AT_MARGIN else 'power'}, %" for truth in truths]
    table = plain_table("How often is the new treatment found non-inferior?", "method", *(
        Column(title, justify="right") for pair in titles for title in (pair, "mean difference, %")))
    table.show_lines = False
    for rows in zip(*(truth.methods for truth in truths), strict=True):
        table.add_row(rows[0].method, *(text for row in rows for text in _cells(row)))
    console.print(table)
    console.print(f"In brackets: exact {100 * LEVEL:g} % limits, for the number of simulated trials. Crude methods "
                  "divide the recurrences seen\nby the horizon by all women, also those followed for a shorter time.")
    if any(row.undecided for truth in truths for row in truth.methods):
        console.print("Trials without an answer count as not found: " + "; ".join(
            f"{row.method} {row.undecided:,} ({truth.name})" for truth in truths for row in truth.methods
            if row.undecided))
    if plot is not None:
        console.print(f"picture: {escape(str(plot))}")


def _years(number: float) -> str:
    return f"{number:g} year" + "s" * (number != 1)


def _cells(row: MethodRate) -> tuple[str, str]:
    return (f"{100 * row.rate:.2f} ({100 * row.lower:.2f}-{100 * row.upper:.2f})",
            f"{100 * row.mean_difference:.2f}")
