"""A trial's outcomes: the rate of each arm with its limits, Kaplan-Meier where it is public, else the proportion."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.evidence import clopper_pearson
from openiort.evidence.trial import Outcome, Trial
from openiort.report.figure_style import BLUE, VERMILLION, drawing, new_figure, quiet_grid
from openiort.report.plain_text import label_text

WIDTH_mm, ROW_mm, ENDS_mm = 130.0, 9.0, 27.0
COLOURS = (VERMILLION, BLUE)
LEVEL = 0.95
APART = 0.17  # of a row: each arm's distance from the middle


def outcomes_figure(trial: Trial) -> Figure:
    """One row an outcome; outcomes with neither rate nor counts are left out."""
    shown = [outcome for outcome in trial.outcomes if any(_rate(outcome, arm) for arm in range(len(trial.arms)))]
    with drawing():
        height = ENDS_mm + ROW_mm * max(len(shown), 1)
        figure = new_figure(WIDTH_mm, height)
        axes = figure.add_axes((0.29, 13 / height, 0.68, 1 - ENDS_mm / height))
        for arm, name in enumerate(trial.arms):
            axes.plot([], [], "o-", color=COLOURS[arm], markersize=4, label=label_text(name, 24))
        axes.plot([], [], "o", color="black", markersize=4, markerfacecolor="white",
                  label="filled: Kaplan-Meier, hollow: crude")
        for row, outcome in enumerate(shown):
            for arm in range(len(trial.arms)):
                _draw_arm(axes, outcome, arm, row + (0.0 if len(trial.arms) == 1 else (2 * arm - 1) * APART))
        axes.set_yticks(range(len(shown)), [_words(outcome) for outcome in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(left=0)
        recalled = "\n* numbers recalled, to be confirmed" * any("*" in _words(outcome) for outcome in shown)
        recalled += "\nre-read: from published curves" * any(outcome.is_reread for outcome in shown)
        axes.set_xlabel(f"women with the event (%), 95 % limits{recalled}", labelpad=2)
        axes.tick_params(axis="y", length=0)
        quiet_grid(axes)
        figure.text(0.01, 1 - 1.5 / height, label_text(f"{trial.name}: {trial.title}", 90), va="top", weight="bold")
        figure.legend(loc="upper left", bbox_to_anchor=(0.0, 1 - 5.5 / height), ncols=3, borderaxespad=0.2,
                      columnspacing=1.4)
        return figure


def _words(outcome: Outcome) -> str:
    when = f"\nat {outcome.years:g} years{', re-read' * outcome.is_reread}" if outcome.years and outcome.rates else ""
    marks = (outcome.rates_mark, outcome.limits_mark) if outcome.rates else (outcome.events_mark, outcome.totals_mark)
    return label_text(outcome.name, 30) + " *" * ("R" in marks) + when


def _rate(outcome: Outcome, arm: int) -> tuple[float, float | None, float | None, bool] | None:
    """Rate, its limits, and whether it is a Kaplan-Meier rate; None if nothing is public."""
    rate = None if outcome.rates is None else outcome.rates[arm]
    if rate is not None:
        lower, upper = (None if column is None else column[arm] for column in (outcome.lowers, outcome.uppers))
        return rate, lower, upper, True
    if outcome.events is None or outcome.totals is None:
        return None
    events, total = outcome.events[arm], outcome.totals[arm]
    return events / total, *clopper_pearson.limits(events, total, LEVEL), False


def _draw_arm(axes: Axes, outcome: Outcome, arm: int, row: float) -> None:
    found = _rate(outcome, arm)
    if found is None:
        return
    rate, lower, upper, is_curve = found
    if lower is not None and upper is not None:
        axes.plot([100 * lower, 100 * upper], [row, row], color=COLOURS[arm])
    axes.plot(100 * rate, row, "o", color=COLOURS[arm], markersize=4, clip_on=False, zorder=4,
              markerfacecolor=COLOURS[arm] if is_curve else "white")
