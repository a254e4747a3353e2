"""Photon dose by pyRadMC, a Monte Carlo program for megavolt beams (the extra `ebrt`).

It transports photons and electrons; its shipped data are for water alone, so every tissue is water of the tissue's
density. The beam is its published 6 MV spectrum (E. S. M. Ali, D. W. O. Rogers, Phys. Med. Biol. 57, 31 (2012),
doi:10.1088/0031-9155/57/1/31) from a point, evenly over the field: no head scatter, no leakage, no electrons from the
head.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.grid import Grid
from openiort.external.photon_engine import PhotonEngine, SegmentDose
from openiort.external.photon_field import CRANIAL, PhotonField, Rectangle

PACKAGE, EXTRA = "pyradmc", "ebrt"
BEAM = "varian-6mv"
BATCHES = 10
MM_PER_CM = 10.0
NOTES: tuple[str, ...] = (
    "generic 6 MV beam: a published spectrum, a point source, an even fluence; no machine was measured",
    "tissues are water of their density: no bone and no lung composition",
    "dose in the first millimetres under the skin is not reliable: 3 mm voxels, no electrons from the machine's head",
)


def check_installed() -> None:
    """Refuse, before anything is calculated, what needs pyRadMC where it is not installed.

    Raises:
        InputError: it is not.
    """
    try:
        import pyradmc
        import warp

        warp.config.log_level = warp.LOG_WARNING  # its greeting and timings are not for our screens
        pyradmc.WarpEngine  # noqa: B018  # imported on first access
    except ImportError as error:
        raise InputError("dose of tangential fields needs pyRadMC, which is not installed", where=f"extra `{EXTRA}`",
                         allowed=f"{PACKAGE} with warp",
                         fix=f"make demo-ebrt, or python -m pip install 'openiort[{EXTRA}]'") from error


def pyradmc_engine(grid: Grid, density_g_cm3: NDArray[np.float32]) -> PhotonEngine:
    """The engine for a scene.

    Args:
        grid: axes along the patient's.
        density_g_cm3: (nz, ny, nx), above 0.

    Raises:
        InputError: pyRadMC is not installed.
    """
    check_installed()
    return PyRadMCEngine(grid, density_g_cm3)


class PyRadMCEngine:
    """A `PhotonEngine`."""

    medium = "density-scaled water"
    notes = NOTES

    def __init__(self, grid: Grid, density_g_cm3: NDArray[np.float32]) -> None:
        import pyradmc

        shape = grid.shape[::-1]  # its arrays run x, y, z; its lengths are cm
        corner = np.array(grid.origin_mm) - np.array(grid.spacing_mm) / 2.0
        scene = pyradmc.VoxelGrid(
            shape=shape, spacing=_cm(grid.spacing_mm), origin=_cm(corner),
            density=np.ascontiguousarray(density_g_cm3.transpose(2, 1, 0), np.float64),
            material=np.full(shape, pyradmc.WATER, np.int32))
        data = pyradmc.AnalyticCrossSections(geometry_densities=scene.max_density_by_material())
        self._engine = pyradmc.WarpEngine(grid=scene, cross_sections=data)
        self._spectrum = pyradmc.ali_rogers_mv(BEAM)
        self.name = f"{PACKAGE} {_version(PACKAGE)}, warp {_version('warp-lang')}, {BEAM}, {BATCHES} batches"

    def prepare(self) -> None:
        """Compile the kernels and make the scattering tables, or load them where they were made before."""
        field = PhotonField("first", 0.0, (0.0, 0.0, 0.0), 1, Rectangle((0.0, 1.0), (0.0, 1.0)), ())
        self.segment_dose(field, field.opening, BATCHES, 1)

    def segment_dose(self, field: PhotonField, segment: Rectangle, photons: int, seed: int) -> SegmentDose:
        """As `PhotonEngine.segment_dose`."""
        import pyradmc

        count = max(1, round(photons / BATCHES)) * BATCHES
        middle = [sum(edges) / 2.0 for edges in (segment.u_mm, segment.v_mm)]
        centre = np.array(field.isocentre_mm) + middle[0] * field.u_axis + middle[1] * np.array(CRANIAL)
        source = pyradmc.SpectralBeamSource(
            self._spectrum, focal_point=_cm(field.source_mm), center=_cm(centre),
            width_u=(segment.u_mm[1] - segment.u_mm[0]) / MM_PER_CM,
            width_v=(segment.v_mm[1] - segment.v_mm[0]) / MM_PER_CM,
            u_axis=tuple(map(float, field.u_axis)), v_axis=CRANIAL)
        found = self._engine.run(source, n_histories=count, n_batches=BATCHES, seed=seed)
        dose, sigma = (array.transpose(2, 1, 0) * pyradmc.GY_PER_MEV_PER_G for array in (found.dose, found.dose_sigma))
        return SegmentDose(dose, sigma, count)


def _cm(lengths_mm: Any) -> tuple[float, float, float]:
    x, y, z = (float(length) / MM_PER_CM for length in lengths_mm)
    return x, y, z


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
