"""Both treatments on the same axial plane in the same colours: CT, dose, isodose lines, spheres."""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray
from scipy import ndimage

from openiort.external.external_dose import NOMINAL
from openiort.plan.comparison import Comparison
from openiort.plan.external_anatomy import scanned, treated_side
from openiort.plan.external_dvhs import course_dose_Gy
from openiort.report.figure_style import INK, WINDOW_HU, drawing, new_figure
from openiort.report.plane_dose import plane_dose
from openiort.report.plane_figure import CASING, body_area, draw_lines, level_lines, write_marks
from openiort.report.plane_samples import PLANES, PlaneSample, anatomy_plane, plane_points

FloatArray = NDArray[np.float64]
WIDTH_mm, HEIGHT_mm, PANEL_mm, GAP_mm = 186.0, 62.0, 84.0, 2.0
AXIAL = PLANES[0]
HALF_mm, STEP_mm, SMOOTHING_mm = 110.0, 0.5, 3.0
HALF_HEIGHT_mm = HALF_mm * HEIGHT_mm / PANEL_mm
# levels in Gy of both columns; neighbours differ in dashes too
LEVELS_Gy: dict[float, str] = {0.5: "-", 1.0: "--", 2.0: "-", 5.0: "--", 10.0: "-", 20.0: "--", 38.0: "-"}
SHOWN_Gy = (0.5, 50.0)
# the dark end of the map would not be seen on a CT
COLOURS = LinearSegmentedColormap.from_list("dose", matplotlib.colormaps["plasma"](np.linspace(0.2, 1.0, 256)))
STRENGTH = 0.5
TO_MIDLINE_mm, TO_BACK_mm = 35.0, 22.0
OUTLINES = {"body": "-", "bone": ":", "lungs": "-.", "heart": "--"}
OUTLINE_COLOUR = "#f4f4f4"


def compared_plane_figure(comparison: Comparison) -> Figure:
    """Left IORT on the anatomy with the sphere in it, right EBRT on the anatomy as scanned."""
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        norm = LogNorm(*SHOWN_Gy)
        for number, (title, sample) in enumerate(_samples(comparison).items()):
            axes = figure.add_axes((number * (PANEL_mm + GAP_mm) / WIDTH_mm, 0.0, PANEL_mm / WIDTH_mm, 1.0))
            _draw_anatomy(axes, sample)
            _draw_dose(axes, sample, _dose_Gy(comparison, title), norm, sharp=_is_nominal(comparison, title))
            _draw_sphere(axes, comparison, planned=title == "IORT")
            write_marks(axes, AXIAL)
            axes.text(0.97, 0.965, title, transform=axes.transAxes, color="white", weight="bold", ha="right", va="top",
                      path_effects=[withStroke(linewidth=1.8, foreground=CASING)], zorder=7)
        _colour_bar(figure, norm)
        return figure


def _samples(comparison: Comparison) -> dict[str, PlaneSample]:
    """Column's title -> its anatomy on the plane; outlines that did not move are found once."""
    first, second = comparison.plan.patient, scanned(comparison.plan)
    names = [name for name in OUTLINES if name in first.structures and name in second.structures]
    moved = [name for name in names if not np.array_equal(first.structure(name).mask, second.structure(name).mask)]
    found = {title: anatomy_plane(patient, _middle_mm(comparison), AXIAL, wanted, half_mm=HALF_mm, step_mm=STEP_mm)
             for title, patient, wanted in (("IORT", first, names), ("EBRT", second, moved))}
    both = {**found["IORT"].inside_mm, **found["EBRT"].inside_mm}
    return found | {"EBRT": replace(found["EBRT"], inside_mm=both)}


def _middle_mm(comparison: Comparison) -> tuple[float, float, float]:
    """Of the pictures: from the sphere's centre towards her midline and back, so that they show heart and lungs."""
    x, y, z = comparison.plan.centre_mm
    return x - TO_MIDLINE_mm * (1 if treated_side(comparison.plan) == "left" else -1), y + TO_BACK_mm, z


def _is_nominal(comparison: Comparison, title: str) -> bool:
    return title == "EBRT" and comparison.courses[0].origin == NOMINAL


def _dose_Gy(comparison: Comparison, title: str) -> FloatArray:
    """(n, n) dose on the plane; NaN where there is none."""
    plan = comparison.plan
    points = plane_points(_middle_mm(comparison), AXIAL, HALF_mm, STEP_mm)[1]
    if title == "IORT":
        dose_Gy = plane_dose(plan).at_Gy(points)
        inside = np.linalg.norm(points - np.array(plan.centre_mm), axis=-1) < plan.applicator.radius_mm
        return np.where(inside | (dose_Gy <= 0.0), np.nan, dose_Gy)
    flat = points.reshape(-1, 3)
    doses = [course_dose_Gy(one, flat) for one in comparison.courses]
    dose_Gy = np.asarray(np.sum(doses, axis=0)).reshape(points.shape[:-1])
    return _smoothed(dose_Gy) if comparison.courses[0].sigma_percent is not None else dose_Gy


