"""Three planes through the applicator's centre: CT, isodose lines of D_m,m, outlines, the sphere in its true size."""

from __future__ import annotations

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from matplotlib.path import Path
from matplotlib.patheffects import Normal, withStroke
from matplotlib.text import Text
from numpy.typing import NDArray

from openiort.plan.plan import Plan
from openiort.report.direct_labels import Label, place_labels
from openiort.report.figure_style import INK, WINDOW_HU, draw, drawing, new_figure
from openiort.report.plane_dose import plane_dose
from openiort.report.plane_samples import PLANES, HALF_mm, Plane, PlaneSample, sample_plane

FloatArray = NDArray[np.float64]
WIDTH_mm, GAP_mm, LEGEND_mm = 186.0, 2.0, 6.5
SIDE_mm = (WIDTH_mm - 2 * GAP_mm) / 3
HEIGHT_mm = SIDE_mm + LEGEND_mm
SCALE_BAR_mm = 20.0
SEEN_mm, LABEL_INSIDE_mm = 1.0, 5.0
LEAST_POINTS = 40  # of a line, about 10 mm: what is shorter is not labelled
# dose -> colour and dashes; neighbours differ in both, so that the lines can be told apart without colour
ISODOSES: dict[float, tuple[str, str]] = {
    20.0: ("#FF5A3C", "-"), 15.0: ("#FFA62B", "--"), 10.0: ("#FFE94A", "-"), 7.0: ("#8CE26B", "--"),
    5.0: ("#2FD6B0", "-"), 2.0: ("#62BDFF", "--"), 1.0: ("#C3B1FF", "-"),
}
OUTLINES = {"body": ("skin", "-"), "bone": ("bone", ":"), "lungs": ("lungs", "-.")}
OUTLINE_COLOUR, CASING = "#f4f4f4", "#101010"


def plane_figure(plan: Plan) -> Figure:
    """Axial, coronal and sagittal plane side by side, with one legend."""
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        dose = plane_dose(plan)
        shown: set[float] = set()
        for number, plane in enumerate(PLANES):
            left = number * (SIDE_mm + GAP_mm) / WIDTH_mm
            axes = figure.add_axes((left, LEGEND_mm / HEIGHT_mm, SIDE_mm / WIDTH_mm, SIDE_mm / HEIGHT_mm))
            shown |= _draw_plane(axes, plan, plane, sample_plane(plan, dose, plane))
        _legend(figure, sorted(shown, reverse=True))
        draw(figure)
        return figure


def _draw_plane(axes: Axes, plan: Plan, plane: Plane, sample: PlaneSample) -> set[float]:
    """Draw one plane and return the dose levels that occur in it."""
    axes.set_axis_off()
    edge = sample.axis_mm[-1] + (sample.axis_mm[1] - sample.axis_mm[0]) / 2
    axes.imshow(sample.hounsfield, cmap="gray", vmin=WINDOW_HU[0], vmax=WINDOW_HU[1], origin="lower",
                extent=(-edge, edge, -edge, edge), interpolation="none")
    axes.set_xlim(-HALF_mm, HALF_mm)
    axes.set_ylim(-HALF_mm, HALF_mm)
    for name, (_, dashes) in OUTLINES.items():
        draw_lines(axes, level_lines(sample, sample.inside_mm[name], 0.0), OUTLINE_COLOUR, dashes, 0.6)
    lines = {level: level_lines(sample, sample.dose_Gy, level) for level in ISODOSES}
    body = body_area(sample)
    for level, parts in lines.items():
        colour, dashes = ISODOSES[level]
        drawn = draw_lines(axes, parts, colour, dashes, 1.0)
        if body is not None:
            drawn.set_clip_path(body, axes.transData)
    radius = plan.applicator.radius_mm
    axes.add_patch(Circle((0, 0), radius, facecolor="#e9e9e9", edgecolor=INK, linewidth=0.8, zorder=4))
    size = axes.text(0, 0, f"{plan.applicator.diameter_mm:g} mm", ha="center", va="center", color=INK, zorder=5)
    visible = {level: _visible_points(sample, parts, radius, SEEN_mm) for level, parts in lines.items()}
    deep = {level: _visible_points(sample, parts, radius, LABEL_INSIDE_mm) for level, parts in lines.items()}
    write_marks(axes, plane)
    _label_isodoses(axes, {level: deep[level] if len(deep[level]) else visible[level] for level in lines}, radius,
                    size)
    return {level for level, points in visible.items() if len(points)}


def level_lines(sample: PlaneSample, values: FloatArray, level: float) -> list[FloatArray]:
    """Lines (n, 2) along which values (n, n) on the plane have a level."""
    found: list[FloatArray] = contour_generator(sample.axis_mm, sample.axis_mm, values).lines(level)
    return found


