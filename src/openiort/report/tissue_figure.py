"""The tissue map beside the CT it was made from: three planes through a point, with each tissue's share of the body."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from openiort.patient.patient import Patient
from openiort.patient.voxel_space import bounds_mm, nearest_voxels
from openiort.report.figure_style import INK, QUIET, WINDOW_HU, draw, drawing, new_figure
from openiort.report.plane_dose import linear
from openiort.report.plane_samples import AIR_HU, PLANES, Plane

FloatArray = NDArray[np.float64]
WIDTH_mm, GAP_mm, TITLE_mm, LEGEND_mm = 186.0, 2.0, 5.0, 16.0
MARGIN_mm = 8.0
PIXELS_ACROSS = 900  # all three planes together
# a mixture has the mixed colour
COLOURS = {
    "air": "#000000", "adipose": "#F2D06B", "gland": "#C2476B", "skin": "#2FA88E", "muscle": "#7A2E2A",
    "lung": "#7FB2E5", "spongiosa": "#C9C9C9", "cortical bone": "#FFFFFF", "heart muscle": "#E4572E",
}


def tissue_figure(patient: Patient, at_mm: tuple[float, float, float] | None = None) -> Figure:
    """CT above, tissues below, on axial, coronal and sagittal planes through a point.

    Args:
        patient: whose anatomy.
        at_mm: (x, y, z) of the point, DICOM patient coordinates; the middle of the body where it is left out.
    """
    low, high = bounds_mm(patient.structure("body").mask, patient.image.grid)
    low, high = low - MARGIN_mm, high + MARGIN_mm
    point = (low + high) / 2 if at_mm is None else np.array(at_mm, float)
    spans = [_span_mm(plane, low - point, high - point) for plane in PLANES]
    scale = (WIDTH_mm - 2 * GAP_mm) / sum(right - left for left, right, _, _ in spans)
    row_mm = scale * max(top - bottom for _, _, bottom, top in spans)
    height_mm = 2 * row_mm + GAP_mm + TITLE_mm + LEGEND_mm
    with drawing():
        figure = new_figure(WIDTH_mm, height_mm)
        left_mm = 0.0
        for plane, span in zip(PLANES, spans, strict=True):
            width_mm = scale * (span[1] - span[0])
            points = point + _plane_points_mm(plane, span)
            pictures = (_grey(patient, points), tissue_colours(patient, points))
            for row, picture in enumerate(pictures):
                bottom_mm = LEGEND_mm + (1 - row) * (row_mm + GAP_mm)
                axes = figure.add_axes((left_mm / WIDTH_mm, bottom_mm / height_mm, width_mm / WIDTH_mm,
                                        row_mm / height_mm))
                _show(axes, picture, span)
            axes.figure.text((left_mm + width_mm / 2) / WIDTH_mm, 1 - TITLE_mm / 2 / height_mm,
                             f"{plane.name}: {plane.letters[0]} - {plane.letters[1]}", ha="center", va="center")
            left_mm += width_mm + GAP_mm
        _legend(figure, patient, height_mm)
        draw(figure)
        return figure


def tissue_colours(patient: Patient, points_mm: FloatArray) -> FloatArray:
    """(..., 3) colours, 0-1, of the tissues at points (..., 3); air outside the scan."""
    grid, tissues = patient.image.grid, patient.tissues
    palette = np.array([
        np.sum([share * np.array(to_rgb(COLOURS[tissue])) for tissue, share in shares.items()], axis=0)
        for shares in tissues.tissue_of_material
    ])
    material = tissues.material_index[nearest_voxels(grid.to_index(points_mm), grid.shape)]
    found: FloatArray = palette[np.where(grid.contains(points_mm), material, 0)]
    return found


def _span_mm(plane: Plane, low: FloatArray, high: FloatArray) -> tuple[float, float, float, float]:
    """Left, right, bottom and top edge of a plane's picture, from the point."""
    edges = []
    for direction in (np.array(plane.right, float), np.array(plane.up, float)):
        ends = sorted((float(low @ direction), float(high @ direction)))
        edges += ends
    return edges[0], edges[1], edges[2], edges[3]


def _plane_points_mm(plane: Plane, span: tuple[float, float, float, float]) -> FloatArray:
    """(rows, columns, 3) points of the picture, from the point the planes go through; row 0 at the lower edge."""
    step_mm = max(span[1] - span[0], span[3] - span[2]) / (PIXELS_ACROSS / 2)
    across, along = np.meshgrid(np.arange(span[0], span[1], step_mm), np.arange(span[2], span[3], step_mm))
    points: FloatArray = across[..., None] * np.array(plane.right, float) + along[..., None] * np.array(plane.up, float)
    return points


def _grey(patient: Patient, points_mm: FloatArray) -> FloatArray:
    hounsfield = linear(patient.image.hounsfield, patient.image.grid, points_mm, AIR_HU)
    level = np.clip((hounsfield - WINDOW_HU[0]) / (WINDOW_HU[1] - WINDOW_HU[0]), 0.0, 1.0)
    return np.repeat(level[..., None], 3, axis=-1)


def _show(axes: Axes, picture: FloatArray, span: tuple[float, float, float, float]) -> None:
    axes.imshow(picture, origin="lower", extent=span, interpolation="none", aspect="equal")
    axes.set_axis_off()


def _legend(figure: Figure, patient: Patient, height_mm: float) -> None:
    fractions = patient.tissues.volume_fractions(patient.structure("body").mask)
    handles = [Patch(facecolor=COLOURS[name], edgecolor=QUIET, linewidth=0.5) for name in COLOURS if name in fractions]
    names = [f"{name} {100 * fractions[name]:.1f} %" for name in COLOURS if name in fractions]
    drawn = any(structure.origin == "contoured" for structure in patient.structures.values())
    source = "Found from the CT numbers and contours." if drawn else "Found automatically from the CT numbers."
    figure.text(0.0, LEGEND_mm * 0.8 / height_mm, f"Share of the body's volume; mixtures have mixed colours. {source}",
                color=INK, ha="left", va="center")
    figure.legend(handles, names, loc="center left", bbox_to_anchor=(-0.005, LEGEND_mm * 0.35 / height_mm),
                  ncols=-(-len(names) // 2), handlelength=1.2, handletextpad=0.4, columnspacing=1.6, borderpad=0)
