"""What another sphere in the same place would do: skin D0.1cc and shell D90 against its diameter."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.plan.applicator_choice import ApplicatorChoice
from openiort.plan.figures_of_merit import SHELL, SKIN
from openiort.plan.figures_of_merit import Figure as Merit
from openiort.plan.goal import Goal
from openiort.report.figure_style import INK, ORANGE, QUIET, VERMILLION, drawing, new_figure, quiet_grid

WIDTH_mm, HEIGHT_mm = 91.0, 42.0
CURVES = {(SHELL, "D90_Gy"): (VERMILLION, "-", "o"), (SKIN, "D0.1cc_Gy"): (ORANGE, "--", "s")}
GOAL_METRIC = "D0.1cc"


def choice_figure(choice: ApplicatorChoice, goals: tuple[Goal, ...] = ()) -> Figure:
    """Both curves with their statistical uncertainty; limits of skin D0.1cc among the goals are drawn."""
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        axes = figure.add_axes((0.12, 0.2, 0.43, 0.76))
        for key, (colour, dashes, marker) in CURVES.items():
            found = [(row.diameter_mm, merit) for row in choice.rows for merit in row.figures
                     if (merit.structure, merit.name) == key and merit.value_Gy is not None]
            if found:
                _draw(axes, found, colour, dashes, marker)
        axes.axvline(choice.planned_mm, color=QUIET, linewidth=0.8, linestyle=":", label="planned")
        for goal in goals:
            if goal.structure.casefold() == SKIN and goal.metric == GOAL_METRIC and goal.unit == "Gy":
                axes.axhline(goal.limit, color=INK, linewidth=0.8, label=goal.text)
        axes.set_ylim(0, None)
        axes.set_xlabel("diameter of the sphere (mm)", labelpad=2)
        axes.set_ylabel("D$_\\mathrm{m,m}$ (Gy)", labelpad=2)
        quiet_grid(axes)
        figure.legend(loc="upper left", bbox_to_anchor=(0.57, 0.98), handlelength=2.2, borderaxespad=0.0)
        return figure


def _draw(axes: Axes, found: list[tuple[float, Merit]], colour: str, dashes: str, marker: str) -> None:
    axes.errorbar([diameter for diameter, _ in found], [merit.value_Gy or 0.0 for _, merit in found],
                  yerr=[merit.sigma_Gy or 0.0 for _, merit in found], color=colour, linestyle=dashes, marker=marker,
                  markersize=3.0, linewidth=1.1, elinewidth=0.7, label=found[0][1].title)
