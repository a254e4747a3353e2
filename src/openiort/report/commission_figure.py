"""A site's depth doses against the model, sphere by sphere, before and after the filters were fitted."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from openiort.device.commission import FilterFit, SphereFit
from openiort.report.figure_style import BLUE, QUIET, VERMILLION, draw, drawing, new_figure, quiet_grid

COLUMNS = 4
WIDTH_mm, ROW_mm, HEAD_mm = 183.0, 46.0, 9.0
LEAST_percent = 2.0


def commission_figure(fit: FilterFit) -> Figure:
    """Small multiples: difference of the site from the model in percent against depth, levels matched."""
    with drawing():
        rows = -(-len(fit.spheres) // COLUMNS)
        height_mm = HEAD_mm + ROW_mm * rows
        figure = new_figure(WIDTH_mm, height_mm)
        grid = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
        figure.subplots_adjust(left=0.065, right=0.99, bottom=10.0 / height_mm, top=1.0 - (HEAD_mm + 5.0) / height_mm,
                               wspace=0.08, hspace=0.28)
        reach = max(LEAST_percent, *(max(abs(one.worst_before_percent), abs(one.worst_after_percent))
                                     for one in fit.spheres)) * 1.1  # fmt: skip
        for axes, one in zip(grid.flat, fit.spheres, strict=False):
            _draw_sphere(axes, one, reach, is_fitted=fit.is_fitted)
        for axes in grid.flat[len(fit.spheres):]:
            axes.set_visible(False)
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper left", ncols=2, bbox_to_anchor=(0.055, 1.0))
        figure.supxlabel("depth from the sphere's surface (mm)", y=1.0 / height_mm, fontsize="medium")
        figure.supylabel("site against model (%), levels matched", x=0.004, fontsize="medium")
        draw(figure)
        return figure


def _draw_sphere(axes: Axes, one: SphereFit, reach: float, *, is_fitted: bool) -> None:
    depth = one.measured.depths_mm
    axes.axhline(0.0, color=QUIET, linewidth=0.6)
    axes.plot(depth, one.before_percent, color=VERMILLION, linestyle="--", label="model's own filters")
    if is_fitted:
        axes.plot(depth, one.after_percent, color=BLUE, label="fitted filters")
    mark = ": stands out" if one.stands_out else ""
    level = f"{round(one.stands_out_percent, 1) + 0.0:+.1f} %"  # + 0.0 makes -0.0 a plain 0
    axes.set_title(f"{one.measured.diameter_mm:g} mm, level {level}{mark}", fontsize="medium",
                   pad=3, fontweight="bold" if one.stands_out else "normal")
    axes.set_ylim(-reach, reach)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    quiet_grid(axes)
