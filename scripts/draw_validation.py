"""Draw the pictures of docs/validation.md: `python -m scripts.draw_validation`, from the repository's root.

What they show is what the tests of the same folders of `validation/` hold against their limits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from openiort.core.table import read_table
from openiort.device.catalogue import read_device
from openiort.report.figure_style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    drawing,
    new_figure,
    png,
    quiet_grid,
)
from validation.generic_50kv_spheres.depth_doses import DIAMETERS_mm, dose_of
from validation.nist_attenuation.differences import COMPARED_keV, absorption_percent, attenuation_percent

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
WIDTH_mm, HEIGHT_mm = 170.0, 70.0
DEEPEST_mm = 40.0
COLOURS = (INK, BLUE, SKY, GREEN, ORANGE, VERMILLION, PURPLE, QUIET)
MATERIALS = {"water": BLUE, "adipose": ORANGE, "gland": GREEN, "muscle": PURPLE, "air": SKY,
             "polyetherimide": QUIET, "aluminium": INK, "cortical_bone": VERMILLION}


def depth_doses() -> Figure:
    """Curves of all spheres with egs_brachy's points, and the differences."""
    table = read_table(read_device("generic-50kv").water_table)
    figure = new_figure(WIDTH_mm, HEIGHT_mm)
    curves, differences = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.085, right=0.99, bottom=0.14, top=0.97, wspace=0.22)
    for diameter_mm, colour in zip(DIAMETERS_mm, COLOURS, strict=True):
        rows = (table["diameter_mm"] == diameter_mm) & (table["depth_mm"] <= DEEPEST_mm)
        depth_mm, theirs = table["depth_mm"][rows], table["dose_Gy_per_photon"][rows]
        ours, sigma = np.array([dose_of(diameter_mm).at_depth_Gy(depth) for depth in depth_mm]).T
        curves.semilogy(depth_mm, ours, color=colour, label=f"{diameter_mm} mm")
        curves.plot(depth_mm[::4], theirs[::4], "o", color=colour, markersize=2.5)
        both = np.hypot(sigma / ours, table["relative_uncertainty"][rows])
        differences.errorbar(depth_mm, 100.0 * (ours / theirs - 1.0), 100.0 * both, color=colour, linewidth=0.8,
                             elinewidth=0.4)
    curves.set_ylabel("dose to water per photon (Gy)")
    curves.legend(ncols=2, title="sphere: line ours, points egs_brachy")
    differences.set_ylabel("ours against egs_brachy (%), bars k = 1")
    differences.set_ylim(-1.5, 1.5)
    limits(differences, 1.0)
    for axes in (curves, differences):
        axes.set_xlabel("depth from the sphere's surface (mm)")
        axes.set_xlim(0.0, DEEPEST_mm + 0.5)
        quiet_grid(axes)
    return figure


def attenuation() -> Figure:
    """Differences from NIST: mu/rho, mu_en/rho with fluorescence taken out, and as the engine uses it."""
    figure = new_figure(WIDTH_mm, HEIGHT_mm)
    panels = figure.subplots(1, 3)
    figure.subplots_adjust(left=0.075, right=0.99, bottom=0.14, top=0.9, wspace=0.26)
    for name, colour in MATERIALS.items():
        for axes, percent in zip(panels, (attenuation_percent(name), absorption_percent(name, fluorescence=False),
                                          absorption_percent(name, fluorescence=True)), strict=True):
            axes.semilogx(COMPARED_keV, percent, "o-", color=colour, markersize=2.5, linewidth=0.9,
                          label=name.replace("_", " "))
    for axes, title in zip(panels, ("mu/rho", "mu_en/rho, fluorescence taken out", "mu_en/rho as the engine uses it"),
                           strict=True):
        axes.set_title(title, fontsize="medium")
        axes.set_xlabel("photon energy (keV)")
        axes.set_xticks([5, 10, 20, 30, 60], ["5", "10", "20", "30", "60"])
        axes.minorticks_off()
        limits(axes, 0.5)
        quiet_grid(axes)
    panels[0].set_ylim(-1.1, 0.7)
    panels[1].set_ylim(-0.7, 0.7)
    panels[0].set_ylabel("ours against NIST (%)")
    panels[0].legend(ncols=2, loc="lower center", columnspacing=0.8, handlelength=0.8, fontsize="small")
    return figure


def limits(axes: Axes, percent: float) -> None:
    for value in (-percent, percent):
        axes.axhline(value, color=INK, linewidth=0.6, linestyle="--")


def main() -> None:
    with drawing():
        for name, figure in (("validation-spheres", depth_doses()), ("validation-attenuation", attenuation())):
            (FOLDER / f"{name}.png").write_bytes(png(figure))
            print(f"docs/pictures/{name}.png")


if __name__ == "__main__":
    main()
