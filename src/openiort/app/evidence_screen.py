"""Trials on the screen: their numbers, what was rebuilt, every method side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.margin_table import KAPLAN_MEIER, MARGINS, MethodResult
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
    console.print("-: not public.  " + ";  ".join(MARK_WORDS.values()))


def show_rebuilt(trial: Trial, found: Sequence[Rebuilt]) -> None:
    """Printed and ours side by side."""
    console = wide_console()
    table = plain_table(f"{escape(trial.name)}: printed estimates, rebuilt", "outcome", "estimate",
                        Column("printed", justify="right"), Column("ours", justify="right"), "", "mark")
    table.show_lines = False
    for item in found:
        printed = ("< " if item.printed.is_bound else "") + f"{item.printed.value:.{_decimals(item)}f}"
        ours = NOT_PUBLIC if item.rebuilt is None else _ours(item)
        why = "; ".join(filter(None, (item.why, item.printed.note)))
        table.add_row(escape(item.outcome), escape(item.printed.estimate), printed, ours,
                      f"[{STYLES[item.verdict]}]{item.verdict}[/]" + (f"\n[dim]{escape(why)}[/]" if why else ""),
                      item.printed.mark)
    console.print(table)
    console.print("Proportions are fractions. " + ";  ".join(MARK_WORDS.values()))


def show_methods(trial: Trial, outcome: Outcome, margin: float, results: Sequence[MethodResult]) -> None:
    """Each method at the margin, then at margins from 1 to 4 %."""
    console = wide_console()
    console.print(f"[bold]{escape(trial.name)}[/], {escape(outcome.name)}: {escape(outcome.text)}")
    table = plain_table(f"Is the new treatment worse by less than {100 * margin:g} %?", "method",
                        *(Column(title, justify="right") for title in ("difference", "90 % limits", "p", "verdict",
                                                                       "events that turn it")))
    margins = plain_table("And by less than this?", "method",
                          *(Column(f"{100 * other:g} %", justify="center") for other in MARGINS))
    table.show_lines = margins.show_lines = False
    for result in results:
        turn = NOT_PUBLIC if result.tipping_events is None else f"{result.tipping_events:+d}"
        table.add_row(result.method, f"{100 * result.difference:.2f} %",
                      f"{100 * result.lower:.2f} to {100 * result.upper:.2f}", _p_words(result.p),
                      _verdict(result.is_non_inferior), turn)
        margins.add_row(result.method, *("[green]yes[/]" if holds else "[red]no[/]" for holds in result.at_margins))
    console.print(table)
    console.print("p: one-sided; non-inferior below 0.05. Events that turn it: more (+) or fewer (-) in the new arm.")
    console.print(margins)
    console.print("The verdict turns where the margin passes the upper limit.")
    if any(result.method == KAPLAN_MEIER for result in results) and len(results) > 1:
        console.print(f"Kaplan-Meier: rates at {outcome.years:g} years. The others divide events by all women, also "
                      "those followed for a shorter time,\nso their difference is smaller, and passes more easily.")


def _p_words(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _verdict(holds: bool) -> str:
    return "[bold green]non-inferior[/]" if holds else "[bold red]not shown[/]"


def _decimals(item: Rebuilt) -> int:
    return max(len(f"{item.printed.resolution:.6f}".rstrip("0").partition(".")[2]), 0)


def _ours(item: Rebuilt) -> str:
    value = item.rebuilt or 0.0
    return f"{value:.1e}" if item.printed.is_bound else f"{value:.{_decimals(item) + 2}f}"


def _arm_words(outcome: Outcome, arm: int) -> str:
    lines = []
    if outcome.events is not None:
        total = "" if outcome.totals is None else f" / {outcome.totals[arm]}"
        lines.append(f"{outcome.events[arm]}{total}")
    rate = outcome.rates and outcome.rates[arm]
    if rate:
        lower, upper = (column and column[arm] for column in (outcome.lowers, outcome.uppers))
        limits = f" ({100 * lower:.2f}-{100 * upper:.2f})" if lower and upper else ""
        lines.append(f"{100 * rate:.2f} %{limits}")
    if outcome.difference is not None and arm == 0:
        lines.append("difference {:.2f} % ({:.2f} to {:.2f})".format(*(100 * each for each in outcome.difference)))
    return "\n".join(lines) or NOT_PUBLIC


def _marks(outcome: Outcome) -> str:
    named = (("events", outcome.events_mark), ("women", outcome.totals_mark), ("rates", outcome.rates_mark),
             ("limits", outcome.limits_mark), ("difference", outcome.difference_mark))
    return "\n".join(f"{name} {mark}" for name, mark in named if mark)
