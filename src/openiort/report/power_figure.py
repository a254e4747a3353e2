"""Power against the number of women, with the size that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from openiort.report.figure_style import BLUE, QUIET, VERMILLION, draw, drawing, new_figure, quiet_grid

WIDTH_mm, HEIGHT_mm = 110.0, 68.0
POINTS = 300
REACH = 2.0  # the longest trial drawn, in units of the one asked for
STYLES = ((BLUE, "-"), (VERMILLION, "--"))


def power_figure(curves: Mapping[str, Callable[[float], float]], n_total: int, wanted: float) -> Figure:
    """One curve a method.

    Args:
        curves: name -> power as a function of the women in all.
        n_total: size that was found.
        wanted: power that was asked for, a fraction.
    """
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        axes = figure.add_axes((0.12, 0.16, 0.85, 0.79))
        women = np.unique(np.linspace(max(4, 0.1 * n_total), REACH * n_total + 4, POINTS).astype(int))
        for (name, curve), (colour, dashes) in zip(curves.items(), STYLES, strict=False):
            axes.plot(women, [100 * curve(float(n)) for n in women], color=colour, linestyle=dashes, label=name)
        axes.axhline(100 * wanted, color=QUIET, linewidth=0.6)
        axes.plot([n_total, n_total], [0, 100 * wanted], color=QUIET, linewidth=0.6)
        axes.annotate(f"{n_total:,} women", (n_total, 0), (-4, 4), textcoords="offset points", ha="right")
        axes.annotate(f"{100 * wanted:g} %", (women[0], 100 * wanted), (2, 3), textcoords="offset points")
        axes.set_ylim(0, 100)
        axes.set_xlim(0, women[-1])
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.set_xlabel("women in all", labelpad=2)
        axes.set_ylabel("power (%)", labelpad=2)
        if len(curves) > 1:
            axes.legend(loc="lower right")
        quiet_grid(axes)
        draw(figure)
        return figure
