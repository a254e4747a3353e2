"""How often each method finds non-inferiority in simulated trials: type I error and power side by side."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from openiort.evidence.trial_truths import AT_MARGIN, Truth
from openiort.report.figure_style import BLUE, QUIET, VERMILLION, draw, drawing, new_figure, quiet_grid

WIDTH_mm, HEIGHT_mm = 150.0, 62.0


def simulation_figure(truths: Sequence[Truth], alpha: float) -> Figure:
    """A panel a truth, a row a method, with the limits of the simulation.

    Args:
        truths: what was simulated.
        alpha: one-sided error that was asked for, a fraction.
    """
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        panels = figure.subplots(1, len(truths), sharey=True, squeeze=False)[0]
        figure.subplots_adjust(left=0.2, right=0.98, bottom=0.16, top=0.9, wspace=0.1)
        for axes, truth in zip(panels, truths, strict=True):
            _draw_truth(axes, truth, alpha)
        draw(figure)
        return figure


def _draw_truth(axes: Axes, truth: Truth, alpha: float) -> None:
    is_error = truth.name == AT_MARGIN
    rows = range(len(truth.methods))
    rates = [100 * each.rate for each in truth.methods]
    reach = [[100 * (each.rate - each.lower) for each in truth.methods],
             [100 * (each.upper - each.rate) for each in truth.methods]]
    axes.errorbar(rates, rows, xerr=reach, fmt="o", markersize=3.5, capsize=2.5, linewidth=1.0,
                  color=VERMILLION if is_error else BLUE)
    if is_error:
        axes.axvline(100 * alpha, color=QUIET, linewidth=0.8, linestyle="--")
        axes.annotate(f"alpha {100 * alpha:g} %", (100 * alpha, 1.0), (3, -9), xycoords=("data", "axes fraction"),
                      textcoords="offset points", color=QUIET)
        axes.set_xlim(0, max(100 * alpha, *(100 * each.upper for each in truth.methods)) * 1.15)
    axes.set_yticks(list(rows), [each.method for each in truth.methods])
    axes.set_ylim(len(truth.methods) - 0.4, -0.9)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    difference = truth.risks.net[0] - truth.risks.net[1]
    axes.set_title(f"true difference {100 * difference + 0.0:.2g} %", fontsize="medium", pad=4)
    axes.set_xlabel("type I error (%)" if is_error else "power (%)", labelpad=2)
    quiet_grid(axes)
