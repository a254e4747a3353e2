"""Estimates of follow-up on the screen."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from openiort.app.console import wide_console
from openiort.app.select_words import plain_table
from openiort.evidence.analyse import Analysis, AtTime, Comparison, GroupEstimates
from openiort.evidence.cox import CoxModel
from openiort.evidence.kaplan_meier import SurvivalAt
from openiort.evidence.median_follow_up import FollowUp
from openiort.evidence.read_survival import SurvivalFile
from openiort.report.plain_text import plain_text

NONE = "[dim]-[/]"
SMALLEST_P = 0.0001


def show_analysis(read: SurvivalFile, analysis: Analysis, model: CoxModel | None, plot: Path | None) -> None:
    """Print all of it to stdout."""
    console = wide_console()
    _show_groups(console, read, analysis)
    _show_times(console, analysis)
    if len(analysis.groups) > 1:
        _show_tests(console, analysis)
        _show_differences(console, analysis)
    _show_means(console, analysis)
    if model is not None:
        _show_cox(console, analysis, model)
    elif "Cox" in analysis.not_done:
        console.print(f"[bold]Cox regression[/]: not done: {escape(plain_text(analysis.not_done['Cox']))}")
    if plot is not None:
        console.print(f"figure: {escape(str(plot))}")


def _show_groups(console: Console, read: SurvivalFile, analysis: Analysis) -> None:
    rows = len(read.table)
    competing = ["competing"] if analysis.competes else []
    table = _table(f"{rows:,} patient{'s' * (rows != 1)} of {escape(plain_text(read.name))}", "group", "patients",
                   "events", *competing, "censored", "follow-up, median (IQR)", "longest", "person-years")
    for group in analysis.groups:
        counts = [group.rows, group.events, *([group.competing] if analysis.competes else []), group.censored]
        table.add_row(_name(group.name), *(f"{count:,}" for count in counts), _follow_up(group.follow_up),
                      f"{group.longest_years:.2f}", f"{group.follow_up.person_years:,.0f}")
    console.print(table)
    whole = "" if len(analysis.groups) == 1 else f" Of all patients: {_follow_up(analysis.follow_up)}."
    console.print("Years. Median follow-up: reverse Kaplan-Meier, where censoring is the event (Schemper and Smith "
                  f"1996).{whole}")


def _show_times(console: Console, analysis: Analysis) -> None:
    limits = f"{100 * analysis.level:g} % limits"
    risk, free = (("risk, Aalen-Johansen", "free of event and competing event, Kaplan-Meier") if analysis.competes else
                  ("risk, 1 - Kaplan-Meier", "free of the event, Kaplan-Meier"))
    table = _table(f"At chosen times: per cent ({limits}, {analysis.transform})", "group", "years", "at risk", risk,
                   free)
    for group in analysis.groups:
        for place, at in enumerate(group.at):
            table.add_row(_name(group.name) if place == 0 else "", f"{at.at_years:g}", f"{at.at_risk:,}", _risk(at),
                          NONE if at.free is None else _estimate(at.free), end_section=place == len(group.at) - 1)
    console.print(table)
    notes = [f"Median time free: {_medians(analysis)}."]
    if any(at.free is None or not isfinite(at.free.lower) for group in analysis.groups for at in group.at):
        notes.append("-: not followed so long, or no such limits where nothing has happened yet or all is over.")
    if analysis.competes:
        notes.append("Other events compete with the event, so its risk is Aalen-Johansen's; 1 - Kaplan-Meier, which "
                     "takes them as censored, would be too high.")
    if any(at.exact_of is not None for group in analysis.groups for at in group.at):
        notes.append("*: no event by then; exact limits of 0 in those still at risk.")
    console.print("\n".join(notes))


def _show_tests(console: Console, analysis: Analysis) -> None:
    cause = " of hazards, competing events censored" if analysis.competes else ""
    for title, name, test in ((f"Log-rank test{cause}", "log-rank", analysis.log_rank),
                              ("Gray's test of risks", "Gray", analysis.gray)):
        if test is not None:
            console.print(f"[bold]{title}[/]: chi-squared {test.chi_squared:.3f} on {test.degrees_of_freedom} df, "
                          f"{_p(test.p_value)}")
        elif name in analysis.not_done:
            console.print(f"[bold]{title}[/]: not done: {escape(analysis.not_done[name])}")


def _show_differences(console: Console, analysis: Analysis) -> None:
    tested = [item.test for item in analysis.comparisons if item.test is not None]
    extra = [f"one-sided {100 * (1 - tested[0].alpha):g} %", "p (margin)", "verdict"] if tested else []
    table = _table(f"Risk compared with {_name(analysis.control or '')}: difference in per cent "
                   f"({100 * analysis.level:g} % limits)", "group", "years", "difference", "p", *extra)
    for item in analysis.comparisons:
        table.add_row(_name(item.new), f"{item.at_years:g}", *_difference(item), *(_verdict(item) if tested else []))
    console.print(table)
    notes = ["p: two-sided, of no difference, by Wald's test of the two curves at that time."]
    if tested and len({item.at_years for item in analysis.comparisons}) > 1:
        notes.append("A trial's verdict is that at the time which its protocol names.")
    if tested:
        notes.append(f"p (margin): one-sided, of a risk higher by the margin of {100 * tested[0].margin:g} %. "
                     "Non-inferior: the upper one-sided limit stays below it.")
    if any(item.one_sided_variance for item in analysis.comparisons):
        notes.append("!: one group has no event by then and counts as exactly 0: limits and test are too sure of "
                     "themselves.")
    console.print("\n".join(notes))


def _show_means(console: Console, analysis: Analysis) -> None:
    if analysis.horizon_years is None:
        return
    of_what = "event and competing event" if analysis.competes else "the event"
    table = _table(f"Restricted mean: years free of {of_what} within {analysis.horizon_years:g} "
                   f"year{'s' * (analysis.horizon_years != 1)} ({100 * analysis.level:g} % limits)", "group", "mean",
                   "difference", "p")
    differences = {item.new: item.difference for item in analysis.means}
    for group in analysis.groups:
        mean, found = group.mean_free, differences.get(group.name)
        words = NONE if mean is None else f"{mean.mean_years:.3f} ({mean.lower_years:.3f} to {mean.upper_years:.3f})"
        if found is None:
            table.add_row(_name(group.name), words, "control" if group.name == analysis.control else NONE, NONE)
        else:
            table.add_row(_name(group.name), words, f"{found.difference_years:+.3f} ({found.lower_years:+.3f} to "
                          f"{found.upper_years:+.3f})", _p_value(found.p_value))
    console.print(table)


def _show_cox(console: Console, analysis: Analysis, model: CoxModel) -> None:
    table = _table(f"Cox regression: hazard ratios ({100 * model.level:g} % limits)", "term", "hazard ratio", "p")
    for term in model.terms:
        table.add_row(escape(plain_text(term.name)), f"{term.hazard_ratio:.3f} ({term.lower:.3f} to {term.upper:.3f})",
                      _p_value(term.p_value))
    console.print(table)
    notes = [f"{model.rows:,} patients, {model.events:,} events; likelihood ratio {model.chi_squared:.2f} on "
             f"{model.degrees_of_freedom} df, {_p(model.p_value)}. Ties: {model.ties.capitalize()}. "
             "Whether hazards are proportional is not checked."]
    if model.left_out:
        notes.append(f"{model.left_out:,} patients without some covariate are left out.")
    if model.has_few_events:
        notes.append("Fewer than ten events for each term: estimates and limits are unreliable.")
    if analysis.competes:
        notes.append("Competing events are censored: ratios of cause-specific hazards, not of risks.")
    console.print("\n".join(notes))


def _table(title: str, first: str, *others: str) -> Table:
    table = plain_table(title, first, *(Column(name, justify="right") for name in others))
    table.show_lines = False
    return table


def _name(text: str) -> str:
    return f"[bold]{escape(plain_text(text, 30))}[/]"


def _follow_up(found: FollowUp) -> str:
    if not isfinite(found.first_quartile_years):
        return "not reached"
    return f"{_years(found.median_years)} ({_years(found.first_quartile_years)}-{_years(found.third_quartile_years)})"


def _years(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "not reached"


def _percent(value: float) -> str:
    return f"{100 * value:.2f}" if isfinite(value) else "-"


def _estimate(found: SurvivalAt) -> str:
    return f"{_percent(found.probability)} ({_percent(found.lower)} to {_percent(found.upper)})"


def _risk(at: AtTime) -> str:
    return NONE if at.risk is None else _estimate(at.risk) + ("*" if at.exact_of is not None else " ")


def _medians(analysis: Analysis) -> str:
    return "; ".join(_median(group, len(analysis.groups) > 1) for group in analysis.groups)


def _median(group: GroupEstimates, named: bool) -> str:
    name = f"{escape(plain_text(group.name, 30))} " if named else ""
    median, lower, upper = group.median_free_years
    return name + ("not reached" if not isfinite(median) else f"{_years(median)} ({_years(lower)} to {_years(upper)})")


def _difference(item: Comparison) -> tuple[str, str]:
    found = item.difference
    if found is None:
        return f"[dim]{escape(item.why)}[/]", NONE
    mark = "!" if item.one_sided_variance else " "
    return (f"{100 * found.difference:+.2f} ({100 * found.lower:+.2f} to {100 * found.upper:+.2f}){mark}",
            _p_value(found.p_value))


def _verdict(item: Comparison) -> tuple[str, str, str]:
    test = item.test
    if test is None:
        return NONE, NONE, NONE
    verdict = "[bold green]non-inferior[/]" if test.non_inferior else "[bold red]not shown[/]"
    return f"{100 * test.upper_one_sided:+.2f}", _p_value(test.p_value), verdict


def _p_value(p: float) -> str:
    return NONE if not isfinite(p) else f"< {SMALLEST_P:g}" if p < SMALLEST_P else f"{p:.4f}"


def _p(p: float) -> str:
    return f"p {'' if p < SMALLEST_P else '= '}{_p_value(p)}"
