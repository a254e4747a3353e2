"""Three planes through the isocentre of tangential fields: CT, isodoses in per cent of the prescription, fields."""

from __future__ import annotations

from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal, withStroke
from numpy.typing import NDArray

from openiort.external.external_dose import ExternalDose
from openiort.external.photon_field import PhotonField, Rectangle
from openiort.patient.patient import Patient
from openiort.report.figure_style import INK, WINDOW_HU, draw, drawing, new_figure
from openiort.report.plane_dose import linear
from openiort.report.plane_samples import PLANES, Plane, PlaneSample, anatomy_plane

FloatArray = NDArray[np.float64]
WIDTH_mm, GAP_mm, LEGEND_mm = 186.0, 2.0, 7.0
SIDE_mm = (WIDTH_mm - 2 * GAP_mm) / 3
HALF_mm, STEP_mm = 175.0, 1.0
# per cent of the prescription -> colour and dashes; neighbours differ in both
ISODOSES: dict[float, tuple[str, str]] = {
    107.0: ("#FF5A3C", "-"), 95.0: ("#FFA62B", "--"), 80.0: ("#FFE94A", "-"), 50.0: ("#8CE26B", "--"),
    20.0: ("#2FD6B0", "-"), 5.0: ("#62BDFF", "--"),
}
FIELD_COLOUR, BREAST_COLOUR, CASING = "#ffffff", "#ff8ad8", "#101010"
FIELD_LABEL, BREAST_LABEL = "edge of a field", "breast"


def external_figure(patient: Patient, dose: ExternalDose, breast: str | None = None) -> Figure:
    """Axial, coronal and sagittal plane with one legend.

    Args:
        patient: on whose CT the dose lies.
        dose: of tangents.
        breast: structure that is outlined, if any.
    """
    fields = tuple(_field(values) for values in dose.provenance["fields"])
    outlined = ("body",) if breast is None else ("body", breast)
    with drawing():
        figure = new_figure(WIDTH_mm, SIDE_mm + LEGEND_mm)
        for number, plane in enumerate(PLANES):
            left, height = number * (SIDE_mm + GAP_mm) / WIDTH_mm, SIDE_mm + LEGEND_mm
            axes = figure.add_axes((left, LEGEND_mm / height, SIDE_mm / WIDTH_mm, SIDE_mm / height))
            sample = anatomy_plane(patient, fields[0].isocentre_mm, plane, outlined, half_mm=HALF_mm, step_mm=STEP_mm)
            _draw_plane(axes, sample, _relative(dose, fields[0], plane, sample), plane, breast)
            if plane.name == "axial":
                _draw_fields(axes, fields, plane)
        _legend(figure, breast)
        draw(figure)
        return figure


def _field(values: dict[str, Any]) -> PhotonField:
    opening = Rectangle(tuple(values["opening"]["u_mm"]), tuple(values["opening"]["v_mm"]))
    return PhotonField(values["name"], values["gantry_degrees"], tuple(values["isocentre_mm"]), values["mirror"],
                       opening, ())


def _relative(dose: ExternalDose, field: PhotonField, plane: Plane, sample: PlaneSample) -> FloatArray:
    across, along = np.meshgrid(sample.axis_mm, sample.axis_mm)
    right, up = np.array(plane.right), np.array(plane.up)
    points = np.array(field.isocentre_mm) + across[..., None] * right + along[..., None] * up
    found = 100.0 / dose.schedule.total_dose_Gy * linear(dose.dose_Gy, dose.grid, points, 0.0)
    return np.where(sample.inside_mm["body"] > 0, found, 0.0)  # dose in air is nobody's


def _draw_plane(axes: Axes, sample: PlaneSample, relative: FloatArray, plane: Plane, breast: str | None) -> None:
    axes.set_axis_off()
    axes.imshow(sample.hounsfield, cmap="gray", vmin=WINDOW_HU[0], vmax=WINDOW_HU[1], origin="lower",
                extent=(-HALF_mm, HALF_mm, -HALF_mm, HALF_mm), interpolation="none")
    axes.set_xlim(-HALF_mm, HALF_mm)
    axes.set_ylim(-HALF_mm, HALF_mm)
    if breast is not None:
        _lines(axes, sample, sample.inside_mm[breast], 0.0, BREAST_COLOUR, ":", 0.9)
    for level, (colour, dashes) in ISODOSES.items():
        _lines(axes, sample, relative, level, colour, dashes, 0.9)
    left, right, lower, upper = plane.letters
    for text, x, y in ((left, 0.03, 0.5), (right, 0.97, 0.5), (lower, 0.5, 0.03), (upper, 0.5, 0.97)):
        axes.text(x, y, text, transform=axes.transAxes, ha="center", va="center", color=FIELD_COLOUR,
                  path_effects=_casing(1.0))


def _lines(axes: Axes, sample: PlaneSample, values: FloatArray, level: float, colour: str, dashes: str,
           width: float) -> None:
    lines = contour_generator(sample.axis_mm, sample.axis_mm, values).lines(level)
    axes.add_collection(LineCollection(lines, colors=colour, linestyles=dashes, linewidths=width,
                                       path_effects=_casing(width)), autolim=False)


def _draw_fields(axes: Axes, fields: tuple[PhotonField, ...], plane: Plane) -> None:
    """Both edges of each field, from its source through the plane of the isocentre and beyond."""
    for field in fields:
        for u_mm in field.opening.u_mm:
            ray = np.array(field.isocentre_mm) + u_mm * field.u_axis - field.source_mm
            ends = field.source_mm + np.array([0.7, 1.3])[:, None] * ray - np.array(field.isocentre_mm)
            axes.plot(ends @ np.array(plane.right), ends @ np.array(plane.up), color=FIELD_COLOUR, linewidth=0.6,
                      linestyle=(0, (6, 3)), path_effects=_casing(0.6))


def _casing(width: float) -> list[Any]:
    return [withStroke(linewidth=width + 0.8, foreground=CASING, alpha=0.6), Normal()]


def _legend(figure: Figure, breast: str | None) -> None:
    handles = [Line2D([], [], color=colour, linestyle=dashes, linewidth=1.4, label=f"{level:g} %",
                      path_effects=_casing(1.4)) for level, (colour, dashes) in ISODOSES.items()]
    handles.append(Line2D([], [], color=FIELD_COLOUR, linestyle=(0, (6, 3)), linewidth=0.9, label=FIELD_LABEL,
                          path_effects=_casing(0.9)))
    if breast is not None:
        handles.append(Line2D([], [], color=BREAST_COLOUR, linestyle=":", linewidth=1.4, label=BREAST_LABEL,
                              path_effects=_casing(1.4)))
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), labelcolor=INK, handlelength=1.8,
                  columnspacing=1.2, borderaxespad=0.2)
