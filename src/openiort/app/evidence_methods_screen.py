"""Every method side by side on the screen, and why crude proportions and Kaplan-Meier rates disagree."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Column

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.exact_unconditional import LARGEST_ARM, is_small_enough
from openiort.evidence.margin_table import EXACT, KAPLAN_MEIER, MARGINS, MethodResult
from openiort.evidence.trial import Outcome, Trial

NONE = "[dim]-[/]"


def show_methods(trial: Trial, outcome: Outcome, margin: float, results: Sequence[MethodResult]) -> None:
    """Each method at the margin, then at margins from 1 to 4 %."""
    console = wide_console()
    console.print(f"[bold]{escape(trial.name)}[/], {escape(outcome.name)}: {escape(outcome.text)}")
    for line in _arms(trial, outcome):
        console.print(f"  {line}")
    table = plain_table(f"Is the new treatment worse by less than {100 * margin:g} %?", "method",
                        *(Column(title, justify="right") for title in ("difference (%)", "90 % limits (%)", "p",
                                                                       "verdict", "events that turn it")))
    table.show_lines = False
    for result in results:
        turn = NONE if result.tipping_events is None else f"{result.tipping_events:+d}"
        limits = NONE if result.lower is None or result.upper is None else (
            f"{100 * result.lower:.2f} to {100 * result.upper:.2f}")
        table.add_row(result.method, f"{100 * result.difference:.2f}", limits, _p_words(result.p),
                      _verdict(result.is_non_inferior), turn)
    console.print(table)
    console.print("p: one-sided; non-inferior below 0.05. Events that turn it: more (+) or fewer (-) in the new arm.")
    if any(result.method == EXACT for result in results):
        console.print("Exact unconditional: the Farrington-Manning score's exact tail, the largest over all rates of "
                      "the control; at this margin only.")
    elif outcome.counts is not None and not is_small_enough(outcome.counts):
        console.print(f"The exact test is left out: an arm has more than {LARGEST_ARM} women.")
    if outcome.events is not None and not any(outcome.events):
        console.print("Without events Wald's limits have no width: its verdict means nothing.")
    console.print(_margins(results))
    console.print("The verdict turns where the margin passes the upper limit.")
    for line in disagreement(trial, outcome, results):
        console.print(line)


def _margins(results: Sequence[MethodResult]) -> object:
    table = plain_table("And by less than this?", "method",
                        *(Column(f"{100 * other:g} %", justify="center") for other in MARGINS))
    table.show_lines = False
    for result in results:
        if result.at_margins:
            table.add_row(result.method, *("[green]yes[/]" if holds else "[red]no[/]" for holds in result.at_margins))
    return table


def _arms(trial: Trial, outcome: Outcome) -> list[str]:
    """One line an arm: women with the event and their share, and the Kaplan-Meier rate."""
    lines = []
    for arm, name in enumerate(trial.arms):
        parts = []
        if outcome.events is not None and outcome.totals is not None:
            events, total = outcome.events[arm], outcome.totals[arm]
            parts.append(f"{events} of {total} women ({100 * events / total:.2f} %)"
                         + to_be_confirmed(outcome.events_mark, outcome.totals_mark))
        rate = None if outcome.rates is None else outcome.rates[arm]
        if rate is not None:
            when = "" if outcome.years is None else f" at {outcome.years:g} years"
            parts.append(f"Kaplan-Meier {100 * rate:.2f} %{when}{to_be_confirmed(outcome.rates_mark)}")
            lower, upper = (column and column[arm] for column in (outcome.lowers, outcome.uppers))
            if lower is not None and upper is not None:
                parts.append(f"95 % limits {100 * lower:.2f} to {100 * upper:.2f}"
                             + to_be_confirmed(outcome.limits_mark))
        lines.append(f"{escape(name)}: {'; '.join(parts) or 'not public'}")
    return lines


def disagreement(trial: Trial, outcome: Outcome, results: Sequence[MethodResult]) -> list[str]:
    """What to say where both a crude difference and a Kaplan-Meier one are there."""
    curve = next((result for result in results if result.method == KAPLAN_MEIER), None)
    crude = [result for result in results if result.method != KAPLAN_MEIER]
    if curve is None or not crude:
        return []
    passed = sum(result.is_non_inferior for result in crude)
    verdicts = (f"{passed} of {len(crude)} methods on crude proportions find non-inferiority, Kaplan-Meier "
                f"{'does too' if curve.is_non_inferior else 'does not'}.")
    if curve.is_non_inferior == (passed == len(crude)) and passed in (0, len(crude)):
        lines = [f"Crude proportions and Kaplan-Meier rates agree on the verdict. {verdicts}"]
    else:
        lines = [f"[bold]Crude proportions and Kaplan-Meier rates disagree.[/] {verdicts}"]
    time = "time" if outcome.years is None else f"than {outcome.years:g} years"
    lines.append(f"Crude: {100 * crude[0].difference:.2f} %, events divided by all women, also those followed for less "
                 f"{time}, whose later\nrecurrences are not seen yet. Kaplan-Meier: {100 * curve.difference:.2f} %, "
                 "each woman counts only while she was followed.")
    lines += [f"Of this trial: {escape(text)}{to_be_confirmed(mark)}" for text, mark, _ in trial.facts
              if "follow" in text.lower()]
    return lines


def to_be_confirmed(*marks: str | None) -> str:
    """Words after a number that was recalled and not read in its source."""
    return " [dim](recalled, to be confirmed)[/]" if "R" in marks else ""


def _p_words(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _verdict(holds: bool) -> str:
    return "[bold green]non-inferior[/]" if holds else "[bold red]not shown[/]"
