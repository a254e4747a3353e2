"""Draw the picture of docs/biology.md: `python -m scripts.draw_biology`, from the repository's root."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.biology.equivalent_dose import single_dose_eqd2_Gy
from openiort.biology.parameter_interval import interval_of_doses
from openiort.biology.read_parameters import find_endpoint
from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from openiort.report.figure_style import BLUE, INK, QUIET, VERMILLION, drawing, new_figure, png, quiet_grid

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "biology-eqd2.png"
WIDTH_mm, HEIGHT_mm = 170.0, 84.0
DIAMETER_mm, SURFACE_Gy, DELIVERY_s, DEEPEST_mm, HIGHEST_Gy = 40, 20.0, 25 * 60.0, 25.0, 120.0
TITLES = {"tumour": "tumour, alpha/beta 3.5 Gy", "late": "late effects, alpha/beta 3 Gy"}
MODELS = {"LQ": (BLUE, "-", "linear-quadratic"), "LQ-L": (VERMILLION, "--", "linear-quadratic-linear")}


def depth_dose() -> tuple[np.ndarray, np.ndarray]:
    """Depths (mm) and doses in water (Gy), the surface having 20 Gy."""
    table = read_table(read_device("generic-50kv").water_table)
    rows = (table["diameter_mm"] == DIAMETER_mm) & (table["depth_mm"] <= DEEPEST_mm)
    dose = table["dose_Gy_per_photon"][rows]
    depth = np.linspace(0.0, DEEPEST_mm, 251)
    return depth, SURFACE_Gy * np.exp(np.interp(depth, table["depth_mm"][rows], np.log(dose / dose[0])))


def panel(axes: Axes, name: str) -> None:
    """One endpoint: both models with their bands, the physical dose, and the fractions."""
    depth, dose = depth_dose()
    for model, (colour, line, label) in MODELS.items():
        function = partial(single_dose_eqd2_Gy, delivery_time_s=DELIVERY_s, model=model)
        found = interval_of_doses(function, dose, (find_endpoint(name),))
        axes.fill_between(depth, found.low, found.high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(depth, found.value, color=colour, linestyle=line, label=f"20 Gy at once, {label}, 95 % band")
    axes.axhline(50.0, color=INK, linewidth=1.0, label="50 Gy in 25 fractions, where it is prescribed")
    axes.plot(depth, dose, color=QUIET, linestyle=":", label="20 Gy at once, physical dose")
    axes.set(xlim=(0.0, DEEPEST_mm), ylim=(0.0, HIGHEST_Gy), xlabel="depth in water from the applicator (mm)",
             ylabel="EQD2 (Gy)")
    axes.set_title(TITLES[name], fontsize=8, loc="left")
    quiet_grid(axes)


def picture() -> Figure:
    """Both endpoints side by side."""
    figure = new_figure(WIDTH_mm, HEIGHT_mm)
    left, right = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.07, right=0.985, bottom=0.26, top=0.93, wspace=0.2)
    panel(left, "tumour")
    panel(right, "late")
    figure.legend(*left.get_legend_handles_labels(), loc="lower center", ncols=2)
    return figure


if __name__ == "__main__":
    with drawing():
        PICTURE.write_bytes(png(picture()))
