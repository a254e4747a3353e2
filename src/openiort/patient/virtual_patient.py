"""A virtual patient: the CT of a supine woman who does not exist, and the truth about her anatomy.

Drawn from shapes and smooth random fields (`virtual_thorax`, `virtual_breast`), with fading edges and correlated
noise, reproducible from the seed. CT numbers stand in `tables/virtual_patient.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from openiort.core.grid import Grid
from openiort.patient.image import CTImage
from openiort.patient.structure import Structure
from openiort.patient.virtual_parameters import VirtualPatient
from openiort.patient.virtual_scene import (
    BACK_mm,
    COUCH_mm,
    couch_layers,
    hounsfield_table,
    scene_layers,
    skin_distance,
)
from openiort.patient.virtual_shapes import Field, Point
from openiort.patient.virtual_thorax import cage_at
from openiort.patient.voxel_space import reaches_edge

__all__ = ["VirtualPatient", "virtual_grid", "virtual_image", "virtual_structures"]

Found = TypeVar("Found")

LENGTH_mm = 200.0
MARGIN_mm = 14.0
HALF_TRUNK_mm = 162.0
SLICES_AT_ONCE = 8
NOISE_CORRELATION_px = 0.7
SHARP_mm = 1e-3
BONES = ("ribs", "sternum", "spine", "scapulae")


def virtual_grid(patient: VirtualPatient) -> Grid:
    """The image's grid: all of her chest over 200 mm, about the middle of the breasts, couch included."""
    sx, sy, sz = patient.spacing_mm
    half_width = max(HALF_TRUNK_mm, patient.breasts[1].centre_mm[0] + patient.base_radius_mm + 4.0) + MARGIN_mm
    front = min(patient.breast.nipple_mm[1], -130.0) - MARGIN_mm
    back = BACK_mm + COUCH_mm[1] + 6.0
    nx, ny, nz = round(2 * half_width / sx), round((back - front) / sy), round(LENGTH_mm / sz)
    return Grid((-(nx - 1) / 2 * sx, front, -(nz - 1) / 2 * sz), (sx, sy, sz), (nz, ny, nx))


def virtual_image(patient: VirtualPatient) -> CTImage:
    """Her CT, (nz, ny, nx), whole CT numbers from -1024 to 3071 HU."""
    grid = virtual_grid(patient)
    edge_mm = 1.2 * max(patient.spacing_mm[:2])
    hounsfield = np.full(grid.shape, hounsfield_table()["air"], np.float32)

    def paint(part: slice, point: Point) -> None:
        slab = hounsfield[part]
        for layer in couch_layers(point, edge_mm):
            slab += layer.share * (layer.hounsfield - slab)
        hers, her_point = _hers(patient, point, edge_mm)
        painted = slab[hers]
        for layer in scene_layers(patient, her_point, edge_mm):
            painted += layer.share * (layer.hounsfield - painted)
        slab[hers] = painted

    _on_all_slices(paint, grid)
    hounsfield += _noise(patient, grid.shape)
    return CTImage(np.clip(np.rint(hounsfield), -1024, 3071), grid)


def virtual_structures(patient: VirtualPatient, grid: Grid) -> dict[str, Structure]:
    """Her true anatomy on any grid: a voxel belongs to the structure drawn last over its centre.

    Names: `skin`, `adipose` (fat that is no gland), `gland`, `tumour bed` (or `lump`), `pectoral muscle`, `ribs`,
    `sternum`, `spine`, `scapulae`, `lungs`, `heart`, `windpipe`;
    `body` is everything inside the skin, `bone` all bones.
    """
    label, body = np.zeros(grid.shape, np.uint8), np.zeros(grid.shape, bool)

    def draw(part: slice, point: Point) -> list[str]:
        names: list[str] = []
        body[part], her_point = _hers(patient, point, 0.0)
        drawn = np.zeros(her_point[0].shape, np.uint8)
        for layer in scene_layers(patient, her_point, SHARP_mm):
            if layer.name and layer.name not in names:
                names.append(layer.name)
            drawn[layer.share > 0.5] = names.index(layer.name) + 1 if layer.name else 0
        label[part][body[part]] = drawn
        return names

    names = _on_all_slices(draw, grid)[0]  # everywhere the same
    masks = {name: label == number for number, name in enumerate(names, start=1)}
    masks["body"] = body
    masks["bone"] = np.logical_or.reduce([masks[name] for name in BONES])
    return {name: Structure(name, mask, "virtual", reaches_edge(mask)) for name, mask in masks.items()}


def _hers(patient: VirtualPatient, point: Point, edge_mm: float) -> tuple[NDArray[np.bool_], Point]:
    """Which of the points lie in her body or on its edge, and these points."""
    hers = skin_distance(patient, cage_at(point)) < edge_mm
    x, y, z = point
    return hers, (x[hers], y[hers], z[hers])


def _on_all_slices(work: Callable[[slice, Point], Found], grid: Grid) -> list[Found]:
    """What `work` gives for each item of `slices`; several at a time, for NumPy lets others run while it calculates."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, *zip(*slices(grid), strict=True)))


def slices(grid: Grid) -> Iterator[tuple[slice, Point]]:
    """Positions of a grid's voxels, a few slices at a time: the slices, and x, y and z of their voxels."""
    nz, ny, nx = grid.shape
    for start in range(0, nz, SLICES_AT_ONCE):
        stop = min(start + SLICES_AT_ONCE, nz)
        steps = np.meshgrid(
            *(np.arange(a, b, dtype=np.float32) for a, b in ((start, stop), (0, ny), (0, nx))), indexing="ij"
        )
        x, y, z = (_coordinate(grid, axis, steps) for axis in range(3))
        yield slice(start, stop), (x, y, z)


def _coordinate(grid: Grid, axis: int, steps_zyx: tuple[Field, ...]) -> Field:
    scale = grid.direction[axis] * np.array(grid.spacing_mm)
    total = sum(np.float32(s) * step for s, step in zip(scale, steps_zyx[::-1], strict=True))
    return np.asarray(total + np.float32(grid.origin_mm[axis]), np.float32)


def _noise(patient: VirtualPatient, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Gaussian noise, slightly correlated within a slice, of the standard deviation asked for."""
    white = np.random.default_rng((patient.seed, 51)).standard_normal(shape, np.float32)
    noise = ndimage.gaussian_filter(white, (0, NOISE_CORRELATION_px, NOISE_CORRELATION_px), mode="wrap")
    return np.asarray(noise * np.float32(patient.noise_HU / noise.std()), np.float32)
