"""What the sphere did to the breast: the CT as scanned with the lump, beside the same planes with the tissue moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from matplotlib.patheffects import Normal, withStroke

from openiort.patient.patient import Patient
from openiort.plan.plan import Plan
from openiort.report.figure_style import INK, ORANGE, WINDOW_HU, draw, drawing, new_figure
from openiort.report.plain_text import plain_text
from openiort.report.plane_samples import PLANES, Plane, PlaneSample, anatomy_plane

WIDTH_mm, GAP_mm, LEGEND_mm, TITLE_mm = 186.0, 2.0, 6.5, 5.0
SIDE_mm = (WIDTH_mm - 3 * GAP_mm) / 4
HEIGHT_mm = SIDE_mm + LEGEND_mm + TITLE_mm
SHOWN_mm = 50.0
SHOWN_PLANES = (PLANES[0], PLANES[2])
FIXED = ("bone", "lungs")
LIGHT, CASING, SPHERE = "#f4f4f4", "#101010", "#e9e9e9"


def insertion_figure(plan: Plan) -> Figure:
    """Axial and sagittal plane, as scanned and as planned; the skin as scanned is drawn into both.

    Raises:
        ValueError: no tissue has moved in this plan.
    """
    before = plan.patient_before
    if before is None:
        raise ValueError("the sphere was put in place of the scanned tissue: nothing has moved")
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        number = 0
        for plane in SHOWN_PLANES:
            names = ("body", *FIXED)
            lump = (plan.insertion.structure,) if plan.insertion.structure else ()
            scanned = _sample(before, plan, plane, (*names, *lump))
            planned = _sample(plan.patient, plan, plane, names)
            for sample, title in ((scanned, "as scanned"), (planned, "as planned")):
                axes = _axes(figure, number)
                axes.set_title(f"{plane.name}, {title}", fontsize=7.5, pad=2.5)
                _draw(axes, sample, scanned)
                _write_letters(axes, plane)
                number += 1
                _add_ball(axes, plan, planned=sample is planned)
        _legend(figure, plan.insertion.structure)
        draw(figure)
        return figure


def _sample(patient: Patient, plan: Plan, plane: Plane, structures: Sequence[str]) -> PlaneSample:
    return anatomy_plane(patient, plan.centre_mm, plane, structures, half_mm=SHOWN_mm)


def _axes(figure: Figure, number: int) -> Axes:
    left = number * (SIDE_mm + GAP_mm) / WIDTH_mm
    axes = figure.add_axes((left, LEGEND_mm / HEIGHT_mm, SIDE_mm / WIDTH_mm, SIDE_mm / HEIGHT_mm))
    axes.set_axis_off()
    return axes


def _draw(axes: Axes, sample: PlaneSample, scanned: PlaneSample) -> None:
    edge = SHOWN_mm + (sample.axis_mm[1] - sample.axis_mm[0]) / 2
    axes.imshow(sample.hounsfield, cmap="gray", vmin=WINDOW_HU[0], vmax=WINDOW_HU[1], origin="lower",
                extent=(-edge, edge, -edge, edge), interpolation="none")
    axes.set_xlim(-SHOWN_mm, SHOWN_mm)
    axes.set_ylim(-SHOWN_mm, SHOWN_mm)
    for name in FIXED:
        _outline(axes, sample, name, LIGHT, ":")
    _outline(axes, scanned, "body", ORANGE, "--")
    if sample is not scanned:
        _outline(axes, sample, "body", LIGHT, "-")
    for name in set(sample.inside_mm) - {"body", *FIXED}:
        _outline(axes, sample, name, LIGHT, "-.")


def _write_letters(axes: Axes, plane: Plane) -> None:
    """Letters of orientation at the picture's edges."""
    places = ((0.04, 0.5), (0.96, 0.5), (0.5, 0.04), (0.5, 0.96))
    for letter, (x, y) in zip(plane.letters, places, strict=True):
        axes.text(x, y, letter, transform=axes.transAxes, color="white", weight="bold", ha="center", va="center",
                  path_effects=[withStroke(linewidth=1.8, foreground=CASING)])


def _outline(axes: Axes, sample: PlaneSample, name: str, colour: str, dashes: str) -> None:
    lines = contour_generator(sample.axis_mm, sample.axis_mm, np.asarray(sample.inside_mm[name])).lines(0.0)
    casing = [withStroke(linewidth=1.6, foreground=CASING, alpha=0.55), Normal()]
    axes.add_collection(LineCollection(lines, colors=colour, linestyles=dashes, linewidths=0.9, path_effects=casing),
                        autolim=False)


def _add_ball(axes: Axes, plan: Plan, *, planned: bool) -> None:
    """The sphere where it lies, or the ball of the lump's volume where it lay."""
    lump_radius_mm = plan.insertion.lump_radius_mm or 0.0
    casing = [withStroke(linewidth=2.0, foreground=CASING, alpha=0.55), Normal()]
    if planned:
        axes.add_patch(Circle((0, 0), plan.applicator.radius_mm, facecolor=SPHERE, edgecolor=INK, linewidth=0.8))
        text = f"{plan.applicator.diameter_mm:g} mm"
        axes.text(0, 0, text, ha="center", va="center", color=INK)
        return
    axes.add_patch(Circle((0, 0), lump_radius_mm, fill=False, edgecolor=ORANGE, linewidth=1.0, path_effects=casing))
    axes.text(0, 0, f"{plan.insertion.lump_volume_cc:.2g} cc", ha="center", va="center", color=LIGHT,
              path_effects=[withStroke(linewidth=1.8, foreground=CASING)])


def _legend(figure: Figure, structure: str | None) -> None:
    casing = [withStroke(linewidth=2.0, foreground="#555555"), Normal()]
    drawn = {plain_text(structure, 16): ("#f4f4f4", "-.")} if structure else {}
    kinds = {"lump's volume, out": (ORANGE, "-"), **drawn, "skin as scanned": (ORANGE, "--"),
             "skin as planned": ("#f4f4f4", "-"), "bone, lungs: do not move": ("#f4f4f4", ":")}
    handles = [Line2D([], [], color=colour, linestyle=dashes, path_effects=casing)
               for colour, dashes in kinds.values()]
    figure.legend(handles, list(kinds), loc="center", bbox_to_anchor=(0.5, LEGEND_mm / HEIGHT_mm / 2), ncols=len(kinds),
                  handlelength=2.2, handletextpad=0.5, columnspacing=2.0, borderpad=0)