def draw_lines(axes: Axes, lines: list[FloatArray], colour: str, dashes: str, width: float) -> LineCollection:
    """Draw lines with a dark casing, so that they are seen on light and dark."""
    casing = [withStroke(linewidth=width + 0.7, foreground=CASING, alpha=0.55), Normal()]
    drawn = LineCollection(lines, colors=colour, linestyles=dashes, linewidths=width, zorder=3, path_effects=casing)
    axes.add_collection(drawn, autolim=False)
    return drawn


def body_area(sample: PlaneSample) -> Path | None:
    """The inside of the body's outline, closed along the picture's edge; None where no body is to be seen."""
    step = sample.axis_mm[1] - sample.axis_mm[0]
    axis = np.concatenate([[sample.axis_mm[0] - step], sample.axis_mm, [sample.axis_mm[-1] + step]])
    values = np.pad(sample.inside_mm["body"], 1, constant_values=-1.0)
    outline = contour_generator(axis, axis, values).lines(0.0)
    return Path.make_compound_path(*(Path(line, closed=True) for line in outline)) if outline else None


def _visible_points(sample: PlaneSample, lines: list[FloatArray], radius_mm: float, least_mm: float) -> FloatArray:
    """Points of isodose lines that lie at least that deep in the body, and outside the sphere."""
    if not lines:
        return np.empty((0, 2))
    points = np.concatenate(lines)
    index = np.rint((points - sample.axis_mm[0]) / (sample.axis_mm[1] - sample.axis_mm[0])).astype(int)
    within = sample.inside_mm["body"][index[:, 1], index[:, 0]] > least_mm
    seen: FloatArray = points[within & (np.linalg.norm(points, axis=1) > radius_mm + 0.3)]
    return seen


def _label_isodoses(axes: Axes, visible: dict[float, FloatArray], radius_mm: float, size: Text) -> None:
    """Write each dose on its line; they fan out round the sphere so that none covers another or the sphere's size."""
    present = [level for level, points in visible.items() if len(points) > LEAST_POINTS]
    labels = []
    for number, level in enumerate(present):
        points = visible[level]
        wanted = np.deg2rad(65.0 - 360.0 * number / len(present))
        off = np.angle(np.exp(1j * (np.arctan2(points[:, 1], points[:, 0]) - wanted)))
        free = np.linalg.norm(points, axis=1) > radius_mm + 4.0  # a label this near would reach into the sphere
        order = np.argsort(np.abs(off) + np.where(free, 0.0, 10.0))
        labels.append(Label(f"{level:g}", ISODOSES[level][0], points[order[:: max(1, len(order) // 60)]]))
    place_labels(axes, labels, halo=CASING, taken=[size.get_window_extent()], weight="bold",
                 zorder=6)


def write_marks(axes: Axes, plane: Plane) -> None:
    """Name, letters of orientation and scale bar, inside the picture."""
    halo = [withStroke(linewidth=1.8, foreground=CASING)]
    near = 0.035
    places = ((near, 0.5), (1 - near, 0.5), (0.5, near), (0.5, 1 - near))
    for letter, (x, y) in zip(plane.letters, places, strict=True):
        axes.text(x, y, letter, transform=axes.transAxes, color="white", weight="bold", ha="center", va="center",
                  path_effects=halo, zorder=6)
    axes.text(0.03, 0.965, plane.name, transform=axes.transAxes, color="white", ha="left", va="top", path_effects=halo,
              zorder=6)
    low, right = axes.get_ylim()[0] + 4.0, axes.get_xlim()[1] - 5.0
    axes.plot([right - SCALE_BAR_mm, right], [low, low], color="white", linewidth=1.8, solid_capstyle="butt",
              path_effects=halo, zorder=6)
    axes.text(right - SCALE_BAR_mm / 2, low + 2.2, f"{SCALE_BAR_mm:g} mm", color="white", ha="center", va="bottom",
              path_effects=halo, zorder=6)


def _legend(figure: Figure, levels: list[float]) -> None:
    """One line under the planes: what the lines are."""
    casing = [withStroke(linewidth=2.4, foreground="#555555"), Normal()]
    handles = [Line2D([], [], color=ISODOSES[v][0], linestyle=ISODOSES[v][1], linewidth=1.6, path_effects=casing)
               for v in levels]
    names = [f"{v:g}" for v in levels]
    handles += [Line2D([], [], color="#555555", linestyle=dashes, linewidth=0.8) for _, dashes in OUTLINES.values()]
    names += [name for name, _ in OUTLINES.values()]
    height = LEGEND_mm / HEIGHT_mm / 2
    absent = max(ISODOSES) if max(ISODOSES) not in levels else None
    said = f"; {absent:g} not reached" if absent else ""
    figure.text(0, height * 0.9, f"D$_\\mathrm{{m,m}}$ (Gy), lines smoothed{said}:", ha="left", va="center")
    figure.legend(handles, names, loc="center right", bbox_to_anchor=(1.005, height * 0.9), ncols=len(names),
                  handlelength=2.0, handletextpad=0.4, columnspacing=1.1, borderpad=0)
