"""Trials on the screen: their numbers, what was rebuilt."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.estimates import is_fraction
from openiort.evidence.rebuild import AGREES, DOES_NOT_FOLLOW, NOT_REBUILT, ROUNDING, Rebuilt
from openiort.evidence.trial import MARK_WORDS, Outcome, Trial

STYLES = {AGREES: "bold green", ROUNDING: "green", DOES_NOT_FOLLOW: "bold white on red", NOT_REBUILT: "dim"}
NOT_PUBLIC = "[dim]-[/]"


def show_trials(trials: Sequence[Trial]) -> None:
    """One row a trial."""
    console = wide_console()
    table = plain_table("Trials that come with the program", Column("name", no_wrap=True), "title", "technique",
                        "citation")
    for trial in trials:
        table.add_row(*(escape(text) for text in (trial.name, trial.title, trial.technique, trial.citation)))
    console.print(table)
    console.print("The numbers of one: openiort evidence show NAME")


def show_trial(trial: Trial) -> None:
    """Facts and outcomes, each number with its mark."""
    console = wide_console()
    console.print(f"[bold]{escape(trial.name)}[/]: {escape(trial.title)}\n  {escape(trial.citation)}")
    if trial.margin is not None:
        console.print(f"  margin: {100 * trial.margin:g} % ({trial.margin_mark})")
    for text, mark, source in trial.facts:
        console.print(f"- {escape(text)} [dim]({mark}: {escape(source)})[/]")
    for number in trial.numbers:
        values = ", ".join(f"{value:g}" for value in number.values)
        console.print(f"- {escape(number.text)}: {values} [dim]({number.mark}: {escape(number.source)})[/]")
    table = plain_table("Outcomes", "outcome", *(Column(escape(arm), justify="right") for arm in trial.arms), "marks",
                        "source")
    for outcome in trial.outcomes:
        arms = [_arm_words(outcome, arm) for arm in range(len(trial.arms))]
        reread = ", re-read from published curves" * outcome.is_reread
        when = f"\n[dim]rates at {outcome.years:g} years{reread}[/]" if outcome.years and outcome.rates else ""
        table.add_row(f"[bold]{escape(outcome.name)}[/]\n{escape(outcome.text)}{when}", *arms, _marks(outcome),
                      escape(outcome.source))
    console.print(table)
    console.print("K-M: Kaplan-Meier, with 95 % limits.  -: not public.  " + ";  ".join(MARK_WORDS.values()))


def show_rebuilt(trial: Trial, found: Sequence[Rebuilt]) -> None:
    """Printed and ours side by side."""
    console = wide_console()
    table = plain_table(f"{escape(trial.name)}: printed estimates, rebuilt", "outcome", "estimate",
                        Column("printed", justify="right"), Column("ours", justify="right"), "", "mark")
    table.show_lines = False
    for item in found:
        scale = 100 if is_fraction(item.printed.estimate) else 1
        unit, decimals = " %" * (scale == 100), _decimals(scale * item.printed.resolution)
        printed = "< " * item.printed.is_bound + f"{scale * item.printed.value:.{decimals}f}{unit}"
        ours = NOT_PUBLIC if item.rebuilt is None else (
            f"{item.rebuilt:.1e}" if item.printed.is_bound else f"{scale * item.rebuilt:.{decimals + 2}f}{unit}")
        why = "; ".join(filter(None, (item.why, item.printed.note)))
        table.add_row(escape(item.outcome), escape(item.printed.estimate), printed, ours,
                      f"[{STYLES[item.verdict]}]{item.verdict}[/]" + (f"\n[dim]{escape(why)}[/]" if why else ""),
                      item.printed.mark)
    console.print(table)
    console.print(";  ".join(MARK_WORDS.values()))


def _decimals(resolution: float) -> int:
    return len(f"{resolution:.6f}".rstrip("0").partition(".")[2])


def _arm_words(outcome: Outcome, arm: int) -> str:
    lines = []
    if outcome.events is not None:
        events, total = outcome.events[arm], None if outcome.totals is None else outcome.totals[arm]
        lines.append(f"{events} women" if total is None else f"{events} of {total} women\n{100 * events / total:.2f} %")
    rate = outcome.rates and outcome.rates[arm]
    if rate:
        lower, upper = (column and column[arm] for column in (outcome.lowers, outcome.uppers))
        limits = "" if lower is None or upper is None else f" ({100 * lower:.2f}-{100 * upper:.2f})"
        lines.append(f"K-M {100 * rate:.2f} %{limits}")
    if outcome.difference is not None and arm == 0:
        lines.append("difference {:.2f} % ({:.2f} to {:.2f})".format(*(100 * each for each in outcome.difference)))
    return "\n".join(lines) or NOT_PUBLIC


def _marks(outcome: Outcome) -> str:
    return "\n".join(f"{name} {mark}" for name, mark in outcome.marks.items())