def _smoothed(dose_Gy: FloatArray) -> FloatArray:
    """Without the noise of single voxels, for lines; figures never use it. NaN stays."""
    known = np.isfinite(dose_Gy)
    weight = ndimage.gaussian_filter(known.astype(float), SMOOTHING_mm / STEP_mm)
    smooth = ndimage.gaussian_filter(np.where(known, dose_Gy, 0.0), SMOOTHING_mm / STEP_mm)
    return np.where(known, smooth / np.maximum(weight, 1e-9), np.nan)


def _draw_anatomy(axes: Axes, sample: PlaneSample) -> None:
    axes.set_axis_off()
    edge = sample.axis_mm[-1] + STEP_mm / 2
    axes.imshow(sample.hounsfield, cmap="gray", vmin=WINDOW_HU[0], vmax=WINDOW_HU[1], origin="lower",
                extent=(-edge, edge, -edge, edge), interpolation="none")
    axes.set_xlim(-HALF_mm, HALF_mm)
    axes.set_ylim(-HALF_HEIGHT_mm, HALF_HEIGHT_mm)
    for name, inside_mm in sample.inside_mm.items():
        draw_lines(axes, level_lines(sample, inside_mm, 0.0), OUTLINE_COLOUR, OUTLINES[name], 0.6)


def _draw_dose(axes: Axes, sample: PlaneSample, dose_Gy: FloatArray, norm: LogNorm, *, sharp: bool) -> None:
    """A wash and lines within the body; `sharp` for a dose that ends where its structure does, without lines."""
    edge = sample.axis_mm[-1] + STEP_mm / 2
    wash = axes.imshow(np.ma.masked_invalid(np.where(dose_Gy >= SHOWN_Gy[0], dose_Gy, np.nan)), cmap=COLOURS, norm=norm,
                       origin="lower", extent=(-edge, edge, -edge, edge), alpha=STRENGTH, interpolation="none")
    body = body_area(sample)
    if body is not None:
        wash.set_clip_path(body, axes.transData)
    if sharp:
        return
    for level, dashes in LEVELS_Gy.items():
        lines = draw_lines(axes, level_lines(sample, np.nan_to_num(dose_Gy, nan=-1.0), level),
                           to_hex(COLOURS(float(norm(level)))), dashes, 0.9)
        if body is not None:
            lines.set_clip_path(body, axes.transData)


def _draw_sphere(axes: Axes, comparison: Comparison, *, planned: bool) -> None:
    """The sphere, where it is in place, or where it was; and the sphere of equivalence, where there is one."""
    middle, centre = np.array(_middle_mm(comparison)), np.array(comparison.plan.centre_mm)
    at = (float((centre - middle) @ np.array(AXIAL.right)), float((centre - middle) @ np.array(AXIAL.up)))
    radius_mm = comparison.plan.applicator.radius_mm
    if not planned:
        axes.add_patch(Circle(at, radius_mm, fill=False, edgecolor="white", linewidth=0.8, linestyle=":", zorder=4))
        return
    axes.add_patch(Circle(at, radius_mm, facecolor="#e9e9e9", edgecolor=INK, linewidth=0.8, zorder=4))
    axes.text(*at, f"{comparison.plan.applicator.diameter_mm:g} mm", ha="center", va="center", color=INK, zorder=5)
    depth_mm = equivalence_mm(comparison)
    if depth_mm is not None:
        axes.add_patch(Circle(at, radius_mm + depth_mm, fill=False, edgecolor="white", linewidth=1.4, zorder=5,
                              path_effects=[withStroke(linewidth=2.4, foreground=CASING)]))


def equivalence_mm(comparison: Comparison) -> float | None:
    """Depth of the sphere of equivalence that is drawn; None where there is none to draw."""
    if comparison.equivalence is None:
        return None
    for found in (comparison.equivalence.in_tissue_mm, comparison.equivalence.in_water_mm):
        if found is not None and np.isfinite(found.value):
            return float(found.value)
    return None


def _colour_bar(figure: Figure, norm: LogNorm) -> None:
    axes = figure.add_axes(((2 * PANEL_mm + 2 * GAP_mm + 1.0) / WIDTH_mm, 0.03, 3.5 / WIDTH_mm, 0.86))
    bar = figure.colorbar(ScalarMappable(norm, COLOURS), cax=axes)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.set_ticks(list(LEVELS_Gy), labels=[f"{level:g}" for level in LEVELS_Gy])
    for level, dashes in LEVELS_Gy.items():
        bar.ax.axhline(level, color=INK, linewidth=0.7, linestyle=dashes)
    bar.outline.set_linewidth(0.4)
    axes.set_title("Gy", fontsize=7.5, pad=3)
