"""Dose against depth from the applicator's surface: in water, and in the patient over all directions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from openiort.plan.plan import Plan, Range
from openiort.report.figure_style import BLUE, INK, VERMILLION, TEXT_pt, draw, drawing, new_figure, quiet_grid

FloatArray = NDArray[np.float64]
WIDTH_mm, HEIGHT_mm = 91.0, 54.0
STEP_mm = 0.1


def depth_dose_figure(plan: Plan) -> Figure:
    """Water with the prescription marked; D_w and D_m,m in the patient as mean with a band from least to most."""
    with drawing():
        figure = new_figure(WIDTH_mm, HEIGHT_mm)
        axes = figure.add_axes((0.105, 0.17, 0.88, 0.81))
        radius = plan.applicator.radius_mm
        _draw_water(axes, plan, radius)
        _draw_band(axes, plan.patient_water_depth_dose_Gy, radius, BLUE, "--", "D$_\\mathrm{w}$ in tissue", 0.20)
        _draw_band(axes, plan.patient_medium_depth_dose_Gy, radius, VERMILLION, "-.",
                   "D$_\\mathrm{m,m}$ in tissue", 0.25)
        axes.set_xlabel("depth from the applicator's surface (mm)", labelpad=2)
        axes.set_ylabel("dose (Gy)", labelpad=2)
        axes.margins(x=0.02)
        axes.set_ylim(0, None)
        axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        quiet_grid(axes)
        axes.legend(loc="upper right", borderpad=0, handlelength=2.6,
                    title="mean; bands: least to most over all directions",
                    title_fontsize=TEXT_pt, alignment="left")
        draw(figure)
        return figure


def smooth_curve(values_Gy: Mapping[float, float], radius_mm: float) -> tuple[FloatArray, FloatArray]:
    """A curve through doses at depths: ln(dose x r^2) is nearly straight and is what gets interpolated."""
    points = {depth: dose for depth, dose in sorted(values_Gy.items()) if dose > 0}
    depth, dose = np.array(list(points)), np.array(list(points.values()))
    if len(depth) < 2:
        return depth, dose
    at = np.linspace(depth[0], depth[-1], round((depth[-1] - depth[0]) / STEP_mm) + 1)
    logarithm = PchipInterpolator(depth, np.log(dose * (depth + radius_mm) ** 2))(at)
    return at, np.exp(logarithm) / (at + radius_mm) ** 2


def _draw_band(axes: Axes, ranges: Mapping[float, Range], radius_mm: float, colour: str, dashes: str, name: str,
               strength: float) -> None:
    if not ranges:
        return
    depth, mean = smooth_curve({d: r.mean for d, r in ranges.items()}, radius_mm)
    ends = [smooth_curve({d: pick(r) for d, r in ranges.items()}, radius_mm) for pick in (_least, _most)]
    low, high = (np.interp(depth, at, dose) if len(at) else np.zeros_like(depth) for at, dose in ends)
    axes.fill_between(depth, low, high, color=colour, alpha=strength, linewidth=0)
    for edge in (low, high):  # so that the band is seen in black and white
        axes.plot(depth, edge, color=colour, linewidth=0.4, linestyle=dashes)
    axes.plot(depth, mean, color=colour, linestyle=dashes, label=name)


def _least(dose: Range) -> float:
    return dose.min


def _most(dose: Range) -> float:
    return dose.max


def _draw_water(axes: Axes, plan: Plan, radius_mm: float) -> None:
    depth, dose = smooth_curve(plan.water_depth_dose_Gy, radius_mm)
    axes.plot(depth, dose, color=INK, label="water", zorder=4)
    asked = plan.prescription
    axes.plot([asked.depth_mm], [asked.dose_Gy], marker="D", markersize=5, color=INK, markerfacecolor="white",
              linestyle="none", zorder=5, clip_on=False,
              label=f"prescription: {asked.dose_Gy:g} Gy at {asked.depth_mm:g} mm")
